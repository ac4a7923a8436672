"""The inputs of W3C's suite for VC-JOSE-COSE, each judged as the suite expects it, or with the reason why not."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.errors import MalformedDocumentError
from app.jsonld import GENERIC_CONTEXTS
from app.verification import (
    NOBODY,
    Kind,
    Missing,
    ReadLimits,
    Verdict,
    gathered,
    judge,
    read,
)
from tests.factories import found

INPUTS = Path(__file__).parents[4] / "shared/vectors/vc-jose-cose/tests/input"
ISSUER = "https://example.issuer/vc-jose-cose"
LIMITS = ReadLimits(contexts=GENERIC_CONTEXTS)
THEN = datetime(2024, 12, 15, tzinfo=UTC)
VALID, INVALID, UNDETERMINED = Verdict

pytestmark = pytest.mark.skipif(not INPUTS.is_dir(), reason="published vectors not present")


def controller_document():
    keys = [json.loads((INPUTS / f"vm-{name}.json").read_text()) for name in ("p256", "p384", "p521", "ed25519")]
    methods = [{name: value for name, value in key.items() if name != "secretKeyJwk"} for key in keys]
    return {"id": ISSUER, "verificationMethod": methods, "assertionMethod": [method["id"] for method in methods]}


def judged(name):
    presented = read((INPUTS / name).read_bytes(), limits=LIMITS)
    document = found(controller_document())

    def ask(need):
        return document if need.url == ISSUER else Missing("The server did not answer.")

    evidence = gathered(presented, ask, kinds=frozenset(Kind))
    return judge(presented, evidence, NOBODY, now=THEN, kinds=frozenset(Kind))


@pytest.mark.parametrize(
    ("name", "verdict", "code"),
    [
        ("credential-jose-minimal.txt", VALID, "proof.fits"),
        ("credential-issuer-match-signed.txt", VALID, "proof.fits"),
        ("credential-jose-bad-signature.txt", INVALID, "proof.altered"),
        ("credential-jose-bad-media-type.txt", INVALID, "proof.malformed"),
        ("credential-jose-vc-vp-claims.txt", INVALID, "format.versions-mixed"),
        ("credential-jose-unknown-extensions.txt", UNDETERMINED, "proof.unsupported"),  # by P-521, which is not ours
    ],
)
def test_tokens(name, verdict, code):
    report = judged(name)
    assert code in {check.code for check in report.checks}, report.summary
    assert report.verdict is verdict


@pytest.mark.parametrize("kind", ["cose", "sdjwt"])
def test_what_is_not_read_says_so(kind):
    """COSE and SD-JWT are other envelopes, in which no badge was seen yet (docs/divergences.md)."""
    names = sorted(INPUTS.glob(f"credential-{kind}-*.txt"))
    assert names
    for path in names:
        with pytest.raises(MalformedDocumentError):
            judged(path.name)
