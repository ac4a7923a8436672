from __future__ import annotations

import pytest

from app.verification.content import shown_content
from app.verification.kinds import Kind
from app.verification.proofs import Secured
from app.verification.report import say
from tests.factories import REMOVED, judged, make_credential, make_subject, put, sign, sign_token, web_issuer


def content_of(document, claims=None, kind=Kind.BADGE):
    return shown_content(Secured(say("proof.none"), say("issuer.skipped"), document, claims or {}), kind)


def test_a_report_shows_what_was_signed():
    report = judged(sign(make_credential()))
    assert report.credential == {
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "id": "https://badges.example/credentials/1f0c7f86-4f63-4c6a-9a0e-6f2f1c1f6a11",
        "name": "Differentiated Teaching",
        "validFrom": "2026-05-04T10:00:00Z",
        "validUntil": "2029-05-04T10:00:00Z",
        "awardedDate": "2026-05-04T10:00:00Z",
    }
    assert report.issuer == {"id": web_issuer().did, "name": "Riverside Academy", "url": "https://riverside.example"}
    assert report.recipient == {
        "name": "Amina Haddad",
        "identifiers": [
            {"identityType": "name", "hashed": False},
            {"identityType": "emailAddress", "hashed": True},
        ],
    }
    assert report.achievement == {
        "id": "https://badges.example/achievements/7d1e",
        "name": "Differentiated Teaching",
        "description": "Plans one lesson for learners who start from different places.",
        "achievementType": "MicroCredential",
        "criteria": {"narrative": "Submit an adapted lesson plan and reflect on teaching it."},
        "image": "https://badges.example/achievements/7d1e/image.png",
    }
    assert report.dates == {
        "issued": "2026-05-04T10:00:05Z",
        "awarded": "2026-05-04T10:00:00Z",
        "validFrom": "2026-05-04T10:00:00Z",
        "validUntil": "2029-05-04T10:00:00Z",
    }


def test_a_token_shows_the_same_except_when_it_was_signed():
    by_proof, by_token = judged(sign(make_credential())), judged(sign_token(make_credential()))
    for name in ("credential", "issuer", "recipient", "achievement", "status"):
        assert getattr(by_proof, name) == getattr(by_token, name)
    assert by_token.dates["issued"] == by_token.dates["validFrom"]


def test_a_plain_e_mail_address_is_not_repeated():
    plain = {"type": "IdentityObject", "hashed": False, "identityHash": "a@b.example", "identityType": "emailAddress"}
    report = judged(sign(make_credential(credentialSubject=make_subject(identifier=[plain]))))
    assert report.recipient == {"identifiers": [{"identityType": "emailAddress", "hashed": False}]}


def test_a_hashed_name_is_not_a_name():
    subject = make_subject(identifier=[{"identityType": "name", "hashed": True, "identityHash": "sha256$00"}])
    assert "name" not in content_of(make_credential(credentialSubject=subject))["recipient"]


def test_the_earlier_end_is_shown():
    document = make_credential(validUntil=REMOVED)
    assert content_of(document, {"exp": 1_800_000_000})["dates"]["validUntil"] == "2027-01-15T08:00:00Z"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/issuer", "did:web:a.example"),
        ("/issuer", 5),
        ("/issuer", REMOVED),
        ("/credentialSubject", []),
        ("/credentialSubject/identifier", "x"),
        ("/credentialSubject/achievement", None),
        ("/credentialSubject/achievement/criteria", "text"),
        ("/credentialSubject/achievement/image", ["x"]),
        ("/name", {"@value": "x"}),
        ("/type", 5),
        ("/validFrom", 5),
    ],
)
def test_members_of_wrong_types_are_left_out(path, value):
    content = content_of(put(make_credential(), path, value))
    assert set(content) == {"credential", "issuer", "recipient", "achievement", "dates"}


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        pytest.param(
            {"id": "https://a.example/1", "endorsementComment": "Good."},
            {"endorses": "https://a.example/1", "endorsementComment": "Good."}, id="as it should be",
        ),
        pytest.param({"id": 5, "endorsementComment": {"en": "Good."}}, {}, id="wrong types"),
        pytest.param([], {}, id="no object"),
    ],
)  # fmt: skip
def test_an_endorsement_is_about_something_and_was_received_by_nobody(subject, shown):
    content = content_of({"credentialSubject": subject}, kind=Kind.ENDORSEMENT)
    assert content["credential"] == {"type": [], **shown}
    assert content["recipient"] is None
    assert content["achievement"] is None


@pytest.mark.parametrize(
    ("members", "shown"),
    [
        pytest.param(
            {"partial": True, "credentialSubject": {"verifiableCredential": [{}, {}]}},
            {"partial": True, "contentCount": 2}, id="two of more",
        ),
        pytest.param({"credentialSubject": {"verifiableCredential": {}}}, {"contentCount": 1}, id="one in no list"),
        pytest.param({"partial": "yes", "credentialSubject": 5}, {"contentCount": 0}, id="wrong types"),
    ],
)  # fmt: skip
def test_a_record_says_how_much_it_holds(members, shown):
    content = content_of(members, kind=Kind.RECORD)
    assert content["credential"] == {"type": [], **shown}
    assert content["achievement"] is None


def test_dates_are_shown_under_the_names_of_the_data_model():
    document = {"@context": "https://www.w3.org/2018/credentials/v1", "issuanceDate": "2026-05-04T10:00:00Z"}
    content = content_of(document)
    assert content["credential"]["issuanceDate"] == "2026-05-04T10:00:00Z"
    assert content["dates"] == {"issued": "2026-05-04T10:00:00Z", "validFrom": "2026-05-04T10:00:00Z"}
