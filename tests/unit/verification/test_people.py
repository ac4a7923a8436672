from __future__ import annotations

import pytest

from app.verification import NOBODY, Conclusion, Known, Policy, Verdict
from app.verification.people import check_creator, check_recipient, check_trust
from tests.factories import EMAIL, SALT, judged, make_credential, make_subject, sign, web_issuer

PLAIN = {"type": "IdentityObject", "hashed": False, "identityHash": EMAIL, "identityType": "emailAddress"}
NAME = {"type": "IdentityObject", "hashed": False, "identityHash": EMAIL, "identityType": "name"}
HASHED = make_subject()["identifier"][1]
ELSEWHERE = {**PLAIN, "identityHash": "amina@home.example"}


@pytest.mark.parametrize(
    ("subject", "email", "code"),
    [
        pytest.param({"identifier": [HASHED]}, None, "recipient.not-asked", id="not asked"),
        pytest.param({"identifier": [HASHED]}, EMAIL, "recipient.match", id="hashed"),
        pytest.param({"identifier": [HASHED]}, f" {EMAIL.upper()} ", "recipient.match", id="hashed, typed carelessly"),
        pytest.param({"identifier": HASHED}, EMAIL, "recipient.match", id="a single identifier, not in a list"),
        pytest.param({"identifier": [PLAIN]}, EMAIL, "recipient.match", id="readable"),
        pytest.param({"id": f"mailto:{EMAIL}"}, EMAIL, "recipient.match", id="mailto as the subject's id"),
        pytest.param({"id": f"MAILTO:{EMAIL}"}, EMAIL, "recipient.match", id="mailto in capitals"),
        pytest.param({"identifier": [HASHED]}, "", "recipient.other", id="an empty address is a question too"),
        pytest.param({"identifier": [NAME, HASHED]}, EMAIL, "recipient.match", id="one of several"),
        pytest.param({"identifier": [HASHED, ELSEWHERE]}, EMAIL, "recipient.match", id="the first of two addresses"),
        pytest.param({"identifier": [ELSEWHERE, PLAIN]}, EMAIL, "recipient.match", id="the second of two addresses"),
        pytest.param(
            {"id": f"mailto:{EMAIL}", "identifier": [ELSEWHERE]}, EMAIL, "recipient.match", id="an id and an address"
        ),
        pytest.param({"identifier": [NAME] * 63 + [HASHED]}, EMAIL, "recipient.match", id="the last that is read"),
        pytest.param({"identifier": [NAME] * 64 + [HASHED]}, EMAIL, "recipient.no-email", id="one too far"),
        pytest.param({"identifier": [HASHED]}, "ben@riverside.example", "recipient.other", id="another address"),
        pytest.param({"identifier": [{**HASHED, "salt": SALT[::-1]}]}, EMAIL, "recipient.other", id="another salt"),
        pytest.param({"identifier": [NAME]}, EMAIL, "recipient.no-email", id="a name is no address"),
        pytest.param({"id": "did:key:z6Mk"}, EMAIL, "recipient.no-email", id="a DID is no address"),
        pytest.param({"identifier": ["x", None, 5]}, EMAIL, "recipient.no-email", id="identifiers of wrong types"),
        pytest.param({}, EMAIL, "recipient.no-email", id="nothing"),
    ],
)
def test_recipient(subject, email, code):
    assert check_recipient({"credentialSubject": subject}, Known(email)).code == code


DRAFTED = {**HASHED, "identityType": "email"}
DID = "did:example:amina"


@pytest.mark.parametrize(
    ("subject", "known", "code"),
    [
        pytest.param({"id": DID}, Known(did=DID), "recipient.match-did", id="the DID"),
        pytest.param({"id": "did:example:ben"}, Known(did=DID), "recipient.other-did", id="another DID"),
        pytest.param({"id": DID.upper()}, Known(did=DID), "recipient.no-did", id="capitals, which are no DID"),
        pytest.param({"id": "did:example:Amina"}, Known(did=DID), "recipient.other-did", id="a capital in the DID"),
        pytest.param({"id": DID}, Known(did=""), "recipient.other-did", id="an empty DID is a question too"),
        pytest.param(
            {"identifier": [HASHED]}, Known("ben@riverside.example", DID), "recipient.other",
            id="another address weighs more than no DID",
        ),
        pytest.param({"id": f"{DID}#key-1"}, Known(did=DID), "recipient.other-did", id="a key of the DID"),
        pytest.param({"identifier": [HASHED]}, Known(did=DID), "recipient.no-did", id="no id"),
        pytest.param({"id": f"mailto:{EMAIL}"}, Known(did=DID), "recipient.no-did", id="an id that is no DID"),
        pytest.param({"id": [DID]}, Known(did=DID), "recipient.no-did", id="an id of a wrong type"),
        pytest.param({"id": DID, "identifier": [HASHED]}, Known(EMAIL, DID), "recipient.match-did", id="both"),
        pytest.param(
            {"id": DID, "identifier": [HASHED]}, Known("ben@riverside.example", DID), "recipient.other",
            id="the DID of one and the address of another",
        ),
        pytest.param(
            {"id": "did:example:ben", "identifier": [HASHED]}, Known(EMAIL, DID), "recipient.other-did",
            id="the address of one and the DID of another",
        ),
        pytest.param({"id": DID}, Known(EMAIL, DID), "recipient.no-email", id="only one of two can be compared"),
        pytest.param({"id": DID}, Known(), "recipient.not-asked", id="nothing is known"),
        pytest.param({"identifier": [DRAFTED]}, Known(EMAIL), "recipient.match", id="an address in a draft's words"),
    ],
)  # fmt: skip
def test_all_that_is_known_has_to_agree(subject, known, code):
    assert check_recipient({"credentialSubject": subject}, known).code == code


def test_a_badge_of_another_did_is_genuine_but_not_an_answer():
    signed = sign(make_credential(credentialSubject=make_subject(id="did:example:ben")))
    assert judged(signed, did="did:example:ben").verdict is Verdict.VALID
    report = judged(signed, did=DID)
    assert report.verdict is Verdict.INVALID
    assert report.conclusion is Conclusion.OTHER_HOLDER
    assert report.summary == "The badge is genuine but was not issued to this DID."


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


@pytest.mark.parametrize(
    ("creator", "code"),
    [
        pytest.param({"id": web_issuer().did}, "creator.same", id="the issuer"),
        pytest.param({"id": web_issuer("other").did}, "creator.other", id="somebody else"),
        pytest.param({"name": "Riverside Academy"}, "creator.none", id="a name alone"),
        pytest.param(None, "creator.none", id="nobody"),
    ],
)
def test_who_made_the_achievement(creator, code):
    assert check_creator(make_credential(credentialSubject={"achievement": {"creator": creator}})).code == code
