"""Certificates whose page was edited, while what is attached to them stayed. Each function is one way to forge."""

from __future__ import annotations

import io

import pypdf
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, StreamObject


def covered(raw: bytes, _address: str, name: str) -> bytes:
    """A white rectangle over the left third of the page's words, where the name stands, and another name on it."""
    drawn = f"q 1 g 60 305 500 40 re f 0 g BT /Forged 32 Tf 74 318 Td ({name}) Tj ET Q"
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(raw))
    page = writer.pages[0]
    before = [StreamObject(), StreamObject()]
    before[0].set_data(b"q\n")
    before[1].set_data(b"\nQ\n" + drawn.encode())
    contents = [writer._add_object(before[0]), page.raw_get("/Contents"), writer._add_object(before[1])]
    page[NameObject("/Contents")] = ArrayObject(contents)
    page["/Resources"].get_object()["/Font"].get_object()[NameObject("/Forged")] = _helvetica()
    return _written(writer)


def drawn_anew(raw: bytes, address: str, name: str) -> bytes:
    """A page by another program, with all that was on it but the name."""
    lines = (
        "This is to certify that",
        name,
        "has earned",
        "Differentiated Teaching",
        "4 May 2026 to 4 May 2029",
        address,
    )
    drawn = "BT /Forged 12 Tf 60 400 Td 20 TL " + " ".join(f"({line}) Tj T*" for line in lines) + " ET"
    return _with_page(
        raw, drawn, DictionaryObject({NameObject("/Font"): DictionaryObject({NameObject("/Forged"): _helvetica()})})
    )


def pictured(raw: bytes) -> bytes:
    """A page that is one picture, as scanners make it."""
    picture = StreamObject()
    picture.set_data(b"\x80")
    picture.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(1),
            NameObject("/Height"): NumberObject(1),
            NameObject("/ColorSpace"): NameObject("/DeviceGray"),
            NameObject("/BitsPerComponent"): NumberObject(8),
        }
    )
    return _with_page(raw, "842 0 0 595 0 0 cm /Scan Do", DictionaryObject(), picture)


def _with_page(raw: bytes, drawn: str, resources: DictionaryObject, picture: StreamObject | None = None) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(raw))
    page, content = writer.pages[0], StreamObject()
    content.set_data(drawn.encode())
    if picture is not None:
        resources[NameObject("/XObject")] = DictionaryObject({NameObject("/Scan"): writer._add_object(picture)})
    page[NameObject("/Contents")] = writer._add_object(content)
    page[NameObject("/Resources")] = resources
    return _written(writer)


def _helvetica() -> DictionaryObject:
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
            NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
        }
    )


def _written(writer: pypdf.PdfWriter) -> bytes:
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()
