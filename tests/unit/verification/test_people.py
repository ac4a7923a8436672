from __future__ import annotations

import pytest

from app.verification import NOBODY, Policy, Verdict
from app.verification.people import check_recipient, check_trust
from tests.factories import EMAIL, SALT, judged, make_credential, make_subject, sign, web_issuer

PLAIN = {"type": "IdentityObject", "hashed": False, "identityHash": EMAIL, "identityType": "emailAddress"}
NAME = {"type": "IdentityObject", "hashed": False, "identityHash": EMAIL, "identityType": "name"}
HASHED = make_subject()["identifier"][1]


@pytest.mark.parametrize(
    ("subject", "email", "code"),
    [
        pytest.param({"identifier": [HASHED]}, None, "recipient.not-asked", id="not asked"),
        pytest.param({"identifier": [HASHED]}, EMAIL, "recipient.match", id="hashed"),
        pytest.param({"identifier": [HASHED]}, f" {EMAIL.upper()} ", "recipient.match", id="hashed, typed carelessly"),
        pytest.param({"identifier": HASHED}, EMAIL, "recipient.match", id="a single identifier, not in a list"),
        pytest.param({"identifier": [PLAIN]}, EMAIL, "recipient.match", id="readable"),
        pytest.param({"id": f"mailto:{EMAIL}"}, EMAIL, "recipient.match", id="mailto as the subject's id"),
        pytest.param({"identifier": [NAME, HASHED]}, EMAIL, "recipient.match", id="one of several"),
        pytest.param({"identifier": [HASHED]}, "ben@riverside.example", "recipient.other", id="another address"),
        pytest.param({"identifier": [{**HASHED, "salt": SALT[::-1]}]}, EMAIL, "recipient.other", id="another salt"),
        pytest.param({"identifier": [NAME]}, EMAIL, "recipient.no-email", id="a name is no address"),
        pytest.param({"id": "did:key:z6Mk"}, EMAIL, "recipient.no-email", id="a DID is no address"),
        pytest.param({"identifier": ["x", None, 5]}, EMAIL, "recipient.no-email", id="identifiers of wrong types"),
        pytest.param({}, EMAIL, "recipient.no-email", id="nothing"),
    ],
)
def test_recipient(subject, email, code):
    assert check_recipient({"credentialSubject": subject}, email).code == code


@pytest.mark.parametrize(
    ("trusted", "code"),
    [
        pytest.param(None, "trust.not-asked", id="not asked"),
        pytest.param({web_issuer().did}, "trust.recognised", id="on the list"),
        pytest.param({web_issuer("other").did}, "trust.unrecognised", id="not on the list"),
        pytest.param(set(), "trust.unrecognised", id="an empty list recognises nobody"),
    ],
)
def test_trust(trusted, code):
    policy = NOBODY if trusted is None else Policy.of(trusted)
    assert check_trust(make_credential(), policy).code == code


def test_a_badge_of_somebody_else_is_genuine_but_not_an_answer():
    report = judged(sign(make_credential()), email="ben@riverside.example")
    assert report.verdict is Verdict.INVALID
    assert report.summary == "The badge is genuine but was not issued to this e-mail address."


def test_recognition_does_not_touch_the_verdict():
    report = judged(sign(make_credential()), policy=Policy.of(()))
    assert report.verdict is Verdict.VALID
    assert "not one that you recognise" in report.summary


def test_neither_is_answered_for_an_altered_badge():
    altered = {**sign(make_credential()), "name": "Other"}
    report = judged(altered, email=EMAIL, policy=Policy.of({web_issuer().did}))
    assert report.check("recipient").code == "recipient.skipped"
    assert report.check("trust").code == "trust.skipped"
