from __future__ import annotations

from string import Formatter

import pytest

from app.verification import CHECKS, Actor, Conclusion, Outcome, Report, Verdict
from app.verification.report import say
from app.verification.words import CATALOGUE
from app.web.banner import ACTORS, HOLDING, LOOKS, OUTCOMES, may_show_content, passed
from tests.unit.web.samples import REPORTS, WORDS, report


@pytest.mark.parametrize("conclusion", REPORTS)
def test_each_report_has_its_conclusion_and_word(conclusion):
    assert REPORTS[conclusion]().conclusion == conclusion
    assert LOOKS[Conclusion(conclusion)].word == WORDS[conclusion]


def test_every_conclusion_and_outcome_has_a_look_and_no_two_share_a_word():
    assert set(LOOKS) == set(Conclusion)
    assert set(REPORTS) == set(Conclusion) - {Conclusion.OTHER_OCCASION}  # that is said of presentations
    assert set(OUTCOMES) == set(Outcome)
    assert set(ACTORS) == set(Actor)
    assert len({look.word for look in LOOKS.values()}) == len(Conclusion)


def test_only_what_is_valid_holds():
    for conclusion, make in REPORTS.items():
        assert (make().verdict is Verdict.VALID) == (conclusion in HOLDING), conclusion


def _said(code):
    words = CATALOGUE[code]
    names = {name for text in (words.detail, words.summary or "") for _, name, _, _ in Formatter().parse(text) if name}
    return say(code, **dict.fromkeys(names, "x"))


def test_no_finding_against_a_badge_is_ever_a_conclusion_for_it():
    for code, words in CATALOGUE.items():
        if words.outcome in {Outcome.FAILED, Outcome.UNDETERMINED} and code.partition(".")[0] in CHECKS:
            assert report(_said(code)).conclusion not in HOLDING, code


@pytest.mark.parametrize("check", ["format", "context", "schema", "proof", "issuer"])
def test_content_is_shown_only_under_a_seal_that_holds(check):
    """Where proof or issuer fail a report has no content at all; the others are told apart here."""
    for code, words in CATALOGUE.items():
        if words.outcome is Outcome.FAILED and code.startswith(f"{check}.") and code != "proof.expired":
            assert not may_show_content(report(_said(code))), code


def test_revoked_and_expired_is_revoked():
    expired = say("dates.expired", end="4 June 2026", day="4 June 2026")
    assert report(expired, say("status.revoked")).conclusion is Conclusion.REVOKED


def test_expired_and_altered_is_altered():
    expired = say("dates.expired", end="4 June 2026", day="4 June 2026")
    assert report(expired, say("proof.altered")).conclusion is Conclusion.ALTERED


def test_nothing_is_shown_without_signed_content():
    assert not may_show_content(report(say("status.revoked"), signed=False))


def test_an_empty_report_proves_nothing():
    empty = Report("json", ())
    assert empty.conclusion is Conclusion.UNAVAILABLE
    assert not may_show_content(empty)
    assert not passed(empty, "proof")
