from __future__ import annotations

import gzip

import pytest

from app import strictjson
from app.errors import (
    InvalidProofError,
    MalformedDocumentError,
    MalformedJSONError,
    TooLargeError,
    UnsupportedCryptoError,
)
from app.jsonld import Contexts, Limits
from app.openbadges import VC_CONTEXT, Printed, bake_png, bake_svg
from app.verification import Outcome, ReadLimits, Verdict, needs, read
from app.verification.reading import read_bare
from tests.factories import PNG, SVG, as_bytes, base64url, judged, make_credential, sign, sign_token
from tests.unit.openbadges.pdfs import attaching, deflated, stream
from tests.unit.openbadges.pngs import itxt, png

DOCUMENT = sign(make_credential())
TEXT = as_bytes(DOCUMENT).decode()
TOKEN = sign_token(make_credential())


def enveloped(token, **changes):
    """VCDM 2.0 section 4.13."""
    data = f"data:application/vc+jwt,{token}"
    return {"@context": VC_CONTEXT, "type": "EnvelopedVerifiableCredential", "id": data} | changes


ENVELOPE = enveloped(TOKEN)["type"]


def png_of_version_2(text: str) -> bytes:
    return png(itxt(text.encode(), keyword=b"openbadges"))


URL = "https://badges.example/assertions/7?a=%C3%A9&b=[1]#x"


@pytest.mark.parametrize(
    ("raw", "form"),
    [
        pytest.param(TEXT.encode(), "json", id="JSON"),
        pytest.param(b"\n  " + TEXT.encode() + b"\n", "json", id="JSON with space around"),
        pytest.param(TOKEN.encode(), "jwt", id="token"),
        pytest.param(TOKEN.encode() + b"\r\n", "jwt", id="token with a line end"),
        pytest.param(bake_png(PNG, TEXT), "png+json", id="PNG with JSON"),
        pytest.param(bake_png(PNG, TOKEN), "png+jwt", id="PNG with token"),
        pytest.param(bake_svg(SVG, TEXT), "svg+json", id="SVG with JSON"),
        pytest.param(bake_svg(SVG, TOKEN), "svg+jwt", id="SVG with token"),
        pytest.param(attaching(stream(TEXT.encode())), "pdf+json", id="PDF with JSON"),
        pytest.param(attaching(deflated(TOKEN.encode() + b"\n")), "pdf+jwt", id="PDF with token"),
        pytest.param(as_bytes(enveloped(TOKEN)), "json+jwt", id="envelope with token"),
        pytest.param(b"\n" + as_bytes(enveloped(TOKEN)), "json+jwt", id="envelope with space around"),
        pytest.param(as_bytes(enveloped(TOKEN, type=["Other", ENVELOPE])), "json+jwt", id="envelope of two types"),
        pytest.param(bake_png(PNG, as_bytes(enveloped(TOKEN)).decode()), "png+jwt", id="PNG with an envelope"),
    ],
)
def test_every_form_is_read_and_valid(raw, form):
    presented = read(raw)
    assert presented.format == form
    assert presented.raw == raw
    assert presented.document["id"] == DOCUMENT["id"]
    assert (presented.token is not None) == form.endswith("jwt")
    report = judged(raw)
    assert report.verdict is Verdict.VALID
    assert report.format == form


@pytest.mark.parametrize(
    ("raw", "form"),
    [
        pytest.param(URL.encode(), "url", id="text"),
        pytest.param(f"\r\n {URL}\n".encode(), "url", id="text with space around"),
        pytest.param(png_of_version_2(URL), "png+url", id="PNG"),
        pytest.param(png_of_version_2(f" {URL}\n"), "png+url", id="PNG with space around"),
        pytest.param(bake_svg(SVG, URL), "svg+url", id="SVG"),
    ],
)
def test_an_address_is_read_and_nothing_is_decided(raw, form):
    presented = read(raw)
    assert (presented.format, presented.address, presented.document) == (form, URL, {})
    report = judged(raw)
    assert (report.verdict, report.check("format").code) == (Verdict.UNDETERMINED, "format.address")
    assert URL in report.check("format").detail
    assert URL not in report.summary
    assert report.check("proof").outcome is Outcome.NOT_APPLICABLE
    assert needs(presented, {}) == ()


@pytest.mark.parametrize("text", ["https://badges.example", "HTTP://x", "https://[2001:db8::1]:8443/a"])
def test_addresses_of_every_kind_are_read(text):
    assert read(text.encode()).address == text


def test_an_address_has_a_longest_form():
    longest = "https://badges.example/" + "a" * (2_048 - 23)
    assert read(longest.encode()).address == longest
    for raw in ((longest + "a").encode(), png_of_version_2(longest + "a")):
        with pytest.raises(TooLargeError, match="2048"):
            read(raw)


@pytest.mark.parametrize(
    "text",
    [
        "https://",
        "https:///x",
        "https://bücher.example",
        *(f"https://a.example/{mark}" for mark in '<>^`|"'),
        "https://a.example/\x7f",
        "https://a.example/{x}",
        "https://a.example\\b",
    ],
)
def test_what_no_web_address_may_hold_is_refused(text):
    for raw in (text.encode(), png_of_version_2(text)):
        with pytest.raises(MalformedDocumentError, match="address"):
            read(raw)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"id": "data:application/vc+jwt,eyJ"}, id="half a token"),
        pytest.param({"id": f"data:application/vc+sd-jwt,{TOKEN}~"}, id="a token of another kind"),
        pytest.param({"id": f"data:application/vc+jwt;base64,{TOKEN}"}, id="an encoded token"),
        pytest.param({"id": f"data:application/vc+jwt,{TOKEN}~x"}, id="more after the token"),
        pytest.param({"id": f"x:data:application/vc+jwt,{TOKEN}"}, id="more before it"),
        pytest.param({"id": f"https://a.example/{TOKEN}"}, id="no data address"),
        pytest.param({"id": None}, id="nothing"),
        pytest.param({"type": "VerifiableCredential"}, id="no envelope"),
    ],
)
def test_an_envelope_of_another_kind_stays_closed(change):
    presented = read(as_bytes(enveloped(TOKEN, **change)))
    assert (presented.format, presented.token) == ("json", None)


def test_an_envelope_is_opened_once():
    """And what stands beside the token, which nobody signed, is not taken for content."""
    inner = sign_token(enveloped(TOKEN))
    presented = read(as_bytes(enveloped(inner, name="Not signed")))
    assert presented.document["type"] == "EnvelopedVerifiableCredential"
    assert "name" not in presented.document
    assert judged(as_bytes(enveloped(inner))).check("format").code == "format.not-a-badge"


def test_an_altered_token_in_an_envelope_is_altered():
    assert judged(as_bytes(enveloped(TOKEN[:-8] + "AAAAAAAA"))).verdict is Verdict.INVALID


BARE = [
    pytest.param(TEXT.encode(), "json", id="JSON"),
    pytest.param(TOKEN.encode(), "jwt", id="token"),
    pytest.param(as_bytes(enveloped(TOKEN)), "json+jwt", id="envelope"),
]
CONTAINED = [
    pytest.param(bake_png(PNG, TEXT), id="PNG"),
    pytest.param(bake_svg(SVG, TEXT), id="SVG"),
    pytest.param(attaching(stream(TEXT.encode())), id="PDF"),
    pytest.param(URL.encode(), id="address"),
]


@pytest.mark.parametrize(("raw", "form"), BARE)
def test_what_others_answer_is_read_without_a_container(raw, form):
    assert read_bare(raw).format == form


@pytest.mark.parametrize("raw", CONTAINED)
def test_no_container_is_opened_for_what_others_answer(raw):
    with pytest.raises(MalformedDocumentError, match="neither JSON nor a signed token"):
        read_bare(raw)


def test_pdf_files_are_opened_elsewhere_when_there_is_such_a_place():
    raw = attaching(stream(TEXT.encode()))
    seen = []

    def elsewhere(given: bytes) -> str:
        seen.append(given)
        return TOKEN

    assert read(raw, limits=ReadLimits(unbake_pdf=elsewhere)).format == "pdf+jwt"
    assert seen == [raw]
    with pytest.raises(TooLargeError, match="limit"):
        read(raw, limits=ReadLimits(unbake_pdf=elsewhere, image=len(raw) - 1))
    assert seen == [raw]
    assert read(raw, limits=ReadLimits(unbake_pdf=elsewhere, image=len(raw))).format == "pdf+jwt"
    assert ReadLimits(unbake_pdf=elsewhere) == ReadLimits()


def test_and_so_are_their_pages():
    printed = Printed("elsewhere", whole=True)
    raw = attaching(stream(TEXT.encode()))
    assert read(raw, limits=ReadLimits(printed_by_pdf=lambda _: printed)).printed is printed


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        pytest.param(TEXT.encode("utf-16"), "UTF-16", id="UTF-16"),
        pytest.param(TEXT.encode("utf-16-le"), "UTF-16", id="UTF-16 without a mark"),
        pytest.param(TOKEN.encode("utf-8-sig"), "byte-order mark", id="a token after a byte-order mark"),
        pytest.param(URL.encode("utf-8-sig"), "byte-order mark", id="an address after a byte-order mark"),
        pytest.param(gzip.compress(bake_svg(SVG, TEXT)), "compressed", id="a compressed SVG"),
        pytest.param(b"\xff\xd8\xff\xe0", "JPEG", id="a photograph"),
        pytest.param(f"data:application/vc+jwt,{TOKEN}".encode(), "neither", id="a data address"),
        pytest.param(f"{URL} {URL}".encode(), "neither", id="two addresses"),
    ],
)
def test_what_it_is_instead_is_said(raw, words):
    with pytest.raises(MalformedDocumentError, match=words):
        read(raw)


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        pytest.param(b"", MalformedDocumentError, id="nothing"),
        pytest.param(b"hello", MalformedDocumentError, id="text"),
        pytest.param(b"%PDF-1.7", MalformedDocumentError, id="PDF"),
        pytest.param(b"[" + TEXT.encode() + b"]", MalformedDocumentError, id="a list"),
        pytest.param(b'"' + TOKEN.encode() + b'"', MalformedDocumentError, id="a token as a JSON text"),
        pytest.param(TEXT.encode("utf-16"), MalformedDocumentError, id="UTF-16"),
        pytest.param(b"\xef\xbb\xbf" + TEXT.encode(), MalformedJSONError, id="byte-order mark"),
        pytest.param(TEXT.encode()[:-1], MalformedJSONError, id="cut off"),
        pytest.param(b'{"id":1,"id":2}', MalformedJSONError, id="duplicate members"),
        pytest.param(b'{"a":' * 33 + b"1" + b"}" * 33, MalformedJSONError, id="too deep"),
        pytest.param(PNG, MalformedDocumentError, id="PNG without credential"),
        pytest.param(SVG, MalformedDocumentError, id="SVG without credential"),
        pytest.param(bake_png(PNG, "hello"), None, id="PNG with something else"),
        pytest.param(bake_png(PNG, "{}x"), MalformedJSONError, id="PNG with broken JSON"),
        pytest.param(bake_png(PNG, "é"), MalformedDocumentError, id="PNG with neither"),
        pytest.param(bake_png(PNG, TEXT)[:-14], MalformedDocumentError, id="PNG cut off"),
        pytest.param(f"{base64url(b'{')}.e30.".encode(), MalformedDocumentError, id="a token whose header is no JSON"),
    ],
)
def test_what_cannot_be_read_is_an_error(raw, error):
    if error is None:
        assert judged(raw).verdict is Verdict.INVALID
        return
    with pytest.raises(error):
        read(raw)


def test_two_credentials_in_one_image_are_refused():
    once = bake_png(PNG, TEXT)
    chunk = once[len(PNG) - 12 : -12]
    with pytest.raises(MalformedDocumentError, match="more than one"):
        read(once[:-12] + chunk + once[-12:])


@pytest.mark.parametrize(
    ("raw", "limits"),
    [
        pytest.param(TEXT.encode(), ReadLimits(document=len(TEXT) - 1), id="JSON"),
        pytest.param(TOKEN.encode(), ReadLimits(token=len(TOKEN) - 1), id="token"),
        pytest.param(bake_png(PNG, TEXT), ReadLimits(image=len(PNG)), id="PNG"),
        pytest.param(bake_svg(SVG, TEXT), ReadLimits(image=len(SVG)), id="SVG"),
        pytest.param(attaching(stream(TEXT.encode())), ReadLimits(image=len(TEXT)), id="PDF"),
        pytest.param(attaching(stream(TEXT.encode())), ReadLimits(document=len(TEXT) - 1), id="JSON in PDF"),
        pytest.param(as_bytes(enveloped(TOKEN)), ReadLimits(token=len(TOKEN) - 1), id="token in an envelope"),
        pytest.param(bake_png(PNG, TEXT), ReadLimits(document=len(TEXT) - 1), id="JSON in PNG"),
    ],
)
def test_limits(raw, limits):
    with pytest.raises(TooLargeError):
        read(raw, limits=limits)


def test_what_others_answer_has_the_same_limits():
    with pytest.raises(TooLargeError):
        read_bare(TEXT.encode(), limits=ReadLimits(document=len(TEXT) - 1))


def test_json_has_a_limit_where_none_is_given():
    assert read(b"{" + b" " * 1_048_574 + b"}").document == {}
    with pytest.raises(TooLargeError):
        read(b"{" + b" " * 1_048_575 + b"}")


def test_how_deep_json_may_be():
    assert read(b'{"a":{"b":1}}', limits=ReadLimits(depth=2)).document == {"a": {"b": 1}}
    with pytest.raises(MalformedJSONError):
        read(b'{"a":{"b":1}}', limits=ReadLimits(depth=1))


@pytest.mark.parametrize("raw", [TEXT.encode(), TOKEN.encode(), bake_png(PNG, TEXT)], ids=["JSON", "token", "PNG"])
def test_the_limits_of_later_work_and_the_text_that_was_read_come_along(raw):
    limits = ReadLimits(work=Limits(), contexts=Contexts({}))
    presented = read(raw, limits=limits)
    assert (presented.work, presented.contexts) == (limits.work, limits.contexts)
    assert presented.work is limits.work
    assert strictjson.loads(presented.text, max_bytes=len(presented.text)) == presented.document


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(rb'{"@context":[],"a":{"b":"c"}}', False, id="at the top alone"),
        pytest.param(rb'{"@context":[],"a":{"b":"\u00e9"}}', False, id="an escaped letter of no name"),
        pytest.param(rb'{"@context":[],"a":{"@context":{}}}', True, id="below"),
        pytest.param(rb'{"@context":[],"a":{"\u0040context":{}}}', True, id="below, its sign escaped"),
        pytest.param(rb'{"@context":[],"a":{"@\u0063ontext":{}}}', True, id="below, a letter escaped"),
        pytest.param(rb'{"@context":[],"a":{"@conte\u0078t":{}}}', True, id="below, another letter escaped"),
    ],
)
def test_inner_contexts_are_noticed_however_they_are_written(text, expected):
    assert read(text).has_inner_contexts is expected


def test_at_the_limit():
    assert read(TEXT.encode(), limits=ReadLimits(document=len(TEXT.encode()))).format == "json"


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        pytest.param({"alg": "none"}, InvalidProofError, id="none"),
        pytest.param({"alg": "HS256"}, InvalidProofError, id="a shared secret"),
        pytest.param({"alg": "ES256", "crit": ["exp"]}, InvalidProofError, id="critical headers"),
        pytest.param({"alg": "PS256"}, UnsupportedCryptoError, id="an algorithm that is not supported"),
    ],
)
def test_a_token_that_can_never_be_accepted_is_readable_all_the_same(header, fault):
    presented = read(sign_token(make_credential(), header=header).encode())
    assert isinstance(presented.fault, fault)
    assert presented.document == {}
    assert presented.token is None


@pytest.mark.parametrize(
    "member",
    [
        pytest.param(b'"x":[' + b"{}," * 5_997 + b"{}]", id="objects"),
        pytest.param(b'"x":[' + b"0," * 29_996 + b"0]", id="values"),
        pytest.param(b'"y":"' + b"{" * 9_000 + b'","x":[' + b"{}," * 5_997 + b"{}]", id="objects, braces in a text"),
        pytest.param(b'"y":"' + b"," * 9_000 + b'","x":[' + b"0," * 29_996 + b"0]", id="values, and a text of commas"),
        pytest.param(b'"x":"' + b"{,[" * 100_000 + b'"', id="a text with as many braces"),
    ],
)
def test_as_much_as_may_be_in_it_is_read(member):
    assert read(b'{"a":1,' + member + b"}").document["a"] == 1


@pytest.mark.parametrize(
    "member",
    [
        pytest.param(b'"x":[' + b"{}," * 5_998 + b"{}]", id="objects"),
        pytest.param(b'"x":[' + b"[]," * 5_998 + b"[]]", id="lists"),
        pytest.param(b'"x":[' + b"0," * 35_998 + b"0]", id="values"),
        pytest.param(b'"x":[' + b"0," * 29_998 + b"0]", id="one value"),
        pytest.param(b'"x":[' + b"[0]," * 5_990 + b"0," * 20_000 + b"0]", id="values that no comma stands before"),
        pytest.param(b'"x":[' + b"0," * 16_000 + b"[" + b"0," * 16_000 + b"0]]", id="values at two depths"),
    ],
)
def test_one_more_is_too_many(member):
    document = b'{"a":1,' + member + b"}"
    with pytest.raises(TooLargeError, match="parts"):
        read(document)
    if len(document) < 100_000:
        with pytest.raises(TooLargeError, match="parts"):
            read(b".".join((base64url(b'{"alg":"EdDSA"}').encode(), base64url(document).encode(), b"AA")))
