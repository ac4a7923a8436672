"""Dates as people write them, with the exact moment for machines beside it."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from markupsafe import Markup

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_TIME = Markup('<time datetime="{}">{}</time>')


def day(moment: datetime, zone: tzinfo = UTC) -> str:
    """`4 May 2026`: the date in `zone`. Written out here because strftime follows the server's locale."""
    local = moment.astimezone(zone)
    return f"{local.day} {month(moment, zone)}"


def month(moment: datetime, zone: tzinfo = UTC) -> str:
    """`May 2026`."""
    local = moment.astimezone(zone)
    return f"{MONTHS[local.month - 1]} {local.year}"


def written_day(moment: datetime, zone: tzinfo = UTC) -> Markup:
    """The date for people, the instant in UTC for machines."""
    return _TIME.format(_instant(moment), day(moment, zone))


def written_moment(moment: datetime) -> Markup:
    """Date, hour and minute in UTC, named as such."""
    utc = moment.astimezone(UTC)
    return _TIME.format(_instant(moment), f"{day(utc)}, {utc:%H:%M} UTC")


def parse(text: object) -> datetime | None:
    """An RFC 3339 date-time with its zone, as credentials carry it; None for anything else."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
