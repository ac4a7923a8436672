"""Whose words an old badge uses, and how it is built."""

from __future__ import annotations

import pytest

from app.verification import Verdict
from tests.factories import REMOVED
from tests.factories_ob2 import OB2_CONTEXT, judged_ob2, make_assertion, make_web


@pytest.mark.parametrize(
    ("contexts", "code"),
    [
        pytest.param(OB2_CONTEXT, "context.ob2", id="alone"),
        pytest.param([OB2_CONTEXT, "https://evil.example/context"], "context.ob2-more", id="with an extension's"),
        pytest.param(
            [{"name": "https://evil.example/"}, OB2_CONTEXT], "context.ob2-more", id="with one written inside"
        ),
        pytest.param(["https://w3id.org/openbadges/v3"], "context.not-ob2", id="unknown"),
        pytest.param(REMOVED, "context.not-ob2", id="none"),
        pytest.param(5, "context.not-ob2", id="a number"),
    ],
)
def test_context(contexts, code):
    hosted = make_assertion(**{"@context": contexts})
    report = judged_ob2(evidence=make_web(ASSERTION=hosted))
    assert report.check("context").code == code
    assert (report.verdict is Verdict.VALID) is (code != "context.not-ob2")
    assert (report.credential is None) is (code == "context.not-ob2")


def test_of_many_problems_the_first_are_told():
    hosted = make_assertion(recipient=5, verification={"type": "HostedBadge", "creator": 5}, issuedOn=5, evidence=5)
    detail = judged_ob2(evidence=make_web(ASSERTION=hosted)).check("schema").detail
    assert sum(name in detail for name in ("/recipient", "/creator", "/issuedOn", "/evidence")) == 3
