"""The card that others show of a credential within their pages."""

from __future__ import annotations

import re

import pytest

from app.web import pages
from tests.unit.web.marked import MARKED, marked, unmarked
from tests.unit.web.samples import BASE, REPORTS, UUID_TEXT, WORDS, Reader, achievement, credential, issuer, report
from tests.unit.web.test_escaping import HOSTILE

NAMES = ("Amina Haddad", "Differentiated Teaching", "Riverside Academy", "three steps", "Issued to the wrong person")
NAMED = ("valid", "expired", "only a test")
URL = f"{BASE}/credentials/{UUID_TEXT}"


def card(view=None, found=None, **visitor):
    return pages.embed_page(view or credential(), found or report(), **visitor)


@pytest.mark.parametrize("state", REPORTS)
class TestEveryState:
    def test_the_word_stands_beside_a_drawing(self, state):
        html = card(found=REPORTS[state]())
        badge = html[html.index('class="embed-state') :].partition("</p>")[0]
        assert f"<span>{WORDS[state]}</span>" in badge
        assert "<svg" in badge

    def test_names_only_while_they_hold(self, state):
        html = card(found=REPORTS[state]())
        assert [name in html for name in NAMES[:3]] == [state in NAMED] * 3
        assert bool(Reader(html).all("img")) == (state in NAMED)
        assert not [name for name in NAMES[3:] if name in html]

    def test_the_only_way_on_is_to_the_page_in_the_window_around(self, state):
        [(_, link)] = Reader(card(found=REPORTS[state]())).all("a")
        assert (link["href"], link["target"], link["rel"]) == (URL, "_top", "noopener")

    def test_it_is_a_whole_page_without_script_or_style_of_its_own(self, state):
        reader = Reader(card(found=REPORTS[state]()))
        assert reader.unbalanced == []
        assert not reader.all("script", "style", "iframe", "form", "input", "base")
        assert len(reader.all("h1")) == 1
        assert reader.meta("robots") == "noindex"
        assert not [a for _, a in reader.elements if "style" in a or any(key.startswith("on") for key in a)]
        assert all("alt" in a for _, a in reader.all("img"))

    def test_a_test_is_marked_whatever_its_state(self, state):
        assert "Test credential" in card(credential(test=True), REPORTS[state]())
        assert "Test credential" not in card(credential(), REPORTS[state]())


def test_only_valid_says_valid():
    for state, make in REPORTS.items():
        assert ("<span>Valid</span>" in card(found=make())) == (state == "valid"), state
    assert "<span>Valid</span>" not in card(credential(test=True), report())


def test_who_is_not_named_in_the_credential_is_not_named_on_the_card():
    terms = re.findall("<dt>(.*?)</dt>", card(credential(recipient_name=None)))
    assert terms == ["Issued by"]
    assert re.findall("<dt>(.*?)</dt>", card()) == ["Awarded to", "Issued by"]


def test_it_says_when_it_was_checked():
    assert "Checked on 23 November 2026, 20:08 UTC." in Reader(card()).text


def test_every_sentence_can_be_translated(monkeypatch):
    values = ("Differentiated Teaching", "Amina Haddad", "Riverside Academy", "Laurel")
    for state in REPORTS:
        with marked(monkeypatch):
            html = card(credential(test=True), REPORTS[state](), visitor=MARKED)
        assert unmarked(Reader(html).text, *values, "23 de noviembre de 2026, 20:08 UTC") == [], state
        assert f'href="{URL}?lang=es"' in html


def test_where_there_is_no_badge_the_card_says_so():
    html = pages.empty_embed_page("There is no such badge.")
    assert Reader(html).unbalanced == []
    assert "There is no such badge." in Reader(html).text
    assert not Reader(html).all("a", "img")


@pytest.mark.parametrize("case", HOSTILE)
def test_no_text_becomes_markup(case):
    def shape(text):
        view = credential(achievement=achievement(name=text), issuer=issuer(name=text), recipient_name=text)
        html = card(view)
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", html)
        return [(tag, sorted(attributes)) for tag, attributes in Reader(html).elements]

    assert shape(HOSTILE[case]) == shape("Plain")


def test_it_is_told_in_a_language_and_its_direction(monkeypatch):
    assert '<html lang="es" dir="ltr">' in card(visitor=MARKED)
