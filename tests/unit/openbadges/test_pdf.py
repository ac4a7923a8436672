from __future__ import annotations

import io
import json
import zlib
from contextlib import suppress

import pypdf
import pytest

from app.errors import MalformedDocumentError, TooLargeError
from app.openbadges.attachments import MAX_ATTACHED_BYTES, MAX_ATTACHMENTS
from app.openbadges.pdf import locate_pdf, unbake_pdf
from tests.cost import within
from tests.unit.openbadges.pdfs import (
    PAGE,
    attaching,
    catalog,
    deflated,
    modern,
    names,
    pdf,
    specification,
    stream,
)
from tests.unit.rendering.test_certificate import pdf as certificate

JSON = '{"@context":["https://www.w3.org/ns/credentials/v2"],"name":"Größe 漢字 عربي"}'
JWS = "eyJhbGciOiJSUzI1NiJ9.e30.c2ln"
CREDENTIAL = JSON.encode()
OTHER = CREDENTIAL.replace(b"name", b"title")
INVOICE = json.dumps({"invoice": 7}).encode()
RECEIPT = json.dumps({"type": "VerificationReceipt"}).encode()
FILES = {10: stream(CREDENTIAL), 11: specification(10)}
NOTE = b"<</Type/Annot/Subtype/FileAttachment/Rect[0 0 9 9]/FS 11 0 R>>"
IN_NAMES = {**FILES, 1: catalog(b"/Names<</EmbeddedFiles 4 0 R>>"), 4: names(11)}
DEEP_TREE = {
    **FILES,
    1: catalog(b"/Names<</EmbeddedFiles 4 0 R>>"),
    4: b"<</Kids[5 0 R 6 0 R]>>",
    5: b"<</Limits[(a)(b)]/Kids[7 0 R]>>",
    6: b"<</Limits[(f)(g)]%b" % names(11)[2:],
    7: b"<</Limits[(a)(b)]/Names[]>>",
}


def encrypted(user_password: str = "", algorithm: str = "RC4-128") -> bytes:
    writer = pypdf.PdfWriter()
    writer.append(io.BytesIO(attaching(stream(CREDENTIAL))))
    writer.add_attachment("credential.json", CREDENTIAL)
    writer.encrypt(user_password, "owner", algorithm=algorithm)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


GOOD = {
    "in the tree of names": pdf(IN_NAMES),
    "in a deeper tree of names": pdf(DEEP_TREE),
    "associated with the document": pdf({**FILES, 1: catalog(b"/AF[11 0 R]")}),
    "associated with a page": pdf({**FILES, 3: PAGE[:-2] + b"/AF[11 0 R]>>"}),
    "attached to a note on a page": pdf({**FILES, 3: PAGE[:-2] + b"/Annots[12 0 R]>>", 12: NOTE}),
    **{
        f"in a file that is named for {system} alone": pdf({**IN_NAMES, 11: b"<</EF<</%b 10 0 R>>>>" % system.encode()})
        for system in ("UF", "F", "Unix", "DOS", "Mac")
    },
    "named in two places": pdf({**IN_NAMES, 1: catalog(b"/Names<</EmbeddedFiles 4 0 R>>/AF[11 0 R]")}),
    "with its specification written in place": pdf({**FILES, 1: catalog(b"/AF[%b]" % specification(10))}),
    "attached twice, byte for byte": attaching(stream(CREDENTIAL), deflated(CREDENTIAL)),
    "compressed": attaching(deflated(CREDENTIAL)),
    "as hexadecimal digits, compressed": attaching(
        stream(zlib.compress(CREDENTIAL.hex().encode() + b">"), b"/Filter[/FlateDecode/ASCIIHexDecode]")
    ),
    "beside JSON of another kind": attaching(stream(INVOICE), stream(CREDENTIAL)),
    "beside a file that is damaged": attaching(stream(b"x", b"/Filter/FlateDecode"), stream(CREDENTIAL)),
    "beside a file that is too long": attaching(deflated(b" " * 100_000_000), stream(CREDENTIAL)),
    "beside a picture": attaching(stream(b"\x89PNG\r\n\x1a\n"), stream(CREDENTIAL)),
    "in a file whose objects are in a stream": modern(IN_NAMES),
    "in a file with its table of references in the wrong place": pdf(IN_NAMES, start=7),
    "in a file after white space": b"\n\n" + pdf(IN_NAMES),
    "in a file with bytes behind its end": pdf(IN_NAMES) + b"\n" * 99,
    "in a certificate of ours": certificate(credential=CREDENTIAL),
}


@pytest.mark.parametrize("raw", GOOD.values(), ids=GOOD)
def test_an_attached_credential_is_found(raw):
    assert unbake_pdf(raw) == JSON


def test_its_place_is_told_by_name():
    assert locate_pdf(pdf(IN_NAMES)).place == "attached file “credential.json”"
    nameless = {**FILES, 1: catalog(b"/AF[11 0 R]"), 11: b"<</EF<</UF 10 0 R>>>>"}
    assert locate_pdf(pdf(nameless)).place == "attached file “without a name”"


def test_a_token_is_found_too():
    assert unbake_pdf(attaching(stream(JWS.encode() + b"\n"))).strip() == JWS
    assert unbake_pdf(certificate(credential=JWS.encode(), file_name="badge.jwt")) == JWS


def test_a_verification_receipt_is_given_where_there_is_no_credential():
    assert unbake_pdf(attaching(stream(INVOICE), stream(RECEIPT), stream(RECEIPT))) == RECEIPT.decode()
    assert unbake_pdf(attaching(stream(RECEIPT), stream(CREDENTIAL))) == JSON
    with pytest.raises(MalformedDocumentError, match="more than one"):
        unbake_pdf(attaching(stream(RECEIPT), stream(RECEIPT + b" ")))


def test_the_newest_revision_of_a_file_counts():
    """As every reader has it: what is appended replaces."""
    first = pdf(IN_NAMES)
    appended = b"1 0 obj\n" + catalog() + b"\nendobj\n"
    table = b"xref\n1 1\n%010d 00000 n \ntrailer<</Size 12/Root 1 0 R/Prev %d>>" % (
        len(first),
        first.rindex(b"xref\n0"),
    )
    newer = first + appended + table + b"\nstartxref\n%d\n%%%%EOF\n" % (len(first) + len(appended))
    assert unbake_pdf(first) == JSON
    with pytest.raises(MalformedDocumentError, match="no credential"):
        unbake_pdf(newer)


def linked_list(length: int, key: bytes, end: bytes) -> dict[int, bytes]:
    links = {number: b"<<%b[%d 0 R]>>" % (key, number + 1) for number in range(20, 20 + length)}
    return {**links, 20 + length: end}


BROKEN = {
    "nothing attached": (pdf({}), MalformedDocumentError, "no credential"),
    "only JSON of another kind": (attaching(stream(INVOICE)), MalformedDocumentError, "no credential"),
    "only an address": (attaching(stream(b"https://badges.example/7")), MalformedDocumentError, "no credential"),
    "a link that has a file": (
        pdf({**FILES, 3: PAGE[:-2] + b"/Annots[12 0 R]>>", 12: NOTE.replace(b"/FileAttachment", b"/Link")}),
        MalformedDocumentError,
        "no credential",
    ),
    "only a sentence": (attaching(stream(b"eyJ is how it starts.")), MalformedDocumentError, "no credential"),
    "a credential that nothing names": (pdf(FILES), MalformedDocumentError, "no credential"),
    "a credential in an object that is no stream": (
        pdf({**IN_NAMES, 10: b"(%b)" % CREDENTIAL}),
        MalformedDocumentError,
        "no credential",
    ),
    "two credentials": (attaching(stream(CREDENTIAL), stream(OTHER)), MalformedDocumentError, "more than one"),
    "a credential and a token": (
        attaching(stream(CREDENTIAL), stream(JWS.encode())),
        MalformedDocumentError,
        "more than one",
    ),
    "two credentials under two names of one file": (
        pdf({**IN_NAMES, 11: b"<</F(x)/EF<</F 10 0 R/UF 12 0 R>>>>", 12: stream(OTHER)}),
        MalformedDocumentError,
        "more than one",
    ),
    "two credentials in two places": (
        pdf({**IN_NAMES, 3: PAGE[:-2] + b"/AF[13 0 R]>>", 12: stream(OTHER), 13: specification(12)}),
        MalformedDocumentError,
        "more than one",
    ),
    "not UTF-8": (
        attaching(stream('{"@context":"é"}'.encode("latin-1"))),
        MalformedDocumentError,
        "UTF-8",
    ),
    "a password": (encrypted("secret"), MalformedDocumentError, "encrypted"),
    "a password, stronger": (encrypted("secret", "AES-256"), MalformedDocumentError, "encrypted"),
    "encryption without a password": (encrypted(), MalformedDocumentError, "encrypted"),
    "encryption of an unknown kind": (
        pdf(IN_NAMES, trailer=b"/Root 1 0 R/Encrypt<</Filter/Own/V 9>>"),
        MalformedDocumentError,
        "encrypted",
    ),
    "the first line only": (b"%PDF-1.7\n", MalformedDocumentError, "damaged"),
    "cut off": (pdf(IN_NAMES)[:200], MalformedDocumentError, "damaged"),
    "no root": (pdf(IN_NAMES, trailer=b"").replace(b"/Catalog", b"/Leaflet"), MalformedDocumentError, "damaged"),
    "a root that is a number": (pdf({1: b"7"}), MalformedDocumentError, "damaged|no credential"),
    "six MiB": (pdf({9: stream(bytes(6 * 2**20))}), TooLargeError, "limit"),
}

ENDLESS = {
    "a table of references that leads to itself": pdf({}, trailer=b"/Root 1 0 R/Prev 9"),
    "a stream of references that leads to itself": modern({}, entries=b"/Prev 0"),
    "references to themselves": pdf({1: b"1 0 R"}),
    "pages that are their own parents": pdf({2: b"<</Kids[2 0 R]>>"}),
    "pages that are their own parents, ten times": pdf({2: b"<</Kids[%b]>>" % (b"2 0 R " * 10)}),
    "names that are their own": pdf({1: catalog(b"/Names<</EmbeddedFiles 4 0 R>>"), 4: b"<</Kids[4 0 R]>>"}),
    "pages in 50,000 levels": pdf({2: b"<</Kids[20 0 R]>>", **linked_list(50_000, b"/Kids", PAGE)}),
    "100,000 brackets": pdf({4: b"[" * 100_000 + b"]" * 100_000, 1: catalog(b"/AF 4 0 R")}),
    "100,000 dictionaries in each other": pdf({1: catalog(b"/Names" + b"<</A" * 100_000 + b">>" * 100_000)}),
    "a name of a million letters": pdf({1: catalog(b"/Names<</%b 1>>" % (b"a" * 1_000_000))}),
    "a text of a million brackets": pdf({1: catalog(b"/Names<</A(%b)>>" % (b"(" * 1_000_000))}),
    "100,000 notes": pdf({3: PAGE[:-2] + b"/Annots[%b]>>" % (b"3 0 R " * 100_000)}),
    "70 attached files": attaching(*[stream(b"%d" % number) for number in range(70)]),
    "60 attached bombs": attaching(*[deflated(b"%d" % number + b" " * 5_000_000) for number in range(60)]),
    "a bomb in a bomb": attaching(
        stream(zlib.compress(zlib.compress(b" " * 500_000_000, 9), 9), b"/Filter[/FlateDecode/FlateDecode]")
    ),
    "seventeen filters": attaching(stream(b"x", b"/Filter[%b]" % (b"/FlateDecode" * 17))),
    "a bomb of run lengths": attaching(stream(b"\x81 " * 2_000_000, b"/Filter/RunLengthDecode")),
    "a bomb of LZW": attaching(stream(b"\x80\x0b\x60\x50" * 500_000, b"/Filter/LZWDecode")),
    "a bomb with a predictor": attaching(
        deflated(bytes(900_000), b"/DecodeParms<</Predictor 12/Columns 4>>"),
    ),
    "a bomb in place of objects": modern(IN_NAMES, packed=b" " * 200_000_000),
    "a million objects in a stream": modern(
        IN_NAMES, packed=b"".join(b"%d 0 " % number for number in range(1_000_000))
    ),
    "a stream of references for two thousand million objects": modern(IN_NAMES, entries=b"/Index[0 2000000000]"),
    "a length that lies": attaching(stream(CREDENTIAL, length=70_000_000)),
    "a length that is itself": pdf({**IN_NAMES, 10: b"<</Length 10 0 R>>stream\n%b\nendstream" % CREDENTIAL}),
    "a million lines before the end": pdf({}) + b"\n%" * 1_000_000,
    "a million line ends in place of a table": b"%PDF-1.7\n" + b"\n" * 4_000_000 + b"startxref\n9\n%%EOF",
    "200,000 objects without a table": b"%PDF-1.7\n"
    + b"".join(b"%d 0 obj\n0\nendobj\n" % number for number in range(200_000))
    + b"startxref\n0\n%%EOF",
    "a picture, a web page and a PDF": b"%PDF-1.7\n<html><script>\x89PNG\r\n\x1a\n" + pdf({}),
}


@pytest.mark.parametrize(("raw", "error", "words"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_refused(raw, error, words):
    with pytest.raises(error, match=words):
        unbake_pdf(raw)


@pytest.mark.parametrize("raw", ENDLESS.values(), ids=ENDLESS)
def test_what_would_never_end_or_grow_for_ever_ends(raw):
    """By bounds on work and not by the clock. A service has a clock as well: tests/unit/services/test_pdf_path.py."""
    with within(10), suppress(MalformedDocumentError, TooLargeError):
        assert unbake_pdf(raw) == JSON


def test_a_file_at_the_limit_is_read():
    raw = pdf(IN_NAMES)
    assert unbake_pdf(raw, max_bytes=len(raw)) == JSON
    with pytest.raises(TooLargeError, match="limit"):
        unbake_pdf(raw, max_bytes=len(raw) - 1)


@pytest.mark.parametrize("much", [0, 1])
def test_an_attached_file_at_the_limit_is_read(much):
    content = CREDENTIAL[:-1] + b" " * (MAX_ATTACHED_BYTES - len(CREDENTIAL) + much) + b"}"
    raw = attaching(deflated(content))
    if much == 0:
        assert unbake_pdf(raw).encode() == content
        return
    with pytest.raises(MalformedDocumentError, match="no credential"):
        unbake_pdf(raw)


def test_as_many_attached_files_as_are_allowed_are_looked_through():
    others = [stream(b"%d" % number) for number in range(MAX_ATTACHMENTS - 1)]
    assert unbake_pdf(attaching(*others, stream(CREDENTIAL))) == JSON
    with pytest.raises(TooLargeError, match="64 files"):
        unbake_pdf(attaching(*others, stream(b"one more"), stream(CREDENTIAL)))
