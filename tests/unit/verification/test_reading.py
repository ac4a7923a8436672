from __future__ import annotations

import pytest

from app.errors import (
    InvalidProofError,
    MalformedDocumentError,
    MalformedJSONError,
    TooLargeError,
    UnsupportedCryptoError,
)
from app.openbadges import bake_png, bake_svg
from app.verification import ReadLimits, Verdict, read
from tests.factories import PNG, SVG, as_bytes, base64url, judged, make_credential, sign, sign_token

DOCUMENT = sign(make_credential())
TEXT = as_bytes(DOCUMENT).decode()
TOKEN = sign_token(make_credential())


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
        pytest.param(bake_png(PNG, TEXT), ReadLimits(document=len(TEXT) - 1), id="JSON in PNG"),
    ],
)
def test_limits(raw, limits):
    with pytest.raises(TooLargeError):
        read(raw, limits=limits)


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
