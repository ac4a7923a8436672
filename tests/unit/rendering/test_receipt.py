from __future__ import annotations

import io
import subprocess
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PIL import Image

from app.errors import MalformedDocumentError
from app.rendering import ReceiptCheck, ReceiptPage, ReceiptWords, receipt_pdf
from tests.unit.rendering.readers import (
    attachment,
    codes_of,
    headings,
    rasterised,
    reader,
    require_archival_and_accessible,
    structure,
    text_of,
    tool,
)

SIGNED = '{"@context":["https://www.w3.org/ns/credentials/v2"],"name":"漢字"}'.encode()
PAGE = ReceiptPage(
    result="Valid",
    tone="good",
    sentence="The credential is genuine and was not revoked when it was checked.",
    checked_at=datetime(2026, 5, 4, 10, 0, tzinfo=UTC),
    when="4 May 2026, 10:00 UTC",
    format="Open Badges 3.0 in a PNG image",
    sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    service="badges.riverside.example",
    address="https://badges.riverside.example/.well-known/did.json",
    claims=(("Achievement", "Differentiated Teaching"), ("Awarded to", "أمينة حداد")),
    checks=(
        ReceiptCheck("The signature fits", "Passed", "good"),
        ReceiptCheck("It was not revoked", "Could not tell", "caution"),
        ReceiptCheck("The issuer is on your list", "Failed", "bad"),
        ReceiptCheck("It was issued to the person named", "Not assessed", "neutral"),
    ),
)
ARABIC = replace(PAGE, language="ar", words=ReceiptWords(heading="إيصال التحقق", checked="ما تم التحقق منه"))
PAGES = {
    "English": PAGE,
    "Arabic": ARABIC,
    "on letter paper": replace(PAGE, paper="letter"),
    "nothing optional": replace(PAGE, claims=(), checks=()),
    "bad": replace(PAGE, result="Not valid", tone="bad"),
}
HARD = {
    "too much of everything": replace(
        PAGE,
        sentence="Sentence " * 90,
        service="service " * 90,
        claims=(("Label " * 90, "Value " * 900),) * 50,
        checks=(ReceiptCheck("Title " * 90, "Outcome " * 90, "bad"),) * 90,
        words=replace(PAGE.words, how=PAGE.words.how * 3),
    ),
    "words without end": replace(
        PAGE,
        sentence="x" * 5_000,
        service="y" * 5_000,
        sha256="z" * 5_000,
        claims=(("a" * 900, "b" * 900),) * 50,
        checks=(ReceiptCheck("c" * 900, "Failed", "bad"),) * 50,
        address="https://badges.example/" + "e" * 2_000,
    ),
    "typst code": replace(PAGE, result='#panic("x")', sentence="$ ] \\ @a <b> {x}", claims=(("*a*", "_b_"),)),
}


def pdf(page: ReceiptPage = PAGE, receipt: bytes = SIGNED) -> bytes:
    return receipt_pdf(page, receipt=receipt, file_name="receipt.json")


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_it_is_one_archival_and_accessible_page(page):
    raw = pdf(page)
    assert len(reader(raw).pages) == 1
    require_archival_and_accessible(raw)
    assert reader(raw).root_object["/Lang"] == page.language
    assert headings(raw) == ["/H1"] + ["/H2"] * (3 + bool(page.claims) + bool(page.checks))


def test_the_checks_are_a_table_with_headers():
    kinds = [str(element["/S"]) for element in structure(pdf())]
    assert kinds.count("/Table") == 1
    assert kinds.count("/TH") == 2
    assert kinds.count("/TR") == 1 + len(PAGE.checks)


def test_the_signed_receipt_is_attached():
    name, specification, content = attachment(pdf())
    assert (name, content) == ("receipt.json", SIGNED)
    assert specification["/AFRelationship"] == "/Data"
    assert specification["/EF"]["/F"]["/Subtype"] == "/application/json"


def test_title_and_date_are_set():
    about = reader(pdf()).metadata
    assert about.title == "Verification receipt: Valid"
    assert about.author == "badges.riverside.example"
    assert about.creation_date == PAGE.checked_at


def test_it_says_all_that_it_was_given(tmp_path):
    text = text_of(pdf(), tmp_path)
    flat = " ".join(text.split())
    for words in (PAGE.result, PAGE.sentence, PAGE.when, PAGE.format, PAGE.sha256, PAGE.service):
        assert words in flat
    for check in PAGE.checks:
        assert check.title in flat
        assert check.outcome in flat
    assert "Differentiated Teaching" in flat


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_the_printed_code_leads_to_where_receipts_are_verified(page, tmp_path):
    assert codes_of(rasterised(pdf(page), tmp_path), tmp_path) == [PAGE.address]


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("page", HARD.values(), ids=HARD)
def test_whatever_it_is_given_stays_on_one_page(page, paper, tmp_path):
    raw = pdf(replace(page, paper=paper))
    assert len(reader(raw).pages) == 1
    image = Image.open(io.BytesIO(rasterised(raw, tmp_path, resolution=72))).convert("L")
    width, height = image.size
    for edge in ((0, 0, 40, height), (width - 40, 0, width, height), (0, height - 36, width, height)):
        assert image.crop(edge).getextrema() == (255, 255)


def test_qpdf_finds_nothing_wrong(tmp_path):
    file = tmp_path / "page.pdf"
    file.write_bytes(pdf())
    done = subprocess.run([tool("qpdf", "qpdf"), "--check", str(file)], capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stderr


def test_a_letter_that_no_font_has_costs_the_standard_but_not_the_page():
    raw = pdf(replace(PAGE, claims=(("Awarded to", "ᏣᎳᎩ 😀"),)))
    assert b"pdfaid" not in reader(raw).root_object["/Metadata"].get_data()
    assert attachment(raw)[2] == SIGNED


def test_the_same_values_give_the_same_bytes():
    assert pdf() == pdf()
    assert pdf() != pdf(replace(PAGE, result="valid"))


def test_bytes_that_are_no_text_cannot_be_attached():
    with pytest.raises(MalformedDocumentError):
        pdf(receipt=b"\xff")
