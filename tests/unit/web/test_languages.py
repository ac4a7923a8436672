"""Nothing of ours is left in English on a page of another language, and nothing of others' is translated."""

from __future__ import annotations

import gettext
import re
from dataclasses import fields, is_dataclass

import pytest

from app.language import LANGUAGES, Language, Said
from app.language import telling as telling_module
from app.web import pages, writing
from app.web.visitor import Visitor
from tests.unit.web import samples
from tests.unit.web.samples import NOW, REPORTS, Reader, credential, every_page, report

# A language of one letter: what still has others was not looked up.
ODD = Language("qps", "Odd", "ar_001")
_KEPT = re.compile(r"(\{\w+\}|%\(\w+\)s|</?\w+>)")
_WORD = re.compile(r"[A-Za-z]{2,}")
_READ_ALOUD = ("alt", "aria-label", "title", "placeholder")
# Names of things, which no language translates, and of languages, each in its own.
NAMES = {
    "Laurel", "English", "Español", "Fran", "ais", "Espa", "ol", "UTC", "curl", "Accept", "application", "vc", "https",
    "http", "badges", "example", "POST", "completions", "eddsa", "rdfc", "SHA",
}  # fmt: skip


class Odd(gettext.NullTranslations):
    def gettext(self, message):
        return "".join(part if _KEPT.fullmatch(part) else _WORD.sub("ø", part) for part in _KEPT.split(message))

    def ngettext(self, one, other, number):
        return self.gettext(one if number == 1 else other)


@pytest.fixture(scope="module")
def odd_pages():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "translations", lambda _: Odd())
        patch.setattr(telling_module, "translations", lambda _: Odd())
        yield every_page(Visitor(ODD, asked=True))
    writing._environment.cache_clear()


def words_of(thing):
    """Every word in what pages are given that is not of ours."""
    if isinstance(thing, Said):
        return words_of(dict(thing.values))
    if isinstance(thing, str):
        return set(_WORD.findall(thing))
    if isinstance(thing, dict):
        return set().union(*(words_of(one) for one in (*thing.keys(), *thing.values())))
    if isinstance(thing, list | tuple):
        return set().union(*map(words_of, thing))
    if is_dataclass(thing):
        return set().union(*(words_of(getattr(thing, field.name)) for field in fields(thing)))
    return set()


GIVEN = words_of([
    credential(), samples.bare_credential(), samples.achievement_view(), samples.issuer_view(),
    *(make() for make in REPORTS.values()), "There is no credential in this image.", "Not found",
    "There is no such badge.", "r-1",
])  # fmt: skip
IN_ENGLISH_FOR_ALL = ("problem type",)


@pytest.mark.parametrize("name", [name for name in every_page() if name not in IN_ENGLISH_FOR_ALL])
def test_every_word_of_ours_is_looked_up(odd_pages, name):
    reader = Reader(odd_pages[name])
    seen = [*reader.texts, *(a[key] or "" for _, a in reader.elements for key in _READ_ALOUD if key in a)]
    strange = {word for text in seen for word in _WORD.findall(text)} - GIVEN - NAMES
    assert strange == set()


def test_a_sentence_that_is_not_looked_up_would_be_found(odd_pages):
    assert "Skip" not in odd_pages["home"]
    assert _WORD.findall("Not looked up") == ["Not", "looked", "up"]
    assert not {"Not", "looked"} <= GIVEN


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_page_says_its_language_and_offers_the_others(tag):
    visitor = Visitor(LANGUAGES[tag], asked=True)
    reader = Reader(pages.credential_page(credential(), report(), visitor))
    [(_, html)] = reader.all("html")
    assert (html["lang"], html["dir"]) == (tag, LANGUAGES[tag].direction)
    offered = {a["hreflang"]: a["href"] for _, a in reader.all("a") if "hreflang" in a}
    assert offered == {other: f"?lang={other}" for other in LANGUAGES if other != tag}


def test_a_language_that_was_asked_for_is_carried_on():
    links = [a["href"] for _, a in Reader(pages.verify_page(visitor=Visitor(LANGUAGES["es"], asked=True))).all("a")]
    assert "/?lang=es" in links
    links = [a["href"] for _, a in Reader(pages.verify_page(visitor=Visitor(LANGUAGES["es"]))).all("a")]
    assert "/" in links


def test_what_others_wrote_stands_apart_in_a_sentence_from_right_to_left():
    view = credential(assessor="<b>Ngozi</b>")
    html = pages.credential_page(view, report(), Visitor(LANGUAGES["ar"]))
    assert '<bdi dir="auto">&lt;b&gt;Ngozi&lt;/b&gt;</bdi>' in html
    within = pages.verify_page(REPORTS["valid"](), checked_at=NOW, visitor=Visitor(LANGUAGES["ar"]))
    assert "<bdi>eddsa-rdfc-2022</bdi>" in within
