"""What a holder takes away from the page of a credential, and shows elsewhere."""

from __future__ import annotations

import re
from html import unescape

import pytest

from app.web import pages
from app.web.reminders import ALARM_DAYS
from tests.unit.web.marked import MARKED, marked, unmarked
from tests.unit.web.samples import BASE, REPORTS, Reader, achievement, credential, issuer, report
from tests.unit.web.test_escaping import HOSTILE

OURS = {BASE, credential().url, f"{credential().url}.png", f"{credential().url}/embed"}


def side(html):
    """The part of a page that is to be taken away."""
    return html.partition('<aside class="side"')[2].partition("</aside>")[0].partition(">")[2]


def test_every_sentence_can_be_translated(monkeypatch):
    with marked(monkeypatch):
        html = side(pages.credential_page(credential(twin_url="x"), report(), MARKED))
    text = Reader(re.sub("(<textarea[^>]*>).*?</textarea>", r"\1</textarea>", html, flags=re.DOTALL)).text
    assert "‹Take it with you›" in text
    assert unmarked(text) == []


def test_the_months_of_linkedins_form_are_in_the_visitors_language(monkeypatch):
    with marked(monkeypatch):
        html = side(pages.credential_page(credential(), report(), MARKED))
    values = [a["value"] for _, a in Reader(html).all("input")]
    assert "mayo de 2026" in values


def test_the_words_of_the_buttons_are_told_by_the_page(monkeypatch):
    with marked(monkeypatch):
        html = side(pages.credential_page(credential(), report(), MARKED))
    [words] = [a for tag, a in Reader(html).all("p") if a.get("role") == "status"]
    told = {name: value for name, value in words.items() if name.startswith("data-")}
    assert told.keys() == {"data-copy", "data-copied", "data-selected", "data-selected-now"}
    assert [value for value in told.values() if unmarked(value)] == []


def areas(html):
    """The text fields of a page, by id."""
    found = re.findall(r'<textarea id="(\w+)"[^>]*>(.*?)</textarea>', html, re.DOTALL)
    return {name: unescape(value) for name, value in found}


def test_the_address_can_be_copied_whatever_the_state():
    for state in ("valid", "expired", "revoked", "cannot be checked now"):
        html = pages.credential_page(credential(), REPORTS[state]())
        assert [a["value"] for _, a in Reader(html).all("input") if a["id"] == "link"] == [credential().url]
    assert 'id="link"' not in pages.credential_page(credential(), REPORTS["altered"]())


def test_the_text_of_a_post_says_what_whose_and_where():
    assert areas(pages.credential_page(credential(), report()))["post"] == (
        "I earned the badge “Differentiated Teaching” from Riverside Academy. Anyone can check it at this address:\n"
        f"{credential().url}"
    )


def test_the_texts_are_in_the_visitors_language(monkeypatch):
    with marked(monkeypatch):
        found = areas(pages.credential_page(credential(), report(), MARKED))
    assert unmarked(found["post"], credential().url) == []
    assert unmarked(Reader(found["signature"]).text) == []
    assert unmarked(Reader(found["embed"]).all("iframe")[0][1]["title"]) == []


def test_only_what_holds_and_is_no_test_has_a_text_for_a_post():
    for state, make in REPORTS.items():
        assert ("post" in areas(pages.credential_page(credential(), make()))) == (state == "valid"), state
    assert "post" not in areas(pages.credential_page(credential(test=True), report()))


def test_a_long_name_makes_no_long_post():
    view = credential(achievement=achievement(name="W" * 10_000), issuer=issuer(name="V" * 10_000))
    assert len(areas(pages.credential_page(view, report()))["post"]) < 450


def test_a_reminder_is_offered_while_there_is_something_to_wait_for():
    address = f"{credential().url}/expiry.ics"
    for state, make in REPORTS.items():
        offered = address in pages.credential_page(credential(), make())
        assert offered == (state in ("valid", "only a test")), state
    assert "expiry.ics" not in pages.credential_page(credential(valid_until=None), report())


def test_the_page_says_when_the_alarm_will_be():
    assert f"an alarm {ALARM_DAYS} days before" in pages.credential_page(credential(), report())


def test_a_reminder_keeps_the_language_that_was_asked_for():
    html = pages.credential_page(credential(), report(), MARKED)
    assert f'href="{credential().url}/expiry.ics?lang=es"' in html


def test_a_signature_is_a_picture_and_a_line_that_both_lead_to_the_page():
    url = credential().url
    assert areas(pages.credential_page(credential(), report()))["signature"] == (
        f'<a href="{url}"><img src="{url}.png" alt="Badge: three steps in a laurel wreath" width="96" height="96"'
        f' border="0"></a><br>\n<a href="{url}" dir="auto">Differentiated Teaching, awarded by Riverside Academy</a>'
    )


def test_a_signature_says_what_the_picture_is_where_the_issuer_does_not():
    view = credential(achievement=achievement(image_alt=None))
    assert 'alt="Badge: Differentiated Teaching"' in areas(pages.credential_page(view, report()))["signature"]


def test_only_what_holds_and_is_no_test_has_a_signature():
    for state, make in REPORTS.items():
        assert ("signature" in areas(pages.credential_page(credential(), make()))) == (state == "valid"), state
    assert "signature" not in areas(pages.credential_page(credential(test=True), report()))


def test_the_address_in_version_2_is_given_where_there_is_one_and_while_it_counts():
    twin = f"{credential().url}/assertion.json"
    for state, make in REPORTS.items():
        found = Reader(pages.credential_page(credential(twin_url=twin), make())).all("input")
        given = [a["value"] for _, a in found if a["id"] == "twin"]
        assert given == ([twin] if state in ("valid", "expired", "only a test") else []), state
    assert 'id="twin"' not in pages.credential_page(credential(), report())


def test_codes_are_no_other_form_of_the_credential():
    head = pages.credential_page(credential(), report()).partition("</head>")[0]
    assert "/qr." not in head


def test_a_card_is_a_frame_with_a_title_that_is_loaded_when_it_is_seen():
    assert areas(pages.credential_page(credential(), report()))["embed"] == (
        f'<iframe src="{credential().url}/embed" title="Badge: Differentiated Teaching" width="420" height="280"'
        ' loading="lazy" style="border:0;max-width:100%"></iframe>'
    )


def test_a_card_is_offered_of_what_it_may_name():
    for state, make in REPORTS.items():
        offered = "embed" in areas(pages.credential_page(credential(), make()))
        assert offered == (state in ("valid", "expired", "only a test")), state


@pytest.mark.parametrize("case", HOSTILE)
def test_pasted_nothing_of_a_stranger_becomes_markup(case):
    """What is copied is HTML on its own, once it was read out of the page."""
    shape = [(tag, set(attributes)) for tag, attributes in _pasted("Plain")]
    assert [(tag, set(attributes)) for tag, attributes in _pasted(HOSTILE[case])] == shape
    for _, attributes in _pasted(HOSTILE[case]):
        assert {attributes.get("href", BASE), attributes.get("src", BASE)} <= OURS


def _pasted(text):
    """The elements of everything on a page that is HTML to be pasted elsewhere."""
    view = credential(achievement=achievement(name=text, image_alt=text), issuer=issuer(name=text))
    found = areas(pages.credential_page(view, report()))
    return [element for name, html in found.items() if name != "post" for element in Reader(html).elements]
