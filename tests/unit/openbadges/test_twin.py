"""The mapping to Open Badges 2.0: nothing but what was signed, under the names of version 2."""

from __future__ import annotations

import pytest

from app.openbadges import AchievementDefinition, achievement_document, identity_object, ob2
from app.openbadges.twin import (
    assertion_document,
    badge_class_document,
    issuer_document,
    issuer_problems,
    withdrawn_document,
)

SITE = "https://badges.example"
ASSERTION, BADGE, PROFILE = f"{SITE}/credentials/1/assertion.json", f"{SITE}/badge-class.json", f"{SITE}/profile-2.json"
PICTURE = f"{SITE}/credentials/1.png"
DID = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
EMAIL = identity_object("emailAddress", "amina@riverside.example", salt="0f" * 16)
NAME = identity_object("name", "Amina Haddad", salt=None)
DEFINITION = AchievementDefinition.model_validate(
    {
        "name": "Differentiated Teaching",
        "description": "Reaches every pupil.",
        "criteriaUrl": "https://academy.example/teaching",
        "hours": 12,
        "tags": ["teaching", "inclusion"],
        "version": "2",
        "humanCode": "DT-1",
        "language": "en-GB",
        "level": {"framework": "EQF", "code": "6"},
        "alignments": [
            {
                "targetName": "Teaching Standard 5",
                "targetUrl": "https://standards.example/5",
                "targetCode": "TS5",
                "targetFramework": "Teachers' Standards",
                "targetDescription": "Adapts teaching.",
                "targetType": "CFItem",
            }
        ],
        "imageCaption": "A compass",
    }
)
ACHIEVEMENT = achievement_document(DEFINITION, id=f"{SITE}/achievements/1", image_url=f"{SITE}/image.png")


def credential(*, subject=(), **members):
    return {
        "id": f"{SITE}/credentials/1",
        "name": "Differentiated Teaching",
        "validFrom": "2026-05-05T10:00:00Z",
        "awardedDate": "2026-05-04T10:00:00Z",
        "credentialSubject": {"identifier": [NAME, EMAIL], "achievement": ACHIEVEMENT, **dict(subject)},
        **members,
    }


def assertion(document):
    return assertion_document(document, id=ASSERTION, badge=BADGE, image=PICTURE)


def test_the_least_that_an_assertion_says():
    document = assertion(credential())
    assert document == {
        "@context": "https://w3id.org/openbadges/v2",
        "id": ASSERTION,
        "type": "Assertion",
        "recipient": {"type": "email", "hashed": True, "identity": EMAIL["identityHash"], "salt": "0f" * 16},
        "badge": BADGE,
        "image": PICTURE,
        "verification": {"type": "HostedBadge"},
        "issuedOn": "2026-05-04T10:00:00Z",
    }
    assert ob2.check_assertion(document) == ()


def test_the_most_that_an_assertion_says():
    plan = {"id": "https://academy.example/plan", "type": ["Evidence"], "name": "Plan", "narrative": "A *plan*."}
    document = assertion(
        credential(
            subject={"narrative": "Taught to 28 pupils.", "result": [{"value": "Exceeds"}], "creditsEarned": 0.5},
            validUntil="2029-05-04T10:00:00Z",
            evidence=[plan, {"type": ["Evidence"], "genre": "Portfolio"}],
        )
    )
    assert document["expires"] == "2029-05-04T10:00:00Z"
    assert document["narrative"] == "Taught to 28 pupils."
    assert document["evidence"] == [{**plan, "type": "Evidence"}, {"type": "Evidence", "genre": "Portfolio"}]
    assert set(document) == {*assertion(credential()), "expires", "narrative", "evidence"}
    assert ob2.check_assertion(document) == ()


def test_without_an_awarded_date_it_was_issued_when_it_became_valid():
    signed = credential()
    del signed["awardedDate"]
    assert assertion(signed)["issuedOn"] == "2026-05-05T10:00:00Z"


RECIPIENTS = {
    "by e-mail, even where the DID is known": ({"id": DID, "identifier": [EMAIL]}, "email"),
    "by DID": ({"id": DID, "identifier": [NAME]}, "id"),
    "by DID alone": ({"id": DID, "identifier": []}, "id"),
    "by name alone: nobody": ({"identifier": [NAME]}, None),
    "by an address that is not hashed: nobody": (
        {"identifier": [identity_object("emailAddress", "amina@riverside.example", salt=None)]},
        None,
    ),
}


@pytest.mark.parametrize(("subject", "kind"), RECIPIENTS.values(), ids=RECIPIENTS)
def test_who_it_is_about(subject, kind):
    document = assertion(credential(subject=subject))
    assert (document and document["recipient"]["type"]) == kind
    if document:
        assert "amina@riverside.example" not in str(document)
        assert ob2.check_assertion(document) == ()


def test_a_badge_class():
    document = badge_class_document(ACHIEVEMENT, id=BADGE, issuer=PROFILE)
    assert ob2.check_badge_class(document) == ()
    assert document["criteria"]["id"] == "https://academy.example/teaching"
    assert "## Workload\n\n12 hours" in document["criteria"]["narrative"]
    assert (document["tags"], document["version"]) == (["teaching", "inclusion"], "2")
    assert document["image"] == f"{SITE}/image.png"
    assert document["alignment"][-1] == {
        "targetName": "Teaching Standard 5",
        "targetUrl": "https://standards.example/5",
        "targetDescription": "Adapts teaching.",
        "targetFramework": "Teachers' Standards",
        "targetCode": "TS5",
    }
    assert set(document) == {
        *(
            "@context",
            "id",
            "type",
            "name",
            "description",
            "image",
            "criteria",
            "issuer",
            "alignment",
            "tags",
            "version",
        )
    }


def test_the_least_that_a_badge_class_says():
    definition = AchievementDefinition.model_validate({"name": "Mentoring", "description": "Mentors."})
    achievement = achievement_document(definition, id=f"{SITE}/achievements/2", image_url=None)
    document = badge_class_document(achievement, id=BADGE, issuer=PROFILE)
    assert set(document) == {"@context", "id", "type", "name", "description", "criteria", "issuer"}
    assert ob2.check_badge_class(document) == ()


def test_a_profile():
    profile = {"name": "Riverside", "url": "https://academy.example", "email": "a@academy.example", "address": {}}
    document = issuer_document(profile, id=PROFILE, assertions=f"{SITE}/credentials/")
    assert ob2.check_issuer(document) == ()
    assert document["verification"] == {"type": "VerificationObject", "startsWith": f"{SITE}/credentials/"}
    assert set(document) == {"@context", "id", "type", "name", "url", "email", "verification"}
    logo = {"id": f"{SITE}/issuers/riverside/logo.png", "type": "Image"}
    with_logo = issuer_document(profile | {"image": logo}, id=PROFILE, assertions=f"{SITE}/credentials/")
    assert ob2.check_issuer(with_logo) == ()
    assert with_logo == document | {"image": logo["id"]}


@pytest.mark.parametrize("reason", ["Issued by mistake", None])
def test_a_withdrawn_assertion(reason):
    document = withdrawn_document(ASSERTION, reason)
    assert (document["id"], document["revoked"], document.get("revocationReason")) == (ASSERTION, True, reason)
    assert set(document) <= {"@context", "id", "type", "revoked", "revocationReason"}


PROBLEMS = {
    "nothing is missing": ({"url": "https://a.example", "email": "a@a.example"}, ["name", "email"], []),
    "DIDs are enough": ({"url": "https://a.example", "email": "a@a.example"}, ["did"], []),
    "no web address": ({"email": "a@a.example"}, ["email"], ["/url"]),
    "no e-mail address": ({"url": "https://a.example"}, ["email"], ["/email"]),
    "learners by name alone": ({"url": "https://a.example", "email": "a@a.example"}, ["name"], ["/identifyLearnersBy"]),
    "everything": ({}, ["name"], ["/url", "/email", "/identifyLearnersBy"]),
}


@pytest.mark.parametrize(("profile", "identified_by", "pointers"), PROBLEMS.values(), ids=PROBLEMS)
def test_what_version_2_asks_of_an_issuer(profile, identified_by, pointers):
    assert [problem.pointer for problem in issuer_problems(profile, identified_by)] == pointers
