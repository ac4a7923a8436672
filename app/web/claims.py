"""What a verified credential says, read from the report: strangers' members may be absent or of any type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from app.verification import Report
from app.web import dates
from app.web.text import line, name, safe_url


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement. `value` is a name or a date as HTML, or plain text; `url` is safe to link to."""

    label: str
    value: Markup | str
    url: str | None = None


def claims_of(report: Report) -> tuple[Claim, ...]:
    """The statements worth reading first, in order; one that the credential lacks is left out."""
    return tuple(_claims(report))


def _claims(report: Report) -> Iterator[Claim]:
    credential, achievement, issuer = report.credential or {}, report.achievement or {}, report.issuer or {}
    # A record or an endorsement is about no achievement, so its own name says what it is.
    yield from _named("Achievement", achievement, link="id") if report.achievement else _named("Name", credential)
    yield from _text("Badges inside", _count(credential.get("contentCount")))
    yield from _text("Endorses", credential.get("endorses"))
    yield from _text("What it says", credential.get("endorsementComment"), limit=1000)
    yield from _named("Awarded to", report.recipient or {})
    yield from _named("Issued by", issuer, link="url")
    yield from _text("Issuer’s identifier", issuer.get("id"))
    yield from _text("What it recognises", achievement.get("description"), limit=1000)
    period = report.dates or {}
    yield from _date("Awarded", period.get("awarded"))
    if period.get("validFrom") != period.get("awarded"):
        yield from _date("Valid from", period.get("validFrom"))
    yield from _date("Valid until", period.get("validUntil"))


def _count(value: object) -> str | None:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _named(label: str, thing: Mapping[str, Any], *, link: str | None = None) -> Iterator[Claim]:
    if line(thing.get("name")):
        yield Claim(label, name(thing["name"]), safe_url(thing.get(link)) if link else None)


def _text(label: str, value: object, *, limit: int = 300) -> Iterator[Claim]:
    if shown := line(value, limit):
        yield Claim(label, shown)


def _date(label: str, value: object) -> Iterator[Claim]:
    moment = dates.parse(value)
    if moment is not None:
        yield Claim(label, dates.written_day(moment))
