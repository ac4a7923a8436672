"""A holder who shows a part of a badge may leave out what speaks against it."""

from __future__ import annotations

import pytest

from app.signing import Algorithm
from app.verification import Outcome, Verdict
from tests.factories import REMOVED, judged, make_entry
from tests.unit.verification.test_suites import credential, issuer_with, selective

ISSUER = issuer_with(Algorithm.ES256)
WITH_STATUS = credential(ISSUER, credentialStatus=make_entry())
POINTERS = ["/id", "/issuer", "/validFrom", "/name", "/credentialSubject/achievement", "/credentialSchema"]


def shown(*pointers, document=WITH_STATUS):
    """The badge with these mandatory parts, and its holder's e-mail address."""
    return selective(document, [*POINTERS, *pointers]).revealed(["/credentialSubject/identifier"]).secured()


@pytest.mark.parametrize(
    ("pointers", "withheld"),
    [
        pytest.param((), {"dates.withheld", "status.withheld"}, id="neither end nor status"),
        pytest.param(("/credentialStatus",), {"dates.withheld"}, id="no end"),
        pytest.param(("/validUntil",), {"status.withheld"}, id="no status"),
    ],
)
def test_what_is_not_shown_may_have_been_left_out(pointers, withheld):
    report = judged(shown(*pointers), {})
    undetermined = {check.code for check in report.checks if check.outcome is Outcome.UNDETERMINED}
    assert withheld <= undetermined
    assert report.verdict is Verdict.UNDETERMINED
    assert report.check("proof").outcome is Outcome.PASSED
    assert report.credential["name"] == "Differentiated Teaching"


def test_with_end_and_status_the_list_decides():
    document = shown("/validUntil", "/credentialStatus")
    assert judged(document, {}).check("status").code == "status.unreachable"
    assert judged(document, {}).check("dates").code == "dates.within"


def test_the_whole_badge_of_the_issuer_may_have_neither():
    plain = credential(ISSUER, validUntil=REMOVED)
    assert judged(selective(plain, POINTERS).base(), {}).verdict is Verdict.VALID
