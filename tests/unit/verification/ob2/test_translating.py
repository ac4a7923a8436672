"""What is shown of an old badge, and whom it was issued to: in the words of newer ones."""

from __future__ import annotations

import pytest

from tests.factories import EMAIL, REMOVED
from tests.factories_ob2 import (
    ASSERTION,
    BADGE,
    ISSUER,
    judged_ob2,
    make_assertion,
    make_badge,
    make_recipient,
    make_web,
    sign_assertion,
)


@pytest.mark.parametrize("what", [None, sign_assertion()], ids=["hosted", "signed"])
def test_what_is_shown_has_the_form_of_newer_badges(what):
    report = judged_ob2(what)
    assert report.credential == {
        "type": ["Assertion"],
        "id": ASSERTION,
        "name": "Differentiated Teaching",
        "validFrom": "2026-05-04T10:00:00Z",
        "validUntil": "2029-05-04T10:00:00Z",
        "awardedDate": "2026-05-04T10:00:00Z",
    }
    assert report.issuer == {"id": ISSUER, "name": "Riverside Academy", "url": "https://academy.example"}
    assert report.recipient == {"identifiers": [{"identityType": "emailAddress", "hashed": True}]}
    assert report.achievement["name"] == "Differentiated Teaching"
    assert report.achievement["criteria"] == {"narrative": "Submit an adapted lesson plan."}
    assert report.dates["validUntil"] == "2029-05-04T10:00:00Z"
    assert report.status["revoked"] is False


def test_what_is_shown_goes_by_the_addresses_that_were_looked_up():
    assertion = make_assertion(id=ASSERTION.replace("https", "http"))
    badge = make_badge(id=f"{BADGE}.json", criteria="https://academy.example/criteria")
    report = judged_ob2(evidence=make_web(ASSERTION=assertion, BADGE=badge))
    assert (report.credential["id"], report.achievement["id"]) == (ASSERTION, BADGE)
    assert report.achievement["criteria"] == {"id": "https://academy.example/criteria"}


@pytest.mark.parametrize(
    ("recipient", "email", "code"),
    [
        pytest.param(make_recipient(), EMAIL, "recipient.match", id="hashed with a salt"),
        pytest.param(make_recipient(hashed=False, identity=EMAIL, salt=REMOVED), EMAIL, "recipient.match", id="plain"),
        pytest.param(make_recipient(), "eve@evil.example", "recipient.other", id="somebody else's"),
        pytest.param(make_recipient(salt="other"), EMAIL, "recipient.other", id="another salt"),
        pytest.param(
            make_recipient(type="url", hashed=False, identity="https://amina.example/"),
            EMAIL,
            "recipient.no-email",
            id="a home page",
        ),
        pytest.param(make_recipient(), None, "recipient.not-asked", id="not asked"),
    ],
)
def test_recipient(recipient, email, code):
    report = judged_ob2(evidence=make_web(ASSERTION=make_assertion(recipient=recipient)), email=email)
    assert report.check("recipient").code == code


@pytest.mark.parametrize(
    ("recipient", "code"),
    [
        pytest.param(
            make_recipient(type="id", hashed=False, identity="did:key:z6MkA"), "recipient.match-did", id="theirs"
        ),
        pytest.param(
            make_recipient(type="id", hashed=False, identity="did:key:z6MkB"), "recipient.other-did", id="another"
        ),
        pytest.param(make_recipient(), "recipient.no-did", id="an e-mail address"),
        pytest.param(
            make_recipient(type="url", hashed=False, identity="did:key:z6MkA"),
            "recipient.no-did",
            id="as another thing",
        ),
        pytest.param(make_recipient(type="id", identity="did:key:z6MkA"), "recipient.no-did", id="said to be a hash"),
    ],
)
def test_recipient_by_did(recipient, code):
    report = judged_ob2(evidence=make_web(ASSERTION=make_assertion(recipient=recipient)), did="did:key:z6MkA")
    assert report.check("recipient").code == code
