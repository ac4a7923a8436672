"""Open Badges 2.0 documents for tests: one good badge, hosted or signed, and what the web answers about it.

Each function makes one good thing; `**changes` break exactly one. The keys are TEST KEYS.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import serialization

from app import strictjson
from app.signing import Algorithm, LocalSigner, PrivateKey
from app.verification import Evidence, Found, Missing, Need, NeedKind, Outcome, Report
from tests.factories import EMAIL, REMOVED, SALT, base64url, found, fresh_key, judged

OB2_CONTEXT = "https://w3id.org/openbadges/v2"
OB1_CONTEXT = "https://w3id.org/openbadges/v1"
SITE = "https://badges.academy.example"
ASSERTION = f"{SITE}/assertions/17"
BADGE = f"{SITE}/badges/teaching"
ISSUER = f"{SITE}/issuer"
KEY = f"{SITE}/keys/1"
REVOCATIONS = f"{SITE}/revocations"
Documents = dict[str, Any]

AWAY = Missing("The server did not answer in time.")
GONE = Missing("It was removed.", gone=True)
NOT_THERE = Missing("There is nothing at this address.")


def make_assertion(**changes: Any) -> Documents:
    """A hosted one."""
    members = {
        "@context": OB2_CONTEXT,
        "id": ASSERTION,
        "type": "Assertion",
        "recipient": make_recipient(),
        "badge": BADGE,
        "verification": {"type": "HostedBadge"},
        "issuedOn": "2026-05-04T10:00:00Z",
        "expires": "2029-05-04T10:00:00Z",
        "evidence": [{"id": "https://academy.example/plan", "narrative": "A lesson plan."}],
    }
    return changed(members, changes)


def make_recipient(**changes: Any) -> Documents:
    digest = hashlib.sha256((EMAIL + SALT).encode()).hexdigest()
    return changed({"type": "email", "hashed": True, "salt": SALT, "identity": f"sha256${digest}"}, changes)


def make_signed_assertion(**changes: Any) -> Documents:
    return make_assertion(**{"verification": {"type": "SignedBadge", "creator": KEY}, **changes})


def make_badge(**changes: Any) -> Documents:
    members = {
        "@context": OB2_CONTEXT,
        "id": BADGE,
        "type": "BadgeClass",
        "name": "Differentiated Teaching",
        "description": "Plans one lesson for learners who start from different places.",
        "image": f"{SITE}/badges/teaching.png",
        "criteria": {"narrative": "Submit an adapted lesson plan."},
        "issuer": ISSUER,
        "alignment": [{"targetName": "Teaching Standard 5", "targetUrl": "https://standards.example/5"}],
    }
    return changed(members, changes)


def make_issuer(**changes: Any) -> Documents:
    members = {
        "@context": OB2_CONTEXT,
        "id": ISSUER,
        "type": "Profile",
        "name": "Riverside Academy",
        "url": "https://academy.example",
        "email": "office@academy.example",
        "publicKey": KEY,
        "revocationList": REVOCATIONS,
    }
    return changed(members, changes)


def make_key(key: PrivateKey | None = None, **changes: Any) -> Documents:
    pem = pem_of(key or fresh_key(Algorithm.RS256, "ob2"))
    return changed({"id": KEY, "type": "CryptographicKey", "owner": ISSUER, "publicKeyPem": pem}, changes)


def make_revocations(*entries: Any, **changes: Any) -> Documents:
    members = {"@context": OB2_CONTEXT, "id": REVOCATIONS, "type": "RevocationList", "issuer": ISSUER}
    return changed({**members, "revokedAssertions": list(entries)}, changes)


@cache  # to read an RSA key takes longer than to judge a badge
def pem_of(key: PrivateKey) -> str:
    der = serialization.load_der_private_key(key.pkcs8(), None).public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return der.public_bytes(serialization.Encoding.PEM, form).decode()


def sign_assertion(assertion: Mapping[str, Any] | None = None, key: PrivateKey | None = None, **header: Any) -> str:
    """The compact JWS over `assertion`; `header` is changed before signing."""
    signer = LocalSigner(key or fresh_key(Algorithm.RS256, "ob2"), "1")
    head = changed({"alg": signer.algorithm.value}, header)
    payload = strictjson.dumps(make_signed_assertion() if assertion is None else assertion)
    signing_input = f"{base64url(strictjson.dumps(head))}.{base64url(payload)}"
    return f"{signing_input}.{base64url(signer.sign(signing_input.encode()))}"


def make_web(**changes: Any) -> dict[Need, Found | Missing]:
    """What each address answers: a document, bytes, or a Missing. Changes are by the names of the constants above."""
    answers = {
        "ASSERTION": make_assertion(),
        "BADGE": make_badge(),
        "ISSUER": make_issuer(),
        "KEY": make_key(),
        "REVOCATIONS": make_revocations(),
        **changes,
    }
    kinds = {"ASSERTION": NeedKind.CREDENTIAL}
    return {
        Need(kinds.get(name, NeedKind.LINKED), globals()[name]): answer
        if isinstance(answer, Missing)
        else found(answer)
        for name, answer in answers.items()
        if answer is not REMOVED
    }


def changed(members: Mapping[str, Any], changes: Mapping[str, Any]) -> Documents:
    return {name: value for name, value in {**members, **changes}.items() if value is not REMOVED}


def troubles(report: Report) -> list[str]:
    """The codes of what failed or could not be checked."""
    return [check.code for check in report.checks if check.outcome in {Outcome.FAILED, Outcome.UNDETERMINED}]


def judged_ob2(what: Any = None, evidence: Evidence | None = None, **question: Any) -> Report:
    return judged(make_assertion() if what is None else what, make_web() if evidence is None else evidence, **question)
