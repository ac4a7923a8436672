"""What other vendors' libraries present verifies here, for the occasion that it was presented at and no other."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from app.jsonld import GENERIC_CONTEXTS
from app.verification import (
    Occasion,
    Outcome,
    ReadLimits,
    Report,
    Verdict,
    judge_presentation,
    read_presentation,
)
from tests.factories import REMOVED, as_bytes, key_issuer, make_credential, sign
from tests.interop import built

if TYPE_CHECKING:
    from tests.interop.elsewhere import Elsewhere

METHODS = [
    "eddsa-rdfc-2022", "eddsa-jcs-2022", "ecdsa-rdfc-2019 with P-256", "ecdsa-rdfc-2019 with P-384",
    "ecdsa-jcs-2019 with P-256",
]  # fmt: skip
OURS = key_issuer()
BADGE = sign(make_credential(OURS, credentialStatus=REMOVED), OURS)
CHALLENGE, DOMAIN = "0f3c5a8e-1b7d", "employer.example"
HERE_AND_NOW = Occasion(CHALLENGE, frozenset({DOMAIN}), "authentication")


def judged(document: dict[str, Any], occasion: Occasion = HERE_AND_NOW) -> Report:
    presentation = read_presentation(as_bytes(document), limits=ReadLimits(contexts=GENERIC_CONTEXTS))
    return judge_presentation(presentation, {}, now=built.NOW, occasion=occasion)


@pytest.fixture(scope="module")
def presented(elsewhere: Elsewhere) -> dict[str, dict[str, Any]]:
    presented = elsewhere.present(BADGE, date="2026-05-10T11:00:00Z", challenge=CHALLENGE, domain=DOMAIN)
    assert list(presented) == METHODS
    return presented


@pytest.mark.parametrize("method", METHODS)
def test_what_another_vendor_presents_holds_here(presented: dict[str, dict[str, Any]], method: str):
    report = judged(presented[method])
    assert report.verdict is Verdict.VALID, report
    assert [inner.verdict for inner in report.contents] == [Verdict.VALID]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "occasion",
    [
        pytest.param(Occasion("another", frozenset({DOMAIN})), id="another challenge"),
        pytest.param(Occasion(CHALLENGE, frozenset({"elsewhere.example"})), id="another domain"),
        pytest.param(Occasion(CHALLENGE, frozenset({DOMAIN}), "assertionMethod"), id="another purpose"),
    ],
)
def test_it_does_not_hold_on_another_occasion(presented: dict[str, dict[str, Any]], method: str, occasion: Occasion):
    report = judged(presented[method], occasion)
    assert report.verdict is Verdict.INVALID
    assert report.check("challenge").outcome is Outcome.FAILED


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(CHALLENGE, "0f3c5a8e-1b7e", id="its challenge altered"),
        pytest.param("Differentiated", "differentiated", id="the badge in it altered"),
    ],
)
def test_altered_it_does_not_hold(presented: dict[str, dict[str, Any]], method: str, old: str, new: str):
    text = json.dumps(presented[method])
    assert old in text
    altered = json.loads(text.replace(old, new, 1))
    report = judged(altered, Occasion())
    assert report.verdict is Verdict.INVALID
    assert report.check("holder").outcome is Outcome.FAILED
