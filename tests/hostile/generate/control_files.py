"""`control-png-*`, `control-svg-*`, `control-pdf-*`: honest files that look odd, and must stay valid."""

from __future__ import annotations

import json
import zlib

from tests.hostile.generate.honest import as_json, compact, signed
from tests.hostile.generate.pdfs import attached, flate
from tests.hostile.generate.pngs import PIXELS, chunk, deflated, itxt, png
from tests.hostile.generate.sample import VALID, rows
from tests.hostile.generate.svgs import credential, svg, token

OLDER = b'{"@context":"https://w3id.org/openbadges/v2","type":"Assertion"}'
OLDER_ELEMENT = '<o:assertion xmlns:o="http://openbadges.org" verify="https://badges.example/1.json"/>'


def images():
    text = as_json(signed())
    v = text.decode()
    half = len(v) // 2
    cdata = f"<openbadges:credential><![CDATA[{v}]]></openbadges:credential>"
    split = f"<openbadges:credential><![CDATA[{v[:half]}]]><![CDATA[{v[half:]}]]></openbadges:credential>"
    commented = credential().replace("Differentiated", "<!-- by an editor -->Differentiated", 1)
    yield from rows(
        VALID,
        {
            "control-png": ("a PNG as it should be", lambda: png(itxt(text))),
            "control-png-token": ("a PNG with a token", lambda: png(itxt(compact()))),
            "control-png-deflated": ("a PNG whose credential is compressed", lambda: png(deflated(text))),
            "control-png-after-pixels": (
                "a PNG whose credential comes after the pixels",
                lambda: png(pixels=PIXELS + itxt(text)),
            ),
            "control-png-other-texts": (
                "a PNG with other texts",
                lambda: png(
                    chunk(b"tEXt", b"Comment\0<script>alert(1)</script>"),
                    itxt(b"x", keyword=b"Title"),
                    itxt(text),
                    chunk(b"zTXt", b"Software\0\0" + zlib.compress(b"an editor")),
                ),
            ),
            "control-png-twin": (
                "a PNG with a badge of the older version beside",
                lambda: png(itxt(text), itxt(OLDER, keyword=b"openbadges")),
            ),
            "control-png-twin-address": (
                "a PNG with the address of an older badge beside",
                lambda: png(chunk(b"tEXt", b"openbadges\0https://badges.example/1.json"), itxt(text)),
            ),
            "control-png-exif": (
                "a PNG with chunks of a camera's",
                lambda: png(
                    chunk(b"eXIf", b"MM\0*\0\0\0\x08"), chunk(b"tIME", bytes(7)), chunk(b"prVt", b"x"), itxt(text)
                ),
            ),
            "control-png-language": (
                "a PNG whose text names its language",
                lambda: png(itxt(text, rest=b"en\0credential\0")),
            ),
            "control-png-pieces": (
                "a PNG whose pixels come in 600 pieces",
                lambda: png(itxt(text), pixels=PIXELS + chunk(b"IDAT") * 600),
            ),
            "control-png-indented": (
                "a PNG whose JSON is written with spaces",
                lambda: png(itxt(b"\n" + json.dumps(signed(), indent=2).encode() + b"\n")),
            ),
            "control-svg": ("an SVG as it should be", lambda: svg(credential())),
            "control-svg-token": ("an SVG with a token", lambda: svg(token(compact().decode()))),
            "control-svg-cdata": ("an SVG whose JSON stands in a CDATA section", lambda: svg(cdata)),
            "control-svg-cdata-split": ("an SVG whose JSON stands in two CDATA sections", lambda: svg(split)),
            "control-svg-commented": ("an SVG with a comment within the JSON", lambda: svg(commented)),
            "control-svg-references": (
                "an SVG whose JSON has character references",
                lambda: svg(credential().replace("{", "&#x7b;", 3)),
            ),
            "control-svg-white-space": (
                "an SVG with white space around the JSON",
                lambda: svg(credential("\n  " + v + "\n")),
            ),
            "control-svg-twin": (
                "an SVG with a badge of the older version beside",
                lambda: svg(credential() + OLDER_ELEMENT),
            ),
            "control-svg-late": (
                "an SVG whose credential comes last",
                lambda: svg("<g><g><rect/></g></g>" + credential()),
            ),
            "control-svg-deep": (
                "an SVG whose credential stands further down",
                lambda: svg(f"<metadata><g>{credential()}</g></metadata>"),
            ),
            "control-svg-other-prefix": (
                "an SVG with another prefix",
                lambda: svg(credential()).replace(b"openbadges:", b"ob:").replace(b"xmlns:openbadges=", b"xmlns:ob="),
            ),
            "control-svg-declared": (
                "an SVG with a declaration and a W3C document type",
                lambda: svg(
                    credential(),
                    prolog='<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n',
                ),
            ),
            "control-svg-byte-order-mark": (
                "an SVG with a byte-order mark",
                lambda: b"\xef\xbb\xbf" + svg(credential()),
            ),
            "control-svg-comment-first": (
                "an SVG that begins with an editor's comment",
                lambda: svg(credential(), prolog="<!-- Generator: an editor -->\n"),
            ),
            "control-svg-active": (
                "an SVG with a script, which is not run and not shown",
                lambda: svg(credential() + "<script>alert(1)</script>"),
            ),
            "control-svg-prefixes": (
                "an SVG with 200 prefixes",
                lambda: svg(credential() + "<g " + " ".join(f'xmlns:n{n}="urn:{n}"' for n in range(200)) + "/>"),
            ),
        },
    )


def attachments():
    text = as_json(signed())
    note = b'{"about": "another file"}'
    yield from rows(
        VALID,
        {
            "control-pdf": ("a PDF as it should be", lambda: attached(text).write()),
            "control-pdf-token": ("a PDF with a token", lambda: attached(compact()).write()),
            "control-pdf-deflated": (
                "a PDF whose attachment is compressed",
                lambda: attached(flate(text), entries=b"/Filter/FlateDecode").write(),
            ),
            "control-pdf-twice": ("a PDF that names its one attachment twice", lambda: attached(text, text).write()),
            "control-pdf-others": ("a PDF with another file beside", lambda: attached(note, text).write()),
            "control-pdf-long": ("a PDF with 3 MB of pages", lambda: attached(text, bytes(3_000_000)).write()),
        },
    )


def samples():
    yield from images()
    yield from attachments()
