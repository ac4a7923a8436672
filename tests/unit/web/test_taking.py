"""What a holder takes away from the page of a credential, and shows elsewhere."""

from __future__ import annotations

from app.web import pages
from tests.unit.web.marked import MARKED, marked, unmarked
from tests.unit.web.samples import Reader, credential, report


def side(html):
    """The part of a page that is to be taken away."""
    return html.partition('<aside class="side"')[2].partition("</aside>")[0].partition(">")[2]


def test_every_sentence_can_be_translated(monkeypatch):
    with marked(monkeypatch):
        html = side(pages.credential_page(credential(), report(), MARKED))
    reader = Reader(html)
    assert "‹Take it with you›" in reader.text
    assert unmarked(reader.text) == []


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
