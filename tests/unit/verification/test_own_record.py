"""What whoever judges knows of its own credentials beside their list: said of them alone, asked of nobody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.openbadges import list_bits
from app.verification import Conclusion, Need, NeedKind, OwnList, OwnRecord, Verdict, needs, read
from tests.factories import INDEX, LIST_URL, as_bytes, judged, make_credential, make_evidence, sign, web_issuer

ISSUER = web_issuer()
ID = make_credential()["id"]
RECORD = Need(NeedKind.RECORD, ID)
LIST = Need(NeedKind.STATUS_LIST, LIST_URL)
SUCCESSOR = "https://badges.example/credentials/2"


def own_list(*indexes):
    return OwnList(ISSUER.did, "revocation", list_bits(indexes, length=131_072))


def evidence(*, bits=(), record=None):
    known = {LIST: own_list(*bits)}
    return make_evidence() | known | ({RECORD: record} if record else {})


def badge(name="Differentiated Teaching"):
    return as_bytes(sign(make_credential(name=name)))


def asked(raw, *, bits=()):
    return RECORD in needs(read(raw), evidence(bits=bits))


def test_only_what_may_be_on_record_is_asked_for():
    assert not asked(badge())
    assert asked(badge(), bits=[INDEX])
    assert asked(badge("Test: Differentiated Teaching"))


@pytest.mark.parametrize("name", ["Test: Differentiated Teaching", "Differentiated Teaching"])
def test_of_a_strangers_badge_nothing_is_asked(name):
    """Whose list we have to fetch has no record here."""
    assert RECORD not in needs(read(badge(name)), {})
    assert RECORD not in needs(read(badge(name)), make_evidence())


CASES = {
    "revoked, no successor": ([INDEX], OwnRecord(ISSUER.did), Conclusion.REVOKED),
    "revoked and replaced": ([INDEX], OwnRecord(ISSUER.did, successor=SUCCESSOR), Conclusion.SUPERSEDED),
    "a test": ([], OwnRecord(ISSUER.did, test=True), Conclusion.TEST),
    "a test that was revoked": ([INDEX], OwnRecord(ISSUER.did, test=True), Conclusion.REVOKED),
    "nothing on record": ([], None, Conclusion.VALID),
    "no test": ([], OwnRecord(ISSUER.did), Conclusion.VALID),
    "a successor without a revocation, which cannot be": (
        [],
        OwnRecord(ISSUER.did, successor=SUCCESSOR),
        Conclusion.VALID,
    ),
    "the record of another issuer": ([], OwnRecord(web_issuer("other").did, test=True), Conclusion.VALID),
}


@pytest.mark.parametrize("name", CASES)
def test_what_the_record_changes(name):
    bits, record, conclusion = CASES[name]
    report = judged(badge(), evidence(bits=bits, record=record))
    assert report.conclusion is conclusion
    assert (report.verdict is Verdict.VALID) == (conclusion is Conclusion.VALID)
    assert report.status["revoked"] == bool(bits)
    assert report.status.get("successor") == (SUCCESSOR if conclusion is Conclusion.SUPERSEDED else None)


def test_a_record_is_no_answer_to_another_question():
    known = make_evidence() | {LIST: OwnRecord(ISSUER.did, test=True)}
    assert judged(badge(), known).conclusion is Conclusion.UNAVAILABLE


@pytest.mark.parametrize(
    ("kept", "conclusion"),
    [
        pytest.param(own_list(INDEX), Conclusion.REVOKED, id="its own"),
        pytest.param(replace(own_list(), issuer=web_issuer("other").did), Conclusion.UNAVAILABLE, id="another's"),
        pytest.param(replace(own_list(INDEX), issuer=web_issuer("other").did), Conclusion.UNAVAILABLE, id="its bits"),
        pytest.param(replace(own_list(), purpose="suspension"), Conclusion.UNAVAILABLE, id="for something else"),
        pytest.param(replace(own_list(), bits=bytes(16_383)), Conclusion.UNAVAILABLE, id="too short"),
    ],
)
def test_a_list_of_ours_speaks_for_its_issuer_and_purpose_alone(kept, conclusion):
    assert judged(badge(), make_evidence() | {LIST: kept}).conclusion is conclusion
