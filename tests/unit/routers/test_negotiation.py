"""Which form to answer with: the tables of RFC 9110 section 12.5.1, and what real clients send."""

from __future__ import annotations

import pytest

from app.errors import NotAcceptableError
from app.routers.negotiation import CREDENTIAL_FORMS, LIST_FORMS, PAGE, PROFILE_FORMS, Form, choose

JSON = Form("json", "application/vc")
CHROMIUM = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


def chosen(accept, forms=CREDENTIAL_FORMS, without_header=JSON):
    return choose(accept, forms, without_header=without_header).media_type


CHOICES = [
    ("no header", None, "application/vc"),
    ("an empty one", "", "application/vc"),
    ("white space", "  ", "application/vc"),
    ("a browser", CHROMIUM, "text/html"),
    ("LinkedIn's crawler", "*/*", "text/html"),
    ("curl", "*/*", "text/html"),
    ("the kind alone", "application/*", "application/vc"),
    ("the kind of texts", "text/*", "text/html"),
    ("one type", "application/json", "application/json"),
    ("capitals", "Application/JSON", "application/json"),
    ("parameters of the type", "application/json; charset=utf-8", "application/json"),
    ("spaces around everything", " application/json ; q = 0.5 , text/html ; q=0.4 ", "application/json"),
    ("a later type with more weight", "text/html;q=0.1, application/vc+jwt;q=0.2", "application/vc+jwt"),
    ("a wildcard with more weight wins", "application/json;q=0.1, */*;q=0.9", "text/html"),
    ("at equal weight the exact name", "*/*, application/json", "application/json"),
    ("at equal weight the narrower range", "*/*, application/*", "application/vc"),
    ("at equal weight and width our order", "application/json, application/vc", "application/vc"),
    ("what is refused by name", "application/*, application/vc;q=0", "application/ld+json"),
    ("the exact range decides, not the higher", "text/html;q=0.1, text/*;q=0.9, */*;q=0", "text/plain"),
    ("weights of three digits", "text/html;q=0.001, application/json;q=0.002", "application/json"),
    ("weights of many digits", "text/html;q=0.1000001, application/json;q=0.1", "text/html"),
    ("weights out of range count as none", "text/html;q=7, application/json;q=0.1", "application/json"),
    ("weights that are no number count as none", "text/html;q=nan, application/json;q=0.1", "application/json"),
    ("a negative weight", "text/html;q=-1, application/json;q=0.1", "application/json"),
    ("types we do not have", "image/avif, application/vc+jwt;q=0.1", "application/vc+jwt"),
    ("empty parts", ",,application/json,,", "application/json"),
]


@pytest.mark.parametrize(("accept", "expected"), [row[1:] for row in CHOICES], ids=[row[0] for row in CHOICES])
def test_the_form_of_a_credential(accept, expected):
    assert chosen(accept) == expected


@pytest.mark.parametrize(
    "accept",
    ["image/png", "*/*;q=0", "text/html;q=0", "application/vc;q=0.0", "html", "*", "text", "/", ";", ",", "*/html"],
)
def test_nothing_acceptable(accept):
    with pytest.raises(NotAcceptableError, match=r"text/html, application/vc, .*text/plain"):
        chosen(accept)


def test_only_so_many_ranges_are_weighed():
    many = ", ".join(f"x/{number}" for number in range(40))
    with pytest.raises(NotAcceptableError):
        chosen(f"{many}, application/json")
    assert chosen(f"application/json, {many}") == "application/json"


@pytest.mark.parametrize(
    ("forms", "accept", "expected"),
    [
        (PROFILE_FORMS, "*/*", "text/html"),
        (PROFILE_FORMS, "application/*", "application/ld+json"),
        (LIST_FORMS, "*/*", "application/vc"),
        (LIST_FORMS, "text/*", "text/plain"),
        (LIST_FORMS, "application/vc+jwt, application/vc;q=0.5", "application/vc+jwt"),
    ],
)
def test_other_resources(forms, accept, expected):
    assert chosen(accept, forms) == expected


def test_a_status_list_has_no_page():
    assert PAGE not in LIST_FORMS
    with pytest.raises(NotAcceptableError):
        chosen("text/html", LIST_FORMS)
