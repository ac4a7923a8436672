"""How long something is valid: the calendar part of ISO 8601 durations (P3Y, P18M, P1Y6M, P52W, P90D)."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self

from app.errors import InvalidFieldsError
from app.language.said import AND, listed, said_number

_UNITS: Final = ("[0-9]{1,4}Y", "[0-9]{1,4}M", "[0-9]{1,4}W", "[0-9]{1,5}D")
_PARTS: Final = re.compile(f"P{''.join(f'({unit})?' for unit in _UNITS)}")
# For OpenAPI: any part may be the first, and one must be. Without lookahead, which pydantic has not.
PATTERN: Final = "^P({})$".format(
    "|".join(first + "".join(f"({unit})?" for unit in _UNITS[place + 1 :]) for place, first in enumerate(_UNITS))
)
_MAX_DAYS: Final = 36_525  # 100 years
_LAST_YEAR: Final = 9_999


@dataclass(frozen=True, slots=True)
class Duration:
    years: int
    months: int
    weeks: int
    days: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ValueError unless `text` is a duration of at least one day and at most about 100 years."""
        match = _PARTS.fullmatch(text)
        if match is None:
            raise ValueError("not an ISO 8601 duration of years, months, weeks and days")
        duration = cls(*(int(part[:-1]) if part else 0 for part in match.groups()))
        if not 0 < duration._rough_days() <= _MAX_DAYS:
            raise ValueError("shorter than a day or longer than 100 years")
        return duration

    def after(self, start: datetime) -> datetime:
        """The same time of day that much later by the calendar; the 31st becomes the month's last day.

        Raises InvalidFieldsError when that lies beyond the year 9999.
        """
        months = start.year * 12 + (start.month - 1) + self.years * 12 + self.months
        year, month = months // 12, months % 12 + 1
        try:
            day = min(start.day, calendar.monthrange(year, month)[1])
            return start.replace(year=year, month=month, day=day) + timedelta(weeks=self.weeks, days=self.days)
        except (ValueError, OverflowError) as error:
            raise InvalidFieldsError.one("", f"The end of validity lies beyond the year {_LAST_YEAR}.") from error

    def words(self) -> str:
        """In plain words: 3 years, 1 year and 6 months."""
        parts = (
            said_number("{count} year", "{count} years", self.years),
            said_number("{count} month", "{count} months", self.months),
            said_number("{count} week", "{count} weeks", self.weeks),
            said_number("{count} day", "{count} days", self.days),
        )
        named = [part for part in parts if part.number]
        return listed(named, AND)

    def _rough_days(self) -> int:
        return self.years * 365 + self.months * 30 + self.weeks * 7 + self.days
