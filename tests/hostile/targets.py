"""What is fuzzed: each parser of strangers' bytes, and the whole judge. One function from bytes a target.

A target returns or raises an error that Laurel declares; anything else is a fault. `seeds` are good inputs.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

from app import strictjson
from app.errors import CryptoError, DocumentError, InputError, InvalidKeyError
from app.jsonld import canonicalize
from app.openbadges import decode_bitstring, parse_index, printed_by_pdf, sniff, unbake_pdf, unbake_png, unbake_svg
from app.openbadges.pages import MAX_CHARACTERS
from app.remote import Rules
from app.remote.alternates import alternate
from app.remote.decoding import Body
from app.remote.exchange import Response
from app.remote.reasons import NoAnswerError
from app.remote.target import read_target
from app.signing import (
    PublicKey,
    Resolved,
    did_web_url,
    key_in_document,
    read_jwt,
    resolve_fetched,
    with_absolute_urls,
)
from app.signing.multibase import decode_base64url, decode_multibase, encode_base64url
from app.signing.sd_proof_value import read_proof_value
from app.verification import NOBODY, Evidence, Found, Kind, Missing, Verdict, gathered, judge, read
from app.verification.printed import check_printed
from tests.factories import NOW, make_credential, sign, sign_token, web_issuer
from tests.factories_ob2 import make_badge, make_issuer, make_revocations
from tests.hostile.generate import older, status, suites
from tests.hostile.generate.honest import ISSUER, as_json, badge, compact, payload, signed, signed_if_possible
from tests.hostile.generate.pdfs import attached, flate
from tests.hostile.generate.pngs import chunk, deflated, itxt, png
from tests.hostile.generate.svgs import credential, svg, token
from tests.unit.openbadges.pdfs import one_page
from tests.unit.signing.selective import BASE, DERIVED

NOT_THERE = Missing("There is nothing at this address.")
DECLARED = (InputError, DocumentError, CryptoError, NoAnswerError)


@dataclass(frozen=True)
class Target:
    run: Callable[[bytes], object]
    seeds: Callable[[], list[bytes]]


# Parsers


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", errors="surrogateescape")


def _jws(raw: bytes) -> None:
    read_jwt(_text(raw))


def _json(raw: bytes) -> None:
    """What is read has to be writable, and to be read again as the same."""
    value = strictjson.loads(raw, max_bytes=1_048_576)
    again = strictjson.loads(json.dumps(value).encode(), max_bytes=16_777_216)
    assert again == value


def _keys(raw: bytes) -> None:
    key = PublicKey.from_multikey(_text(raw))
    assert key.multikey() == _text(raw)  # one key, one text


def _jwk(raw: bytes) -> None:
    value = strictjson.loads(raw, max_bytes=65_536)
    if isinstance(value, dict):
        PublicKey.from_jwk(value)


def _multibase(raw: bytes) -> None:
    for decode, length in ((decode_multibase, 1_024), (decode_base64url, 4_096)):
        with suppress(InvalidKeyError):
            decode(_text(raw), error=InvalidKeyError, max_length=length)


def _png(raw: bytes) -> None:
    """As it is, and with checksums that fit: without, hardly anything would get past them."""
    with suppress(InputError):
        unbake_png(raw)
    unbake_png(with_checksums(raw))


def with_checksums(raw: bytes) -> bytes:
    """The same chunks, each as long as it says or as there are bytes, with the right checksum."""
    out, at = bytearray(raw[:8]), 8
    while at + 8 <= len(raw):
        length = min(int.from_bytes(raw[at : at + 4]), max(len(raw) - at - 12, 0))
        out += chunk(raw[at + 4 : at + 8], raw[at + 8 : at + 8 + length])
        at += length + 12
    return bytes(out)


def _did_web(raw: bytes) -> None:
    url = did_web_url(_text(raw))
    host, _, path = url.removeprefix("https://").partition("/")
    assert path.endswith("did.json") and ".." not in path.split("/") and "@" not in host, url  # noqa: PT018


def _pages(raw: bytes) -> None:
    """A file, and what its page draws: what no file may do is raise. What was read can be compared."""
    for printed in map(printed_by_pdf, (raw, one_page(raw))):
        assert len(printed.text) <= MAX_CHARACTERS
        check_printed(make_credential(), Kind.BADGE, printed)


def _drawn() -> list[bytes]:
    return [
        one_page(b"BT /F1 12 Tf 9 9 Td (Amina Haddad) Tj T* [(4 May) -300 <32303236>] TJ ET"),
        b"q 1 0 0 -1 0 90 cm /Span<</ActualText<FEFF0041>>>BDC BT /F1 9 Tf 9 9 Td (x) Tj ET EMC Q 0 0 9 9 re f",
    ]


def _cbor(raw: bytes) -> None:
    """The value of a selective proof, as text and as what is inside it."""
    for value in (_text(raw), "u" + encode_base64url(DERIVED + raw), "u" + encode_base64url(BASE + raw)):
        with suppress(CryptoError):
            read_proof_value(value)


def _address(raw: bytes) -> None:
    """What was read is read as the same again: whoever reads it next goes to no other place."""
    target = read_target(_text(raw), Rules())
    assert read_target(target.url, Rules()) == target
    assert not set(target.authority) & set("@/?#\\")
    assert not set(target.url) & set(" \\\r\n\0#")


def _page(raw: bytes) -> None:
    """A page for people, and the head of an answer."""
    for response in (Response(200, (), raw), Response(200, [("link", raw.decode("latin-1"))])):
        alternate(response, "text/html")


def _body(raw: bytes) -> None:
    """An answer that says that it is packed, in two pieces."""
    for encoding in ("gzip", "deflate", "identity"):
        with suppress(NoAnswerError):
            body = Body(encoding, most=65_536)
            for piece in (raw[:100], raw[100:]):
                body.add(piece)
            assert len(body.whole()) <= 65_536


def _did_document(raw: bytes) -> None:
    value = strictjson.loads(raw, max_bytes=262_144)
    if isinstance(value, dict):
        key_in_document(value, web_issuer().method)
        found = resolve_fetched(web_issuer().did, value)
        if isinstance(found, Resolved):
            strictjson.dumps(with_absolute_urls(found.document))


def _bitstring(raw: bytes) -> None:
    """The whole text, and the bytes as what was compressed: mutating base64 alone rarely reaches what is inside."""
    for text in (_text(raw), status.unsigned(raw)):
        with suppress(InputError):
            decode_bitstring(text)
    with suppress(InputError):
        assert str(parse_index(_text(raw))) == _text(raw)


def _canonical(raw: bytes) -> None:
    value = strictjson.loads(raw, max_bytes=1_048_576)
    if isinstance(value, dict):
        canonicalize(value)


# The whole judge


@cache
def _shown_of_honest() -> Mapping[str, Any]:
    return _shown(judge(read(as_json(signed())), {}, NOBODY, now=NOW))


def _shown(report) -> Mapping[str, Any]:
    """What a report shows of a badge, but for the moment of signing, which a token states otherwise than a proof."""
    names = ("credential", "issuer", "recipient", "achievement")
    dates = {name: date for name, date in report.dates.items() if name != "issued"}
    return {name: _unordered(getattr(report, name)) for name in names} | {"dates": dates}


def _unordered(value: Any) -> Any:
    """Lists as sets: neither order nor repetition says anything in linked data."""
    if isinstance(value, Mapping):
        return {name: _unordered(inner) for name, inner in value.items()}
    return sorted(set(map(json.dumps, map(_unordered, value)))) if isinstance(value, list) else value


def _judge_other(raw: bytes) -> None:
    """The same for badges by the other suites, whose honest forms differ in who issued them and what they show."""
    report = _report(raw, b"")
    if report.verdict is Verdict.VALID:
        assert _shown(report) in _shown_by_suites()


@cache
def _shown_by_suites() -> tuple[Mapping[str, Any], ...]:
    return tuple(_shown(_report(raw, b"")) for raw in _by_suites())


def _by_suites() -> list[bytes]:
    return [*map(suites.honest_by, suites.SUITES), suites.derived(), suites.base()]


def _judge(raw: bytes) -> None:
    """Whatever is changed in a badge: it is not valid any more, or says the same."""
    report = _report(raw, b"")
    if report.verdict is Verdict.VALID:
        assert _shown(report) == _shown_of_honest()


def _report(raw: bytes, answer: bytes):
    presented = read(raw)
    found = Found(answer, "application/json") if answer else NOT_THERE
    report = judge(presented, gathered(presented, lambda _: found), NOBODY, now=NOW)
    assert report.summary and report.conclusion  # noqa: PT018
    return report


def _document(raw: bytes) -> dict[str, Any] | None:
    try:
        value = strictjson.loads(raw, max_bytes=262_144)
    except InputError:
        return None
    return value if isinstance(value, dict) else None


def _judge_signed(raw: bytes) -> None:
    """The same for what the issuer did sign, so that everything behind the signature is reached too."""
    document = _document(raw)
    if document is not None:
        document.pop("proof", None)
        _report(as_json(signed_if_possible(document)), as_json(status.signed_list()))


def _judge_token(raw: bytes) -> None:
    document = _document(raw)
    if document is not None:
        _report(compact(body=document), as_json(status.signed_list()))


def _evidence(raw: bytes) -> None:
    """An honest badge, and a world in which every address answers these bytes."""
    for good in _asking():
        report = _report(good, raw)
        assert report.verdict is not Verdict.VALID or _statements(raw) in _honest_answers()


def _statements(raw: bytes) -> bytes:
    """What a list says, in its one canonical form; nothing for what is no linked data."""
    document = _document(raw)
    try:
        return b"" if document is None else canonicalize({k: v for k, v in document.items() if k != "proof"})
    except DocumentError:
        return b""


@cache
def _asking() -> tuple[bytes, ...]:
    """Badges that want a DID document, a key, a status list."""
    by = web_issuer()
    return as_json(sign(make_credential(by), by)), sign_token(make_credential(by), by).encode(), status.entry_badge()


@cache
def _honest_answers() -> frozenset[bytes]:
    return frozenset({_statements(as_json(status.signed_list()))})


def _older(raw: bytes) -> None:
    """A badge of version 2 in an honest world, and an honest one in a world where one address answers these bytes."""
    honest, badges = _older_world()
    _in_world(raw, honest)
    for need in honest:
        for good in badges:
            _in_world(good, {**honest, need: Found(raw, "application/json")})


@cache
def _older_world() -> tuple[Evidence, tuple[bytes, bytes]]:
    return older.web(), (older.hosted(), older.signed())


def _in_world(raw: bytes, world: Evidence) -> None:
    presented = read(raw)
    judge(presented, gathered(presented, lambda need: world.get(need, NOT_THERE)), NOBODY, now=NOW)


def _listed(raw: bytes) -> None:
    """A status list that the issuer did sign."""
    document = _document(raw)
    if document is not None:
        document.pop("proof", None)
        _report(status.entry_badge(), as_json(signed_if_possible(document, status.status_list())))


def _images() -> list[bytes]:
    text = as_json(signed())
    return [png(itxt(text)), png(deflated(text)), png(itxt(compact()))]


def _drawings() -> list[bytes]:
    return [svg(credential()), svg(token(compact().decode())), svg(credential("x"), prolog='<?xml version="1.0"?>')]


def _documents() -> list[bytes]:
    return [
        as_json(badge()),
        as_json(badge(credentialStatus=status.make_entry())),
        as_json(
            badge(
                endorsement=[signed()], refreshService={"id": "https://r.example/", "type": "1EdTechCredentialRefresh"}
            )
        ),
    ]


TARGETS: dict[str, Target] = {
    "jws": Target(_jws, lambda: [compact()]),
    "strictjson": Target(_json, lambda: [as_json(signed()), b'[1, 2.5, -0.0, "\\u00e9", null, true]']),
    "sniff": Target(sniff, lambda: [*_images(), *_drawings(), compact(), as_json(signed())]),
    "png": Target(_png, _images),
    "svg": Target(unbake_svg, _drawings),
    "pdf": Target(
        unbake_pdf,
        lambda: [
            attached(as_json(signed())).write(),
            attached(flate(compact()), entries=b"/Filter/FlateDecode").write(),
        ],
    ),
    "pdf-pages": Target(_pages, _drawn),
    "cbor": Target(_cbor, suites.proof_parts),
    "address": Target(
        _address, lambda: [b"https://badges.example.org:8443/a%20b?c=d#e", "https://bücher.example.org/".encode()]
    ),
    "page": Target(
        _page,
        lambda: [
            b'<html><head><link rel="alternate" type="application/ld+json" href="/b.json"></head>',
            b'</b.json>; rel="alternate"; type="application/vc"',
        ],
    ),
    "body": Target(_body, lambda: [gzip.compress(as_json(signed()), mtime=0), zlib.compress(as_json(signed()))]),
    "bitstring": Target(_bitstring, lambda: [status.unsigned(status.zipped(bytes(status.BITS))).encode(), b"94567"]),
    "did-web": Target(_did_web, lambda: [b"did:web:badges.example:issuers:riverside", b"did:web:localhost%3A8000"]),
    "multikey": Target(_keys, lambda: [ISSUER.did.removeprefix("did:key:").encode()]),
    "jwk": Target(_jwk, lambda: [as_json(key.public_key.jwk()) for key in (ISSUER.key, web_issuer().token_key)]),
    "multibase": Target(_multibase, lambda: [signed()["proof"][0]["proofValue"].encode(), b"uAAAA", b"_-Az09"]),
    "did-document": Target(_did_document, lambda: [as_json(web_issuer().document)]),
    "canonicalize": Target(_canonical, lambda: [as_json(badge()), as_json(status.status_list())]),
    "judge": Target(_judge, lambda: [as_json(signed()), compact(), *_images(), *_drawings()[:2]]),
    "judge-suites": Target(_judge_other, _by_suites),
    "judge-signed": Target(_judge_signed, _documents),
    "judge-token": Target(_judge_token, lambda: [as_json(payload())]),
    "evidence": Target(
        _evidence,
        lambda: [as_json(status.signed_list()), as_json(web_issuer().document), as_json(ISSUER.key.public_key.jwk())],
    ),
    "older": Target(
        _older, lambda: [older.hosted(), *map(as_json, (make_badge(), make_issuer(), make_revocations("x")))]
    ),
    "status-list": Target(_listed, lambda: [as_json(status.status_list())]),
}
