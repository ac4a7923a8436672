from __future__ import annotations

import pytest

from app.verification import Outcome, Report
from app.verification.report import say
from app.verification.words import CATALOGUE
from app.web.banner import _GENUINE_YET, LOOKS, OUTCOMES, State, may_show_content, passed, state_of
from tests.unit.web.samples import REPORTS, WORDS, report


@pytest.mark.parametrize("state", REPORTS)
def test_each_report_has_its_state_and_word(state):
    assert state_of(REPORTS[state]()) == state
    assert LOOKS[State(state)].word == WORDS[state]


def test_every_state_and_outcome_has_a_look_and_no_two_share_a_word():
    assert set(LOOKS) == set(State)
    assert set(OUTCOMES) == set(Outcome)
    assert len({look.word for look in LOOKS.values()}) == len(State)


def test_the_codes_exist_and_mean_failure():
    assert {CATALOGUE[code].outcome for code in _GENUINE_YET} == {Outcome.FAILED}


def test_every_other_failure_in_the_catalogue_is_invalid():
    failures = {code for code, words in CATALOGUE.items() if words.outcome is Outcome.FAILED}
    for code in failures - _GENUINE_YET.keys():
        found = report(_said(code))
        assert state_of(found) is State.INVALID, code
        assert not may_show_content(found), code


def test_no_undetermined_finding_is_ever_valid():
    for code in (code for code, words in CATALOGUE.items() if words.outcome is Outcome.UNDETERMINED):
        assert state_of(report(_said(code))) is State.UNDETERMINED, code


def test_revoked_and_expired_is_revoked():
    expired = say("dates.expired", end="4 June 2026", day="4 June 2026")
    assert state_of(report(expired, say("status.revoked"))) is State.REVOKED


def test_expired_and_altered_is_invalid():
    expired = say("dates.expired", end="4 June 2026", day="4 June 2026")
    assert state_of(report(expired, say("proof.altered"))) is State.INVALID


def test_revoked_without_signed_content_is_invalid():
    assert state_of(report(say("status.revoked"), signed=False)) is State.INVALID


def test_an_empty_report_proves_nothing():
    empty = Report("json", ())
    assert state_of(empty) is State.UNDETERMINED
    assert not may_show_content(empty)
    assert not passed(empty, "proof")


def _said(code):
    values = dict.fromkeys(("url", "reason", "method", "type", "kind", "form", "count", "problems"), "x")
    values |= dict.fromkeys(
        ("limit", "date", "day", "claim", "pointer", "what", "issuer", "start", "end", "bad", "open", "held"), "x"
    )
    return say(code, **values)
