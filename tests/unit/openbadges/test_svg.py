from __future__ import annotations

import json
from pathlib import Path

import pytest
from lxml import etree

from app.errors import MalformedDocumentError, MalformedImageError, TooLargeError
from app.openbadges.baked import Twin
from app.openbadges.svg import bake_svg, locate_svg, parse_svg, unbake_svg
from tests.cost import within

PUBLISHED = Path(__file__).parents[4] / "shared/spec/examples/validator-ob30"
published = pytest.mark.skipif(not PUBLISHED.is_dir(), reason="published vectors not present")

NS = 'xmlns="http://www.w3.org/2000/svg"'
OB = 'xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"'
OB2 = 'xmlns:openbadges="http://openbadges.org"'
PLAIN = f'<svg {NS} viewBox="0 0 8 8"><rect width="8" height="8"/></svg>'.encode()
DRAWN = f"""<?xml version="1.0" encoding="UTF-8"?>
<!-- drawn by hand, a > b -->
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg {NS} data-note="a > b" viewBox="0 0 8 8"><title>Größe</title></svg>
""".encode()
JSON = '{"name":"Größe 漢字 عربي <b> & ]]>"}'
JWS = "eyJhbGciOiJSUzI1NiJ9.e30.c2ln"


def credential(inside: str, attributes: str = "") -> bytes:
    return f"<svg {NS} {OB}><openbadges:credential {attributes}>{inside}</openbadges:credential></svg>".encode()


@pytest.mark.parametrize("text", [JSON, JWS], ids=["json", "jws"])
@pytest.mark.parametrize("svg", [PLAIN, DRAWN, f"<svg {NS}/>".encode()], ids=["plain", "drawn", "empty"])
def test_what_is_baked_comes_out_again_and_replaces_what_was_there(svg, text):
    baked = bake_svg(svg, text)
    assert unbake_svg(baked) == text
    assert unbake_svg(bake_svg(baked, JWS)) == JWS


def test_a_jws_stands_in_the_attribute_and_the_namespace_on_the_root():
    # Open Badges 3.0, 5.3.2.1
    assert bake_svg(f"<svg {NS}><g/></svg>".encode(), JWS).decode() == (
        f'<svg {NS} {OB}><openbadges:credential verify="{JWS}"/><g/></svg>'
    )


def test_json_stands_in_a_cdata_section_directly_after_the_start_tag():
    # Open Badges 3.0, 5.3.2.2
    assert bake_svg(f"<svg {NS}><g/></svg>".encode(), '{"a":1}').decode() == (
        f'<svg {NS} {OB}><openbadges:credential><![CDATA[{{"a":1}}]]></openbadges:credential><g/></svg>'
    )


def test_all_around_the_credential_stays_byte_for_byte():
    before, _, after = DRAWN.partition(b"<title>")
    baked = bake_svg(DRAWN, JWS)
    assert baked.startswith(before[:-1])
    assert baked.endswith(b"<title>" + after)


def test_comments_and_text_survive_a_replacement():
    baked = bake_svg(bake_svg(DRAWN, JSON), JWS)
    assert b"<!-- drawn by hand, a > b -->" in baked
    assert "Größe".encode() in baked


def test_what_stands_around_those_that_are_replaced_stays():
    baked = parse_svg(bake_svg(svg("a", NEWER, "b<g/>c", RECORD, "d"), JSON))
    assert [(element.tag, element.tail) for element in baked][1:] == [("{http://www.w3.org/2000/svg}g", "cd")]
    assert ((baked.text or "") + (baked[0].tail or "")) == "ab"


def test_json_after_white_space_is_no_token():
    assert b"<![CDATA[" in bake_svg(PLAIN, f"\n{JSON}")


def test_what_is_neither_cannot_leave_its_attribute():
    text = "\"/><script>&amp;'</script>"
    assert unbake_svg(bake_svg(PLAIN, text)) == text


def test_a_version_2_badge_in_the_same_image_stays():
    old = f'<svg {NS} {OB2}><openbadges:assertion verify="a.b.c"/></svg>'.encode()
    baked = bake_svg(old, JSON)
    assert b'<openbadges:assertion verify="a.b.c"/>' in baked
    assert unbake_svg(baked) == JSON


def test_a_twin_is_baked_as_version_2_says_and_the_newer_counts():
    # Open Badges 2.0, Baking Specification, SVG: the address in `verify`, the assertion inside, that very prefix.
    twin = Twin("https://badges.example/7?a=1&b=2", '{"narrative":"1 < 2 ]]> \ufffe"}')
    for picture in (PLAIN, f'<x:svg xmlns:x="http://www.w3.org/2000/svg" {OB2}/>'.encode()):
        baked = bake_svg(picture, JSON, twin=twin)
        assert b'<openbadges:assertion xmlns:openbadges="http://openbadges.org" verify="https://badges.exam' in baked
        assert unbake_svg(baked) == JSON
        element = parse_svg(baked).find("{http://openbadges.org}assertion")
        assert (element.get("verify"), json.loads(element.text)) == (twin.address, json.loads(twin.text))


def test_baking_a_twin_replaces_one_that_was_there():
    old = f'<svg {NS}><g xmlns:o="http://openbadges.org"><o:assertion verify="a.b.c"/></g></svg>'.encode()
    baked = bake_svg(bake_svg(old, JWS, twin=Twin(URL, "{}")), JSON, twin=Twin(URL, '{"a":1}'))
    assert [element.text for element in parse_svg(baked).iter("{http://openbadges.org}assertion")] == ['{"a":1}']
    assert unbake_svg(baked) == JSON


def test_characters_that_xml_cannot_hold_become_json_escapes():
    text = json.dumps({"name": "\ufffe\uffff"}, ensure_ascii=False)
    assert json.loads(unbake_svg(bake_svg(PLAIN, text))) == json.loads(text)


def test_text_in_several_pieces_is_joined():
    pieces = '<![CDATA[{"a":]]><!-- a comment --><![CDATA[1]]>,"b":2<?note x?>}'
    assert unbake_svg(credential(pieces)) == '{"a":1,"b":2}'


def test_the_namespace_counts_and_not_the_prefix():
    svg = f'<svg {NS} xmlns:x="https://purl.imsglobal.org/ob/v3p0"><x:credential verify="a.b.c"/></svg>'
    assert unbake_svg(svg.encode()) == "a.b.c"


URL = "https://badges.example/assertions/7"
CLR = 'xmlns:clr="https://purl.imsglobal.org/clr/v2p0"'


def svg(*inside: str) -> bytes:
    return f"<svg {NS} {OB} xmlns:older='http://openbadges.org' {CLR}>{''.join(inside)}</svg>".encode()


def older(body: str = "", attributes: str = "") -> str:
    return f"<older:assertion {attributes}>{body}</older:assertion>"


NEWER = f'<openbadges:credential verify="{JWS}"/>'
RECORD = f'<clr:credential verify="{JWS}"/>'
ASSERTION = '{"@context":"https://w3id.org/openbadges/v2"}'
LIBERAL = {
    "version 2, a token": (
        svg(older("", f'verify="{JWS}"')),
        JWS,
        "attribute verify of {http://openbadges.org}assertion",
    ),
    "version 2, an address": (
        svg(older("", f'verify=" {URL} "')),
        URL,
        "attribute verify of {http://openbadges.org}assertion",
    ),
    "version 2, an assertion": (
        svg(older(f"<![CDATA[{ASSERTION}]]>")),
        ASSERTION,
        "element {http://openbadges.org}assertion",
    ),
    "version 2, an address and a copy of what is there": (
        svg(older(f"<![CDATA[{ASSERTION}]]>", f'verify="{URL}"')),
        URL,
        "attribute verify of {http://openbadges.org}assertion",
    ),
    "version 2, an address in capitals and a copy": (
        svg(older(f"<![CDATA[{ASSERTION}]]>", 'verify="HTTP://BADGES.EXAMPLE/7"')),
        "HTTP://BADGES.EXAMPLE/7",
        "attribute verify of {http://openbadges.org}assertion",
    ),
    "a learner record": (svg(RECORD), JWS, "attribute verify of {https://purl.imsglobal.org/clr/v2p0}credential"),
    "a badge and its twin of version 2": (
        svg(older("", f'verify="{URL}"'), NEWER),
        JWS,
        "attribute verify of {https://purl.imsglobal.org/ob/v3p0}credential",
    ),
    "a learner record and a badge of version 2": (
        svg(RECORD, older("", f'verify="{URL}"')),
        JWS,
        "attribute verify of {https://purl.imsglobal.org/clr/v2p0}credential",
    ),
    "deeper than directly below the root": (
        svg(f"<g><metadata>{NEWER}</metadata></g>"),
        JWS,
        "attribute verify of {https://purl.imsglobal.org/ob/v3p0}credential",
    ),
}


@pytest.mark.parametrize(("raw", "inside", "place"), LIBERAL.values(), ids=LIBERAL)
def test_what_others_bake_is_read(raw, inside, place):
    found = locate_svg(raw)
    assert (found.text, found.place) == (inside, place)


def test_what_stands_beside_and_does_not_count_is_told():
    twin = older("", f'verify="{URL}"')
    beside = [locate_svg(svg(*inside)).beside for inside in ((twin, NEWER), (RECORD, twin), (NEWER,), (twin,))]
    assert beside == ["element {http://openbadges.org}assertion"] * 2 + [None, None]


def test_a_large_text_in_pieces_of_every_kind_is_one_text():
    """Readers that take the first event only see the beginning."""
    text = json.dumps({"name": "Größe ]]> & <b>" * 20_000}, ensure_ascii=False)
    pieces = [text[start : start + 7_001] for start in range(0, len(text), 7_001)]
    escaped = [piece.replace("&", "&amp;").replace("<", "&#60;").replace("]]>", "]]&gt;") for piece in pieces]
    sections = [f"<![CDATA[{piece.replace(']]>', ']]]]><![CDATA[>')}]]>" for piece in pieces]
    mixed = [escaped[i] if i % 3 == 0 else f"<!-- {i} -->{sections[i]}<?pi {i}?>" for i in range(len(pieces))]
    assert unbake_svg(credential("".join(mixed))) == text


def test_baking_replaces_what_would_make_two():
    assert unbake_svg(bake_svg(svg(RECORD), JSON)) == JSON


LAUGHS = '<!DOCTYPE svg [<!ENTITY a "haha">' + "".join(
    f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9)
)
TOKEN = '<openbadges:credential verify="a.b.c"/>'
MANY_ATTRIBUTES = " ".join(f"a{i}='1'" for i in range(20_000))
BROKEN = {
    "no credential": (PLAIN, MalformedDocumentError, "no credential"),
    "a credential of another namespace": (
        f'<svg {NS} {OB2}><openbadges:credential verify="a.b.c"/></svg>'.encode(),
        MalformedDocumentError,
        "no credential",
    ),
    "two credentials": (
        f"<svg {NS} {OB}>{TOKEN * 2}</svg>".encode(),
        MalformedDocumentError,
        "more than one",
    ),
    "a badge and a learner record": (svg(NEWER, RECORD), MalformedDocumentError, "more than one"),
    "two badges of version 2": (svg(older(ASSERTION) * 2), MalformedDocumentError, "more than one"),
    "two badges of version 2 beside a newer one": (
        svg(NEWER, older(ASSERTION) * 2),
        MalformedDocumentError,
        "more than one",
    ),
    "a token and a body in version 2": (
        svg(older(ASSERTION, f'verify="{JWS}"')),
        MalformedDocumentError,
        "more than one",
    ),
    "an address and a body in version 3": (
        credential("{}", f'verify="{URL}"'),
        MalformedDocumentError,
        "more than one",
    ),
    "an assertion in the namespace of version 3": (
        f"<svg {NS} {OB}><openbadges:assertion verify='a.b.c'/></svg>".encode(),
        MalformedDocumentError,
        "no credential",
    ),
    "a token and a body": (credential("{}", 'verify="a.b.c"'), MalformedDocumentError, "more than one"),
    "an empty credential": (credential(" "), MalformedDocumentError, "empty"),
    "markup in the credential": (credential("{<b/>}"), MalformedDocumentError, "markup"),
    "not XML": (b"<svg", MalformedDocumentError, "not an SVG"),
    "HTML": (b"<!doctype html><svg></svg>", MalformedDocumentError, "not an SVG"),
    "no namespace": (b"<svg></svg>", MalformedDocumentError, "first element"),
    "cut off": (credential("{}")[:-4], MalformedDocumentError, "well-formed"),
    "UTF-16": (
        ('<?xml version="1.0"?>' + PLAIN.decode()).encode("utf-16"),
        MalformedDocumentError,
        "not an SVG",
    ),
    "Latin-1": (
        b'<?xml version="1.0" encoding="ISO-8859-1"?>' + credential("{}"),
        MalformedDocumentError,
        "UTF-8",
    ),
    "an entity of a file": (
        b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + credential("&x;"),
        MalformedDocumentError,
        "document type",
    ),
    "a foreign DTD": (
        b'<!DOCTYPE svg SYSTEM "http://evil.example/x.dtd">' + credential("{}"),
        MalformedDocumentError,
        "document type",
    ),
    "the DTD of the W3C from elsewhere": (
        b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org.evil.example/svg11.dtd">'
        + credential("{}"),
        MalformedDocumentError,
        "document type",
    ),
    "another DTD of the W3C": (
        b'<!DOCTYPE svg PUBLIC "-//W3C//DTD XHTML 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/x.dtd">'
        + credential("{}"),
        MalformedDocumentError,
        "document type",
    ),
    "Latin-1 after a byte-order mark": (
        b'\xef\xbb\xbf<?xml version="1.0" encoding="ISO-8859-1"?>' + credential("{}"),
        MalformedDocumentError,
        "UTF-8",
    ),
    "an encoding that begins like UTF-8": (
        b'<?xml version="1.0" encoding="utf-8-mac"?>' + credential("{}"),
        MalformedDocumentError,
        "UTF-8",
    ),
    "65 attributes of one element among others": (
        f"<svg {NS}><g/><g {' '.join(MANY_ATTRIBUTES.split()[:65])}/></svg>".encode(),
        MalformedDocumentError,
        "64 attributes",
    ),
    "a billion laughs": (f"{LAUGHS}]>".encode() + credential("&j;"), MalformedDocumentError, "document type"),
    "an entity nobody declared": (credential("&x;"), MalformedDocumentError, "well-formed"),
    "50,000 levels": (
        f"<svg {NS}>{'<g>' * 49_000}{'</g>' * 49_000}</svg>".encode(),
        MalformedDocumentError,
        "well-formed",
    ),
    "65 levels": (
        f"<svg {NS}>{'<g>' * 64}{'</g>' * 64}</svg>".encode(),
        MalformedDocumentError,
        "deeper than 64",
    ),
    "20,000 attributes": (
        f"<svg {NS} {MANY_ATTRIBUTES}/>".encode(),
        MalformedDocumentError,
        "64 attributes",
    ),
    "a million elements": (f"<svg {NS}>{'<a/>' * 1_000_000}</svg>".encode(), TooLargeError, "elements"),
    "six MiB": (f"<svg {NS}><!--{' ' * 6 * 2**20}--></svg>".encode(), TooLargeError, "limit"),
}


@pytest.mark.parametrize(("raw", "error", "words"), BROKEN.values(), ids=BROKEN)
def test_a_broken_image_is_refused_quickly(raw, error, words):
    with within(2), pytest.raises(error, match=words):
        unbake_svg(raw)


@pytest.mark.parametrize(
    ("filling", "most"), [(b"<a/>", 100_000 - 2), (b"=", 200_000 - 1)], ids=["tags", "equals signs"]
)
def test_the_bounds_on_a_tree_are_exact(filling, most):
    start, end = f"<svg {NS}>".encode(), b"</svg>"
    with pytest.raises(MalformedDocumentError, match="no credential"):
        unbake_svg(start + filling * most + end)
    with pytest.raises(TooLargeError, match="too many"):
        unbake_svg(start + filling * (most + 1) + end)


def test_the_limit_in_bytes_is_exact():
    raw = credential("{}")
    assert unbake_svg(raw, max_bytes=len(raw)) == "{}"
    with pytest.raises(TooLargeError, match="limit"):
        unbake_svg(raw, max_bytes=len(raw) - 1)


PROLOGS = {
    "an endless comment": b"<!--" + b" -" * 2_000_000,
    "many comments": b"<!-- a -->" * 400_000,
    "an open string": b"<svg a='" + b'"' * 4_000_000,
    "white space": b" " * 5_000_000,
    "many strings": b"<svg " + b"''" * 2_000_000,
}


@pytest.mark.parametrize("raw", PROLOGS.values(), ids=PROLOGS)
def test_no_prolog_takes_long(raw):
    with within(1), pytest.raises((MalformedDocumentError, TooLargeError)):
        unbake_svg(raw)


def test_nothing_is_baked_into_a_broken_image():
    with pytest.raises(MalformedImageError):
        bake_svg(PLAIN[:-1], JSON)


def test_a_baked_image_is_still_an_svg_to_others():
    root = etree.fromstring(bake_svg(DRAWN, JSON))
    assert [etree.QName(child).localname for child in root] == ["credential", "title"]
    assert parse_svg(bake_svg(DRAWN, JSON)).get("viewBox") == "0 0 8 8"


@published
@pytest.mark.parametrize(
    ("name", "start"), [("simple-json.svg", "{"), ("simple-jwt.svg", "eyJ"), ("simple-jwt_v1.svg", "eyJ")]
)
def test_1edtechs_own_samples_are_read(name, start):
    raw = (PUBLISHED / name).read_bytes()
    text = unbake_svg(raw)
    assert text.startswith(start)
    assert unbake_svg(bake_svg(raw, text)) == text
