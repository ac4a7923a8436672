"""What an issuer of our own has on record counts for more than the date in a proof of a key that leaked."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest

from app.signing import PublishedKey, did_document
from app.verification import Found, Need, NeedKind, OwnRecord, Verdict, needs, read
from tests.factories import NOW, as_bytes, judged, make_credential, make_evidence, put, sign, sign_token, web_issuer

ISSUER = web_issuer()
DID = Need(NeedKind.DID_DOCUMENT, ISSUER.did)
AFTER = datetime(2026, 5, 5, tzinfo=UTC)  # factories sign on the fourth
CREDENTIAL = make_credential()
SIGNED = sign(CREDENTIAL)
ISSUED = as_bytes(SIGNED)
RECORD = Need(NeedKind.RECORD, CREDENTIAL["id"])
TURNED = as_bytes({name: SIGNED[name] for name in reversed(SIGNED)})
OTHERS = as_bytes(sign(put(CREDENTIAL, "/credentialSubject/achievement/name", "Another")))
ON_RECORD = OwnRecord(document=ISSUED, digests=frozenset({hashlib.sha256(ISSUED).digest()}))
ERASED = OwnRecord(digests=frozenset({hashlib.sha256(ISSUED).digest()}))


def published(revoked=AFTER, *, own=True):
    """The issuer's document, with the key that signs proofs, and that of tokens, marked or not."""
    keys = [
        PublishedKey("key-1", ISSUER.key.public_key, revoked=revoked),
        PublishedKey("key-2", ISSUER.token_key.public_key, revoked=revoked),
    ]
    content = as_bytes(did_document(ISSUER.did, keys))
    return make_evidence() | {DID: Found(content, "application/did+json", own=own)}


def said(raw, record=None, **options):
    evidence = published(**options) | ({RECORD: record} if record else {})
    report = judged(raw, evidence)
    return report.check("issuer").code.partition(".")[2], report.verdict


CASES = [
    ("the bytes that were issued", ISSUED, ON_RECORD, "bound-retired", Verdict.VALID),
    ("the same in another order", TURNED, ON_RECORD, "bound-retired", Verdict.VALID),
    ("another statement under that id", OTHERS, ON_RECORD, "not-on-record", Verdict.INVALID),
    ("an id that was never issued", ISSUED, OwnRecord(), "not-on-record", Verdict.INVALID),
    ("the bytes that were issued to somebody forgotten", ISSUED, ERASED, "bound-retired", Verdict.VALID),
    ("other bytes of somebody forgotten", TURNED, ERASED, "record-erased", Verdict.UNDETERMINED),
    ("nobody was asked", ISSUED, None, "bound-retired", Verdict.VALID),
]


@pytest.mark.parametrize(
    ("raw", "record", "code", "verdict"), [row[1:] for row in CASES], ids=[row[0] for row in CASES]
)
def test_what_a_marked_key_signed(raw, record, code, verdict):
    assert said(raw, record) == (code, verdict)


def test_signed_after_the_leak_it_does_not_count_even_on_record():
    earlier = datetime(2026, 5, 4, tzinfo=UTC)
    assert said(ISSUED, ON_RECORD, revoked=earlier) == ("retired-before", Verdict.INVALID)


def test_a_key_that_is_not_marked_needs_no_record():
    assert said(OTHERS, OwnRecord(), revoked=None) == ("bound", Verdict.VALID)


def test_on_a_day_before_the_leak_too():
    evidence = published(NOW) | {RECORD: ON_RECORD}
    day = datetime(2026, 5, 6, tzinfo=UTC)
    assert judged(ISSUED, evidence, now=day, asked_at=NOW).verdict is Verdict.VALID
    assert judged(OTHERS, evidence, now=day, asked_at=NOW).check("issuer").code == "issuer.not-on-record"


def test_a_token_says_the_same_with_claims_around_it():
    unsigned = {name: value for name, value in SIGNED.items() if name != "proof"}
    token = sign_token(unsigned, claims={"iat": int(datetime(2026, 5, 4, tzinfo=UTC).timestamp())})
    assert said(token, ON_RECORD) == ("bound-retired", Verdict.VALID)
    assert said(token, OwnRecord()) == ("not-on-record", Verdict.INVALID)


@pytest.mark.parametrize(
    ("options", "asked"),
    [({}, True), ({"own": False}, False), ({"revoked": None}, False)],
    ids=["of an issuer of our own with a marked key", "of strangers", "of one whose keys are all good"],
)
def test_the_record_is_asked_for(options, asked):
    evidence = published(**options)
    assert (RECORD in needs(read(ISSUED), evidence)) is asked
