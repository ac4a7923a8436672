"""A newer copy takes the place of the one in hand if it is the issuer's and of the same credential; nothing else."""

from __future__ import annotations

import pytest

from app.verification import Conclusion, Missing, Need, NeedKind, Outcome, Verdict, needs, read
from app.verification.refresh import newer_copy
from tests.factories import (
    INDEX,
    REMOVED,
    as_bytes,
    found,
    judged,
    make_credential,
    make_evidence,
    make_status_list,
    put,
    sign,
    sign_token,
    web_issuer,
)
from tests.unit.verification.inner import COLLEGE, make_badge, make_endorsement, make_record

VALID, INVALID, UNDETERMINED = Verdict
URL = "https://badges.example/newest"
SERVICE = {"id": URL, "type": "1EdTechCredentialRefresh"}
NEED = Need(NeedKind.CREDENTIAL, URL)
LATER = "2026-05-05T10:00:00Z"
OTHER = web_issuer("other")


def refreshing(**changes):
    return make_badge(refreshService=SERVICE, **changes)


def offered(what, **changes):
    """The report on a badge whose address for newer copies answers `what`."""
    answer = what if isinstance(what, Missing) else found(what)
    return judged(sign(refreshing(**changes), COLLEGE), {NEED: answer})


@pytest.mark.parametrize(
    "newer",
    [
        pytest.param(sign(refreshing(validFrom=LATER, name="Newer"), COLLEGE), id="signed within"),
        pytest.param(sign_token(refreshing(validFrom=LATER, name="Newer"), COLLEGE), id="as a token"),
        pytest.param(
            sign(
                refreshing(validFrom=LATER, name="Newer", id=f" {make_badge()['id'].replace('c', '%63')}".strip()),
                COLLEGE,
            ),
            id="with its id written otherwise",
        ),
    ],
)
def test_a_newer_copy_takes_its_place(newer):
    report = offered(newer)
    assert report.verdict is VALID
    assert report.conclusion is Conclusion.REPLACED
    assert report.check("refresh").code == "refresh.replaced"
    assert report.credential["name"] == "Newer"
    assert "replaced by a newer one" in report.summary


def test_a_newer_copy_that_was_revoked_decides():
    newer = sign(make_credential(refreshService=SERVICE, validFrom=LATER))
    evidence = make_evidence(status_list=sign(make_status_list(revoked=[INDEX])))
    report = judged(
        sign(make_credential(refreshService=SERVICE, credentialStatus=REMOVED)), {**evidence, NEED: found(newer)}
    )
    assert report.verdict is INVALID
    assert report.conclusion is Conclusion.REVOKED
    assert report.check("refresh").code == "refresh.replaced"


def test_a_newer_copy_that_has_expired_decides():
    report = offered(sign(refreshing(validFrom=LATER, validUntil="2026-05-06T00:00:00Z"), COLLEGE))
    assert report.conclusion is Conclusion.EXPIRED


NEWER = sign(refreshing(validFrom=LATER, name="Newer"), COLLEGE)


@pytest.mark.parametrize(
    ("offer", "code"),
    [
        pytest.param(Missing("The server did not answer."), "refresh.unreachable", id="unreachable"),
        pytest.param(Missing("It was removed.", gone=True), "refresh.unreachable", id="gone"),
        pytest.param(sign(refreshing(), COLLEGE), "refresh.current", id="the same copy"),
        pytest.param(
            sign(refreshing(validFrom="2026-05-03T10:00:00Z"), COLLEGE), "refresh.current", id="an older one"
        ),
        pytest.param(
            sign(refreshing(validFrom=LATER, id="https://badges.example/credentials/other"), COLLEGE),
            "refresh.unusable", id="another badge of the issuer",
        ),
        pytest.param(
            sign(make_credential(OTHER, validFrom=LATER), OTHER), "refresh.unusable", id="a badge of another issuer"
        ),
        pytest.param({**NEWER, "name": "Altered"}, "refresh.unusable", id="altered"),
        pytest.param(refreshing(validFrom=LATER), "refresh.unusable", id="unsigned"),
        pytest.param(sign(refreshing(validFrom=LATER), OTHER), "refresh.unusable", id="signed by a stranger"),
        pytest.param(
            sign(make_endorsement(COLLEGE, id=make_badge()["id"], validFrom=LATER), COLLEGE),
            "refresh.unusable", id="of another kind, though signed by the issuer under this id",
        ),
        pytest.param("<html>", "refresh.unusable", id="a page"),
        pytest.param("", "refresh.unusable", id="nothing"),
        pytest.param("[]", "refresh.unusable", id="a list"),
        pytest.param("{}", "refresh.unusable", id="an empty object"),
        pytest.param({"issuer": 5, "id": []}, "refresh.unusable", id="wrong types"),
    ],
)  # fmt: skip
def test_whatever_is_offered_makes_no_badge_worse(offer, code):
    report = offered(offer)
    assert report.verdict is VALID
    assert report.check("refresh").code == code
    assert report.check("refresh").outcome in {Outcome.PASSED, Outcome.NOT_APPLICABLE}


@pytest.mark.parametrize(
    ("written", "is_the_same"),
    [
        pytest.param({"id": " urn:uuid:1\n"}, True, id="an id with space around it"),
        pytest.param({"issuer": {"id": "https://a.example/%61 "}}, True, id="an issuer with a letter encoded"),
        pytest.param({"issuer": "https://a.example/a"}, True, id="an issuer named by its address alone"),
        pytest.param({"id": "urn:uuid: 1"}, False, id="an id with space within"),
        pytest.param({"id": "URN:UUID:1"}, False, id="an id in capitals"),
        pytest.param({"issuer": {"id": "https://a.example/a/"}}, False, id="an issuer with a stroke more"),
    ],
)
def test_which_copy_is_of_the_same_credential(written, is_the_same):
    """OB 3.0 section 9.3: equal after percent-decoding and trimming."""
    mine = {"id": "urn:uuid:1", "issuer": {"id": "https://a.example/a"}, "validFrom": "2026-05-04T10:00:00Z"}
    for one, other in ((mine, {**mine, **written}), ({**mine, **written}, mine)):
        offer = {NEED: found({**other, "validFrom": LATER})}
        assert (newer_copy({**one, "refreshService": SERVICE}, offer)[1] is not None) is is_the_same


@pytest.mark.parametrize(
    ("service", "code"),
    [
        pytest.param(REMOVED, "refresh.none", id="none"),
        pytest.param({"id": URL, "type": "ManualRefreshService2018"}, "refresh.unsupported", id="another method"),
        pytest.param({"id": "urn:x:y", "type": "1EdTechCredentialRefresh"}, "refresh.unsupported", id="no address"),
        pytest.param(
            {"id": "file:///etc/passwd", "type": "1EdTechCredentialRefresh"}, "refresh.unsupported", id="a file"
        ),
    ],
)
def test_services_that_are_not_asked(service, code):
    signed = sign_token(make_badge(refreshService=service), COLLEGE)
    assert judged(signed, {}).check("refresh").code == code
    assert needs(read(as_bytes(signed)), {}) == ()


def test_the_newest_copy_is_asked_for_once():
    """A copy that names another address for newer ones sends nobody there."""
    elsewhere = {"id": "https://badges.example/even-newer", "type": "1EdTechCredentialRefresh"}
    newer = sign(put(make_badge(validFrom=LATER, name="Newer"), "/refreshService", elsewhere), COLLEGE)
    newest = sign(make_badge(validFrom="2026-05-06T10:00:00Z", name="Newest"), COLLEGE)
    evidence = {NEED: found(newer), Need(NeedKind.CREDENTIAL, elsewhere["id"]): found(newest)}
    presented = read(as_bytes(sign(refreshing(), COLLEGE)))
    assert needs(presented, {}) == (NEED,)
    assert needs(presented, {NEED: found(newer)}) == ()
    report = judged(sign(refreshing(), COLLEGE), evidence)
    assert report.credential["name"] == "Newer"
    assert report.conclusion is Conclusion.REPLACED


def test_what_the_newer_copy_needs_is_asked_for():
    newer = sign(make_credential(refreshService=SERVICE, validFrom=LATER))
    presented = read(as_bytes(sign(make_credential(refreshService=SERVICE, credentialStatus=REMOVED))))
    assert needs(presented, {}) == (Need(NeedKind.DID_DOCUMENT, web_issuer().did), NEED)
    wanted = needs(presented, {NEED: found(newer)})
    assert Need(NeedKind.STATUS_LIST, "https://badges.example/status/5c1f8a3e") in wanted


def test_a_badge_inside_a_record_is_not_replaced():
    """The record's issuer vouches for the copy that is in it."""
    held = sign(refreshing(), COLLEGE)
    report = judged(sign(make_record(held), COLLEGE), {NEED: found(NEWER)})
    assert report.contents[0].credential["name"] == make_badge()["name"]
    assert report.contents[0].check("refresh").code == "refresh.none"


def test_an_altered_badge_is_not_mended_by_a_newer_one():
    report = judged({**sign(refreshing(), COLLEGE), "name": "Altered"}, {NEED: found(NEWER)})
    assert report.conclusion is Conclusion.ALTERED
    assert report.check("refresh").code == "refresh.skipped"
