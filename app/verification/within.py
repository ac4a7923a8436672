"""What the credentials inside a credential mean for the one around them."""

from __future__ import annotations

from app.verification.outcome import Verdict
from app.verification.report import CheckResult, Report, completed, say
from app.verification.words import FORMS

__all__ = ["check_contents", "check_endorsements", "unreadable", "unsupported"]


def unreadable() -> Report:
    """The report on something inside that is no credential at all."""
    return Report(format="json", checks=completed([say("format.unreadable")]))


def unsupported(what: str) -> Report:
    """The report on something inside that is secured in a way which is not read here."""
    found = [say("format.token", form=FORMS["json+jwt"]), say("proof.unsupported", what=what)]
    return Report(format="json", checks=completed(found))


def check_endorsements(reports: tuple[Report, ...], *, of: int, endorsable: frozenset[str]) -> CheckResult:
    """Endorsements are other people's statements about the badge: they add to it or not, and never take from it.

    `of`: how many there are; the reports are fewer where they were not followed. `endorsable`: ids of what they may be
    about; a genuine endorsement of something else says nothing here.
    """
    if not reports:
        return say("endorsements.deep" if of else "endorsements.none")
    genuine = [report for report in reports if report.verdict is Verdict.VALID]
    elsewhere = sum((report.credential or {}).get("endorses") not in endorsable for report in genuine)
    held, count = str(len(genuine) - elsewhere), str(of)
    if elsewhere:
        return say("endorsements.elsewhere", count=count, held=held, other=str(elsewhere))
    return (
        say("endorsements.hold", count=count)
        if len(genuine) == of
        else say("endorsements.doubtful", count=count, held=held)
    )


def check_contents(reports: tuple[Report, ...], *, of: int) -> CheckResult:
    """A learner record says that somebody holds what is in it: so all of that has to hold, looked at here or not."""
    if not of:
        return say("contents.empty")
    verdicts = [report.verdict for report in reports]
    count = str(of)
    if Verdict.INVALID in verdicts:
        return say("contents.invalid", count=count, bad=str(verdicts.count(Verdict.INVALID)))
    if len(reports) < of:
        return say("contents.beyond", count=count, read=str(len(reports)))
    if Verdict.UNDETERMINED in verdicts:
        return say("contents.unchecked", count=count, open=str(verdicts.count(Verdict.UNDETERMINED)))
    return say("contents.hold", count=count)
