"""The report: one result a check, and what follows from them. Verdict and summary are derived, never stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from app.errors import SigningFaultError
from app.language.said import Said, listed
from app.verification.outcome import Actor, Conclusion, Outcome, Verdict
from app.verification.words import CATALOGUE, SUMMARIES

__all__ = ["CHECKS", "PRESENTATION_CHECKS", "CheckResult", "Report", "require_own_output"]

CHECKS: Final = (
    "format", "context", "schema", "proof", "issuer", "dates", "status", "refresh", "endorsements", "contents",
    "printed", "recipient", "creator", "trust",
)  # fmt: skip

# Of what somebody shows: who it is, for what occasion, and what they hold (`presentations.py`).
PRESENTATION_CHECKS: Final = ("format", "context", "schema", "holder", "challenge", "presented")

# Which finding speaks for the whole report: what makes the others pointless comes first, revoked before expired.
_WEIGHT: Final = (
    "format", "context", "issuer", "proof", "holder", "challenge", "schema", "status", "dates", "contents", "presented",
    "printed", "recipient", "refresh", "trust",
)  # fmt: skip
_MAX_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check found. `code` names its words in the catalogue; `who` can follow the remedy.

    `summary` and `conclusion` are for the report that it decides. All words are English, and remember what they would
    be in another language (`app.language.said`).
    """

    id: str
    outcome: Outcome
    title: str
    detail: str
    remedy: str | None
    code: str = ""
    summary: str | None = None
    who: Actor | None = None
    conclusion: Conclusion | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """All that was found. The mappings hold signed content only, and are None unless the issuer's signature fits.

    `endorsements` and `contents` are the reports on the credentials inside, each judged for itself.
    """

    format: str
    checks: tuple[CheckResult, ...]
    credential: Mapping[str, Any] | None = None
    issuer: Mapping[str, Any] | None = None
    recipient: Mapping[str, Any] | None = None
    achievement: Mapping[str, Any] | None = None
    dates: Mapping[str, Any] | None = None
    status: Mapping[str, Any] | None = None
    endorsements: tuple[Report, ...] = ()
    contents: tuple[Report, ...] = ()

    @property
    def verdict(self) -> Verdict:
        seen = {check.outcome for check in self.checks} - {Outcome.NOT_APPLICABLE}
        if Outcome.FAILED in seen:
            return Verdict.INVALID
        if not seen or Outcome.UNDETERMINED in seen:  # an empty report proves nothing
            return Verdict.UNDETERMINED
        return Verdict.VALID

    @property
    def summary(self) -> str:
        """One sentence for people: the finding that decides the verdict."""
        decisive = self._decisive()
        if decisive is not None:
            return decisive.summary or decisive.title
        return SUMMARIES["valid" if self.verdict is Verdict.VALID else "nothing checked"]

    @property
    def conclusion(self) -> Conclusion:
        """The same in one word, for programs."""
        decisive = self._decisive()
        if decisive is not None and decisive.conclusion is not None:
            return decisive.conclusion
        return _UNEXPLAINED[self.verdict]

    def check(self, check_id: str) -> CheckResult:
        """The result of one check. Raises KeyError for a check that the report does not hold."""
        for check in self.checks:
            if check.id == check_id:
                return check
        raise KeyError(check_id)

    def with_check(self, found: CheckResult) -> Report:
        """The same report with another finding for one of its checks."""
        return replace(self, checks=tuple(found if check.id == found.id else check for check in self.checks))

    def _decisive(self) -> CheckResult | None:
        for outcome in (Outcome.FAILED, Outcome.UNDETERMINED, Outcome.NOT_APPLICABLE):
            found = [c for c in self.checks if c.outcome is outcome and (c.summary or outcome in _DECIDING)]
            if found:
                return min(found, key=_weight)
        return None


_DECIDING: Final = frozenset({Outcome.FAILED, Outcome.UNDETERMINED})
_UNEXPLAINED: Final = {
    Verdict.VALID: Conclusion.VALID,
    Verdict.INVALID: Conclusion.MALFORMED,
    Verdict.UNDETERMINED: Conclusion.UNAVAILABLE,
}


def _weight(check: CheckResult) -> int:
    return _WEIGHT.index(check.id) if check.id in _WEIGHT else len(_WEIGHT)


def say(code: str, **values: str | tuple[str, ...]) -> CheckResult:
    """The result that `code` stands for in the catalogue, its words filled in with `values` (a tuple is listed)."""
    safe = {name: _listed(value) for name, value in values.items()}
    return _said_before(code, **safe) if code in _USUAL else _filled_in(code, **safe)


def _filled_in(code: str, **safe: str) -> CheckResult:
    words = CATALOGUE[code]
    return CheckResult(
        id=code.partition(".")[0],
        outcome=words.outcome,
        title=Said(words.title),
        detail=Said(words.detail, safe),
        remedy=Said(words.remedy.text) if words.remedy else None,
        code=code,
        summary=Said(words.summary, safe) if words.summary else None,
        who=words.remedy.who if words.remedy else None,
        conclusion=words.conclusion,
    )


# What is found of good badges, which are all alike. What is wrong with others is nobody's to remember.
_USUAL: Final = frozenset(code for code, words in CATALOGUE.items() if words.outcome not in _DECIDING)
_said_before = lru_cache(maxsize=256)(_filled_in)


def completed(reached: Iterable[CheckResult], names: Iterable[str] = CHECKS) -> tuple[CheckResult, ...]:
    """All checks in order; those that were not reached are named too, as skipped."""
    by_id = {check.id: check for check in reached}
    return tuple(by_id.get(name) or say(f"{name}.skipped") for name in names)


def _listed(value: str | tuple[str, ...]) -> str:
    return shown(value) if isinstance(value, str) else listed(map(shown, value))


def shown(text: str) -> str:
    """Words of ours as they are; other `text` fit to stand in a sentence: bounded, and without characters that move or
    hide others.
    """
    if isinstance(text, Said) or (len(text) <= _MAX_SHOWN and text.isprintable()):
        return text
    kept = "".join(character for character in text[: _MAX_SHOWN + 1] if character.isprintable())
    return kept if len(text) <= _MAX_SHOWN else kept[: _MAX_SHOWN - 1] + "…"


def require_own_output(report: Report) -> None:
    """Raises SigningFaultError unless every check passed or does not apply; the status list may be out of reach."""
    for check in report.checks:
        excused = check.id == "status" and check.outcome is Outcome.UNDETERMINED
        if check.outcome in _DECIDING and not excused:
            raise SigningFaultError(f"Our own badge did not pass our own check “{check.id}”: {check.detail}")
    if report.check("proof").outcome is not Outcome.PASSED or report.check("issuer").outcome is not Outcome.PASSED:
        raise SigningFaultError("Our own badge was not checked to the end.")
