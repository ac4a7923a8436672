"""Step 6: is it valid at this moment? (VC Data Model 2.0 section 4.9; NumericDates of tokens, RFC 7519 4.1)"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.language.said import Day, Moment
from app.verification.members import dates_of, moment, numeric_date
from app.verification.report import CheckResult, say


def check_dates(document: Mapping[str, Any], claims: Mapping[str, Any], now: datetime) -> CheckResult:
    """Whether `now` lies within the dates of the credential and of its token. Both ends belong to it.

    Which dates there must be is a matter of its structure: a credential that is no badge may have none.
    """
    valid_from, valid_until = dates_of(document)
    starts = [*_stated(document, valid_from), *_present(claims, "nbf")]
    ends = [*_stated(document, valid_until), *_present(claims, "exp")]
    start, end = _known(starts), _known(ends)
    if len(start) != len(starts) or len(end) != len(ends):
        return say("dates.unreadable")
    if start and now < max(start):
        return say("dates.early", start=Moment(max(start)), day=Day(max(start)))
    if end and now > min(end):
        return say("dates.expired", end=Moment(min(end)), day=Day(min(end)))
    return _inside(start, end)


def _inside(start: list[datetime], end: list[datetime]) -> CheckResult:
    if start and end:
        return say("dates.within", start=Day(max(start)), end=Moment(min(end)))
    if start:
        return say("dates.open", start=Day(max(start)))
    return say("dates.until", end=Moment(min(end))) if end else say("dates.none")


def _stated(document: Mapping[str, Any], name: str) -> list[datetime | None]:
    return [moment(document[name])] if name in document else []


def _present(claims: Mapping[str, Any], name: str) -> list[datetime | None]:
    return [numeric_date(claims[name])] if name in claims else []


def _known(moments: list[datetime | None]) -> list[datetime]:
    return [moment for moment in moments if moment is not None]
