"""The page at /verify for visitors of every language: each sentence is one that a catalogue can have."""

from __future__ import annotations

import re

import pytest

from app.language import LANGUAGES, Said
from app.language import telling as telling_module
from app.services.given_receipts import ForeignReceipt, NoReceipt, OwnReceipt
from app.web import pages, writing
from app.web.visitor import Visitor
from tests.unit.web.samples import NOW, Reader, report

# What a receipt says is not ours to translate; and the status is of a part that all pages share.
OTHERS = {"It was revoked.", "Coaching", "&lt;b&gt;Amina&lt;/b&gt;", "https://badges.example/credentials/1", "ab" * 32}
ARABIC = Visitor(LANGUAGES["ar"], asked=True)


class Marking:
    """A catalogue that has everything: what went through it stands between brackets."""

    def gettext(self, text):
        return f"⟦{text}⟧" if text else ""

    def ngettext(self, one, other, count):
        return f"⟦{one if count == 1 else other}⟧"


@pytest.fixture
def marked(monkeypatch):
    for module in (writing, telling_module):
        monkeypatch.setattr(module, "translations", lambda _language: Marking())
    writing._environment.cache_clear()
    yield
    writing._environment.cache_clear()


def main_of(html):
    return html.partition("<main")[2].partition("</main>")[0].partition(">")[2]


def unmarked(html):
    """Words that no catalogue was asked for: what is left of text and of attributes that are read aloud."""
    told = re.sub(r"⟦[^⟧]*⟧", "", main_of(html))
    attributes = re.findall(r'(?:title|alt|placeholder|aria-label|data-say-\w+)="([^"]*)"', told)
    return [words for words in [*re.findall(r">([^<]+)<", told), *attributes] if re.search(r"\w", words)]


@pytest.mark.parametrize("values", [{}, {"problem": Said("No.")}], ids=["form", "problem"])
def test_every_sentence_of_the_form_is_told(marked, values):
    html = pages.verify_page(visitor=ARABIC, **values)
    assert unmarked(html) == []
    assert re.search(r"<title>⟦[^⟧]+⟧ · Laurel</title>", html)
    assert re.search(r'name="description" content="⟦[^⟧"]+⟧"', html)


def test_every_sentence_of_a_result_is_told(marked):
    html = main_of(pages.verify_page(report(), visitor=ARABIC, checked_at=NOW, receipt="{}"))
    for words in ("Result of verification", "What the credential says", "How this was checked", "Keep this result"):
        assert f"⟦{words}⟧" in html
    assert "<dt>⟦Awarded to⟧</dt>" in html
    assert "<title>⟦⟦Valid⟧ – result of verification⟧" in pages.verify_page(report(), visitor=ARABIC, checked_at=NOW)


OWN = OwnReceipt({
    "checkedAt": "2026-05-10T12:00:00Z", "judgedAt": "2026-05-09T08:00:00Z", "conclusion": "revoked",
    "summary": "It was revoked.", "of": {"format": "json", "sha256": "ab" * 32},
    "credential": {"id": "https://badges.example/credentials/1", "name": "Coaching"},
    "recipient": {"name": "<b>Amina</b>"}, "issuer": {"id": "did:web:x"},
})  # fmt: skip


@pytest.mark.parametrize(
    "found", [OWN, ForeignReceipt("verify.example"), NoReceipt(Said("No."))], ids=lambda one: type(one).__name__
)
def test_every_sentence_on_a_receipt_is_told(marked, found):
    html = pages.given_receipt_page(found, visitor=ARABIC)
    dates = r"<time[^>]*>[^<]*</time>|<h2 id=.status.*?</h2>"
    assert set(unmarked(re.sub(dates, "", html))) <= OTHERS
    assert re.search(r"<title>⟦[^·]+⟧ · Laurel</title>", html)


def test_a_receipt_says_what_it_said_and_is_never_green():
    html = pages.given_receipt_page(OWN)
    reader = Reader(html)
    assert reader.unbalanced == []
    assert '<dt>Result at that time</dt><dd><span dir="auto">Revoked</span></dd>' in html
    for words in ("It was revoked.", "10 May 2026 at 12:00 UTC", "9 May 2026"):
        assert words in reader.text
    assert "<b>Amina" not in html
    assert "tone-good" not in html
    assert [a["value"] for _, a in reader.all("input") if a.get("name") == "text"] == [OWN.receipt["credential"]["id"]]


@pytest.mark.parametrize(
    "address", ["urn:uuid:1", "mailto:a@b.example", "javascript:alert(1)", "https://a@b.example", None]
)
def test_what_is_no_address_is_not_offered(address):
    html = pages.given_receipt_page(OwnReceipt(OWN.receipt | {"credential": {"id": address}}))
    assert "does not say where the badge is" in html
    assert "javascript:" not in html


def test_dates_of_the_credential_are_written_as_the_visitor_writes_them():
    html = pages.verify_page(report(), visitor=Visitor(LANGUAGES["fr"]), checked_at=NOW)
    assert '<time datetime="2026-05-04T10:00:00Z">4 mai 2026</time>' in html


def test_the_language_that_was_asked_for_is_kept():
    asked = Reader(pages.verify_page(report(), visitor=ARABIC, checked_at=NOW, receipt="{}"))
    assert [a["action"] for _, a in asked.all("form")] == ["/verify/receipt?lang=ar", "/verify?lang=ar"]
    merely_preferred = Reader(pages.verify_page(visitor=Visitor(LANGUAGES["ar"])))
    assert [a["action"] for _, a in merely_preferred.all("form")] == ["/verify"]


def test_the_title_begins_with_the_result():
    titles = {
        "Valid – result of verification": pages.verify_page(report(), checked_at=NOW),
        "That could not be read – verify a badge": pages.verify_page(problem="No."),
        "Verify a badge": pages.verify_page(),
    }
    for title, html in titles.items():
        assert f"<title>{title} · Laurel</title>" in html


@pytest.mark.parametrize(("most", "told"), [(5 * 1_048_576, "5 MB"), (2_700_000, "2.5 MB"), (20 * 1_048_576, "20 MB")])
def test_the_most_that_a_file_may_have_is_the_deployments(most, told):
    reader = Reader(pages.verify_page(most_bytes=most))
    assert f"up to {told}." in reader.text
    assert reader.all("form")[0][1]["data-most"] == str(most)


def test_the_scripts_are_modules_of_this_site():
    scripts = [script for _, script in Reader(pages.verify_page()).all("script")]
    assert {script["type"] for script in scripts} == {"module"}
    assert [script["src"].partition("?v=")[0] for script in scripts] == ["/static/verify.js", "/static/scan.js"]
