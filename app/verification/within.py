"""What the credentials inside a credential mean for the one around them."""

from __future__ import annotations

from app.verification.outcome import Verdict
from app.verification.report import CheckResult, Report, completed, say

__all__ = ["check_contents", "check_endorsements", "unreadable"]


def unreadable() -> Report:
    """The report on something inside that is no credential at all."""
    return Report(format="json", checks=completed([say("format.unreadable")]))


def check_endorsements(reports: tuple[Report, ...], *, of: int) -> CheckResult:
    """Endorsements are other people's statements about the badge: they add to it or not, and never take from it.

    `of`: how many there are; the reports are fewer where they were not followed.
    """
    if not reports:
        return say("endorsements.deep" if of else "endorsements.none")
    held = sum(report.verdict is Verdict.VALID for report in reports)
    if held == len(reports):
        return say("endorsements.hold", count=str(held))
    return say("endorsements.doubtful", count=str(len(reports)), held=str(held))


def check_contents(reports: tuple[Report, ...], *, is_record: bool) -> CheckResult:
    """A learner record says that somebody holds what is in it: so all of that has to hold."""
    if not is_record:
        return say("contents.none")
    if not reports:
        return say("contents.empty")
    verdicts = [report.verdict for report in reports]
    if Verdict.INVALID in verdicts:
        return say("contents.invalid", count=str(len(reports)), bad=str(verdicts.count(Verdict.INVALID)))
    if Verdict.UNDETERMINED in verdicts:
        return say("contents.unchecked", count=str(len(reports)), open=str(verdicts.count(Verdict.UNDETERMINED)))
    return say("contents.hold", count=str(len(reports)))
