"""Preparing: a draft becomes one known document, or is refused with the member's name."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from app.errors import InvalidFieldsError
from app.issuance import EvidenceDraft, Prepared, Recipient, RecipientIdentifier, prepare, recipient_problems
from app.jsonld import canonicalize
from app.openbadges import check_credential, identity_matches
from tests.factories import EMAIL, INDEX, LIST_URL, SALT, put
from tests.unit.issuance.drafts import (
    AWARDED,
    DID,
    ENTRY,
    EVERY,
    RECIPIENT,
    bare_draft,
    make_draft,
)

# Rebuild after a change that was meant: .venv/bin/python -m tests.unit.issuance.test_prepare
GOLDEN = Path(__file__).with_name("golden.json")
NAME, BY_EMAIL, BY_DID = EVERY


def document_of(draft):
    return prepare(draft, entry=ENTRY).document


def subject_of(draft):
    return document_of(draft)["credentialSubject"]


def golden_text():
    documents = {"full": document_of(make_draft()), "bare": document_of(bare_draft())}
    return json.dumps(documents, indent=2, ensure_ascii=False) + "\n"


def test_the_documents_are_the_golden_ones():
    assert golden_text() == GOLDEN.read_text("utf-8")


def test_only_prepare_makes_a_prepared():
    document = document_of(make_draft())
    for token in (None, object(), True):
        with pytest.raises(TypeError, match="prepare"):
            Prepared(document, token)
    prepared = prepare(make_draft(), entry=ENTRY)
    with pytest.raises(dataclasses.FrozenInstanceError):
        prepared.document = {}


DRAFTS = {
    "the fullest": make_draft(),
    "the barest": bare_draft(),
    "a test": make_draft(test=True),
    "the e-mail only": make_draft(identified_by=[BY_EMAIL]),
    "the DID only": make_draft(identified_by=[BY_DID]),
    "no evidence": make_draft(evidence=()),
    "no end": make_draft(valid_until=None),
    "ends at the moment it begins": make_draft(valid_until=AWARDED),
    "other scripts": make_draft(recipient=Recipient("فاطمة الزهراء 🎓", "fatima@xn--bcher-kva.example", None, SALT)),
}


@pytest.mark.parametrize("draft", DRAFTS.values(), ids=DRAFTS)
def test_what_passes_is_a_credential_that_can_be_signed(draft):
    document = document_of(draft)
    assert check_credential(document) == ()
    assert canonicalize(document)


@pytest.mark.parametrize("draft", DRAFTS.values(), ids=DRAFTS)
def test_nothing_absent_is_named(draft):
    assert list(empty_members(document_of(draft))) == []


def empty_members(value, path=""):
    if value is None or value in ([], {}, ""):
        yield path
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from empty_members(inner, f"{path}/{key}")


REFUSED = [
    ("it ends before it begins", make_draft(valid_until=AWARDED - timedelta(seconds=1)), "/validUntil"),
    ("nobody is named", make_draft(recipient=Recipient("", None, None, SALT)), "/learner/name"),
    ("the e-mail is wanted and missing", bare_draft(identified_by=[BY_EMAIL]), "/learner/email"),
    ("the DID is wanted and missing", bare_draft(identified_by=[BY_DID]), "/learner/did"),
    ("neither is there", bare_draft(identified_by=[BY_DID, BY_EMAIL]), "/learner/did"),
    ("no way to name learners is chosen", bare_draft(identified_by=[]), "/learner/name"),
    ("the issuer has no id", make_draft(issuer={"type": ["Profile"], "name": "X"}), "/issuer/id"),
    (
        "the achievement has no criteria",
        bare_draft(achievement={k: v for k, v in bare_draft().achievement.items() if k != "criteria"}),
        "/credentialSubject/achievement/criteria",
    ),
    (
        "a result belongs to another achievement",
        make_draft(results=[{**make_draft().results[0], "resultDescription": "urn:uuid:other"}]),
        "/credentialSubject/result/0/resultDescription",
    ),
    ("the evidence's address is none", make_draft(evidence=[EvidenceDraft(url="a plan")]), "/evidence/0/id"),
]


@pytest.mark.parametrize(("draft", "pointer"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_is_refused_and_where(draft, pointer):
    with pytest.raises(InvalidFieldsError) as caught:
        prepare(draft, entry=ENTRY)
    assert pointer in [problem.pointer for problem in caught.value.problems]


def test_all_problems_are_told_at_once():
    draft = bare_draft(identified_by=[BY_EMAIL], valid_until=AWARDED - timedelta(days=1))
    with pytest.raises(InvalidFieldsError) as caught:
        prepare(draft, entry=ENTRY)
    assert {problem.pointer for problem in caught.value.problems} == {"/learner/email", "/validUntil"}


def test_who_cannot_be_named_is_known_before_a_list_entry_is_taken():
    assert recipient_problems(make_draft()) == ()
    [problem] = recipient_problems(bare_draft(identified_by=[BY_EMAIL, BY_DID]))
    assert "learner.email or learner.did" in problem.detail


@pytest.mark.parametrize(
    ("identified_by", "kinds", "has_did"),
    [
        (EVERY, ["name", "emailAddress"], True),
        ([NAME], ["name"], False),
        ([BY_EMAIL], ["emailAddress"], False),
        ([BY_DID], [], True),
        ([BY_EMAIL, NAME], ["name", "emailAddress"], False),
    ],
    ids=["everything", "name", "e-mail", "DID", "e-mail and name"],
)
def test_only_what_the_issuer_chose_is_told_of_the_learner(identified_by, kinds, has_did):
    subject = subject_of(make_draft(identified_by=identified_by))
    assert [one["identityType"] for one in subject.get("identifier", [])] == kinds
    assert subject.get("id") == (DID if has_did else None)
    text = json.dumps(subject)
    assert EMAIL not in text
    assert (RECIPIENT.name in text) == ("name" in kinds)


@pytest.mark.parametrize("spelt", [EMAIL, EMAIL.upper(), f"  {EMAIL.title()} "])
def test_the_email_is_hashed_with_the_salt_as_people_type_it(spelt):
    [identity] = subject_of(make_draft(recipient=Recipient("A", spelt, None, SALT), identified_by=[BY_EMAIL]))[
        "identifier"
    ]
    assert identity["identityHash"] == "sha256$" + hashlib.sha256((EMAIL + SALT).encode()).hexdigest()
    assert (identity["hashed"], identity["salt"]) == (True, SALT)
    assert identity_matches(identity, "emailAddress", EMAIL)
    assert not identity_matches(identity, "emailAddress", f"x{EMAIL}")


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 5, 4, 10, 0, tzinfo=UTC), "2026-05-04T10:00:00Z"),
        (datetime(2026, 5, 4, 10, 0, 30, 999_999, tzinfo=UTC), "2026-05-04T10:00:30Z"),
        (datetime(2026, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=5, minutes=30))), "2025-12-31T19:00:00Z"),
        (datetime(2024, 2, 29, 23, 59, 59, tzinfo=timezone(-timedelta(hours=10))), "2024-03-01T09:59:59Z"),
        (datetime(1970, 1, 1, tzinfo=UTC), "1970-01-01T00:00:00Z"),
        (datetime(9990, 12, 31, 23, 59, 59, tzinfo=UTC), "9990-12-31T23:59:59Z"),
    ],
)
def test_dates_are_whole_seconds_in_utc(moment, text):
    document = document_of(bare_draft(awarded_at=moment, valid_until=moment))
    assert {document[name] for name in ("validFrom", "awardedDate", "validUntil")} == {text}


def test_a_badge_without_an_end_has_no_end():
    assert "validUntil" not in document_of(make_draft(valid_until=None))


def test_a_test_is_marked_in_its_name_and_nowhere_else():
    tested = document_of(make_draft(test=True))
    assert tested["name"] == "Test: Differentiated Teaching" or tested["name"].startswith("Test: ")
    assert put(tested, "/name", tested["name"].removeprefix("Test: ")) == document_of(make_draft())


def test_the_status_entry_says_where_to_look():
    entry = document_of(bare_draft())["credentialStatus"]
    assert entry["statusListIndex"] == str(INDEX)
    assert entry["statusListCredential"] == LIST_URL
    assert entry["id"] == f"{LIST_URL}#{INDEX}"


def test_the_draft_is_not_touched():
    draft = make_draft()
    before = json.dumps(dataclasses.asdict(draft), default=str)
    document_of(draft)
    assert json.dumps(dataclasses.asdict(draft), default=str) == before


def test_the_choices_are_the_issuers_setting():
    assert [choice.value for choice in RecipientIdentifier] == ["name", "email", "did"]


if __name__ == "__main__":
    GOLDEN.write_text(golden_text(), "utf-8")
    sys.stdout.write(f"wrote {GOLDEN.name}\n")
