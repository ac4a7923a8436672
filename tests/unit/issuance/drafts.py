"""Awards for tests, with fixed ids, salt and dates: the fullest one and the barest. Changes break exactly one thing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from app.cli import samples
from app.issuance import (
    AssessorDraft,
    Draft,
    EvidenceDraft,
    Recipient,
    RecipientIdentifier,
    StatusEntry,
)
from app.openbadges import AchievementDefinition, ResultInput, achievement_document, result_documents
from tests.factories import BASE_URL, EMAIL, INDEX, LIST_URL, SALT, web_issuer

CREDENTIAL_ID = f"{BASE_URL}/credentials/1f0c7f86-4f63-4c6a-9a0e-6f2f1c1f6a11"
ACHIEVEMENT_ID = f"{BASE_URL}/achievements/7d1e4f6b-0a39-4a55-9a2b-0f3f0e6a7c11"
DID = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
AWARDED = datetime(2026, 5, 4, 12, 0, 30, 999_000, timezone(timedelta(hours=2)))
CREATED = datetime(2026, 5, 10, 12, 0, tzinfo=UTC)
ENTRY = StatusEntry(LIST_URL, INDEX)
EVERY = (RecipientIdentifier.NAME, RecipientIdentifier.EMAIL, RecipientIdentifier.DID)
RECIPIENT = Recipient("Amina Haddad", EMAIL, DID, SALT)

_SLUG = "differentiated-teaching"
DEFINITION = AchievementDefinition.model_validate(samples.ACHIEVEMENTS[_SLUG])


def make_draft(**changes):
    """The fullest award."""
    given = [ResultInput.model_validate(result) for result in samples.COMPLETIONS[0]["results"]]
    draft = Draft(
        credential_id=CREDENTIAL_ID,
        issuer=web_issuer().profile,
        achievement=achievement_document(DEFINITION, id=ACHIEVEMENT_ID, image_url=f"{ACHIEVEMENT_ID}/image.png"),
        recipient=RECIPIENT,
        identified_by=EVERY,
        awarded_at=AWARDED,
        valid_until=DEFINITION.expires(AWARDED),
        results=result_documents(DEFINITION, ACHIEVEMENT_ID, given),
        evidence=[
            EvidenceDraft(name="Lesson plan", url="https://portfolio.example/plan", narrative="*Three* ways in."),
            EvidenceDraft(name="Pupils' work", description="Samples.", genre="Portfolio", audience="Mentors"),
        ],
        narrative="Taught to 28 pupils.",
        assessor=AssessorDraft("Dr Ngozi Okafor", "https://academy.example/people/okafor"),
        credits_earned=2.5,
    )
    return replace(draft, **changes)


def bare_draft(**changes):
    """The least that an award can be."""
    bare = {
        "recipient": Recipient("Amina Haddad", None, None, SALT),
        "valid_until": None,
        "results": (),
        "evidence": (),
        "narrative": None,
        "assessor": None,
        "credits_earned": None,
        "achievement": {
            "id": ACHIEVEMENT_ID,
            "type": ["Achievement"],
            "name": "Course",
            "description": "A course.",
            "criteria": {"narrative": "Take part."},
        },
    }
    return make_draft(**{**bare, **changes})
