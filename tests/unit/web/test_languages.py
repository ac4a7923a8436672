"""Nothing of ours is left in English on a page of another language, and nothing of others' is translated."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass

import pytest

from app.language import LANGUAGES, Said
from app.web import pages
from app.web.visitor import Visitor
from tests.unit.web import samples
from tests.unit.web.marked import MARKED, marked, unmarked
from tests.unit.web.samples import NOW, REPORTS, Reader, credential, every_page, report

_WORD = re.compile(r"[A-Za-z]{2,}")
_READ_ALOUD = re.compile(r"alt|title|placeholder|aria-label|data-\w+(-\w+)*")
_CODE = ("code", "pre", "script", "textarea")
# Names, and dates as they are written in the language of the marks.
NAMES = {
    "Laurel", "English", "Fran", "ais", "Espa", "ol", "UTC", "de", "mayo", "noviembre",
    "EdTech", "Public", "Validator", "Digital", "Credentials", "Consortium", "VerifierPlus", "dTech",
    "Ingl", "LinkedIn", "SHA",
}  # fmt: skip
IN_ENGLISH_FOR_ALL = ("problem type",)
NAMES_OF_PAGES = [name for name in every_page() if name not in IN_ENGLISH_FOR_ALL]


class Seen(Reader):
    """What a visitor sees and hears, without commands and code."""

    def __init__(self, html):
        self._code = 0
        super().__init__(html)

    def handle_starttag(self, tag, attrs):
        super().handle_starttag(tag, attrs)
        self._code += tag in _CODE
        self.texts += [value for name, value in attrs if value and _READ_ALOUD.fullmatch(name)]

    def handle_endtag(self, tag):
        super().handle_endtag(tag)
        self._code -= tag in _CODE

    def handle_data(self, data):
        if not self._code:
            super().handle_data(f" {data}")


@pytest.fixture(scope="module")
def marked_pages():
    with pytest.MonkeyPatch.context() as patch, marked(patch):
        return every_page(MARKED)


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
    "There is no such badge.", "r-1", samples.OWN_RECEIPT.receipt, "verify.example",
])  # fmt: skip


@pytest.mark.parametrize("name", NAMES_OF_PAGES)
def test_every_word_of_ours_is_looked_up(marked_pages, name):
    left = {word for text in unmarked(" ".join(Seen(marked_pages[name]).texts)) for word in _WORD.findall(text)}
    assert left - GIVEN - NAMES == set()


@pytest.mark.parametrize("name", NAMES_OF_PAGES)
def test_a_language_that_was_asked_for_is_carried_on(marked_pages, name):
    ours = re.compile(r"(https://badges\.example)?/(?!docs|openapi|.*\.(json|png|svg|jwt|pdf)|(.*/)?(keys|status)/)")
    links = [
        a["href"]
        for _, a in Reader(marked_pages[name]).all("a")
        if ours.match(a["href"]) and "nofollow" not in a.get("rel", "")
    ]
    assert links
    assert [link for link in links if "lang=es" not in link and link != credential().url] == []


def test_a_sentence_that_is_not_looked_up_would_be_found():
    assert unmarked(" ".join(Seen('<p title="Looked at">‹Told› Not told <code>ls</code></p>').texts)) == [
        "Looked", "at", "Not", "told",
    ]  # fmt: skip


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_page_says_its_language_and_offers_the_others(tag):
    visitor = Visitor(LANGUAGES[tag], asked=True)
    reader = Reader(pages.credential_page(credential(), report(), visitor))
    [(_, html)] = reader.all("html")
    assert (html["lang"], html["dir"]) == (tag, LANGUAGES[tag].direction)
    offered = {a["hreflang"]: a["href"] for _, a in reader.all("a") if "hreflang" in a}
    assert offered == {other: f"?lang={other}" for other in LANGUAGES if other != tag}


def test_the_certificate_is_offered_in_the_language_of_the_page():
    french = Visitor(LANGUAGES["fr"])
    for visitor, query in ((french, "?lang=fr"), (french.at_home_with("fr"), ""), (Visitor(), "")):
        assert f'.pdf{query}" type="application/pdf"' in pages.credential_page(credential(), report(), visitor)


def test_what_others_wrote_stands_apart_in_a_sentence_from_right_to_left():
    view = credential(assessor="<b>Ngozi</b>")
    html = pages.credential_page(view, report(), Visitor(LANGUAGES["ar"]))
    assert '<bdi dir="auto">&lt;b&gt;Ngozi&lt;/b&gt;</bdi>' in html
    within = pages.verify_page(REPORTS["valid"](), checked_at=NOW, visitor=Visitor(LANGUAGES["ar"]))
    assert "<bdi>eddsa-rdfc-2022</bdi>" in within
