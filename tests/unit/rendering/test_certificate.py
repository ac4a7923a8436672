from __future__ import annotations

import re
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.errors import MalformedDocumentError
from app.rendering import BadgeArt, Certificate, badge_png, certificate_pdf

CERTIFICATE = Certificate(
    recipient="Amina Haddad",
    achievement="Differentiated Teaching",
    issuer="Riverside Academy",
    awarded=datetime(2026, 5, 4, 10, 0, tzinfo=UTC),
    address="https://badges.example/credentials/7d1e",
    facts=(("Awarded", "4 May 2026"), ("Workload", "25 hours")),
    summary="Plans lessons in which all pupils reach the same goal.",
    language="en-GB",
)
CREDENTIAL = '{"name":"Größe 漢字"}'.encode()


def pdf(certificate=CERTIFICATE, *, art_png=None, credential=CREDENTIAL, file_name="credential.json"):
    return certificate_pdf(certificate, art_png=art_png, credential=credential, file_name=file_name)


def opened(raw: bytes) -> bytes:
    """The file with its compressed streams opened, for searching."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", raw, re.DOTALL)
    return raw + b"\n".join(opened_stream(stream) for stream in streams)


def opened_stream(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


def pages(raw: bytes) -> int:
    return max(map(int, re.findall(rb"/Count (\d+)", opened(raw))))


def is_archival(raw: bytes) -> bool:
    return bool(re.search(rb"<pdfaid:part>3</pdfaid:part>", opened(raw)))


def test_the_page_is_one_archival_page_with_the_credential_in_it():
    raw = opened(pdf(art_png=badge_png(BadgeArt("A", "B", None, "s"))))
    assert pages(raw) == 1
    assert is_archival(raw)
    assert CREDENTIAL in raw
    assert b"credential.json" in raw
    assert b"/AFRelationship/Data" in raw.replace(b" ", b"")


def test_title_author_language_and_date_are_set():
    raw = opened(pdf())
    assert "Differentiated Teaching – Amina Haddad".encode() in raw
    assert b"Riverside Academy" in raw
    assert b"en-GB" in raw
    assert b"2026-05-04" in raw


def test_the_same_values_give_the_same_bytes():
    art = badge_png(BadgeArt("A", "B", None, "s"))
    assert pdf(art_png=art) == pdf(art_png=art)
    assert pdf() != pdf(replace(CERTIFICATE, recipient="Amina Haddat"))


def test_a_token_is_attached_too():
    token = b"eyJhbGciOiJSUzI1NiJ9.e30.c2ln"
    raw = opened(pdf(credential=token, file_name="credential.jwt"))
    assert token in raw
    assert b"vc+jwt" in raw.replace(b"#2B", b"+").replace(b"#2b", b"+")


@pytest.mark.parametrize("name", ["أمينة حداد", "王小明", "김철수", "สมชาย", "Дмитрий", "אמינה"])
def test_names_of_other_scripts_are_archival_too(name):
    assert is_archival(pdf(replace(CERTIFICATE, recipient=name)))


def test_a_letter_that_no_font_has_costs_the_standard_but_not_the_page():
    raw = pdf(replace(CERTIFICATE, recipient="தமிழ் 😀"))
    assert raw.startswith(b"%PDF-")
    assert not is_archival(raw)
    assert CREDENTIAL in opened(raw)


HARD = {
    "long names": {"recipient": "Name " * 500, "achievement": "Word " * 500, "issuer": "Issuer " * 200},
    "one long word": {"recipient": "x" * 5_000, "issuer": "y" * 5_000, "summary": "z" * 5_000},
    "many long facts": {"facts": (("Label " * 50, "Value " * 500),) * 30},
    "a long address": {"address": "https://badges.example/" + "a" * 5_000},
    "nothing": {"recipient": "", "achievement": "", "issuer": "", "address": "https://b.example/", "summary": None},
    "typst code": {"recipient": '#panic("x") $ ] \\ "', "summary": "@a <b> // /*"},
    "an unknown language": {"language": "x-klingon"},
    "a language with a script": {"language": "zh-Hant-TW"},
    "right to left": {"language": "ar", "recipient": "أمينة حداد", "heading": "شهادة"},
}


@pytest.mark.parametrize("changes", HARD.values(), ids=HARD)
def test_it_stays_one_page(changes):
    raw = pdf(replace(CERTIFICATE, **changes), art_png=badge_png(BadgeArt("A", "B", None, "s")))
    assert pages(raw) == 1


def test_bytes_that_are_no_text_cannot_be_attached():
    with pytest.raises(MalformedDocumentError):
        pdf(credential=b"\xff")


def test_many_threads_at_once():
    certificates = [replace(CERTIFICATE, recipient=f"Name {number % 4}") for number in range(16)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(pdf, certificates)) == [pdf(certificate) for certificate in certificates]
