"""Step 6: is it valid at this moment? (VC Data Model 2.0 section 4.9; NumericDates of tokens, RFC 7519 4.1)"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.verification.members import dates_of, moment, numeric_date
from app.verification.report import CheckResult, day, day_and_time, say


def check_dates(document: Mapping[str, Any], claims: Mapping[str, Any], now: datetime) -> CheckResult:
    """Whether `now` lies within the dates of the credential and of its token. Both ends belong to it."""
    valid_from, valid_until = dates_of(document)
    starts = [moment(document.get(valid_from)), *_present(claims, "nbf")]
    ends = [*([moment(document[valid_until])] if valid_until in document else []), *_present(claims, "exp")]
    start, end = _known(starts), _known(ends)
    if len(start) != len(starts) or len(end) != len(ends):
        return say("dates.unreadable")
    if now < max(start):
        return say("dates.early", start=day_and_time(max(start)), day=day(max(start)))
    if not end:
        return say("dates.open", start=day(max(start)))
    if now > min(end):
        return say("dates.expired", end=day_and_time(min(end)), day=day(min(end)))
    return say("dates.within", start=day(max(start)), end=day_and_time(min(end)))


def _present(claims: Mapping[str, Any], name: str) -> list[datetime | None]:
    return [numeric_date(claims[name])] if name in claims else []


def _known(moments: list[datetime | None]) -> list[datetime]:
    return [moment for moment in moments if moment is not None]
