"""Another vendor's library accepts what Laurel signs, and one changed character is refused there and here.

There: Digital Bazaar's JavaScript verifier for the embedded proof, joserfc for the token. Laurel has neither.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import import_key

from app.errors import AppError
from app.signing import LocalSigner, PublicKey, read_jwt, verify_jwt
from app.verification import (
    NOBODY,
    Found,
    Missing,
    Need,
    NeedKind,
    Outcome,
    Report,
    Verdict,
    judge,
    read,
)
from tests.interop import built

if TYPE_CHECKING:
    from tests.interop.elsewhere import Case, Elsewhere

# One character each, in every part of a credential whose meaning matters: (where, old, new).
CHANGES = {
    "the title": ("name", "Differentiated", "differentiated"),
    "the achievement's name": ("credentialSubject.achievement.name", "teaching", "teachinG"),
    "the criteria": ("credentialSubject.achievement.criteria.narrative", "three", "thr3e"),
    "a grade": ("credentialSubject.result.0.value", "Exceeds", "Exceed5"),
    "the order of the grades": (
        "credentialSubject.achievement.resultDescription.0.allowedValue.0",
        "Meets",
        "Meet",
    ),
    "the learner": ("credentialSubject.identifier.0.identityHash", "Amina", "Amena"),
    "the learner in another script": ("credentialSubject.identifier.0.identityHash", "أ", "ا"),
    "the date": ("validFrom", "2026-05-04T10:00:00Z", "2026-05-04T10:00:01Z"),
    "the issuer's name": ("issuer.name", "Riverside", "Riverslde"),
    "the country": ("issuer.address.addressCountryCode", "GB", "GE"),
    "the id": ("id", "7f1d3c52", "7f1d3c53"),
    "the evidence": ("evidence.0.id", "plan", "p1an"),
    "the place in the status list": ("credentialStatus.statusListIndex", "94567", "94568"),
    "the date of the proof": ("proof.0.created", "2026", "2027"),
    "the signature": ("proof.0.proofValue", "z", "z1"),
}


@pytest.fixture(scope="module")
def signer() -> LocalSigner:
    return built.key("EdDSA", "key-1")


@pytest.fixture(scope="module")
def case(signer: LocalSigner) -> Case:
    return built.case(signer)


def verify_here(case: Case) -> Report:
    documents = {
        Need(NeedKind.DID_DOCUMENT, built.DID): case.did_document,
        Need(NeedKind.STATUS_LIST, built.LIST): case.status_list,
    }
    evidence: dict[Need, Found | Missing] = {
        need: Found(json.dumps(document).encode(), "application/json") for need, document in documents.items()
    }
    presented = read(json.dumps(case.credential).encode())
    return judge(presented, evidence, NOBODY, now=built.NOW)


def outcome(report: Report, check: str) -> Outcome:
    return next(result.outcome for result in report.checks if result.id == check)


def test_the_credential_is_accepted_there_and_here(case: Case, elsewhere: Elsewhere):
    assert elsewhere.verify_one(case) == {"verified": True, "revoked": False, "error": None}
    assert verify_here(case).verdict is Verdict.VALID


def test_revocation_is_seen_there_and_here(signer: LocalSigner, elsewhere: Elsewhere):
    revoked = built.case(signer, revoked=True)
    assert elsewhere.verify_one(revoked) == {"verified": True, "revoked": True, "error": None}
    report = verify_here(revoked)
    assert (report.verdict, outcome(report, "status")) == (Verdict.INVALID, Outcome.FAILED)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_one_changed_character_is_refused_here(case: Case, change: tuple[str, str, str]):
    report = verify_here(case.changed(*change))
    assert report.verdict is Verdict.INVALID
    assert outcome(report, "proof") is Outcome.FAILED


def test_one_changed_character_is_refused_there(case: Case, elsewhere: Elsewhere):
    """One run of Node for all changes: each is a line of its answer."""
    answers = elsewhere.verify(case.changed(*change) for change in CHANGES.values())
    accepted = [name for name, answer in zip(CHANGES, answers, strict=True) if answer["verified"]]
    assert accepted == []


@pytest.mark.parametrize("where", ["", "credentialSubject", "credentialSubject.achievement"])
def test_an_added_undefined_member_is_refused_there_and_here(case: Case, elsewhere: Elsewhere, where: str):
    """Plain JSON-LD would drop it silently, and the signature would still fit."""
    added = json.loads(json.dumps(case.credential))
    node = added
    for part in where.split(".") if where else []:
        node = node[part]
    node["grade"] = "with highest honours"
    changed = type(case)(added, case.did_document, case.status_list)
    assert not elsewhere.verify_one(changed)["verified"]
    assert verify_here(changed).verdict is Verdict.INVALID


def test_another_issuers_key_is_refused_there_and_here(case: Case, elsewhere: Elsewhere):
    stranger = built.case(built.key("EdDSA", "key-1"))
    mixed = type(case)(case.credential, stranger.did_document, case.status_list)
    assert not elsewhere.verify_one(mixed)["verified"]
    assert verify_here(mixed).verdict is Verdict.INVALID


@pytest.fixture(scope="module", params=["RS256", "ES256"])
def token(request: pytest.FixtureRequest) -> built.Token:
    return built.token(built.key(request.param, "key-2"))


def accepted_by_joserfc(compact: str, jwk: dict[str, str]) -> bool:
    """As another vendor would: the JWK at the kid's address, and only the algorithm that it names."""
    try:
        jwt.decode(compact, import_key(jwk), algorithms=[jwk["alg"]])
    except (JoseError, ValueError):
        return False
    return True


def accepted_here(compact: str, jwk: dict[str, str]) -> bool:
    try:
        verify_jwt(read_jwt(compact), PublicKey.from_jwk(jwk))
    except AppError:
        return False
    return True


def test_the_token_is_accepted_there_and_here(token: built.Token):
    decoded = jwt.decode(token.compact, import_key(token.jwk), algorithms=[token.jwk["alg"]])
    assert decoded.header["kid"] == token.jwk["kid"]
    assert decoded.claims["credentialSubject"] == built.credential()["credentialSubject"]
    assert accepted_here(token.compact, token.jwk)


def changed_payload(compact: str, old: bytes, new: bytes) -> str:
    header, payload, signature = compact.split(".")
    raw = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    assert old in raw
    changed = base64.urlsafe_b64encode(raw.replace(old, new, 1)).rstrip(b"=").decode()
    return f"{header}.{changed}.{signature}"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Riverside", b"Riverslde"),
        (b'"Exceeds"', b'"Exceed5"'),
        (b"2026-05-04T10:00:00Z", b"2026-05-04T10:00:01Z"),
        (b'"statusListIndex":"94567"', b'"statusListIndex":"94568"'),
    ],
)
def test_a_changed_token_is_refused_there_and_here(token: built.Token, old: bytes, new: bytes):
    changed = changed_payload(token.compact, old, new)
    assert not accepted_by_joserfc(changed, token.jwk)
    assert not accepted_here(changed, token.jwk)


def test_another_key_does_not_fit_the_token(token: built.Token):
    other = built.token(built.key(token.jwk["alg"], "key-2"))
    assert not accepted_by_joserfc(token.compact, other.jwk)
    assert not accepted_here(token.compact, other.jwk)
