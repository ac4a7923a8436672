"""The throw-away badge, and what a preflight concludes from the findings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.errors import FieldProblem, InvalidFieldsError, TooComplexError, UnsafeDocumentError
from app.issuance.preflight import RULES, Finding, Outcome, Preflight, Said, examine, refused
from app.signing import Algorithm, LocalSigner, PublishedKey, sign_jwt
from app.verification import NOBODY, Need, NeedKind, Verdict, judge, read
from tests.factories import ed25519_key, found, fresh_key
from tests.unit.issuance.drafts import CREATED
from tests.unit.issuance.preflight.stage import (
    DID,
    RULE,
    full_draft,
    good_sample,
    make_sample,
    make_scene,
    with_member,
    with_public_url_of,
)


def test_nobody_takes_the_throw_away_badge_for_a_real_one():
    """Its signature does not fit the key that the issuer publishes."""
    sample = good_sample()
    evidence = {Need(NeedKind.DID_DOCUMENT, DID): found(sample.did_document)}
    raw = found(sample.document).content
    assert judge(read(raw), evidence, NOBODY, now=CREATED).verdict is Verdict.INVALID


def test_our_verifier_judges_it_whole_status_and_all():
    report = good_sample().report
    assert report.verdict is Verdict.VALID
    assert {report.check(name).outcome.value for name in ("proof", "issuer", "status", "dates", "schema")} == {"passed"}


def test_what_is_published_is_looked_at_and_not_the_throw_away_key():
    real = ed25519_key("riverside").public_key.multikey()
    assert good_sample().did_document["verificationMethod"][0]["publicKeyMultibase"] == real


def test_the_token_has_the_size_that_a_signed_one_would_have():
    token = good_sample().token
    signed = sign_jwt(
        token.claims, LocalSigner(fresh_key(Algorithm.ES256, "riverside"), "key-2"), kid=token.header["kid"]
    )
    assert token.size == len(signed)


def test_what_cannot_be_prepared_or_signed_is_refused_as_an_award_would_be():
    with pytest.raises(InvalidFieldsError):
        make_sample(replace(full_draft(), identified_by=()))
    with pytest.raises(UnsafeDocumentError):
        make_sample(replace(full_draft(), issuer={**full_draft().issuer, "undefinedTerm": "x"}))


def test_a_retired_key_stays_in_the_document():
    scene = make_scene()
    scene = replace(scene, keys=[PublishedKey("old", ed25519_key("old").public_key, retired=True), *scene.keys])
    preflight = examine(make_sample(scene=scene))
    assert preflight.outcome is Outcome.PASSES


OUTCOMES = [
    ([], Outcome.PASSES),
    ([Outcome.PASSES], Outcome.PASSES),
    ([Outcome.PASSES, Outcome.WARNS], Outcome.WARNS),
    ([Outcome.WARNS, Outcome.FAILS, Outcome.PASSES], Outcome.FAILS),
]


@pytest.mark.parametrize(("outcomes", "worst"), OUTCOMES)
def test_the_outcome_is_the_worst(outcomes, worst):
    findings = [Finding(RULES[0], Said(outcome, "…")) for outcome in outcomes]
    assert Preflight(findings).outcome is worst


@pytest.mark.parametrize(
    ("sample", "blocks"),
    [
        (good_sample(), []),
        (with_member("credentialSubject.achievement.inLanguage", ""), []),
        (with_public_url_of("http://localhost:8000"), []),
        (with_member("credentialSubject.achievement.criteria", {}), ["criteria"]),
    ],
    ids=["nothing", "an advice", "what is refused elsewhere only", "what the standard asks"],
)
def test_only_what_makes_a_badge_invalid_blocks(sample, blocks):
    assert [finding.rule.id for finding in examine(sample).blocking] == blocks


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            InvalidFieldsError((FieldProblem("/a", "This is wrong."), FieldProblem("", "So is this."))),
            "/a: This is wrong. The badge: So is this.",
        ),
        (TooComplexError("It is too large."), "It is too large."),
    ],
)
def test_what_cannot_be_made_at_all_is_one_failure(error, words):
    [finding] = refused(error).findings
    assert (finding.rule, finding.said.outcome) == (RULE["verification"], Outcome.FAILS)
    assert finding.said.detail == words
    assert finding.blocks
