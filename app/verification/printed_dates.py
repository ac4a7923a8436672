"""The days that a text names, as written in English, Spanish, French and Arabic, in Chinese and in numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Final

from app.verification.printed_words import joined, letters

__all__ = ["days_in", "is_named"]

_MONTHS: Final[tuple[tuple[str, ...], ...]] = (
    ("January", "Jan", "enero", "ene", "janvier", "janv", "يناير", "جانفي", "كانون الثاني"),
    ("February", "Feb", "febrero", "février", "févr", "فبراير", "فيفري", "شباط"),
    ("March", "Mar", "marzo", "mars", "مارس", "آذار"),
    ("April", "Apr", "abril", "abr", "avril", "avr", "أبريل", "إبريل", "أفريل", "نيسان"),
    ("May", "mayo", "mai", "مايو", "ماي", "أيار"),
    ("June", "Jun", "junio", "juin", "يونيو", "جوان", "حزيران"),
    ("July", "Jul", "julio", "juillet", "juil", "يوليو", "جويلية", "تموز"),
    ("August", "Aug", "agosto", "ago", "août", "أغسطس", "أوت", "آب"),
    ("September", "Sept", "Sep", "septiembre", "setiembre", "septembre", "سبتمبر", "أيلول"),
    ("October", "Oct", "octubre", "octobre", "أكتوبر", "تشرين الأول"),
    ("November", "Nov", "noviembre", "novembre", "نوفمبر", "تشرين الثاني"),
    ("December", "Dec", "diciembre", "dic", "décembre", "déc", "ديسمبر", "كانون الأول"),
)
_SPELT: Final = {
    side: month
    for month, names in enumerate(_MONTHS, start=1)
    for name in map(letters, names)
    for side in ((name, letters(name[::-1])) if name >= "\u0590" else (name,))
}
_NAME: Final = "|".join(sorted(_SPELT, key=len, reverse=True))
_OF: Final = r"(?:of|del|de|du)?"
_DAY: Final = rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|o)?(?:the)?{_OF}"
_IN_WORDS: Final = (
    re.compile(rf"{_DAY}(?P<month>{_NAME}){_OF}(?P<year>\d{{4}})(?!\d)"),
    re.compile(rf"(?P<month>{_NAME})(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[ -]?(?P<year>\d{{4}})(?!\d)"),
    re.compile(rf"(?<!\d)(?P<year>\d{{4}})(?P<month>{_NAME})(?P<day>\d{{1,2}})(?!\d)"),
    *(
        re.compile(rf"(?<!\d)(?P<year>\d{{4}}){year}(?P<month>\d{{1,2}}){month}(?P<day>\d{{1,2}}){day}")
        for year, month, day in (map(letters, "年月日"), map(letters, "년월일"))
    ),
)
_IN_NUMBERS: Final = (
    re.compile(r"(?<!\d)(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<day>\d{1,2})-(?P<month>\d{1,2})-(?P<year>\d{4})(?!\d)"),
    re.compile(r"(?<!\d)(?P<month>\d{1,2})-(?P<day>\d{1,2})-(?P<year>\d{4})(?!\d)"),
)
_BETWEEN_DIGITS: Final = re.compile(r"(?<=\d)[^\w]+(?=\d)|(?P<other>[\W_]+)")
_YEARS: Final = range(1950, 2150)
_MAX_DAYS: Final = 64


def days_in(text: str) -> frozenset[frozenset[date]]:
    """The days that `text` names, each with all that it may mean: 5/4/2026 is in April or in May."""
    squeezed = _squeezed(text)
    found: dict[int, set[date]] = {}
    for pattern in (*_IN_WORDS, *_IN_NUMBERS):
        for match in _first(pattern.finditer(squeezed)):
            if (day := _day(match)) is not None:
                found.setdefault(match.end(), set()).add(day)
    return frozenset(map(frozenset, found.values()))


def is_named(day: date, squeezed: str) -> bool:
    """Whether `day` stands among the letters of a page, its digits perhaps apart, in one of the usual ways."""
    names = "|".join(name for name, month in _SPELT.items() if month == day.month)
    either = rf"{day.day:02}|{day.day}"
    return any(
        re.search(rf"(?<!\d)(?:{pattern})(?!\d)", squeezed)
        for pattern in (
            rf"(?:{either})(?:st|nd|rd|th|er|o)?{_OF}(?:{names}){_OF}{day.year}",
            rf"(?:{names})(?:{either})(?:st|nd|rd|th)?{day.year}",
            rf"{day.year}(?:{names})(?:{either})",
        )
    )


def _first(matches: Iterator[re.Match[str]]) -> Iterator[re.Match[str]]:
    for _, match in zip(range(_MAX_DAYS), matches, strict=False):
        yield match


def _day(match: re.Match[str]) -> date | None:
    year, month = int(match["year"]), _SPELT.get(match["month"]) or int(match["month"])
    if year not in _YEARS:
        return None
    try:
        return date(year, month, int(match["day"]))
    except ValueError:
        return None


def _squeezed(text: str) -> str:
    """Letters and digits, with what stands between two digits left: "-" for marks, else a space."""
    plain = unicodedata.normalize("NFKC", text)
    shown = "".join(str(unicodedata.digit(one, one)) if one.isdigit() else one for one in plain)
    pieces, last = [], 0
    for match in _BETWEEN_DIGITS.finditer(shown):
        pieces.append(letters(shown[last : match.start()]))
        if match["other"] is None:
            pieces.append("-" if any(mark in "-/.–" for mark in match[0]) else " ")
        last = match.end()
    return joined([*pieces, letters(shown[last:])])
