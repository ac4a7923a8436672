"""What a verified credential says, read from the report: strangers' members may be absent or of any type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from app.language import ENGLISH, Language, Said
from app.verification import Report
from app.web import dates
from app.web.text import line, name, safe_url


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement. `value` is a name or a date as HTML, or plain text; `url` is safe to link to."""

    label: Said
    value: Markup | str
    url: str | None = None


def claims_of(report: Report, language: Language = ENGLISH) -> tuple[Claim, ...]:
    """The statements worth reading first, in order; one that the credential lacks is left out. `language`: of dates."""
    return tuple(_claims(report, language))


def _claims(report: Report, language: Language) -> Iterator[Claim]:
    credential, achievement, issuer = report.credential or {}, report.achievement or {}, report.issuer or {}
    # A record or an endorsement is about no achievement, so its own name says what it is.
    yield from (
        _named(Said("Achievement"), achievement, link="id") if report.achievement else _named(Said("Name"), credential)
    )
    yield from _text(Said("Badges inside"), _count(credential.get("contentCount")))
    yield from _text(Said("Endorses"), credential.get("endorses"))
    yield from _text(Said("What it says"), credential.get("endorsementComment"), limit=1000)
    yield from _named(Said("Awarded to"), report.recipient or {})
    yield from _named(Said("Issued by"), issuer, link="url")
    yield from _text(Said("Issuer’s identifier"), issuer.get("id"))
    yield from _text(Said("What it recognises"), achievement.get("description"), limit=1000)
    period = report.dates or {}
    yield from _date(Said("Awarded"), period.get("awarded"), language)
    if period.get("validFrom") != period.get("awarded"):
        yield from _date(Said("Valid from"), period.get("validFrom"), language)
    yield from _date(Said("Valid until"), period.get("validUntil"), language)


def _count(value: object) -> str | None:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _named(label: Said, thing: Mapping[str, Any], *, link: str | None = None) -> Iterator[Claim]:
    if line(thing.get("name")):
        yield Claim(label, name(thing["name"]), safe_url(thing.get(link)) if link else None)


def _text(label: Said, value: object, *, limit: int = 300) -> Iterator[Claim]:
    if shown := line(value, limit):
        yield Claim(label, shown)


def _date(label: Said, value: object, language: Language) -> Iterator[Claim]:
    moment = dates.parse(value)
    if moment is not None:
        yield Claim(label, dates.written_day(moment, language=language))
