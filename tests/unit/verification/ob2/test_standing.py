"""Whether an old badge was withdrawn: what it says itself, what its list says, and what of that is shown."""

from __future__ import annotations

import pytest

from app.verification import Conclusion, Verdict
from tests.factories import REMOVED
from tests.factories_ob2 import (
    ASSERTION,
    AWAY,
    REVOCATIONS,
    judged_ob2,
    make_assertion,
    make_issuer,
    make_signed_assertion,
    make_web,
    sign_assertion,
    troubles,
)


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        pytest.param("Plagiarism", "It gives a reason, which the issuer can tell you.", id="given"),
        pytest.param(None, "It gives no reason.", id="none"),
        pytest.param({}, "It gives no reason.", id="no text"),
    ],
)
def test_it_is_told_whether_there_is_a_reason_and_not_which(reason, said):
    """What it says is about a person, and nobody has to read it but them."""
    hosted = make_assertion(revoked=True, **({"revocationReason": reason} if reason is not None else {}))
    check = judged_ob2(evidence=make_web(ASSERTION=hosted)).check("status")
    assert check.detail.endswith(said)
    assert "Plagiarism" not in check.detail


def test_a_revoked_badge_is_shown_with_its_status():
    report = judged_ob2(evidence=make_web(ASSERTION=make_assertion(revoked=True)))
    assert report.verdict is Verdict.INVALID
    assert report.credential["id"] == ASSERTION
    assert report.status == {"revoked": True, "suspended": False, "type": "HostedBadge"}


def test_a_signed_badge_may_say_itself_that_it_was_revoked():
    report = judged_ob2(sign_assertion(make_signed_assertion(revoked=True)))
    assert (troubles(report), report.conclusion) == (["status.revoked-inside"], Conclusion.REVOKED)
    assert report.status == {"revoked": True, "suspended": False, "type": "SignedBadge"}


def test_and_has_to_be_built_as_any_other():
    """Whoever signs can sign the whole; what is hosted may be stripped."""
    report = judged_ob2(sign_assertion(make_signed_assertion(revoked=True, recipient=REMOVED)))
    assert troubles(report) == ["schema.problems", "status.revoked-inside"]


@pytest.mark.parametrize(
    ("web", "expected"),
    [
        pytest.param(
            {}, {"revoked": False, "suspended": False, "type": "RevocationList", "list": REVOCATIONS}, id="not"
        ),
        pytest.param(
            {"REVOCATIONS": AWAY},
            {"revoked": None, "suspended": False, "type": "RevocationList", "list": REVOCATIONS},
            id="it is not known",
        ),
        pytest.param({"ISSUER": make_issuer(revocationList=REMOVED)}, None, id="there is no list"),
    ],
)
def test_the_status_of_a_signed_badge_is_shown(web, expected):
    assert judged_ob2(sign_assertion(), make_web(**web)).status == expected
