"""PDF files by hand (ISO 32000-2), so that a test can break exactly one thing in them."""

from __future__ import annotations

import zlib

PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>"


def stream(content: bytes, entries: bytes = b"/Type/EmbeddedFile", *, length: int | None = None) -> bytes:
    return b"<<%b/Length %d>>stream\n%b\nendstream" % (entries, length or len(content), content)


def deflated(content: bytes, entries: bytes = b"/Type/EmbeddedFile") -> bytes:
    return stream(zlib.compress(content, 9), entries + b"/Filter/FlateDecode")


def specification(stream_number: int, name: bytes = b"credential.json") -> bytes:
    return b"<</Type/Filespec/F(%b)/UF(%b)/EF<</F %d 0 R>>>>" % (name, name, stream_number)


def names(*specifications: int) -> bytes:
    """A name tree that is one node."""
    return b"<</Names[%b]>>" % b" ".join(b"(file%d)%d 0 R" % (number, number) for number in specifications)


def catalog(entries: bytes = b"") -> bytes:
    return b"<</Type/Catalog/Pages 2 0 R%b>>" % entries


def pdf(objects: dict[int, bytes], *, trailer: bytes = b"/Root 1 0 R", start: int | None = None) -> bytes:
    """A file of version 1.7 with a classic cross-reference table; 1 is the catalog, 2 the pages, 3 the only page."""
    every = {1: catalog(), 2: PAGES, 3: PAGE, **objects}
    body, offsets = b"%PDF-1.7\n", {}
    for number, value in sorted(every.items()):
        offsets[number] = len(body)
        body += b"%d 0 obj\n%b\nendobj\n" % (number, value)
    table = b"xref\n0 1\n0000000000 65535 f \n"
    table += b"".join(b"%d 1\n%010d 00000 n \n" % (number, offset) for number, offset in sorted(offsets.items()))
    size = max(every) + 1
    end = len(body) if start is None else start
    return body + table + b"trailer<</Size %d%b>>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, end)


def attaching(*contents: bytes) -> bytes:
    """A PDF with these streams (as `stream` or `deflated` writes them) in its name tree of embedded files."""
    objects: dict[int, bytes] = {}
    for index, content in enumerate(contents):
        objects[10 + 2 * index] = content
        objects[11 + 2 * index] = specification(10 + 2 * index, b"file%d.json" % index)
    tree = names(*(11 + 2 * index for index in range(len(contents))))
    return pdf({**objects, 1: catalog(b"/Names<</EmbeddedFiles 4 0 R>>"), 4: tree})


def modern(objects: dict[int, bytes], *, packed: bytes | None = None, entries: bytes = b"") -> bytes:
    """The same as version 1.5 and later have it: objects (but no streams) inside a stream, and references in another.

    `packed` is what stands in the stream of objects instead.
    """
    every = {1: catalog(), 2: PAGES, 3: PAGE, **objects}
    inside = {number: value for number, value in every.items() if not value.endswith(b"endstream")}
    outside = {number: value for number, value in every.items() if number not in inside}
    heads, values = b"", b""
    for number, value in inside.items():
        heads += b"%d %d " % (number, len(values))
        values += value + b" "
    size = max(every) + 3
    content = heads + values if packed is None else packed
    outside[size - 2] = deflated(content, b"/Type/ObjStm/N %d/First %d" % (len(inside), len(heads)))
    body, offsets = b"%PDF-1.7\n", {}
    for number, value in outside.items():
        offsets[number] = len(body)
        body += b"%d 0 obj\n%b\nendobj\n" % (number, value)
    offsets[size - 1] = len(body)
    rows = b""
    for number in range(size):
        if number in offsets:
            rows += b"\1%b\0\0" % offsets[number].to_bytes(4)
        elif number in inside:
            rows += b"\2%b%b" % ((size - 2).to_bytes(4), list(inside).index(number).to_bytes(2))
        else:
            rows += b"\0\0\0\0\0\xff\xff"
    table = deflated(rows, b"/Type/XRef/W[1 4 2]/Root 1 0 R/Size %d%b" % (size, entries))
    return body + b"%d 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (size - 1, table, len(body))


def one_page(drawn: bytes, objects: dict[int, bytes] | None = None, *, entries: bytes = b"") -> bytes:
    """A PDF whose only page, of 600 by 400, draws this in Helvetica, F1. `entries`: more of the page itself."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 400]/Contents 4 0 R/Resources 5 0 R%b>>" % entries
    resources = b"<</Font<</F1 6 0 R>>>>"
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
    return pdf({3: page, 4: stream(drawn, b""), 5: resources, 6: font, **(objects or {})})
