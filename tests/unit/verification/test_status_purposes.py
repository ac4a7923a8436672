"""What an entry that is set means, by the purpose of its list, and what several entries mean together."""

from __future__ import annotations

import gzip

import pytest

from app.verification import Need, NeedKind, Outcome, Verdict
from app.verification.status import check_status
from tests.factories import (
    INDEX,
    LIST_URL,
    NOW,
    REMOVED,
    base64url,
    found,
    judged,
    make_credential,
    make_entry,
    make_evidence,
    make_status_list,
    put,
    sign,
)

VALID, INVALID, UNDETERMINED = Verdict


def listed(**changes):
    return sign(make_status_list(**changes))


def sized(size, values, purpose="message"):
    return sign(sized_document(size, values, purpose))


def sized_document(size, values, purpose="message"):
    """A list whose entries have `size` bits; `values` by index."""
    bits = bytearray(16_384 * size)
    for index, value in values.items():
        for offset in range(size):
            position = index * size + offset
            bits[position >> 3] |= (value >> (size - 1 - offset) & 1) << (7 - (position & 7))
    changes = {"encodedList": "u" + base64url(gzip.compress(bytes(bits), 1, mtime=0)), "statusPurpose": purpose}
    document = make_status_list()
    return {**document, "credentialSubject": {**document["credentialSubject"], **changes}}


TEXTS = [
    {"status": "0x0", "message": "in the post"},
    {"status": "0x1", "message": "received"},
    {"status": "0x2", "message": "under review"},
    {"status": "0x3", "message": "decided"},
]


@pytest.mark.parametrize(
    ("size", "value", "messages", "said"),
    [
        pytest.param(2, 0, TEXTS, "in the post", id="the first of four"),
        pytest.param(2, 2, TEXTS, "under review", id="the third of four"),
        pytest.param(1, 1, TEXTS[:2], "received", id="one bit"),
        pytest.param(3, 7, [{"status": "0X7", "message": "last"}], "last", id="three bits, which cross a byte"),
        pytest.param(8, 255, [{"status": "0xff", "message": "all"}], "all", id="eight bits"),
        pytest.param(2, 2, TEXTS[:2], "0x2", id="a value without a text"),
        pytest.param(2, 2, REMOVED, "0x2", id="no texts"),
        pytest.param(2, 2, ["x", {"status": 2}, {"status": "0x"}, {"status": "zz", "message": "z"}], "0x2", id="odd"),
        pytest.param(2, 1, [{"status": "0x1", "message": "a\u202eb" + "x" * 300}], "abxxx", id="a text that misleads"),
    ],
)
def test_a_message_is_told_and_decides_nothing(size, value, messages, said):
    entry = make_entry(statusPurpose="message", statusSize=size, statusMessage=messages)
    document = make_credential(credentialStatus=entry if messages is not REMOVED else make_entry(
        statusPurpose="message", statusSize=size
    ))  # fmt: skip
    evidence = make_evidence(status_list=sized(size, {INDEX: value, INDEX + 1: value ^ 1, INDEX - 1: value ^ 1}))
    status = check_status(document, evidence, now=NOW)
    assert status.check.code == "status.message"
    assert status.check.outcome is Outcome.PASSED
    assert f"“{said}" in status.check.detail
    assert len(status.check.detail) < 400
    assert status.shown["revoked"] is False


@pytest.mark.parametrize(
    ("purpose", "value", "code"),
    [
        ("revocation", 0, "status.good"),
        ("revocation", 2, "status.revoked"),
        ("suspension", 1, "status.suspended"),
        ("refresh", 0, "status.good"),
        ("refresh", 1, "status.newer"),
    ],
)
def test_purposes_in_lists_of_two_bits(purpose, value, code):
    document = make_credential(credentialStatus=make_entry(statusPurpose=purpose, statusSize=2))
    evidence = make_evidence(status_list=sized(2, {INDEX: value}, purpose))
    assert check_status(document, evidence, now=NOW).check.code == code


@pytest.mark.parametrize(("bits", "code"), [(2, "status.good"), (1, "status.doubtful")])
def test_a_list_has_as_many_entries_whatever_their_size(bits, code):
    """The least length is one of entries (section 3.2), so lists of larger entries are longer."""
    entry = make_entry(statusSize=2, statusListIndex="7")
    evidence = make_evidence(status_list=sized(bits, {}, "revocation"))
    assert check_status(make_credential(credentialStatus=entry), evidence, now=NOW).check.code == code


def test_a_newer_copy_is_not_held_against_this_one():
    document = sign(make_credential(credentialStatus=make_entry(statusPurpose="refresh")))
    report = judged(document, make_evidence(status_list=listed(purpose="refresh", revoked=[INDEX])))
    assert report.verdict is VALID
    assert report.check("status").title == "There is a newer copy of it."


def test_of_several_entries_that_pass_the_one_with_news_is_told():
    other_url = f"{LIST_URL}2"
    entries = [make_entry(), make_entry(statusPurpose="message", statusListCredential=other_url)]
    messages = sign(put(sized_document(1, {INDEX: 1}), "/id", other_url))
    evidence = {**make_evidence(), Need(NeedKind.STATUS_LIST, other_url): found(messages)}
    assert check_status(make_credential(credentialStatus=entries), evidence, now=NOW).check.code == "status.message"


def test_of_several_entries_that_fail_the_final_one_is_told():
    other_url = f"{LIST_URL}2"
    entries = [make_entry(statusPurpose="suspension", statusListCredential=other_url), make_entry()]
    suspending = sign(put(make_status_list(purpose="suspension", revoked=[INDEX]), "/id", other_url))
    evidence = {
        **make_evidence(status_list=listed(revoked=[INDEX])),
        Need(NeedKind.STATUS_LIST, other_url): found(suspending),
    }
    status = check_status(make_credential(credentialStatus=entries), evidence, now=NOW)
    assert (status.check.code, status.shown["revoked"]) == ("status.revoked", True)
