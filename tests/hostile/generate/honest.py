"""The honest badges that samples are made of: each breaks one thing in one of these.

All are by did:key and name no status list, so that they prove themselves: no address has to be asked.
"""

from __future__ import annotations

import copy
import json
from functools import cache

from app import strictjson
from app.errors import DocumentError
from app.signing import jwt_claims
from tests.factories import REMOVED, base64url, key_issuer, make_credential, make_subject, put, sign
from tests.hostile.generate.keys import ed25519_sign, p256_issuer
from tests.hostile.generate.sample import CANARY

ISSUER = key_issuer("hostile-issuer")
ATTACKER = key_issuer("hostile-attacker")
STRANGER = key_issuer("hostile-stranger")
P256 = p256_issuer("hostile-p256")
SIGN, ATTACKERS_SIGN = ed25519_sign("hostile-issuer"), ed25519_sign("hostile-attacker")
HEADER = {"alg": "EdDSA", "kid": ISSUER.method, "typ": "JWT"}


def subject(**changes):
    """The subject of a badge, whose learner is the canary."""
    made = make_subject(**changes)
    return put(made, "/identifier/0/identityHash", CANARY) if "identifier" in made else made


def badge(issuer=ISSUER, /, **changes):
    """An unsigned credential without a status list."""
    return make_credential(issuer, **{"credentialSubject": subject(), "credentialStatus": REMOVED, **changes})


@cache
def _signed():
    return sign(badge(), ISSUER)


def signed():
    """The signed credential; a copy of its own for whoever changes it."""
    return copy.deepcopy(_signed())


def as_json(document) -> bytes:
    """Plain JSON, which may hold what `strictjson` would not write."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def changed(path, value):
    """The signed credential with one member changed, or taken away, afterwards."""
    return as_json(put(signed(), path, value))


def resigned(path, value):
    """The credential with one member changed, then signed: only the content is wrong."""
    return as_json(sign(put(badge(), path, value), ISSUER))


def signed_if_possible(document, honest=None):
    """`document` signed, if any processor could have signed it; else under the proof of an honest one."""
    try:
        return sign(document, ISSUER)
    except DocumentError:
        return {**document, "proof": (sign(honest, ISSUER) if honest else signed())["proof"]}


def payload(issuer=ISSUER, /, **claims):
    """The payload of a token: the credential and its claims, then changed."""
    members = {**jwt_claims(badge(issuer)), **claims}
    return {name: value for name, value in members.items() if value is not REMOVED}


def compact(header=HEADER, body=None, signer=SIGN) -> bytes:
    """A compact JWS. Header and body may be bytes; `signer` makes the signature of the signing input."""
    head, claims = (part if isinstance(part, bytes) else strictjson.dumps(part) for part in (header, body or payload()))
    signing_input = f"{base64url(head)}.{base64url(claims)}".encode()
    return signing_input + b"." + base64url(signer(signing_input)).encode()


def headed(signer=SIGN, **changes) -> bytes:
    """A token whose header differs; it is signed as it stands."""
    header = {name: value for name, value in {**HEADER, **changes}.items() if value is not REMOVED}
    return compact(header, signer=signer)


def claiming(**claims) -> bytes:
    """A token whose claims differ; they are signed as they stand."""
    return compact(body=payload(**claims))
