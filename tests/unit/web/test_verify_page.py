"""The page at /verify: the form, and what a receipt that is given to it says."""

from __future__ import annotations

import pytest

from app.language import LANGUAGES
from app.services.given_receipts import OwnReceipt
from app.verification.report import say
from app.web import pages
from app.web.visitor import Visitor
from tests.unit.web.samples import NOW, OWN_RECEIPT, Reader, every_page, report

PAGES = every_page()

ARABIC = Visitor(LANGUAGES["ar"], asked=True)


def test_a_receipt_says_what_it_said_and_is_never_green():
    html = pages.given_receipt_page(OWN_RECEIPT)
    reader = Reader(html)
    assert reader.unbalanced == []
    assert '<dt>Result at that time</dt><dd><span dir="auto">Revoked</span></dd>' in html
    for words in ("It was revoked.", "10 May 2026 at 12:00 UTC", "9 May 2026"):
        assert words in reader.text
    assert "<b>Amina" not in html
    assert "tone-good" not in html
    assert [a["value"] for _, a in reader.all("input") if a.get("name") == "text"] == [
        OWN_RECEIPT.receipt["credential"]["id"]
    ]


@pytest.mark.parametrize(
    "address", ["urn:uuid:1", "mailto:a@b.example", "javascript:alert(1)", "https://a@b.example", None]
)
def test_what_is_no_address_is_not_offered(address):
    html = pages.given_receipt_page(OwnReceipt(OWN_RECEIPT.receipt | {"credential": {"id": address}}))
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


def test_the_verify_form_works_by_itself():
    reader = Reader(pages.verify_page())
    form = reader.all("form")[0][1]
    assert (form["method"], form["action"], form["enctype"]) == ("post", "/verify", "multipart/form-data")
    assert [a["name"] for _, a in reader.all("input", "textarea")] == ["file", "text", "email"]
    [offered] = [a["type"] for _, a in reader.all("button") if "hidden" not in a and a.get("type") != "button"]
    assert offered == "submit"


def test_the_verify_page_repeats_what_was_pasted_but_no_more_than_fits():
    assert "&lt;/textarea&gt;&lt;b&gt;" in pages.verify_page(problem="No.", pasted="</textarea><b>")
    assert len(pages.verify_page(problem="No.", pasted="x" * 10**6)) < pages.MAX_PASTED + 10_000
    assert 'role="alert"' in PAGES["verify, problem"]


def test_a_report_wants_its_moment():
    with pytest.raises(ValueError, match="moment"):
        pages.verify_page(report())
    assert "23 November 2026, 20:08 UTC" in Reader(pages.verify_page(report(), checked_at=NOW)).text


def test_of_what_is_inside_only_what_was_assessed_is_listed():
    inner = report(say("status.revoked"))
    html = pages.verify_page(report(endorsements=(inner,)), checked_at=NOW)
    outside, _, inside = html.partition('id="endorsements"')
    inside = inside.partition("</section>")[0]
    assert "It was not withdrawn." in outside
    assert say("status.revoked").title in inside
    assert "Not assessed" in outside
    assert "Not assessed" not in inside
