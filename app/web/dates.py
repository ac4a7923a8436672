"""Dates as people write them, with the exact moment for machines beside it."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from markupsafe import Markup, escape

from app import language as languages
from app.language import ENGLISH, Language


def written_day(moment: datetime, zone: tzinfo = UTC, language: Language = ENGLISH) -> Markup:
    """The date for people, the instant in UTC for machines."""
    return _time(moment, languages.written_day(moment, zone, language))


def written_moment(moment: datetime, language: Language = ENGLISH) -> Markup:
    """Date, hour and minute in UTC, named as such."""
    return _time(moment, languages.written_moment(moment, language))


def parse(text: object) -> datetime | None:
    """An RFC 3339 date-time with its zone, as credentials carry it; None for anything else."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _time(moment: datetime, written: str) -> Markup:
    return Markup(f'<time datetime="{_instant(moment)}">{escape(written)}</time>')  # noqa: S704 - escaped here


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
