"""What stands on a page and is ours is told in the language of the visitor: in a language that puts every sentence of
ours in guillemets, nothing else is left outside of them than what issuers wrote.
"""

from __future__ import annotations

import gettext
import re
from dataclasses import asdict, is_dataclass
from html.parser import HTMLParser

import pytest

from app.language import find_language, telling
from app.web import pages, writing
from app.web.visitor import Visitor
from tests.unit.web import samples

FRENCH = Visitor(find_language("fr"), asked=True)
SEEN = ("alt", "aria-label", "content", "title", "placeholder")
NOT_WORDS = ("code", "bdi")  # commands and identifiers
NAMES = {"Laurel", "English", "Español", "Français", "العربية", "Anglais"}
# What the tags of a head hold that nobody reads.
UNREAD = {
    *("viewport", "color-scheme", "format-detection", "twitter:card"),
    *("og:url", "og:image", "og:image:type", "og:type", "og:locale"),
}


class Guillemets(gettext.NullTranslations):
    def gettext(self, message):
        return f"«{message}»"

    def ngettext(self, singular, plural, number):
        return self.gettext(singular if number == 1 else plural)


class Outside(HTMLParser):
    """What a visitor reads outside of guillemets, and the addresses of the links."""

    def __init__(self, html):
        super().__init__()
        self.found, self.links, self._depth, self._within = [], [], 0, []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag not in samples.VOID:
            self._within.append(tag)
        if tag == "a":
            self.links.append(given["href"])
        if not UNREAD & {given.get("name"), given.get("property")}:
            self.found += [re.sub("«.*?»", "", given[name]) for name in SEEN if given.get(name)]

    def handle_endtag(self, tag):
        if tag not in samples.VOID:
            self._within.pop()

    def handle_data(self, data):
        for part in re.split("([«»])", data):
            self._depth += {"«": 1, "»": -1}.get(part, 0)
            if not self._depth and part not in "«»" and not set(NOT_WORDS) & set(self._within):
                self.found += [" ".join(piece.split()) for piece in part.split("·")]


@pytest.fixture
def _in_guillemets(monkeypatch):
    writing._environment.cache_clear()
    for module in (writing, telling):
        monkeypatch.setattr(module, "translations", lambda _language: Guillemets())
    yield
    writing._environment.cache_clear()


def said_by_others(*views):
    """Every text in the values that a page is given."""
    if not views:
        return
    for value in views:
        if isinstance(value, str):
            yield value
        elif is_dataclass(value):
            yield from said_by_others(asdict(value))
        elif isinstance(value, dict):
            yield from said_by_others(*value.values())
        elif isinstance(value, list | tuple):
            yield from said_by_others(*value)


def _of_yourself(view, visitor):
    return writing.write("yourself.html", visitor, view=view)


PAGES = {
    "home": (pages.home_page, "https://badges.example"),
    "achievement": (pages.achievement_page, samples.achievement_view()),
    "achievement without a picture's words": (
        pages.achievement_page,
        samples.achievement_view(achievement=samples.achievement(image_alt=None)),
    ),
    "how to check a credential": (_of_yourself, samples.credential()),
    "issuer": (pages.issuer_page, samples.issuer_view()),
    "issuer, bare": (pages.issuer_page, samples.IssuerView(issuer=samples.issuer(homepage=None))),
}


@pytest.mark.usefixtures("_in_guillemets")
@pytest.mark.parametrize("name", PAGES)
def test_every_sentence_of_ours_is_told(name):
    make, view = PAGES[name]
    read = Outside(make(view, FRENCH))
    theirs = " ".join(" ".join(said_by_others(view)).split())
    left = {text for text in read.found if re.search("[^\\W\\d_]", text) and text not in theirs} - NAMES
    assert left == set()


@pytest.mark.parametrize("name", PAGES)
def test_the_language_that_was_asked_for_is_carried_on(name):
    make, view = PAGES[name]
    ours = [link for link in Outside(make(view, FRENCH)).links if re.match(r"(https://badges\.example)?/", link)]
    documents = ("/docs", "/openapi.json", ".json", "/keys/", "/status/")
    assert ours
    assert [link for link in ours if "lang=fr" not in link and not any(part in link for part in documents)] == []
