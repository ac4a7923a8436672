"""Published samples, each judged whole: 1EdTech's examples, its validator's test resources, its implementation guide.

The source says of most what they are meant to be; `otherwise` marks where we say something else, and
`docs/divergences.md` has the reason. What the issuers would answer is made up here, since all are example addresses:
documents that list the keys which the samples name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.errors import MalformedDocumentError
from app.verification import Conclusion, Evidence, Found, Need, NeedKind, Presented, Verdict, read
from app.verification.embedded import Allowance, contents_of, endorsements_of
from app.verification.members import issuer_id, mapping, several, text
from tests.factories import found, judged

EXAMPLES = Path(__file__).parents[4] / "shared/spec/examples"
FOLDERS = ("ob_v3p0", "validator-ob30", "validator-clr20")


@dataclass(frozen=True)
class Line:
    """What is said of one sample: the conclusion, and a finding that has to be there."""

    conclusion: Conclusion
    code: str
    otherwise: bool = False


UNSIGNED = Line(Conclusion.NOT_SIGNED, "proof.none")
VALID = Line(Conclusion.VALID, "proof.fits")
# A node of the wrong type has members without a meaning there, so the signature does not cover them.
WRONG_TYPE = Line(Conclusion.ALTERED, "schema.problems")
NO_SUB = Line(Conclusion.MALFORMED, "proof.claims", otherwise=True)
OTHER_KEY = Conclusion.WRONG_SIGNER
NO_LIST = Line(Conclusion.UNAVAILABLE, "status.doubtful", otherwise=True)
DRAFT = Line(Conclusion.MALFORMED, "context.unknown", otherwise=True)

SAMPLES = {
    # The specification's own examples, none of which is signed
    "ob_v3p0/achievementAlignmentCase.json": UNSIGNED,
    "ob_v3p0/achievementAlignmentCe.json": UNSIGNED,
    "ob_v3p0/basicOpenBadgeCredential.json": UNSIGNED,
    "ob_v3p0/endorsement.json": UNSIGNED,
    "ob_v3p0/fullOpenBadge.json": UNSIGNED,
    "ob_v3p0/skillAssertionCase.json": UNSIGNED,
    "ob_v3p0/skillAssertionCtdl.json": UNSIGNED,
    # The implementation guide's
    "test-vectors/impl-guide-clr-signed.json": VALID,
    "test-vectors/impl-guide-ob-signed.json": VALID,
    "test-vectors/impl-guide-ob-vector.json": Line(Conclusion.NOT_A_BADGE, "format.not-a-badge"),  # a step on the way
    # The public validator's, for badges
    "validator-ob30/simple.json": VALID,
    "validator-ob30/simple-json.png": VALID,
    "validator-ob30/simple-json.svg": VALID,
    "validator-ob30/simple-context-alias.json": VALID,
    "validator-ob30/simple-context-version.json": VALID,  # it warns of the older context
    "validator-ob30/simple-did-web-method.json": VALID,
    "validator-ob30/simple-multiple-proofs.json": VALID,
    "validator-ob30/simple_v1.json": VALID,
    "validator-ob30/simple-eddsa-2022.json": VALID,
    "validator-ob30/sd/derivedcredential.json": Line(Conclusion.UNSUPPORTED, "status.withheld", otherwise=True),
    "validator-ob30/endorsement-valid.json": VALID,
    # Its name was added when it had been signed: without it, the signature fits.
    "validator-ob30/endorsement-err-schema-status-refresh.json": Line(Conclusion.ALTERED, "proof.altered"),
    "validator-ob30/complete.json": Line(Conclusion.VALID, "endorsements.doubtful", otherwise=True),
    "validator-ob30/complete_v1.json": Line(OTHER_KEY, "issuer.not-listed"),
    "validator-ob30/simple-did-key-method.json": Line(OTHER_KEY, "proof.not-reached", otherwise=True),
    "validator-ob30/simple-jwt.png": NO_SUB,
    "validator-ob30/simple-jwt.svg": NO_SUB,
    "validator-ob30/simple-jwt_v1.png": NO_SUB,
    "validator-ob30/simple-jwt_v1.svg": NO_SUB,
    "validator-ob30/simple.jwt": DRAFT,
    "validator-ob30/bit-string-list/credential-status-revoked.json": NO_LIST,
    "validator-ob30/bit-string-list/credential-status-revoked-blank-nodes.json": NO_LIST,
    "validator-ob30/bit-string-list/testlist.json": Line(Conclusion.NOT_A_BADGE, "format.not-a-badge"),
    "validator-ob30/credential-status-revoked.json": Line(Conclusion.UNAVAILABLE, "issuer.unreachable"),
    "validator-ob30/simple-noproof.json": UNSIGNED,
    "validator-ob30/simple-err-context.json": Line(Conclusion.MALFORMED, "context.order"),
    "validator-ob30/simple-err-credential-subject-achievement-result-description-type.json": WRONG_TYPE,
    "validator-ob30/simple-err-credential-subject-identifier-type.json": WRONG_TYPE,
    "validator-ob30/simple-err-credential-subject-profile-type.json": WRONG_TYPE,
    "validator-ob30/simple-err-credential-subject-result-type.json": WRONG_TYPE,
    "validator-ob30/simple-err-credential-subject-type.json": WRONG_TYPE,
    "validator-ob30/simple-err-evidence-type.json": WRONG_TYPE,
    "validator-ob30/simple-err-issuer-otheridentifier-type.json": WRONG_TYPE,
    "validator-ob30/simple-err-issuer-parentorg-type.json": WRONG_TYPE,
    "validator-ob30/simple-err-issuer-type.json": WRONG_TYPE,
    "validator-ob30/simple-err-expired.json": Line(Conclusion.EXPIRED, "dates.expired"),
    "validator-ob30/simple-err-issued.json": Line(Conclusion.MALFORMED, "dates.early"),
    "validator-ob30/simple-err-issuer.json": Line(OTHER_KEY, "issuer.unnamed"),
    "validator-ob30/simple-err-proof-method.json": Line(OTHER_KEY, "issuer.not-listed"),
    "validator-ob30/simple-err-proof-method-no-scheme.json": Line(OTHER_KEY, "proof.no-key"),
    "validator-ob30/simple-err-proof-method-unknown-did-method.json": Line(OTHER_KEY, "issuer.other-key"),
    "validator-ob30/simple-err-proof-method-unknown-scheme.json": Line(OTHER_KEY, "proof.no-key"),
    "validator-ob30/simple-err-proof-value.json": Line(Conclusion.ALTERED, "proof.altered"),
    "validator-ob30/simple-err-type.json": Line(Conclusion.NOT_A_BADGE, "format.not-a-badge"),
    # and for learner records
    "validator-clr20/simple.json": VALID,
    "validator-clr20/simple-noproof.json": DRAFT,
    "validator-clr20/simple_old_safesigned.json": DRAFT,
    "validator-clr20/simple.jwt": DRAFT,
    "validator-clr20/simple_v1.json": Line(OTHER_KEY, "proof.no-key", otherwise=True),
    "validator-clr20/complex.json": Line(OTHER_KEY, "proof.not-reached", otherwise=True),
}
STATUS_LIST = EXAMPLES / "validator-ob30/bit-string-list/testlist.json"


def _paths() -> list[Path]:
    guide = list((EXAMPLES / "test-vectors").glob("impl-guide-*.json"))
    folders = [path for folder in FOLDERS for path in (EXAMPLES / folder).rglob("*") if path.is_file()]
    return sorted(folders + guide)


def inside(presented: Presented) -> Iterator[Presented]:
    """The credential and all within it."""
    yield presented
    for one in (*endorsements_of(presented, Allowance()).found, *contents_of(presented, Allowance()).found):
        if one is not None:
            yield from inside(one)


def keys_of(presented: Presented, issuer: str) -> Iterator[dict[str, Any]]:
    """Verification methods for the keys that its proofs name by fragment, or that stand in its token's header."""
    for proof in map(mapping, several(presented.document.get("proof"))):
        method = text(proof.get("verificationMethod")) or ""
        if method.startswith(f"{issuer}#z"):
            key = {"type": "Multikey", "publicKeyMultibase": method.partition("#")[2]}
            yield {"id": method, "controller": issuer, **key}
    if presented.token is not None and "jwk" in presented.token.header:
        key = {"type": "JsonWebKey", "publicKeyJwk": presented.token.header["jwk"]}
        yield {"id": f"{issuer}#jwk", "controller": issuer, **key}


def answers(presented: Presented) -> Evidence:
    """What its issuers would answer."""
    listed = read(STATUS_LIST.read_bytes())
    methods: dict[str, list[dict[str, Any]]] = {}
    evidence: dict[Need, Found] = {}
    for one in (*inside(presented), listed):
        issuer = issuer_id(one.document) or ""
        methods.setdefault(issuer, []).extend(keys_of(one, issuer))
        for entry in map(mapping, several(one.document.get("credentialStatus"))):
            if entry.get("type") == "1EdTechRevocationList":
                nothing = found({"id": entry["id"], "revokedCredential": []})
                evidence[Need(NeedKind.STATUS_LIST, entry["id"])] = nothing
            elif entry.get("type") == "BitstringStatusListEntry":
                evidence[Need(NeedKind.STATUS_LIST, entry["statusListCredential"])] = found(listed.raw)
    for issuer, entries in methods.items():
        document = {"id": issuer, "verificationMethod": entries, "assertionMethod": [entry["id"] for entry in entries]}
        evidence[Need(NeedKind.CONTROLLER, issuer)] = found(document)
    return evidence


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="published samples not present")
@pytest.mark.parametrize("path", _paths(), ids=lambda path: path.name)
def test_published_samples(path):
    line = SAMPLES[path.relative_to(EXAMPLES).as_posix()]
    raw = path.read_bytes()
    report = judged(raw, answers(read(raw)))
    codes = {check.code for check in report.checks}
    assert (report.conclusion, line.code in codes) == (line.conclusion, True), codes
    assert all(inner.verdict is Verdict.VALID for inner in report.contents)


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="published samples not present")
def test_no_sample_is_forgotten():
    assert {path.relative_to(EXAMPLES).as_posix() for path in _paths()} == SAMPLES.keys()


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="published samples not present")
@pytest.mark.parametrize("path", sorted((EXAMPLES / "test-vectors").glob("*.nq")), ids=lambda path: path.name)
def test_statements_are_no_badge(path):
    with pytest.raises(MalformedDocumentError):
        read(path.read_bytes())


def test_every_difference_is_listed():
    """`docs/divergences.md` names each file of which we say something else than its source."""
    listed = (Path(__file__).parents[3] / "docs/divergences.md").read_text("utf-8")
    assert [name for name, line in SAMPLES.items() if line.otherwise and name.rpartition("/")[2] not in listed] == []
