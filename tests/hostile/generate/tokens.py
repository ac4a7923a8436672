"""`jwt-*`: algorithms, keys brought along, and what a token calls itself (threats T-03, T-04, T-06)."""

from __future__ import annotations

import hmac
import json

from cryptography.hazmat.primitives import serialization

from tests.factories import REMOVED, base64url
from tests.hostile.generate.honest import (
    ATTACKER,
    ATTACKERS_SIGN,
    HEADER,
    ISSUER,
    P256,
    SIGN,
    as_json,
    badge,
    claiming,
    compact,
    headed,
    payload,
)
from tests.hostile.generate.keys import es256_sign, p256_handle
from tests.hostile.generate.sample import (
    ANYTHING_BUT_VALID,
    INVALID,
    NOT_VALID,
    REFUSED,
    Sample,
    nothing_there,
    rows,
)


def unsigned(algorithm, signature=b"") -> bytes:
    return headed(lambda _: signature, alg=algorithm)


def shared_secret(secret: bytes, digest="sha256", algorithm="HS256", header=HEADER) -> bytes:
    """A token whose signature is an HMAC, keyed by something public."""
    return compact({**header, "alg": algorithm}, signer=lambda data: hmac.digest(secret, data, digest))


def public_forms():
    """The issuer's public key in every form that a careless verifier may take for a secret."""
    key = ISSUER.key.public_key
    handle = key._handle
    der = handle.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    pem = handle.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return {
        "raw": handle.public_bytes_raw(),
        "der": der,
        "pem": pem,
        "pem-stripped": pem.strip(),
        "jwk": json.dumps(key.jwk()).encode(),
        "multikey": key.multikey().encode(),
        "empty": b"",
    }


def algorithms():
    yield from rows(
        INVALID,
        {
            f"jwt-alg-{label}": (
                f"the algorithm is {label} and there is no signature",
                lambda name=name: unsigned(name),
            )
            for label, name in {
                "none": "none",
                "none-capital": "None",
                "none-upper": "NONE",
                "none-mixed": "nOnE",
                "none-padded": "none ",
                "empty": "",
                "null": None,
                "number": 0,
                "list": ["EdDSA"],
                "object": {"EdDSA": True},
                "missing": REMOVED,
            }.items()
        },
    )
    yield from rows(
        INVALID,
        {
            "jwt-alg-none-with-signature": (
                "the algorithm is none beside a fitting signature",
                lambda: headed(alg="none"),
            ),
            "jwt-alg-lower-case": ("the algorithm is written eddsa", lambda: headed(alg="eddsa")),
            "jwt-alg-es256-with-ed25519": (
                "the header names another algorithm than its key's",
                lambda: headed(alg="ES256"),
            ),
            "jwt-alg-rs256-with-ed25519": (
                "the header names another algorithm than its key's",
                lambda: headed(alg="RS256"),
            ),
            "jwt-alg-unheard-of": ("the algorithm does not exist", lambda: headed(alg="SHA1")),
            "jwt-alg-eddsa-with-p256": (
                "the key is for ES256, and the header says EdDSA",
                lambda: compact({"alg": "EdDSA", "kid": P256.method}, payload(P256), signer=es256_sign("hostile-p256")),
            ),
            **{
                f"jwt-hs256-{form}": (
                    "an HMAC keyed by the public key",
                    lambda form=form: shared_secret(public_forms()[form]),
                )
                for form in ("raw", "der", "pem", "pem-stripped", "jwk", "multikey", "empty")
            },
            "jwt-hs384-pem": (
                "an HMAC keyed by the public key",
                lambda: shared_secret(public_forms()["pem"], "sha384", "HS384"),
            ),
            "jwt-hs512-raw": (
                "an HMAC keyed by the public key",
                lambda: shared_secret(public_forms()["raw"], "sha512", "HS512"),
            ),
            "jwt-hs256-p256-point": ("an HMAC keyed by the public point", _hmac_by_point),
            "jwt-signature-missing": ("there is no signature", lambda: headed(lambda _: b"")),
            "jwt-signature-of-attacker": (
                "somebody else signed under the issuer's key id",
                lambda: headed(ATTACKERS_SIGN),
            ),
            "jwt-signature-of-other-content": (
                "the signature is over another payload",
                lambda: compact(signer=lambda _: SIGN(b"x")),
            ),
            "jwt-payload-altered": ("the payload was changed after signing", _altered_payload),
            "jwt-header-altered": ("the header was changed after signing", _altered_header),
        },
    )
    yield from rows(
        NOT_VALID,
        {
            f"jwt-alg-{name.lower()}": (
                f"the key is for EdDSA, and the header says {name}",
                lambda name=name: headed(alg=name),
            )
            for name in ("PS256", "RS512", "ES256K", "ES512", "Ed448", "ML-DSA-44")
        },
    )


def _hmac_by_point() -> bytes:
    point = (
        p256_handle("hostile-p256")
        .public_key()
        .public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    )
    return compact(
        {"alg": "HS256", "kid": P256.method}, payload(P256), signer=lambda data: hmac.digest(point, data, "sha256")
    )


def _altered_payload() -> bytes:
    head, _, signature = compact().split(b".")
    altered = payload(name="Advanced Teaching")
    return b".".join((head, base64url(as_json(altered)).encode(), signature))


def _altered_header() -> bytes:
    _, body, signature = compact().split(b".")
    return b".".join((base64url(as_json({**HEADER, "x": 1})).encode(), body, signature))


KIDS = {
    "path": "../../../../../../dev/null",
    "absolute-path": "/etc/passwd",
    "file": "file:///etc/passwd",
    "sql": "x' UNION SELECT 'AA' --",
    "command": "key-1|/bin/true",
    "nul": "key\\u0001",
    "empty": "",
    "fragment-only": "#key-1",
    "ftp": "ftp://attacker.example/key",
    "data": "data:application/jwk+json,{}",
    "gopher": "gopher://127.0.0.1:6379/_x",
    "other-did-method": "did:example:attacker#key-1",
    "attacker": ATTACKER.method,
    "attacker-without-fragment": ATTACKER.did,
    "fragment-swap": f"{ISSUER.did}#{ATTACKER.did.removeprefix('did:key:')}",
    "prefix-of-issuer": f"{ISSUER.did}x#{ATTACKER.did.removeprefix('did:key:')}",
    "query": f"{ISSUER.did}?versionId=2{ISSUER.method.removeprefix(ISSUER.did)}",
    "two-fragments": f"{ISSUER.method}#{ATTACKER.did.removeprefix('did:key:')}",
}
WEB_KIDS = {
    "metadata": "http://169.254.169.254/latest/meta-data/",
    "loopback": "http://127.0.0.1:22/key",
    "loopback-v6": "https://[::1]/key",
    "attackers-site": "https://attacker.example/key.json",
    "userinfo": "https://badges.example@attacker.example/key.json",
}
HEADERS = {
    "jku": {"jku": "https://attacker.example/jwks.json"},
    "jku-metadata": {"jku": "http://169.254.169.254/latest/"},
    "x5u": {"x5u": "https://attacker.example/cert.pem"},
    "crit": {"crit": ["exp"]},
    "crit-empty": {"crit": []},
    "b64-false": {"b64": False, "crit": ["b64"]},
    "zip": {"zip": "DEF"},
    "enc": {"enc": "A256GCM"},
    "typ-at-jwt": {"typ": "at+jwt"},
    "typ-logout": {"typ": "logout+jwt"},
    "typ-number": {"typ": 1},
    "kid-number": {"kid": 1},
    "kid-list": {"kid": [HEADER["kid"]]},
    "kid-null": {"kid": None},
    "jwk-text": {"jwk": "x"},
    "jwk-null": {"jwk": None},
}


def headers():
    yield from rows(
        INVALID,
        {
            f"jwt-kid-{label}": (
                "the key id is not one of the issuer's",
                lambda kid=kid: headed(ATTACKERS_SIGN, kid=kid),
            )
            for label, kid in KIDS.items()
        },
    )
    # Whatever such an address answered, a did:key has published no other key than its own.
    yield from rows(
        NOT_VALID,
        {
            f"jwt-kid-{label}": ("the key id leads to somebody's site", lambda kid=kid: headed(ATTACKERS_SIGN, kid=kid))
            for label, kid in WEB_KIDS.items()
        },
        evidence=nothing_there,
    )
    yield from rows(
        INVALID,
        {
            f"jwt-hdr-{label}": ("the header holds what no badge may hold", lambda added=added: headed(**added))
            for label, added in HEADERS.items()
        },
    )
    stranger = ATTACKER.key.public_key.jwk()
    certificate = [base64url(b"a certificate of the attacker's")]
    yield from rows(
        INVALID,
        {
            "jwt-hdr-jwk-of-stranger": (
                "the header brings the attacker's key along",
                lambda: headed(ATTACKERS_SIGN, jwk=stranger, kid=REMOVED),
            ),
            "jwt-hdr-jwk-beside-kid": (
                "the header names the issuer's key and brings the attacker's",
                lambda: headed(ATTACKERS_SIGN, jwk=stranger),
            ),
            "jwt-hdr-jwk-private": (
                "the header shows the private half of a key",
                lambda: headed(jwk={**ISSUER.key.public_key.jwk(), "d": base64url(bytes(32))}, kid=REMOVED),
            ),
            "jwt-hdr-jwk-symmetric": (
                "the header brings a shared secret along",
                lambda: headed(
                    lambda data: hmac.digest(b"k", data, "sha256"), alg="HS256", jwk={"kty": "oct", "k": "aw"}
                ),
            ),
            "jwt-hdr-x5c": (
                "the header brings a certificate along",
                lambda: headed(ATTACKERS_SIGN, x5c=certificate, kid=REMOVED),
            ),
            "jwt-hdr-x5c-beside-kid": (
                "the attacker signed and brings a certificate along",
                lambda: headed(ATTACKERS_SIGN, x5c=certificate),
            ),
            "jwt-hdr-no-key": ("the header names no key", lambda: headed(kid=REMOVED)),
        },
    )


def kinds():
    """Tokens that are signed rightly, and are something else than a badge."""
    presentation = {
        "@context": badge()["@context"][:1],
        "type": ["VerifiablePresentation"],
        "holder": ISSUER.did,
        "verifiableCredential": [badge()],
        "iss": ISSUER.did,
    }
    identity = {"iss": ISSUER.did, "sub": "user-1", "aud": "client", "exp": 2_000_000_000, "iat": 1, "nonce": "n"}
    yield from rows(
        INVALID,
        {
            "jwt-vp-as-vc": ("it is a presentation with an unsigned badge inside", lambda: compact(body=presentation)),
            "jwt-type-id-token": ("it is an identity token", lambda: compact(body=identity)),
            "jwt-type-id-token-with-type": (
                "it is an identity token that calls itself a badge",
                lambda: compact(body={**identity, "type": ["VerifiableCredential", "OpenBadgeCredential"]}),
            ),
            "jwt-type-presentation-too": (
                "it calls itself a badge and a presentation",
                lambda: claiming(type=["VerifiableCredential", "OpenBadgeCredential", "VerifiablePresentation"]),
            ),
            "jwt-type-other-credential": (
                "it is a credential, but no badge",
                lambda: claiming(type=["VerifiableCredential", "DriversLicence"]),
            ),
            "jwt-type-text-that-contains": (
                "its type only contains the words",
                lambda: claiming(type="VerifiableCredential OpenBadgeCredential"),
            ),
            "jwt-type-missing": ("it has no type", lambda: claiming(type=REMOVED)),
            "jwt-vc-claim-of-version-2": (
                "a version 2 credential stands in the claim of version 1",
                lambda: compact(body={"iss": ISSUER.did, "vc": badge()}),
            ),
            "jwt-vc-claim-beside": (
                "two credentials: one in the claim vc, one beside it",
                lambda: claiming(vc={**badge(), "name": "Another"}),
            ),
        },
    )
    yield from rows(
        REFUSED,
        {
            "jwt-json-serialized": ("it is a token written as JSON", lambda: as_json(_flattened())),
            "jwt-json-general": ("it is a token written as JSON with several signatures", lambda: as_json(_general())),
            "jwt-detached": ("its payload stands elsewhere", _detached),
            "jwt-jwe": ("it is encrypted", lambda: compact({"alg": "RSA-OAEP", "enc": "A256GCM"}) + b".AAAA.AAAA"),
            "jwt-jwe-p2c": (
                "it is encrypted and asks for a billion rounds",
                lambda: (
                    compact({"alg": "PBES2-HS256+A128KW", "enc": "A128GCM", "p2c": 10**9, "p2s": "AA"}) + b".AAAA.AAAA"
                ),
            ),
            "jwt-jwe-zip": (
                "it is encrypted and compressed",
                lambda: compact({"alg": "dir", "enc": "A128GCM", "zip": "DEF"}) + b".AAAA.AAAA",
            ),
            "jwt-p2c-in-three-parts": (
                "it asks for a billion rounds",
                lambda: headed(alg="PBES2-HS256+A128KW", p2c=10**9),
            ),
            "jwt-sd": ("parts of it may be disclosed or not", lambda: compact() + b"~WyJzYWx0IiwibmFtZSIsIngiXQ~"),
        },
    )
    yield Sample(
        "jwt-enveloped",
        "it is a JSON envelope around an altered token",
        ANYTHING_BUT_VALID,
        lambda: as_json(
            {
                "@context": badge()["@context"][0],
                "id": "data:application/vc+jwt," + _altered_payload().decode(),
                "type": "EnvelopedVerifiableCredential",
            }
        ),
    )


def _flattened():
    head, body, signature = compact().decode().split(".")
    return {"protected": head, "payload": body, "signature": signature}


def _general():
    parts = _flattened()
    body = parts.pop("payload")
    return {"payload": body, "signatures": [parts, parts]}


def _detached() -> bytes:
    head, _, signature = compact().split(b".")
    return head + b".." + signature


def samples():
    yield from algorithms()
    yield from headers()
    yield from kinds()
