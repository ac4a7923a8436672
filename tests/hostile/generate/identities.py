"""`did-*`: issuers' documents and identifiers that list another's key, list it for something else, or lie (T-04)."""

from __future__ import annotations

import json

from app.signing.multibase import encode_multibase
from app.verification import Found, Missing, Need, NeedKind
from tests.factories import REMOVED, TestIssuer, as_bytes, base64url, put, sign, sign_options
from tests.hostile.generate.honest import ATTACKER, ISSUER, SIGN, as_json, badge, compact, payload, signed_if_possible
from tests.hostile.generate.sample import INVALID, NOT_VALID, VALID, Sample, nothing_there, rows
from tests.hostile.generate.token_bytes import LOW_ORDER

DID = "did:web:school.example"
METHOD = f"{DID}#key-1"
SITE = "https://school.example/issuer"
KEY_URL = "https://school.example/keys/1"
WEB = TestIssuer(DID, METHOD, ISSUER.key, ISSUER.key, KEY_URL, {})
HOSTED = TestIssuer(SITE, f"{SITE}#key-1", ISSUER.key, ISSUER.key, KEY_URL, {})
ATTACKERS_KEY = ATTACKER.did.removeprefix("did:key:")
OWN_KEY = ISSUER.did.removeprefix("did:key:")


def method(**changes):
    """The verification method of the honest document."""
    made = {"id": METHOD, "type": "Multikey", "controller": DID, "publicKeyMultibase": OWN_KEY, **changes}
    return {name: value for name, value in made.items() if value is not REMOVED}


def document(*methods, **changes):
    """The honest DID document, with other methods or members."""
    listed = list(methods) or [method()]
    made = {"id": DID, "verificationMethod": listed, "assertionMethod": [METHOD], **changes}
    return {name: value for name, value in made.items() if value is not REMOVED}


def _signed_badge() -> bytes:
    return as_json(sign(badge(WEB), WEB))


def answering(found, did=DID):
    what = found if isinstance(found, Missing) else Found(as_bytes(found), "application/did+json")
    return {Need(NeedKind.DID_DOCUMENT, did): what}


def case(name, breaks, expect, found, build=_signed_badge) -> Sample:
    return Sample(f"did-{name}", breaks, expect, build, lambda: answering(found()))


def low_order_key(name: str) -> str:
    return encode_multibase(b"\xed\x01" + LOW_ORDER[name].to_bytes(32, "little"))


ATTACKERS = method(publicKeyMultibase=ATTACKERS_KEY)
OTHERS = [method(id=f"{DID}#k{n}") for n in range(10_000)]

INVALID_DOCUMENTS = {
    "other-key": ("the document lists another key under that name", lambda: document(ATTACKERS)),
    "not-listed": ("the document does not list the key", lambda: document(method(id=f"{DID}#key-2"))),
    "not-for-assertions": ("the key is listed for nothing", lambda: document(assertionMethod=[])),
    "for-authentication": (
        "the key is listed to log in with",
        lambda: document(assertionMethod=REMOVED, authentication=[METHOD]),
    ),
    "for-key-agreement": (
        "the key is listed to encrypt with",
        lambda: document(assertionMethod=REMOVED, keyAgreement=[METHOD]),
    ),
    "no-methods": ("the document lists no keys", lambda: document(verificationMethod=[])),
    "of-another": ("the document is about somebody else", lambda: document(id="did:web:attacker.example")),
    "without-id": ("the document does not say whose it is", lambda: document(id=REMOVED)),
    "controlled-by-another": ("the key is somebody else's", lambda: document(method(controller=ATTACKER.did))),
    "name-twice": ("two keys have one name", lambda: document(method(), ATTACKERS)),
    "name-twice-other-first": ("two keys have one name", lambda: document(ATTACKERS, method())),
    "embedded-and-listed": (
        "two keys have one name, one where it is used",
        lambda: document(method(), assertionMethod=[METHOD, ATTACKERS]),
    ),
    "two-forms": (
        "the key is given twice, in two forms",
        lambda: document(method(publicKeyJwk=ATTACKER.key.public_key.jwk())),
    ),
    "private-key-shown": (
        "the document shows the private half of the key",
        lambda: document(method(secretKeyMultibase="z" + "1" * 40)),
    ),
    "private-jwk-shown": (
        "the document shows the private half of the key",
        lambda: document(
            method(
                type="JsonWebKey",
                publicKeyMultibase=REMOVED,
                publicKeyJwk={**ISSUER.key.public_key.jwk(), "d": base64url(bytes(32))},
            )
        ),
    ),
    "low-order": (
        "the key is a point of low order",
        lambda: document(method(publicKeyMultibase=low_order_key("order-4"))),
    ),
    "key-of-other-length": ("the key is a byte short", lambda: document(method(publicKeyMultibase=OWN_KEY[:-2]))),
    "key-number": ("the key is a number", lambda: document(method(publicKeyMultibase=7))),
    "revoked-before": (
        "the key was withdrawn before the badge was signed",
        lambda: document(method(revoked="2026-01-01T00:00:00Z")),
    ),
    "expired-before": (
        "the key had expired before the badge was signed",
        lambda: document(method(expires="2026-01-01T00:00:00Z")),
    ),
    "relative-to-another": (
        "the key is named relatively, in somebody else's document",
        lambda: document(method(id="#key-1"), id="did:web:attacker.example", assertionMethod=["#key-1"]),
    ),
}
DOUBTFUL_DOCUMENTS = {
    "away": ("the document is out of reach", lambda: Missing("The server did not answer.")),
    "gone": ("the document is gone", lambda: Missing("There is nothing any more.", gone=True)),
    "empty": ("the address answers nothing", lambda: b""),
    "html": ("the address answers a web page", lambda: b"<!doctype html><title>School</title>"),
    "list": ("the address answers a list", lambda: b"[" + as_json(document()) + b"]"),
    "dup": ("a member stands twice", lambda: as_json(document())[:-1] + b',"assertionMethod":[]}'),
    "deep": ("the document is nested 100,000 levels deep", lambda: b'{"id":' + b"[" * 100_000),
    "too-large": ("the document has a megabyte", lambda: document(note="a" * 1_000_000)),
    "nan": ("the document holds a number that is none", lambda: as_json(document())[:-1] + b',"x":NaN}'),
    "utf-16": ("the document is UTF-16", lambda: json.dumps(document()).encode("utf-16")),
    "type-object": ("the key's type is an object", lambda: document(method(type={"a": 1}))),
    "type-missing": ("the key has no type", lambda: document(method(type=REMOVED))),
    "type-unknown": ("the key is of an unknown type", lambda: document(method(type="Key2031"))),
    "id-list": ("the key's name is a list", lambda: document(method(id=[METHOD]))),
    "methods-text": ("the keys are a text", lambda: document(verificationMethod="key-1")),
    "methods-null": ("the keys are null", lambda: document(verificationMethod=None)),
    "methods-of-lists": ("the keys are lists", lambda: document(verificationMethod=[[method()]])),
    "assertions-object": ("what is for assertions is an object", lambda: document(assertionMethod={"id": 1})),
    "assertions-numbers": ("what is for assertions are numbers", lambda: document(assertionMethod=[1, None, True])),
    "last-of-10001": ("the key is the last of ten thousand", lambda: document(*OTHERS, method())),
    "x25519": (
        "the key is for encryption",
        lambda: document(method(publicKeyMultibase=encode_multibase(b"\xec\x01" + bytes(31) + b"\x09"))),
    ),
}
# Identifiers that would lead somewhere else than they seem to.
IDENTIFIERS = {
    "ip": "did:web:169.254.169.254",
    "ip-decimal": "did:web:2130706433",
    "ip-hexadecimal": "did:web:0x7f000001",
    "ip-v6": "did:web:%5B%3A%3A1%5D",
    "userinfo": "did:web:school.example%40attacker.example",
    "slash": "did:web:attacker.example%2Fschool.example",
    "dots": "did:web:school.example:..:..:attacker",
    "dots-encoded": "did:web:school.example:%2e%2e:attacker",
    "query": "did:web:attacker.example%3Fschool.example",
    "fragment": "did:web:attacker.example%23school.example",
    "port-too-large": "did:web:school.example%3A99999",
    "port-words": "did:web:school.example%3Ahttp",
    "empty": "did:web:",
    "empty-part": "did:web:school.example::x",
    "newline": "did:web:school.example%0D%0AHost%3A",
    "nul": "did:web:school.example%00.attacker.example",
    "percent": "did:web:school.example%2",
    "not-ascii": "did:web:schооl.example",
    "label-too-long": "did:web:" + "a" * 64 + ".example",
    "too-long": "did:web:" + "a." * 1_000 + "example",
    "file": "did:web:file%3A%2F%2F%2Fetc%2Fpasswd",
    "backslash": "did:web:attacker.example%5Cschool.example",
    "other-method": "did:ethr:0xb9c5714089478a327f09197987f16f9e5d936e8a",
    "no-method": "did:",
    "space": "did:web:school.example ",
}
JWKS = {
    "private": {**ISSUER.key.public_key.jwk(), "d": base64url(bytes(32))},
    "symmetric": {"kty": "oct", "k": base64url(b"secret")},
    "for-encryption": {**ISSUER.key.public_key.jwk(), "use": "enc"},
    "other-algorithm": {**ISSUER.key.public_key.jwk(), "alg": "ES256"},
    "low-order": {"kty": "OKP", "crv": "Ed25519", "x": base64url(LOW_ORDER["order-4"].to_bytes(32, "little"))},
    "short": {"kty": "OKP", "crv": "Ed25519", "x": base64url(bytes(31))},
    "curve-missing": {"kty": "OKP", "x": ISSUER.key.public_key.jwk()["x"]},
    "not-on-curve": {"kty": "EC", "crv": "P-256", "x": base64url(bytes(31) + b"\1"), "y": base64url(bytes(31) + b"\1")},
    "rsa-exponent-1": {"kty": "RSA", "n": base64url(b"\xc1" * 256), "e": "AQ"},
    "rsa-small": {"kty": "RSA", "n": base64url(b"\xc1" * 64), "e": "AQAB"},
    "rsa-huge": {"kty": "RSA", "n": base64url(b"\xc1" * 4_096), "e": "AQAB"},
    "empty": {},
    "of-attacker": ATTACKER.key.public_key.jwk(),
}


def documents():
    for name, (breaks, found) in INVALID_DOCUMENTS.items():
        yield case(name, breaks, INVALID, found)
    for name, (breaks, found) in DOUBTFUL_DOCUMENTS.items():
        yield case(f"doubtful-{name}", breaks, NOT_VALID, found)


def identifiers():
    yield from rows(
        NOT_VALID,
        {
            f"did-web-{label}": ("the issuer's identifier leads astray", lambda did=did: _issued_by(did))
            for label, did in IDENTIFIERS.items()
        },
    )
    yield from rows(
        NOT_VALID,
        {
            f"did-jwk-{label}": (
                "the issuer's identifier holds a bad key",
                lambda jwk=jwk: _issued_by(_did_jwk(as_json(jwk))),
            )
            for label, jwk in JWKS.items()
        },
    )
    good = as_json(ISSUER.key.public_key.jwk())
    yield from rows(
        NOT_VALID,
        {
            "did-jwk-padded": ("the identifier is padded", lambda: _issued_by(_did_jwk(good) + "==")),
            "did-jwk-not-json": ("the identifier holds no JSON", lambda: _issued_by(_did_jwk(b"key"))),
            "did-jwk-dup": (
                "a member of the key stands twice",
                lambda: _issued_by(_did_jwk(good[:-1] + b',"kty":"RSA"}')),
            ),
            "did-jwk-list": ("the identifier holds a list", lambda: _issued_by(_did_jwk(b"[" + good + b"]"))),
            "did-jwk-deep": (
                "the identifier is nested deeply",
                lambda: _issued_by(_did_jwk(b'{"a":' * 500 + b"1" + b"}" * 500)),
            ),
            "did-jwk-long": ("the identifier has 100,000 letters", lambda: _issued_by(_did_jwk(b" " * 75_000 + good))),
            "did-jwk-nothing": ("the identifier holds nothing", lambda: _issued_by("did:jwk:")),
        },
    )


def _did_jwk(raw: bytes) -> str:
    return "did:jwk:" + base64url(raw)


def _issued_by(did: str) -> bytes:
    fragment = "0" if did.startswith("did:jwk:") else "key-1"
    by = TestIssuer(did, f"{did}#{fragment}", ISSUER.key, ISSUER.key, KEY_URL, {})
    made = signed_if_possible(badge(by))
    proof = made["proof"][0] if isinstance(made["proof"], list) else made["proof"]
    try:
        return as_json(sign(badge(by), by))
    except Exception:  # noqa: BLE001 - no IRI: nobody could sign it
        return as_json({**made, "proof": [{**proof, "verificationMethod": by.method}]})


def hosted():
    """Issuers whose identifier is a web address."""
    key_in_fragment = f"https://school.example#{ATTACKERS_KEY}"
    by_attacker = TestIssuer(SITE, f"{SITE}#key-1", ATTACKER.key, ATTACKER.key, KEY_URL, {})
    yield from rows(
        NOT_VALID,
        {
            "did-https-key-in-fragment": (
                "the key stands in the issuer's own name",
                lambda: as_json(
                    sign_options(
                        badge(
                            TestIssuer(
                                "https://school.example", key_in_fragment, ATTACKER.key, ATTACKER.key, KEY_URL, {}
                            )
                        ),
                        by_attacker,
                        verificationMethod=key_in_fragment,
                    )
                ),
            ),
            "did-https-metadata": (
                "the issuer is a machine that answers secrets",
                lambda: _hosted_at("http://169.254.169.254/latest/"),
            ),
            "did-https-loopback": ("the issuer is this machine", lambda: _hosted_at("http://127.0.0.1:1/issuer")),
            "did-https-userinfo": (
                "the issuer's address holds a password",
                lambda: _hosted_at("https://a:b@school.example/"),
            ),
        },
        evidence=nothing_there,
    )
    site = lambda listed: {Need(NeedKind.CONTROLLER, SITE): Found(as_json(listed), "application/json")}  # noqa: E731
    own = {"id": f"{SITE}#key-1", "type": "Multikey", "controller": SITE, "publicKeyMultibase": OWN_KEY}
    listing = {"id": SITE, "verificationMethod": [own], "assertionMethod": [own["id"]]}
    honest = lambda: as_json(sign(badge(HOSTED), HOSTED))  # noqa: E731
    yield Sample("control-did-https", "an issuer whose address lists its key", VALID, honest, lambda: site(listing))
    for label, breaks, found in (
        (
            "other-key",
            "the issuer's address lists another key",
            put(listing, "/verificationMethod/0/publicKeyMultibase", ATTACKERS_KEY),
        ),
        ("of-another", "the issuer's address is about somebody else", {**listing, "id": "https://attacker.example/"}),
        ("not-listed", "the issuer's address lists nothing for assertions", {**listing, "assertionMethod": []}),
    ):
        yield Sample(f"did-https-{label}", breaks, NOT_VALID, honest, lambda found=found: site(found))


def _hosted_at(url: str) -> bytes:
    by = TestIssuer(url, f"{url}#key-1", ISSUER.key, ISSUER.key, KEY_URL, {})
    return as_json(sign(badge(by), by))


def tokens():
    """A token whose key is at an address: what is there has to be listed by the issuer too."""
    token = lambda signer=SIGN: compact({"alg": "EdDSA", "kid": KEY_URL, "typ": "JWT"}, payload(WEB), signer)  # noqa: E731
    at = lambda jwk: {**answering(document()), Need(NeedKind.KEY, KEY_URL): Found(as_json(jwk), "application/jwk+json")}  # noqa: E731
    own, attackers = (key.public_key.jwk() for key in (ISSUER.key, ATTACKER.key))
    yield Sample("control-did-token-key", "a token whose key is at an address", VALID, token, lambda: at(own))
    for label, breaks, jwk, signer in (
        ("attackers-key", "the address of the key answers somebody else's", attackers, ATTACKER.key.sign),
        ("other-key", "the address of the key answers another one", attackers, SIGN),
        ("private", "the address of the key answers the private half too", {**own, "d": base64url(bytes(32))}, SIGN),
        ("list", "the address of the key answers a list", [own], SIGN),
        ("set-of-two", "the address of the key answers two", {"keys": [own, attackers]}, SIGN),
        ("symmetric", "the address of the key answers a shared secret", {"kty": "oct", "k": "AAAA"}, SIGN),
    ):
        yield Sample(f"did-token-{label}", breaks, NOT_VALID, lambda s=signer: token(s), lambda jwk=jwk: at(jwk))


def controls():
    yield Sample(
        "control-did-web", "an issuer with a DID document", VALID, _signed_badge, lambda: answering(document())
    )
    for label, what, made in (
        ("type-list", "a document with a list of one type", document(method(type=["Multikey"]))),
        (
            "relative",
            "a document that names its key relatively",
            document(method(id="#key-1"), assertionMethod=["#key-1"]),
        ),
        (
            "embedded",
            "a document that holds its key where it is used",
            document(verificationMethod=REMOVED, assertionMethod=[method()]),
        ),
        (
            "jwk",
            "a document that holds a JWK",
            document(
                method(type="JsonWebKey2020", publicKeyMultibase=REMOVED, publicKeyJwk=ISSUER.key.public_key.jwk())
            ),
        ),
        (
            "among-others",
            "a document with keys of other kinds beside",
            document(method(id=f"{DID}#x", type="Key2031"), method()),
        ),
        (
            "with-services",
            "a document with much else",
            document(service=[{"id": "#s", "type": "LinkedDomains"}], alsoKnownAs=[ATTACKER.did], note={"a": [1]}),
        ),
        (
            "retired-later",
            "a key that was retired after the badge was signed",
            document(method(expires="2026-05-08T00:00:00Z")),
        ),
    ):
        yield Sample(f"control-did-{label}", what, VALID, _signed_badge, lambda made=made: answering(made))


def samples():
    yield from documents()
    yield from identifiers()
    yield from hosted()
    yield from tokens()
    yield from controls()
