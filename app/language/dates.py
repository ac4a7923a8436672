"""Dates, countries and languages as people write them (CLDR, through Babel). Digits stay European in every language:
what stands on a badge is compared with papers and other pages.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_skeleton

from app.language.languages import ENGLISH, Language


def written_day(moment: datetime, zone: tzinfo = UTC, language: Language = ENGLISH) -> str:
    """`4 May 2026`: the date in `zone`."""
    return _day(moment.astimezone(zone).date(), language.locale)


def written_month(moment: datetime, zone: tzinfo = UTC, language: Language = ENGLISH) -> str:
    """`May 2026`: the month in `zone`."""
    return _month(moment.astimezone(zone).date().replace(day=1), language.locale)


def written_moment(moment: datetime, language: Language = ENGLISH) -> str:
    """`4 May 2026, 10:00 UTC`: the zone is named, for readers live in many."""
    utc = moment.astimezone(UTC)
    comma = "،" if language.tag == "ar" else ","
    return f"{written_day(utc, UTC, language)}{comma} {utc:%H:%M} UTC"


@lru_cache(maxsize=4096)
def _day(day: date, locale: str) -> str:
    return format_date(day, "long", locale=locale)


@lru_cache(maxsize=1024)
def _month(month: date, locale: str) -> str:
    return format_skeleton("yMMMM", month, locale=locale)


@lru_cache(maxsize=1024)
def language_name(tag: str, language: Language = ENGLISH) -> str | None:
    """What `language` calls the language of a tag; None for one that it has no word for."""
    name = Locale.parse(language.locale).languages.get(tag.split("-", maxsplit=1)[0].lower())
    return _opening(name, language) if name else None


@lru_cache(maxsize=1024)
def country_name(code: str, language: Language = ENGLISH) -> str | None:
    """What `language` calls a country (ISO 3166-1 alpha-2); None for a code that names none."""
    return Locale.parse(language.locale).territories.get(code.upper())


def _opening(name: str, language: Language) -> str:
    """As it stands alone: French and Spanish write languages small only within a sentence."""
    return name if language.is_rtl else name[:1].upper() + name[1:]
