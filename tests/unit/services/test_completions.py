"""Completions: when two reports mean one learner, and when two requests are the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.issuance import AssessorDraft, EvidenceDraft
from app.openbadges import ResultInput
from app.routers.awarding import to_completion
from app.schemas.completions import CompletionIn
from app.services.appearance import Visibility
from app.services.completions import Completion, Learner

AMINA = Learner("Amina Haddad", "amina@riverside.example", "did:key:z6MkA")
SAME = [
    ("all the same", AMINA, AMINA),
    ("a name that was corrected", AMINA, replace(AMINA, name="Amina El Haddad")),
    ("a DID that came later", replace(AMINA, did=None), AMINA),
    ("a DID that changed", AMINA, replace(AMINA, did="did:key:z6MkB")),
    ("an e-mail in capitals", AMINA, replace(AMINA, email="Amina@Riverside.EXAMPLE")),
    ("an e-mail with a space", AMINA, replace(AMINA, email=" amina@riverside.example")),
    ("the same DID, no e-mail once", replace(AMINA, email=None), replace(AMINA, name="A. Haddad")),
    ("the same name, nothing else", Learner("Amina Haddad"), Learner("AMINA HADDAD")),
    ("a name with a sharp s", Learner("Jörg Weiß"), Learner("JÖRG WEISS")),
    ("the same name, an e-mail that came later", Learner("Amina Haddad"), AMINA),
]
OTHERS = [
    ("another e-mail", AMINA, replace(AMINA, email="other@riverside.example")),
    ("another e-mail, the same DID", AMINA, replace(AMINA, email="x@riverside.example", name="X")),
    ("another DID, no e-mail", replace(AMINA, email=None), replace(AMINA, email=None, did="did:key:z6MkB")),
    ("another name, nothing else", Learner("Amina Haddad"), Learner("Siân Llewellyn")),
    ("another name, the e-mail on one side only", AMINA, Learner("Siân Llewellyn")),
]


@pytest.mark.parametrize(("one", "other"), [row[1:] for row in SAME], ids=[row[0] for row in SAME])
def test_the_same_person(one, other):
    assert one.same_person(other)
    assert other.same_person(one)


@pytest.mark.parametrize(("one", "other"), [row[1:] for row in OTHERS], ids=[row[0] for row in OTHERS])
def test_somebody_else(one, other):
    assert not one.same_person(other)
    assert not other.same_person(one)


BODY = {
    "achievement": "course",
    "externalId": "1",
    "source": "moodle",
    "learner": {"name": "Amina Haddad", "email": "amina@riverside.example"},
    "completedAt": "2026-05-04T10:00:00Z",
    "results": [{"resultDescription": "quiz", "value": 85}],
    "evidence": [{"name": "Plan"}],
}
COMPLETION = Completion(
    achievement="course",
    external_id="1",
    source="moodle",
    learner=AMINA,
    completed_at=datetime(2026, 5, 4, 10, 0, tzinfo=UTC),
    valid_until=datetime(2029, 5, 4, 10, 0, tzinfo=UTC),
    results=(ResultInput.model_validate({"resultDescription": "quiz", "value": 85}),),
    evidence=(EvidenceDraft(name="Plan", url="https://a.example/plan"),),
    narrative="Well done.",
    assessor=AssessorDraft("Dr Okafor"),
)


def digest(body):
    return to_completion(CompletionIn.model_validate(body)).sha256()


@pytest.mark.parametrize(
    "spelt",
    [
        dict(reversed(BODY.items())),
        BODY | {"completedAt": "2026-05-04T12:00:00+02:00"},
        BODY | {"completedAt": "2026-05-04T10:00:00.250Z"},
        BODY | {"validUntil": None, "narrative": None, "assessor": None},
        BODY | {"learner": {**BODY["learner"], "did": None}},
        BODY | {"learner": {**BODY["learner"], "name": " Amina Haddad "}},
    ],
    ids=["order", "time zone", "fractions of seconds", "nulls", "a null inside", "space around a name"],
)
def test_equal_requests_have_one_digest_however_spelt(spelt):
    assert digest(spelt) == digest(BODY)


CHANGES = {
    "achievement": "another",
    "external_id": "2",
    "source": "canvas",
    "learner": replace(AMINA, did=None),
    "completed_at": COMPLETION.completed_at + timedelta(seconds=1),
    "valid_until": None,
    "results": (ResultInput.model_validate({"resultDescription": "quiz", "value": 86}),),
    "evidence": (),
    "narrative": "well done.",
    "assessor": None,
    "visibility": Visibility.UNLISTED,
}


@pytest.mark.parametrize("member", CHANGES)
def test_every_member_counts(member):
    assert replace(COMPLETION, **{member: CHANGES[member]}).sha256() != COMPLETION.sha256()


def test_every_member_is_tried():
    assert set(CHANGES) == set(Completion.__dataclass_fields__)


def test_members_do_not_run_into_each_other():
    one = replace(COMPLETION, source="ab", external_id="c")
    other = replace(COMPLETION, source="a", external_id="bc")
    assert one.sha256() != other.sha256()


def test_a_number_is_not_a_text():
    as_text = BODY | {"results": [{"resultDescription": "quiz", "value": "85"}]}
    assert digest(as_text) != digest(BODY)


def test_a_digest_is_the_same_tomorrow():
    """It is stored; a change of it would turn every retry into another request."""
    assert digest(BODY).hex() == "2988eeb03bd18c6468dff7b0cf000bcc97e88ac74d129849d6adeb2fb69e18ce"
