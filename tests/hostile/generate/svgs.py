"""`svg-*`: entities, expansion, depth, scripts, two credentials (threats T-13 to T-15)."""

from __future__ import annotations

import gzip
from functools import cache
from xml.sax.saxutils import escape, quoteattr

from tests.hostile.generate.honest import as_json, badge, changed, compact, headed, signed
from tests.hostile.generate.pngs import png
from tests.hostile.generate.sample import INVALID, PROBLEM, REFUSED, rows

OB = "https://purl.imsglobal.org/ob/v3p0"
NS = f'xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="{OB}"'


def honest() -> str:
    return as_json(signed()).decode()


def credential(text: str | None = None) -> str:
    return f"<openbadges:credential>{escape(honest() if text is None else text)}</openbadges:credential>"


def token(text: str) -> str:
    return f"<openbadges:credential verify={quoteattr(text)}/>"


def svg(inside: str, *, prolog: str = "", attributes: str = "", tail: str = "") -> bytes:
    return f"{prolog}<svg {NS} {attributes}>{inside}</svg>{tail}".encode()


def with_badge(more: str = "", **around: str) -> bytes:
    return svg(credential() + more, **around)


@cache
def _svgz_bomb() -> bytes:
    return gzip.compress(svg(" " * 100_000_000), 9, mtime=0)


def doctype(subset: str) -> str:
    return f"<!DOCTYPE svg [{subset}]>"


def _rooted(name: str) -> bytes:
    return f'<{name} xmlns:openbadges="{OB}">{credential()}</{name}>'.encode()


LAUGHS = '<!ENTITY l0 "ha">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def xml():
    yield from rows(
        PROBLEM,
        {
            "svg-xxe-file": (
                "an entity is a file",
                lambda: svg(
                    credential("&x;").replace("&amp;", "&"), prolog=doctype('<!ENTITY x SYSTEM "file:///etc/passwd">')
                ),
            ),
            "svg-xxe-http": (
                "an entity is an address",
                lambda: svg(
                    credential("&x;").replace("&amp;", "&"),
                    prolog=doctype('<!ENTITY x SYSTEM "http://169.254.169.254/">'),
                ),
            ),
            "svg-xxe-beside": (
                "an entity is a file, beside an honest credential",
                lambda: with_badge("<text>&x;</text>", prolog=doctype('<!ENTITY x SYSTEM "file:///etc/passwd">')),
            ),
            "svg-xxe-parameter": (
                "a parameter entity is an address",
                lambda: with_badge(prolog=doctype('<!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd">%p;')),
            ),
            "svg-xxe-unused": ("an entity is declared", lambda: with_badge(prolog=doctype('<!ENTITY x "y">'))),
            "svg-external-dtd": (
                "its document type is at an address",
                lambda: with_badge(prolog='<!DOCTYPE svg SYSTEM "http://127.0.0.1:1/x.dtd">'),
            ),
            "svg-external-dtd-public": (
                "its document type is at an address",
                lambda: with_badge(
                    prolog='<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://attacker.example/x.dtd">'
                ),
            ),
            "svg-external-dtd-file": (
                "its document type is a file",
                lambda: with_badge(prolog='<!DOCTYPE svg SYSTEM "file:///etc/passwd">'),
            ),
            "svg-dtd-default-attribute": (
                "its document type adds attributes",
                lambda: with_badge(prolog=doctype('<!ATTLIST svg onload CDATA "alert(1)">')),
            ),
            "svg-billion-laughs": (
                "its entities multiply",
                lambda: svg(credential("&l9;").replace("&amp;", "&"), prolog=doctype(LAUGHS)),
            ),
            "svg-quadratic-blowup": (
                "a long entity is used 10,000 times",
                lambda: svg(
                    "<text>" + "&a;" * 10_000 + "</text>" + credential(),
                    prolog=doctype(f'<!ENTITY a "{"a" * 50_000}">'),
                ),
            ),
            "svg-entity-loop": (
                "an entity holds itself",
                lambda: svg("<text>&a;</text>" + credential(), prolog=doctype('<!ENTITY a "&b;"><!ENTITY b "&a;">')),
            ),
            "svg-entity-undeclared": ("an entity was never declared", lambda: with_badge("<text>&nbsp;</text>")),
            "svg-deep-50k": (
                "elements are nested 50,000 deep",
                lambda: svg(credential() + "<g>" * 50_000 + "</g>" * 50_000),
            ),
            "svg-deep-65": ("elements are nested one too deep", lambda: svg(credential() + "<g>" * 65 + "</g>" * 65)),
            "svg-deep-open": (
                "50,000 elements are opened and none is closed",
                lambda: svg(credential() + "<g>" * 50_000),
            ),
            "svg-attrs-20k": (
                "an element has 20,000 attributes",
                lambda: svg(credential() + "<g " + " ".join(f'a{n}=""' for n in range(20_000)) + "/>"),
            ),
            "svg-attrs-65": (
                "an element has one attribute too many",
                lambda: svg(credential() + "<g " + " ".join(f'a{n}=""' for n in range(65)) + "/>"),
            ),
            "svg-tags-1m": ("there are a million elements", lambda: svg(credential() + "<a/>" * 1_000_000)),
            "svg-attribute-twice": ("an attribute stands twice", lambda: with_badge(attributes='width="1" width="2"')),
            "svg-namespace-undeclared": ("a prefix stands for nothing", lambda: with_badge("<x:y/>")),
            "svg-not-closed": ("it is cut off", lambda: with_badge()[:-6]),
            "svg-after-end": ("an element follows its end", lambda: with_badge(tail="<svg/>")),
            "svg-nul": ("it holds a NUL", lambda: with_badge("<text>\0</text>")),
            "svg-control-character": ("it holds a control character", lambda: with_badge("<text>\x07</text>")),
            "svg-not-utf-8": ("it is not UTF-8", lambda: with_badge("<text>X</text>").replace(b">X<", b">\xff<")),
            "svg-utf-16": ("it is UTF-16", lambda: with_badge().decode().encode("utf-16")),
            "svg-utf-7": (
                "it says that it is UTF-7",
                lambda: with_badge(prolog='<?xml version="1.0" encoding="utf-7"?>'),
            ),
            "svg-latin-1": (
                "it says that it is Latin-1",
                lambda: with_badge(prolog='<?xml version="1.0" encoding="iso-8859-1"?>'),
            ),
            "svg-encoding-lie": (
                "it says that it is UTF-16 and is not",
                lambda: with_badge(prolog='<?xml version="1.0" encoding="utf-16"?>'),
            ),
            "svg-root-html": (
                "it is a web page",
                lambda: _rooted("html"),
            ),
            "svg-root-without-namespace": (
                "its first element is no drawing",
                lambda: _rooted("svg"),
            ),
            "svg-root-credential": (
                "its first element is the credential",
                lambda: credential().replace(">", f' xmlns:openbadges="{OB}">', 1).encode(),
            ),
            "svg-xml-declaration-late": (
                "its declaration does not come first",
                lambda: with_badge(prolog='<!-- --><?xml version="1.0"?>'),
            ),
            "svg-svgz": ("it is compressed", lambda: gzip.compress(with_badge(), mtime=0)),
            "svg-svgz-bomb": (
                "it is compressed and inflates to 100 MB",
                _svgz_bomb,
            ),
            "svg-too-large": (
                "it is larger than an image may be",
                lambda: with_badge("<!--" + "a" * 5_300_000 + "-->"),
            ),
            "svg-text-before": ("text stands before it", lambda: b"badge: " + with_badge()),
            "svg-png-after": ("an image follows it", lambda: with_badge() + png()),
        },
    )


SCRIPTS = {
    "script": "<script>alert(1)</script>",
    "script-cdata": "<script><![CDATA[alert(1)]]></script>",
    "script-href": '<script href="https://attacker.example/x.js"/>',
    "script-in-credential": "<g><script>alert(1)</script></g>",
    "onload": '<g onload="alert(1)"/>',
    "onclick": '<rect width="9" height="9" onclick="alert(1)"/>',
    "link-javascript": '<a href="javascript:alert(1)"><text>x</text></a>',
    "link-xlink": '<a xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="javascript:alert(1)"/>',
    "foreign-object": '<foreignObject><i xmlns="http://www.w3.org/1999/xhtml" onclick="alert(1)"/></foreignObject>',
    "animate": '<animate attributeName="href" values="javascript:alert(1)"/>',
    "set": '<set attributeName="onload" to="alert(1)"/>',
    "handler": '<handler xmlns="http://www.w3.org/2000/svg" type="text/javascript">alert(1)</handler>',
    "image-remote": '<image href="https://attacker.example/track.png"/>',
    "image-svg-data": '<image href="data:image/svg+xml,%3Csvg onload=alert(1)%3E"/>',
    "use-remote": '<use href="https://attacker.example/x.svg#y"/>',
    "use-data": '<use href="data:image/svg+xml;base64,PHN2Zy8+#x"/>',
    "style-import": "<style>@import url(https://attacker.example/x.css);</style>",
    "style-url": "<rect style=\"fill:url('https://attacker.example/x#y')\"/>",
    "style-expression": '<rect style="width:expression(alert(1))"/>',
    "filter-remote": '<rect filter="url(https://attacker.example/f#f)"/>',
    "embed": '<embed xmlns="http://www.w3.org/1999/xhtml" src="javascript:alert(1)"/>',
    "iframe": '<iframe xmlns="http://www.w3.org/1999/xhtml" src="https://attacker.example/"/>',
    "object": '<object xmlns="http://www.w3.org/1999/xhtml" data="javascript:alert(1)"/>',
    "meta-refresh": '<meta xmlns="http://www.w3.org/1999/xhtml" http-equiv="refresh" content="0;url=https://attacker.example/"/>',
    "xinclude": '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>',
    "font-remote": "<style>@font-face{font-family:x;src:url(https://attacker.example/f)}</style>",
    "use-bomb": "<g id='a0'/>"
    + "".join(f"<g id='a{n}'>" + f"<use href='#a{n - 1}'/>" * 10 + "</g>" for n in range(1, 12)),
    "filter-bomb": "<filter id='f'>"
    + "<feGaussianBlur stdDeviation='9999'/>" * 500
    + "</filter><rect filter='url(#f)'/>",
}


def scripts():
    """Drawings that do harm where they are shown. Ours are not: what is judged is the credential, and none is here."""
    yield from rows(
        PROBLEM,
        {
            f"svg-active-{label}": (
                "it does something when it is opened, and holds no badge",
                lambda inside=inside: svg(inside),
            )
            for label, inside in SCRIPTS.items()
        },
    )
    yield from rows(
        PROBLEM,
        {
            "svg-active-stylesheet": (
                "it brings a style sheet along",
                lambda: svg("", prolog='<?xml-stylesheet href="https://attacker.example/x.xsl"?>'),
            ),
            "svg-viewbox-huge": (
                "it says that it is endless",
                lambda: svg("", attributes='viewBox="0 0 1e308 1e308" width="1e308" height="1e308"'),
            ),
        },
    )


def two():
    other = as_json({**badge(), "name": "Another"}).decode()
    entity = credential().replace("{", "&#123;", 1)
    yield from rows(
        PROBLEM,
        {
            "svg-two-credentials": ("it holds two credentials", lambda: svg(credential() + credential(other))),
            "svg-two-equal-credentials": ("it holds the credential twice", lambda: svg(credential() * 2)),
            "svg-two-forms": (
                "one element holds a credential and a token",
                lambda: svg(credential().replace("credential>", f'credential verify="{compact().decode()}">', 1)),
            ),
            "svg-two-deep": (
                "a second credential stands further down",
                lambda: svg(credential() + f"<g><g>{credential(other)}</g></g>"),
            ),
            "svg-two-nested": (
                "a credential stands within the other",
                lambda: svg(f"<openbadges:credential>{credential()}</openbadges:credential>"),
            ),
            "svg-two-by-prefix": (
                "a second credential has another prefix",
                lambda: svg(credential() + f'<x:credential xmlns:x="{OB}">{escape(other)}</x:credential>'),
            ),
            "svg-two-one-empty": (
                "a second credential is empty",
                lambda: svg(credential() + "<openbadges:credential/>"),
            ),
            "svg-empty-element": ("its credential is empty", lambda: svg("<openbadges:credential/>")),
            "svg-empty-attribute": ("its token is empty", lambda: svg('<openbadges:credential verify=""/>')),
            "svg-markup-in-credential": (
                "its credential holds markup",
                lambda: svg(credential().replace("</openbadges", "<g/></openbadges", 1)),
            ),
            "svg-other-namespace": (
                "its credential is of another vocabulary",
                lambda: svg(credential().replace("openbadges:credential", "credential")),
            ),
            "svg-namespace-lookalike": (
                "its vocabulary only looks like the right one",
                lambda: svg(credential()).replace(OB.encode(), OB.encode() + b"/"),
            ),
            "svg-in-comment": ("its credential stands in a comment", lambda: svg(f"<!-- {credential()} -->")),
            "svg-in-cdata": (
                "its credential stands in a text",
                lambda: svg(f"<text><![CDATA[{credential()}]]></text>"),
            ),
            "svg-json-dup": (
                "it holds JSON with a member that stands twice",
                lambda: svg(credential(honest()[:-1] + ',"name":"x"}')),
            ),
        },
    )
    yield from rows(
        REFUSED,
        {
            "svg-words": ("it holds words", lambda: svg(credential("This badge was awarded to you."))),
            "svg-json-list": ("it holds a list", lambda: svg(credential("[" + honest() + "]"))),
            "svg-token-two": ("its token is two", lambda: svg(token(compact().decode() + " " + compact().decode()))),
        },
    )
    yield from rows(
        INVALID,
        {
            "svg-altered": (
                "its credential was changed after signing",
                lambda: svg(credential(changed("/name", "Advanced Teaching").decode())),
            ),
            "svg-unsigned": ("its credential is not signed", lambda: svg(credential(as_json(badge()).decode()))),
            "svg-token-none": (
                "its token is not signed",
                lambda: svg(token(headed(lambda _: b"", alg="none").decode())),
            ),
            "svg-token-altered": (
                "its token was changed after signing",
                lambda: svg(token(compact(signer=lambda _: bytes(64)).decode())),
            ),
            "svg-altered-by-comment": (
                "a comment within its credential joins two texts into another",
                lambda: svg(credential(changed("/name", "XY").decode()).replace("XY", "X<!-- -->Y")),
            ),
            "svg-altered-by-reference": (
                "a character reference within its credential stands for another letter",
                lambda: svg(entity.replace("Differentiated", "&#68;ifferentiate&#100; or Advanced")),
            ),
        },
    )


def samples():
    yield from xml()
    yield from scripts()
    yield from two()
