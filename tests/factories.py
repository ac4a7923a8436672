"""Credentials, issuers and status lists for tests. Each function makes one good thing; `**changes` break exactly one.

The keys are TEST KEYS: made from public seeds, so that signatures are the same on every run. Never use them elsewhere.
"""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from app import strictjson
from app.jsonld import canonicalize
from app.openbadges import encode_bitstring, status_list_document
from app.signing import (
    Algorithm,
    LocalSigner,
    PrivateKey,
    PublishedKey,
    add_proof,
    did_document,
    did_key,
    did_key_method,
    did_web,
    jwk_with_kid,
    jwt_claims,
    sign_jwt,
)
from app.signing.multibase import encode_multibase
from app.verification import BADGES, Evidence, Found, Kind, Known, Missing, Need, NeedKind, Report, judge, read
from app.verification.policy import NOBODY, Policy

NOW = datetime(2026, 5, 10, 12, 0, tzinfo=UTC)
BASE_URL = "https://badges.example"
LIST_URL = f"{BASE_URL}/status/5c1f8a3e"
EMAIL = "amina@riverside.example"
SALT = "0f" * 16
INDEX = 94_567

VC_CONTEXT = "https://www.w3.org/ns/credentials/v2"
OB_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
EXTENSIONS_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
REMOVED = object()
"""As a change: take the member away."""

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>'


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


# One white pixel.
PNG = b"\x89PNG\r\n\x1a\n" + b"".join(
    (
        _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)),
        _chunk(b"IDAT", zlib.compress(b"\0\xff\xff\xff")),
        _chunk(b"IEND", b""),
    )
)
_PKCS8_ED25519 = bytes.fromhex("302e020100300506032b657004220420")


@cache
def ed25519_key(name: str) -> PrivateKey:
    """A TEST KEY that depends on its name alone."""
    seed = hashlib.sha256(f"laurel test key, never use it: {name}".encode()).digest()
    return PrivateKey.from_pkcs8(_PKCS8_ED25519 + seed)


@cache
def fresh_key(algorithm: Algorithm, name: str) -> PrivateKey:
    """A key made once in a test run (RSA and ECDSA keys cannot be had from a seed)."""
    return PrivateKey.generate(algorithm)


@dataclass(frozen=True)
class TestIssuer:
    """An issuer, its two keys and what it publishes."""

    did: str
    method: str
    key: PrivateKey
    token_key: PrivateKey
    key_url: str
    document: Mapping[str, Any]

    __test__ = False

    @property
    def profile(self) -> dict[str, Any]:
        return {
            "id": self.did,
            "type": ["Profile"],
            "name": "Riverside Academy",
            "url": "https://riverside.example",
        }

    @property
    def evidence(self) -> dict[Need, Found | Missing]:
        """What its addresses answer; a did:key has none."""
        if not self.did.startswith("did:web:"):
            return {}
        return {
            Need(NeedKind.DID_DOCUMENT, self.did): found(self.document),
            Need(NeedKind.KEY, self.key_url): found(jwk_with_kid(self.token_key.public_key, self.key_url)),
        }


@cache
def web_issuer(slug: str = "riverside", algorithm: Algorithm = Algorithm.ES256) -> TestIssuer:
    """did:web, with an Ed25519 key for proofs and another one for tokens."""
    did = did_web(BASE_URL, "issuers", slug)
    key, token_key = ed25519_key(slug), fresh_key(algorithm, slug)
    published = [PublishedKey("key-1", key.public_key), PublishedKey("key-2", token_key.public_key)]
    return TestIssuer(
        did,
        f"{did}#key-1",
        key,
        token_key,
        f"{BASE_URL}/issuers/{slug}/keys/key-2",
        did_document(did, published),
    )


@cache
def key_issuer(name: str = "did-key") -> TestIssuer:
    """did:key; the one key signs proofs and tokens."""
    key = ed25519_key(name)
    method = did_key_method(key.public_key)
    return TestIssuer(did_key(key.public_key), method, key, key, method, {})


def make_credential(issuer: TestIssuer | None = None, **changes: Any) -> dict[str, Any]:
    """An unsigned credential that breaks no rule. A change replaces a member by name, REMOVED takes it away."""
    document = {
        "@context": [VC_CONTEXT, OB_CONTEXT, EXTENSIONS_CONTEXT],
        "id": f"{BASE_URL}/credentials/1f0c7f86-4f63-4c6a-9a0e-6f2f1c1f6a11",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Differentiated Teaching",
        "issuer": (issuer or web_issuer()).profile,
        "validFrom": "2026-05-04T10:00:00Z",
        "validUntil": "2029-05-04T10:00:00Z",
        "awardedDate": "2026-05-04T10:00:00Z",
        "credentialSubject": make_subject(),
        "evidence": [{"id": "https://riverside.example/plan", "type": ["Evidence"], "name": "Lesson plan"}],
        "credentialSchema": [
            {
                "id": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json",
                "type": "1EdTechJsonSchemaValidator2019",
            }
        ],
        "credentialStatus": make_entry(),
    }
    return _changed(document, changes)


def make_subject(**changes: Any) -> dict[str, Any]:
    salted = hashlib.sha256((EMAIL + SALT).encode()).hexdigest()
    subject = {
        "type": ["AchievementSubject"],
        "identifier": [
            {
                "type": "IdentityObject",
                "hashed": False,
                "identityHash": "Amina Haddad",
                "identityType": "name",
            },
            {
                "type": "IdentityObject",
                "hashed": True,
                "identityHash": f"sha256${salted}",
                "identityType": "emailAddress",
                "salt": SALT,
            },
        ],
        "achievement": {
            "id": f"{BASE_URL}/achievements/7d1e",
            "type": ["Achievement"],
            "achievementType": "MicroCredential",
            "name": "Differentiated Teaching",
            "description": "Plans one lesson for learners who start from different places.",
            "criteria": {"narrative": "Submit an adapted lesson plan and reflect on teaching it."},
            "image": {"id": f"{BASE_URL}/achievements/7d1e/image.png", "type": "Image"},
            "resultDescription": [
                {
                    "id": f"{BASE_URL}/achievements/7d1e#rubric",
                    "type": ["ResultDescription"],
                    "name": "Rubric",
                    "resultType": "LetterGrade",
                }
            ],
        },
        "result": [
            {
                "type": ["Result"],
                "resultDescription": f"{BASE_URL}/achievements/7d1e#rubric",
                "value": "Exceeds",
            }
        ],
    }
    return _changed(subject, changes)


def make_entry(**changes: Any) -> dict[str, Any]:
    """A BitstringStatusListEntry."""
    entry = {
        "id": f"{LIST_URL}#{INDEX}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(INDEX),
        "statusListCredential": LIST_URL,
    }
    return _changed(entry, changes)


def sign(document: Mapping[str, Any], issuer: TestIssuer | None = None, **proof: Any) -> dict[str, Any]:
    """`document` with a proof. Members of the proof in `proof` are changed after signing."""
    by = issuer or web_issuer()
    created = datetime(2026, 5, 4, 10, 0, 5, tzinfo=UTC)
    signed = add_proof(document, LocalSigner(by.key, "key-1"), verification_method=by.method, created=created)
    return {**signed, "proof": [_changed(one, proof) for one in signed["proof"]]}


def sign_options(document: Mapping[str, Any], issuer: TestIssuer | None = None, **options: Any) -> dict[str, Any]:
    """`document` with a proof over changed options: what is changed is signed as well."""
    by = issuer or web_issuer()
    proof = _changed({**sign(document, by)["proof"][0]}, {**options, "proofValue": REMOVED})
    return {**document, "proof": [{**proof, "proofValue": proof_value(document, proof, by.key)}]}


def proof_value(document: Mapping[str, Any], options: Mapping[str, Any], key: PrivateKey) -> str:
    """The value that eddsa-rdfc-2022 puts into a proof with these options."""
    configuration = {"@context": document["@context"], **options}
    hashes = [hashlib.sha256(canonicalize(part)).digest() for part in (configuration, document)]
    return encode_multibase(key.sign(b"".join(hashes)))


def sign_token(
    document: Mapping[str, Any],
    issuer: TestIssuer | None = None,
    *,
    claims: Mapping[str, Any] | None = None,
    header: Mapping[str, Any] | None = None,
    key: PrivateKey | None = None,
) -> str:
    """A VC-JWT; `claims` and `header` are changed before signing, so that the signature fits whatever they say."""
    by = issuer or web_issuer()
    payload = _changed(jwt_claims(document), claims or {})
    signer = LocalSigner(key or by.token_key, "key-2")
    head = _changed({"alg": signer.algorithm.value, "kid": by.key_url, "typ": "JWT"}, header or {})
    if header is None:
        return sign_jwt(payload, signer, kid=by.key_url)
    signing_input = f"{base64url(strictjson.dumps(head))}.{base64url(strictjson.dumps(payload))}"
    return f"{signing_input}.{base64url(signer.sign(signing_input.encode()))}"


def make_status_list(
    issuer: TestIssuer | None = None,
    *,
    revoked: Iterable[int] = (),
    purpose: str = "revocation",
    **changes: Any,
) -> dict[str, Any]:
    """An unsigned status list credential at LIST_URL."""
    document = status_list_document(
        id=LIST_URL,
        issuer=(issuer or web_issuer()).did,
        valid_from=datetime(2026, 5, 1, tzinfo=UTC),
        valid_until=None,
        encoded_list=encode_bitstring(revoked),
        purpose=purpose,
    )
    return _changed(document, changes)


def make_evidence(issuer: TestIssuer | None = None, *, status_list: Any = None) -> dict[Need, Found | Missing]:
    """Everything that a good credential of `issuer` needs. `status_list`: a document, a token, bytes, or a Missing."""
    by = issuer or web_issuer()
    listed = sign(make_status_list(by), by) if status_list is None else status_list
    need = Need(NeedKind.STATUS_LIST, LIST_URL)
    return {**by.evidence, need: listed if isinstance(listed, Missing) else found(listed)}


def judged(
    what: Mapping[str, Any] | str | bytes,
    evidence: Evidence | None = None,
    *,
    policy: Policy = NOBODY,
    now: datetime = NOW,
    email: str | None = None,
    did: str | None = None,
    asked_at: datetime | None = None,
    kinds: frozenset[Kind] = BADGES,
) -> Report:
    """The report on a document, a token or the bytes of a file."""
    answers = make_evidence() if evidence is None else evidence
    return judge(
        read(as_bytes(what)), answers, policy, now=now, known=Known(email, did), asked_at=asked_at, kinds=kinds
    )


def found(what: Mapping[str, Any] | str | bytes, media_type: str = "application/json") -> Found:
    return Found(as_bytes(what), media_type)


def as_bytes(what: Mapping[str, Any] | str | bytes) -> bytes:
    if isinstance(what, bytes):
        return what
    return what.encode() if isinstance(what, str) else json.dumps(what, ensure_ascii=False).encode()


def put(document: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A deep copy of `document` with the member at a JSON pointer replaced, added, or taken away (REMOVED)."""
    copied = copy.deepcopy(dict(document))
    target: Any = copied
    *parents, last = path.removeprefix("/").split("/")
    for name in parents:
        target = target[int(name)] if isinstance(target, list) else target[name]
    if value is REMOVED:
        del target[last]
    elif isinstance(target, list):
        target[int(last)] = value
    else:
        target[last] = value
    return copied


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _changed(members: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**members, **changes}.items() if value is not REMOVED}
