"""`pdf-*`: documents with an attachment, or with something that unpacks, loops or lies (T-13, T-15)."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from tests.hostile.generate.honest import as_json, badge, changed, headed, signed
from tests.hostile.generate.pngs import zeros
from tests.hostile.generate.sample import ANYTHING_BUT_VALID, REFUSED, VALID, rows

HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
BOUNDED = ANYTHING_BUT_VALID | VALID
"""The credential is honest and what is odd stands beside it: any answer will do, if it comes soon."""


@dataclass
class Pdf:
    """Objects by number, written with a classic cross-reference table. What a sample changes is changed before."""

    objects: dict[int, bytes]
    trailer: bytes = b""

    def write(self) -> bytes:
        out, offsets = bytearray(HEAD), {}
        for number, body in self.objects.items():
            offsets[number] = len(out)
            out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
        start, size = len(out), max(self.objects) + 1
        out += b"xref\n0 %d\n" % size
        for number in range(size):
            out += b"%010d %05d %s \n" % (
                offsets.get(number, 0),
                0 if number in offsets else 65_535,
                b"n" if number in offsets else b"f",
            )
        out += b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (size, self.trailer, start)
        return bytes(out)


def stream(data: bytes, entries: bytes = b"", *, length: bytes | None = None) -> bytes:
    size = b"%d" % len(data) if length is None else length
    return b"<</Length %s%s>>stream\n%s\nendstream" % (size, entries, data)


def attached(
    *files: bytes,
    entries: bytes = b"/Type/EmbeddedFile/Subtype/application#2Fvc",
    length: bytes | None = None,
    names=None,
) -> Pdf:
    """One page with the files attached, by the name tree and as associated files."""
    specs = [10 + 2 * n for n in range(len(files))]
    listed = b"".join(b"(credential-%d.json)%d 0 R" % pair for pair in enumerate(specs)) if names is None else names
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[%s]>>>>/AF[%s]>>"
        % (listed, b" ".join(b"%d 0 R" % n for n in specs)),
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
    }
    for number, data in zip(specs, files, strict=True):
        objects[number] = (
            b"<</Type/Filespec/F(credential.json)/UF(credential.json)/EF<</F %d 0 R>>/AFRelationship/Data>>"
            % (number + 1)
        )
        objects[number + 1] = stream(data, entries, length=length)
    return Pdf(objects)


def honest() -> bytes:
    return as_json(signed())


def other() -> bytes:
    return as_json({**badge(), "name": "Another", "proof": signed()["proof"]})


def flate(data: bytes) -> bytes:
    return zlib.compress(data, 9)


def _with(number: int, body: bytes, *files: bytes) -> bytes:
    made = attached(*(files or (honest(),)))
    made.objects[number] = body
    return made.write()


def _updated(first: bytes, last: bytes) -> bytes:
    """A second revision that replaces the attachment: readers take the last."""
    raw = attached(first).write()
    offset = len(raw)
    raw += b"11 0 obj\n%s\nendobj\n" % stream(last)
    start = len(raw)
    previous = raw.rindex(b"xref", 0, raw.rindex(b"startxref"))
    return raw + b"xref\n11 1\n%010d 00000 n \ntrailer\n<</Size 12/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        offset,
        previous,
        start,
    )


def _trailer(text: bytes, *files: bytes) -> bytes:
    made = attached(*(files or (honest(),)))
    made.trailer = text
    return made.write()


def contents():
    yield from rows(
        REFUSED,
        {
            "pdf-altered": (
                "its credential was changed after signing",
                lambda: attached(changed("/name", "Advanced Teaching")).write(),
            ),
            "pdf-unsigned": ("its credential is not signed", lambda: attached(as_json(badge())).write()),
            "pdf-token-none": ("its token is not signed", lambda: attached(headed(lambda _: b"", alg="none")).write()),
            "pdf-words": ("it holds words", lambda: attached(b"This badge was awarded to you.").write()),
            "pdf-nothing-attached": ("nothing is attached", lambda: attached().write()),
            "pdf-empty-attachment": ("what is attached is empty", lambda: attached(b"").write()),
            "pdf-two-credentials": ("two credentials are attached", lambda: attached(honest(), other()).write()),
            "pdf-replaced-by-update": (
                "a later revision put another credential in the place of the first",
                lambda: _updated(honest(), other()),
            ),
            "pdf-in-metadata": (
                "the credential stands in a comment only",
                lambda: HEAD + b"% " + honest() + b"\n" + attached().write(),
            ),
            "pdf-active": (
                "it runs a script, and nothing is attached",
                lambda: _with(3, b"<</Type/Page/Parent 2 0 R/AA<</O<</S/JavaScript/JS(app.alert\\(1\\))>>>>>>", b""),
            ),
            "pdf-launch": (
                "it starts a program, and nothing is attached",
                lambda: _trailer(b"/OpenAction<</S/Launch/F(/bin/true)>>", b""),
            ),
            "pdf-attachment-elsewhere": (
                "what is attached is at an address",
                lambda: _with(10, b"<</Type/Filespec/FS/URL/F(http://169.254.169.254/)>>"),
            ),
            "pdf-attachment-file": (
                "what is attached is a file of the reader's",
                lambda: _with(10, b"<</Type/Filespec/F(/etc/passwd)>>"),
            ),
            "pdf-stream-external": (
                "the bytes of the attachment are in a file",
                lambda: _with(11, stream(b"", b"/F(/etc/passwd)")),
            ),
        },
    )


def bombs():
    yield from rows(
        REFUSED,
        {
            "pdf-bomb": (
                "the attachment inflates to 100 MB",
                lambda: attached(zeros(100_000_000), entries=b"/Filter/FlateDecode").write(),
            ),
            "pdf-bomb-layers": ("the attachment is compressed 60 times", _layers),
            "pdf-bomb-filters": (
                "the attachment names 5,000 filters",
                lambda: attached(honest(), entries=b"/Filter[" + b"/FlateDecode" * 5_000 + b"]").write(),
            ),
            "pdf-bomb-predictor": (
                "the rows of the attachment have a billion columns",
                lambda: attached(
                    flate(honest()), entries=b"/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns 2000000000>>"
                ).write(),
            ),
            "pdf-bomb-run-length": (
                "the attachment is a run of the same byte",
                lambda: attached(b"\x81\0" * 2_000_000 + b"\x80", entries=b"/Filter/RunLengthDecode").write(),
            ),
            "pdf-bomb-lzw": (
                "the attachment is compressed in an old way",
                lambda: attached(b"\x80\x0b\x60\x50" * 500_000, entries=b"/Filter/LZWDecode").write(),
            ),
            "pdf-flate-damaged": (
                "the attachment is compressed and cut off",
                lambda: attached(flate(honest())[:-40], entries=b"/Filter/FlateDecode").write(),
            ),
            "pdf-flate-lie": (
                "the attachment says that it is compressed",
                lambda: attached(honest(), entries=b"/Filter/FlateDecode").write(),
            ),
            "pdf-filter-unknown": (
                "the attachment is compressed in an unknown way",
                lambda: attached(honest(), entries=b"/Filter/Magic").write(),
            ),
            "pdf-encrypted": (
                "it is encrypted",
                lambda: _trailer(
                    b"/Encrypt<</Filter/Standard/V 1/R 2/O(" + b"a" * 32 + b")/U(" + b"a" * 32 + b")/P -1>>/ID[(a)(a)]",
                    b"\x80garbled",
                ),
            ),
            "pdf-too-large": ("it is larger than a file may be", lambda: attached(honest() + b" " * 5_300_000).write()),
            "pdf-only-head": ("there is nothing in it", lambda: HEAD),
            "pdf-no-table": ("it has no table of objects", lambda: HEAD + b"1 0 obj<<>>endobj"),
            "pdf-cut-off": ("it is cut off", lambda: attached(honest()).write()[:900]),
            "pdf-gzipped": ("it is compressed", lambda: zlib.compress(attached(honest()).write())),
            "pdf-polyglot-html-before": (
                "a web page stands before it",
                lambda: b"<script>alert(1)</script>\n" + attached(honest()).write(),
            ),
        },
    )


def _layers() -> bytes:
    data = bytes(1_000_000)
    for _ in range(60):
        data = flate(data)
    return attached(data, entries=b"/Filter[" + b"/FlateDecode" * 60 + b"]").write()


def tangles():
    """An honest attachment in a document that leads readers round in circles."""
    pad = b"[" * 200_000
    table_at = lambda number: b"startxref\n%d\n%%%%EOF\n" % number  # noqa: E731
    whole = lambda: attached(honest()).write()  # noqa: E731
    yield from rows(
        BOUNDED,
        {
            "pdf-length-too-long": (
                "the attachment says that it is longer than the file",
                lambda: attached(honest(), length=b"999999999").write(),
            ),
            "pdf-length-negative": (
                "the attachment says that it is shorter than nothing",
                lambda: attached(honest(), length=b"-1").write(),
            ),
            "pdf-length-zero": (
                "the attachment says that it is empty",
                lambda: attached(honest(), length=b"0").write(),
            ),
            "pdf-length-huge": (
                "the attachment says that it has a length of 10,000 digits",
                lambda: attached(honest(), length=b"9" * 10_000).write(),
            ),
            "pdf-length-is-itself": (
                "the length of the attachment is the attachment",
                lambda: attached(honest(), length=b"11 0 R").write(),
            ),
            "pdf-table-at-nowhere": (
                "its table is beyond its end",
                lambda: whole().rpartition(b"startxref")[0] + table_at(10**9),
            ),
            "pdf-table-at-itself": (
                "its table is at its first byte",
                lambda: whole().rpartition(b"startxref")[0] + table_at(0),
            ),
            "pdf-table-at-10k-digits": (
                "its table is at a place of 10,000 digits",
                lambda: whole().rpartition(b"startxref")[0] + b"startxref\n" + b"9" * 10_000 + b"\n%%EOF",
            ),
            "pdf-prev-loop": ("its table follows itself", _loop),
            "pdf-prev-negative": ("its table follows one before the file", lambda: _trailer(b"/Prev -1")),
            "pdf-size-huge": (
                "it says that it has a billion objects",
                lambda: whole().replace(b"/Size 12", b"/Size 999999999"),
            ),
            "pdf-table-of-a-billion": (
                "its table says that it has a billion lines",
                lambda: whole().replace(b"xref\n0 12", b"xref\n0 999999999"),
            ),
            "pdf-pages-loop": (
                "its pages hold each other",
                lambda: _with(2, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 1>>"),
            ),
            "pdf-names-loop": ("the names of its attachments hold each other", _names_loop),
            "pdf-names-deep": ("the names of its attachments are 5,000 levels deep", _names_deep),
            "pdf-names-wide": (
                "100,000 names stand for one attachment",
                lambda: attached(honest(), names=b"(a)10 0 R" * 100_000).write(),
            ),
            "pdf-reference-to-itself": ("an object is itself", lambda: _with(10, b"10 0 R")),
            "pdf-reference-chain": ("an object is another, which is the first", _reference_chain),
            "pdf-arrays-deep": ("lists are nested 200,000 deep", lambda: _with(3, pad + b"]" * 200_000)),
            "pdf-arrays-open": ("200,000 lists are opened and none is closed", lambda: _with(3, pad)),
            "pdf-dictionaries-deep": (
                "dictionaries are nested 50,000 deep",
                lambda: _with(3, b"<</a" * 50_000 + b" 1" + b">>" * 50_000),
            ),
            "pdf-text-open": ("a text has no end", lambda: _with(3, b"(" * 100_000)),
            "pdf-hexadecimal-open": ("a text in hexadecimal has no end", lambda: _with(3, b"<" + b"41" * 500_000)),
            "pdf-many-objects": ("it has 50,000 objects", _many_objects),
            "pdf-many-tables": ("its end stands there 20,000 times", lambda: whole() + table_at(9) * 20_000),
            "pdf-many-streams": ("the word stream stands there 300,000 times", lambda: whole() + b"stream\n" * 300_000),
            "pdf-object-stream-of-a-billion": (
                "objects are packed, a billion of them",
                lambda: _with(3, stream(flate(b"1 0 "), b"/Type/ObjStm/N 999999999/First 10/Filter/FlateDecode")),
            ),
            "pdf-object-stream-loop": (
                "packed objects extend themselves",
                lambda: _with(
                    3, stream(flate(b"10 0 <<>>"), b"/Type/ObjStm/N 1/First 5/Extends 3 0 R/Filter/FlateDecode")
                ),
            ),
            "pdf-name-long": ("a name has 500,000 letters", lambda: _with(3, b"/" + b"a" * 500_000)),
            "pdf-number-long": ("a number has 500,000 digits", lambda: _with(3, b"9" * 500_000)),
            "pdf-polyglot-zip-after": ("an archive follows it", lambda: whole() + b"PK\x03\x04" + bytes(60)),
            "pdf-nul-padded": ("a million NULs follow it", lambda: whole() + bytes(1_000_000)),
        },
    )


def _loop() -> bytes:
    raw = attached(honest()).write()
    start = int(raw.rpartition(b"startxref\n")[2].split()[0])
    return raw.replace(b"/Root 1 0 R", b"/Root 1 0 R/Prev %d" % start)


def _reference_chain() -> bytes:
    made = attached(honest())
    made.objects |= {10: b"20 0 R", 20: b"10 0 R"}
    return made.write()


def _names_loop() -> bytes:
    made = attached(honest())
    made.objects[1] = b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles 4 0 R>>>>"
    made.objects[4] = b"<</Kids[4 0 R 5 0 R]>>"
    made.objects[5] = b"<</Kids[4 0 R 5 0 R]>>"
    return made.write()


def _names_deep() -> bytes:
    made = attached(honest())
    made.objects[1] = b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles 100 0 R>>>>"
    for number in range(100, 5_100):
        made.objects[number] = b"<</Kids[%d 0 R]>>" % (number + 1)
    made.objects[5_100] = b"<</Names[(credential.json)10 0 R]>>"
    return made.write()


def _many_objects() -> bytes:
    made = attached(honest())
    made.objects |= dict.fromkeys(range(100, 50100), b"<<>>")
    return made.write()


def samples():
    yield from contents()
    yield from bombs()
    yield from tangles()
