"""`png-*`: bombs, lies about length, two credentials, files that are two things (threats T-06, T-13, T-14)."""

from __future__ import annotations

import gzip
import struct
import zlib
from functools import cache

from tests.hostile.generate.honest import as_json, badge, changed, compact, headed, signed
from tests.hostile.generate.sample import ANYTHING_BUT_VALID, INVALID, PROBLEM, REFUSED, nothing_there, rows

SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEYWORD = b"openbadgecredential"
HTML = b"<script>fetch('https://attacker.example/')</script>"


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def header(width: int = 1, height: int = 1, depth: int = 8, color: int = 2) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0))


PIXELS = chunk(b"IDAT", zlib.compress(b"\0\xff\xff\xff"))
END = chunk(b"IEND")


def png(*extra: bytes, head: bytes | None = None, pixels: bytes = PIXELS, end: bytes = END) -> bytes:
    return b"".join((SIGNATURE, header() if head is None else head, *extra, pixels, end))


def itxt(text: bytes, *, keyword: bytes = KEYWORD, flags: bytes = b"\0\0", rest: bytes = b"\0\0") -> bytes:
    return chunk(b"iTXt", keyword + b"\0" + flags + rest + text)


def deflated(text: bytes) -> bytes:
    return itxt(zlib.compress(text, 9), flags=b"\1\0")


def honest() -> bytes:
    return as_json(signed())


def baked(text: bytes) -> bytes:
    return png(itxt(text))


@cache
def zeros(size: int) -> bytes:
    """So many zeros, compressed."""
    return zlib.compress(bytes(size), 9)


def bombs():
    """No credential is in them, so that nothing needs to be unpacked to say so."""
    frames = b"".join(chunk(b"fcTL", struct.pack(">IIIIIHHBB", n, 1, 1, 0, 0, 1, 1, 0, 0)) for n in range(3_000))
    yield from rows(
        PROBLEM,
        {
            "png-bomb-dimensions": (
                "it says that it is four billion pixels wide",
                lambda: png(head=header(2**31 - 1, 2**31 - 1)),
            ),
            "png-bomb-pixels": (
                "its pixels inflate to 100 MB",
                lambda: png(head=header(10_000, 10_000), pixels=chunk(b"IDAT", zeros(100_000_000))),
            ),
            "png-bomb-itxt": (
                "a text in it inflates to 100 MB",
                lambda: png(itxt(zeros(100_000_000), keyword=b"Comment", flags=b"\1\0")),
            ),
            "png-bomb-ztxt": (
                "a text in it inflates to 100 MB",
                lambda: png(chunk(b"zTXt", b"Comment\0\0" + zeros(100_000_000))),
            ),
            "png-bomb-iccp": (
                "its colour profile inflates to 100 MB",
                lambda: png(chunk(b"iCCP", b"p\0\0" + zeros(100_000_000))),
            ),
            "png-bomb-credential": (
                "the credential inflates to 100 MB",
                lambda: png(itxt(zeros(100_000_000), flags=b"\1\0")),
            ),
            "png-bomb-credential-json": (
                "the credential inflates to 2 MB of white space",
                lambda: png(deflated(b" " * 2_000_000 + honest())),
            ),
            "png-bomb-chunks": ("it has 30,000 chunks", lambda: png(*[chunk(b"tEXt", b"a\0b")] * 30_000)),
            "png-bomb-empty-chunks": ("it has 100,000 empty chunks", lambda: png(*[chunk(b"tEXt")] * 100_000)),
            "png-bomb-apng": ("it has 3,000 frames", lambda: png(chunk(b"acTL", struct.pack(">II", 3_000, 0)), frames)),
            "png-bomb-credentials": ("it has 1,000 credentials", lambda: png(*[itxt(honest())] * 1_000)),
            "png-too-large": (
                "it is larger than an image may be",
                lambda: png(chunk(b"tEXt", b"a\0" + bytes(5_300_000))),
            ),
        },
    )


def lies():
    good = itxt(honest())
    wrong_crc = good[:-4] + bytes(4)

    def with_length(length: int) -> bytes:
        return png(struct.pack(">I", length) + good[4:])

    yield from rows(
        PROBLEM,
        {
            "png-length-too-long": (
                "a chunk says that it has more bytes than there are",
                lambda: with_length(2**31 - 1),
            ),
            "png-length-largest": ("a chunk says that it has four billion bytes", lambda: with_length(2**32 - 1)),
            "png-length-zero": ("a chunk says that it is empty, and is not", lambda: with_length(0)),
            "png-length-one-off": ("a chunk says that it is a byte longer", lambda: with_length(len(good) - 11)),
            "png-crc-of-credential": ("the checksum of the credential is wrong", lambda: png(wrong_crc)),
            "png-crc-of-header": (
                "the checksum of the header is wrong",
                lambda: png(good, head=header()[:-4] + bytes(4)),
            ),
            "png-crc-of-pixels": (
                "the checksum of the pixels is wrong",
                lambda: png(good, pixels=PIXELS[:-4] + bytes(4)),
            ),
            "png-cut-in-chunk": ("it ends within the credential", lambda: png(good)[:300]),
            "png-cut-in-length": ("it ends within a length", lambda: png(good)[: len(SIGNATURE) + len(header()) + 2]),
            "png-only-signature": ("there is nothing in it", lambda: SIGNATURE),
            "png-no-header": ("it has no header", lambda: png(good, head=b"")),
            "png-two-headers": ("it has two headers", lambda: png(header(), good)),
            "png-short-header": ("its header is too short", lambda: png(good, head=chunk(b"IHDR", b"\0\0\0\1"))),
            "png-header-last": ("its header comes last", lambda: png(good, head=b"", end=header() + END)),
            "png-no-end": ("it has no end", lambda: png(good, end=b"")),
            "png-end-with-data": ("its end holds something", lambda: png(good, end=chunk(b"IEND", b"x"))),
            "png-kind-not-letters": ("a chunk has no proper name", lambda: png(good, chunk(b"\0\1\2\3", b"x"))),
            "png-signature-of-text-mode": (
                "its line ends were converted",
                lambda: png(good).replace(b"\r\n\x1a\n", b"\n\x1a\n", 1),
            ),
            "png-byte-before": ("a byte stands before it", lambda: b"\n" + png(good)),
            "png-after-end": ("bytes follow its end", lambda: png(good) + b"\0"),
            "png-credential-after-end": ("the credential follows its end", lambda: png() + good),
            "png-second-image-after-end": ("a second image follows its end", lambda: png() + png(good)),
            "png-jpeg": ("it is a JPEG", lambda: b"\xff\xd8\xff\xe0\0\x10JFIF\0" + honest()),
            "png-gif": ("it is a GIF", lambda: b"GIF89a" + honest()),
            "png-webp": ("it is a WebP", lambda: b"RIFF\0\0\0\0WEBPVP8 " + honest()),
            "png-gzipped": ("it is compressed", lambda: gzip.compress(png(good), mtime=0)),
        },
    )


def two():
    other = as_json({**badge(), "name": "Another"})
    yield from rows(
        PROBLEM,
        {
            "png-two-credentials": ("it holds two credentials", lambda: png(itxt(honest()), itxt(other))),
            "png-two-equal-credentials": ("it holds the credential twice", lambda: png(itxt(honest()), itxt(honest()))),
            "png-two-one-deflated": (
                "it holds a second credential, compressed",
                lambda: png(itxt(honest()), deflated(other)),
            ),
            "png-two-one-empty": (
                "it holds a second credential, which is empty",
                lambda: png(itxt(honest()), itxt(b"")),
            ),
            "png-two-one-after-pixels": (
                "a second credential stands behind the pixels",
                lambda: png(itxt(honest()), pixels=PIXELS + itxt(other)),
            ),
        },
    )
    yield from rows(
        PROBLEM,
        {
            "png-text-not-utf-8": ("the credential is not UTF-8", lambda: baked(b"\xff" + honest())),
            "png-text-flag-2": ("it is neither compressed nor not", lambda: png(itxt(honest(), flags=b"\2\0"))),
            "png-text-method-1": (
                "it is compressed in an unknown way",
                lambda: png(itxt(zlib.compress(honest()), flags=b"\1\1")),
            ),
            "png-text-says-deflated": (
                "it says that it is compressed, and is not",
                lambda: png(itxt(honest(), flags=b"\1\0")),
            ),
            "png-text-no-nuls": ("its parts are not divided", lambda: png(chunk(b"iTXt", KEYWORD + b"\0" + honest()))),
            "png-text-truncated-deflate": (
                "its compressed text is cut off",
                lambda: png(itxt(zlib.compress(honest())[:-30], flags=b"\1\0")),
            ),
            "png-text-after-deflate": (
                "bytes follow its compressed text",
                lambda: png(itxt(zlib.compress(honest()) + b"x", flags=b"\1\0")),
            ),
            "png-text-bad-adler": (
                "the checksum of its compressed text is wrong",
                lambda: png(itxt(zlib.compress(honest())[:-4] + bytes(4), flags=b"\1\0")),
            ),
            "png-text-is-a-png": ("it holds an image that holds the credential", lambda: baked(png(itxt(honest())))),
            "png-text-two-documents": ("it holds two documents", lambda: baked(honest() + honest())),
            "png-text-keyword-space": (
                "the keyword ends with a space",
                lambda: png(itxt(honest(), keyword=KEYWORD + b" ")),
            ),
            "png-text-keyword-capitals": (
                "the keyword is in capitals",
                lambda: png(itxt(honest(), keyword=KEYWORD.upper())),
            ),
            "png-text-json-deep": (
                "it holds JSON that is nested 100,000 levels deep",
                lambda: baked(b'{"a":' + b"[" * 100_000),
            ),
            "png-text-json-dup": (
                "it holds JSON with a member that stands twice",
                lambda: baked(honest()[:-1] + b',"name":"x"}'),
            ),
        },
    )
    yield from rows(
        REFUSED,
        {
            "png-text-empty": ("the credential is empty", lambda: baked(b"")),
            "png-text-is-words": ("it holds words", lambda: baked(b"This badge was awarded to you.")),
            "png-text-is-markup": ("it holds markup", lambda: baked(b"<svg xmlns='http://www.w3.org/2000/svg'/>")),
            "png-text-json-list": ("it holds a list", lambda: baked(b"[" + honest() + b"]")),
        },
    )
    yield from rows(
        INVALID,
        {
            "png-altered": (
                "its credential was changed after signing",
                lambda: baked(changed("/name", "Advanced Teaching")),
            ),
            "png-unsigned": ("its credential is not signed", lambda: baked(as_json(badge()))),
            "png-token-none": ("its token is not signed", lambda: baked(headed(lambda _: b"", alg="none"))),
            "png-token-altered": (
                "its token was changed after signing",
                lambda: baked(compact(signer=lambda _: bytes(64))),
            ),
        },
    )
    # A link is looked at by whoever may fetch; these lead where nobody may go.
    yield from rows(
        ANYTHING_BUT_VALID,
        {
            f"png-link-{label}": (
                "it holds only a link, which leads astray",
                lambda link=link: png(chunk(b"tEXt", b"openbadges\0" + link)),
            )
            for label, link in {
                "metadata": b"http://169.254.169.254/latest/",
                "loopback": b"http://127.0.0.1:1/",
                "file": b"file:///etc/passwd",
                "script": b"javascript:alert(1)",
            }.items()
        },
        evidence=nothing_there,
    )


def polyglots():
    yield from rows(
        REFUSED,
        {
            "png-polyglot-html-after": ("a web page follows the image", lambda: png(itxt(honest())) + HTML),
            "png-polyglot-zip-after": (
                "an archive follows the image",
                lambda: png(itxt(honest())) + b"PK\x03\x04" + bytes(60),
            ),
            "png-polyglot-json-after": ("a credential as JSON follows the image", lambda: png() + honest()),
            "png-polyglot-json-before": (
                "the JSON of another badge stands before the image",
                lambda: as_json(badge()) + png(itxt(honest())),
            ),
            "png-polyglot-html-before": ("a web page stands before the image", lambda: HTML + png(itxt(honest()))),
            "png-polyglot-pdf-before": (
                "a PDF's first line stands before the image",
                lambda: b"%PDF-1.7\n" + png(itxt(honest())),
            ),
            "png-polyglot-pdf-inside": (
                "a PDF stands in a comment",
                lambda: png(chunk(b"tEXt", b"Comment\0%PDF-1.7\n1 0 obj<<>>endobj")),
            ),
            "png-polyglot-svg-before": (
                "a drawing stands before the image",
                lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>" + png(itxt(honest())),
            ),
        },
    )


def samples():
    yield from bombs()
    yield from lies()
    yield from two()
    yield from polyglots()
