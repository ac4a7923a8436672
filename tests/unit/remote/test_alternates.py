"""A badge page that says where the badge is as data."""

from __future__ import annotations

import time

import pytest

from app.remote import reasons
from app.remote.alternates import alternate
from app.remote.exchange import Response
from app.verification.evidence import Found, Missing, NeedKind
from tests import standin

pytestmark = pytest.mark.anyio

PAGE = "https://school.example/badge"
DATA = "https://school.example/badge.json"
LINK = '<link rel="alternate" type="application/ld+json" href="/badge.json">'


def found_in(content, *links, media_type="text/html"):
    return alternate(Response(200, [("link", link) for link in links], content.encode()), media_type)


@pytest.mark.parametrize(
    "content",
    [
        LINK,
        f"<!doctype html><html><head><title>A badge</title>{LINK}</head>",
        "<LINK REL='alternate' TYPE='application/LD+JSON' HREF='/badge.json'>",
        "<link href=/badge.json type=application/ld+json rel=alternate>",
        '<link\n  href = "/badge.json"\n  rel = "canonical alternate"\n  type = "application/vc; charset=utf-8"\n/>',
        '<link rel="alternate" type="application/vc+jwt" href=" /badge.json ">',
        '<link rel="stylesheet" href="/style.css"><link rel="alternate" type="application/json" href="/badge.json">',
        '<link rel="alternate" type="application/json" href="/weblog">' + LINK,
        LINK + '<link rel="alternate" type="application/ld+json" href="/another">',
        '<link rel="alternate" type="application/vc" href="/badge.json"/>' + LINK.replace("badge", "another"),
        LINK.replace('"alternate"', '"ALTERNATE"'),
        LINK.replace(">", ' href="/another.json">'),
        LINK.replace("/badge.json", "&#x2F;badge.json"),
    ],
)
def test_a_page_names_its_data(content):
    assert found_in(content) == "/badge.json"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "<p>A badge</p>",
        '<link rel="canonical" type="application/ld+json" href="/badge.json">',
        LINK.replace("alternate", "alternates"),
        '<link rel="alternate" type="application/rss+xml" href="/feed">',
        '<link rel="alternate" type="application/json+oembed" href="/oembed">',
        '<link rel="alternate" hreflang="de" href="/de">',
        '<link rel="alternate" type="application/ld+json">',
        '<link rel="alternate" type="application/ld+json" href="">',
        '<linkrel="alternate" type="application/ld+json" href="/badge.json">',
        " " * 65_536 + LINK,
    ],
)
def test_a_page_names_none(content):
    assert found_in(content) is None


@pytest.mark.parametrize(
    "links",
    [
        ['</badge.json>; rel="alternate"; type="application/ld+json"'],
        ["</badge.json>;rel=alternate;type=application/ld+json"],
        ['</style.css>; rel=preload, </badge.json>; rel=alternate; type="application/vc"'],
        ["</style.css>; rel=preload", '</badge.json>; type="application/vc"; rel="alternate"'],
        ['</badge.json>; href="/another.json"; rel="alternate"; type="application/ld+json"'],
    ],
)
def test_the_header_names_the_data_of_a_page(links):
    assert found_in("<p>A badge</p>", *links) == "/badge.json"


def test_the_header_is_believed_before_the_page():
    link = '</badge.json>; rel="alternate"; type="application/ld+json"'
    assert found_in(LINK.replace("badge", "another"), link) == "/badge.json"


def test_a_page_in_no_encoding_at_all_names_its_data():
    assert alternate(Response(200, [], b"\xff\xfe\x80" + LINK.encode()), "text/html") == "/badge.json"


def test_what_is_no_page_names_nothing():
    assert found_in(LINK, media_type="application/json") is None
    assert found_in(LINK, media_type="application/xhtml+xml") == "/badge.json"


@pytest.mark.parametrize(
    "piece", ["<link ", "<link a", "<link a=", '<link a="', "a=", " ", "a", "<", '"', "<link " + "a " * 999]
)
def test_no_page_takes_long_to_look_through(piece):
    content = (piece * 65_536)[:65_536]
    started = time.perf_counter()
    found_in(content + ">", content[:30_000])
    assert time.perf_counter() - started < 2


async def test_the_data_is_fetched_instead_of_the_page(web, fetch):
    web[PAGE] = LINK
    web[DATA] = {"id": "urn:x"}
    assert await fetch(PAGE, NeedKind.CREDENTIAL) == Found(b'{"id": "urn:x"}', "application/json", DATA)
    assert "html" not in web.questions[-1].headers["accept"]


async def test_a_link_counts_from_where_the_page_was_found(web, fetch):
    web[PAGE] = standin.redirect("https://other.example/badges/1")
    web["https://other.example/badges/1"] = LINK.replace("/badge.json", "1.json")
    web["https://other.example/badges/1.json"] = {"id": "urn:x"}
    assert (await fetch(PAGE, NeedKind.CREDENTIAL)).address == "https://other.example/badges/1.json"


async def test_a_page_without_data_is_what_there_is(web, fetch):
    web[PAGE] = "<p>A badge</p>"
    assert await fetch(PAGE, NeedKind.CREDENTIAL) == Found(b"<p>A badge</p>", "text/html", PAGE)


async def test_a_link_that_is_no_address_says_nothing(web, fetch):
    web[PAGE] = LINK.replace("/badge.json", "a badge")
    assert (await fetch(PAGE, NeedKind.CREDENTIAL)).address == PAGE


async def test_only_badges_have_other_forms(web, fetch):
    web[PAGE] = LINK
    assert (await fetch(PAGE, NeedKind.STATUS_LIST)).media_type == "text/html"


async def test_one_step_and_no_more(web, fetch):
    web[PAGE] = LINK
    web[DATA] = LINK.replace("badge", "another")
    assert (await fetch(PAGE, NeedKind.CREDENTIAL)).address == DATA
    assert len(web.asked) == 2


@pytest.mark.parametrize(
    ("page", "reason"),
    [(404, reasons.NOTHING_THERE), (410, reasons.GONE), (500, reasons.AT_FAULT)],
)
async def test_data_that_is_away_is_missing_and_the_badge_is_not_gone(web, fetch, page, reason):
    web[PAGE] = LINK
    web[DATA] = page
    assert await fetch(PAGE, NeedKind.CREDENTIAL) == Missing(reason)
