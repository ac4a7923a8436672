"""Does the page of a PDF print what was signed? Of a file whose page was edited, the signature still fits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from app.openbadges import Printed
from app.verification.kinds import Kind
from app.verification.members import dates_of, mapping, moment, several, text
from app.verification.printed_dates import days_in, is_named
from app.verification.printed_words import Likeness, Page, letters, same_script
from app.verification.report import CheckResult, say
from app.verification.words import PRINTED_PARTS

__all__ = ["check_printed"]

_SHORTEST_ADDRESS: Final = 16  # letters and digits of an address that no page prints by chance
_MAX_NAMES: Final = 8
_ONE_DAY: Final = timedelta(days=1)  # in which a moment may fall elsewhere


def check_printed(document: Mapping[str, Any], kind: Kind, printed: Printed | None) -> CheckResult:
    """Compares the page with `document`, which was signed. `printed` is None for a file without pages.

    What is on the page is never repeated.
    """
    if printed is None:
        return say("printed.none")
    page = Page(printed.text)
    if not page.letters:
        return say("printed.picture" if printed.whole else "printed.unreadable")
    found = _compared(document, kind, page, whole=printed.whole and not printed.pictured)
    if found.differ:
        return say("printed.differs", parts=tuple(PRINTED_PARTS[part] for part in found.differ))
    if found.unclear:
        return say("printed.unclear", parts=tuple(PRINTED_PARTS[part] for part in found.unclear))
    if not any(map(letters, _stated_names(document))):
        return say("printed.nameless")
    if "name" not in found.same or (kind is Kind.BADGE and "title" not in found.same):
        return say("printed.boxes")
    return say("printed.match" if "date" in found.same else "printed.undated")


@dataclass(frozen=True, slots=True)
class _Compared:
    """The parts of the page, by what came of comparing them: name, title, date."""

    same: tuple[str, ...]
    unclear: tuple[str, ...]
    differ: tuple[str, ...]


def _compared(document: Mapping[str, Any], kind: Kind, page: Page, *, whole: bool) -> _Compared:
    """`whole`: there is nothing on the page but what was read of it."""
    own = _is_made_of(document, page)
    findings = {"name": _name(document, page), "title": _title(document, kind, page, own=own)}
    if kind is Kind.BADGE:
        findings["date"] = _date(document, page, own=own)
    if not whole:
        findings = {part: Likeness.PARTLY if like is Likeness.NONE else like for part, like in findings.items()}
    return _Compared(
        *(
            tuple(part for part, found in findings.items() if found is wanted)
            for wanted in (Likeness.ALL, Likeness.PARTLY, Likeness.NONE)
        )
    )


def _is_made_of(document: Mapping[str, Any], page: Page) -> bool:
    """Whether the page says that it shows this very credential: it prints its address. Other pages may have a title
    in another language, or the days of a course.
    """
    address = (text(document.get("id")) or "").partition("://")[2]
    wanted = letters(address)
    return len(wanted) >= _SHORTEST_ADDRESS and wanted in page.letters


def _name(document: Mapping[str, Any], page: Page) -> Likeness | None:
    stated = _stated_names(document)
    names = [page.without_boxes(name) for name in stated]
    if not any(map(letters, names)):
        return None
    best = max(page.holds_name(name) for name in names)
    if best is Likeness.NONE:
        return best if any(same_script(letters(name), page.letters) for name in names) else Likeness.PARTLY
    return None if best is Likeness.ALL and names != stated else best


def _stated_names(document: Mapping[str, Any]) -> list[str]:
    return list(_names(mapping(document.get("credentialSubject"))))[:_MAX_NAMES]


def _names(subject: Mapping[str, Any]) -> Iterator[str]:
    for identifier in map(mapping, several(subject.get("identifier"))):
        name = text(identifier.get("identityHash"))
        if name and identifier.get("identityType") == "name" and identifier.get("hashed") is False:
            yield name
    if name := text(subject.get("name")):
        yield name


def _title(document: Mapping[str, Any], kind: Kind, page: Page, *, own: bool) -> Likeness | None:
    stated = text(_achievement(document).get("name")) or ""
    title = page.without_boxes(stated)
    if kind is not Kind.BADGE or not letters(title):
        return None
    if page.holds(title):
        return Likeness.ALL if title == stated else None
    return Likeness.NONE if own and same_script(letters(title), page.letters) else Likeness.PARTLY


def _date(document: Mapping[str, Any], page: Page, *, own: bool) -> Likeness | None:
    """None where the page names no day, or nothing that was signed does."""
    valid_from, valid_until = dates_of(document)
    awarded = [moment(document.get(name)) for name in ("awardedDate", valid_from)]
    begins, ends = _days(awarded), _days([moment(document.get(valid_until))])
    shown = days_in(page.text)
    begun = _is_shown(begins, shown, page)
    ended = _is_shown(ends, shown, page)
    strange = [day for day in shown if not day & (begins | ends)]
    told = days_in(" ".join(_told(document)))
    strange = [day for day in strange if day not in told]
    if not strange or not begins:
        return Likeness.ALL if begun or ended else None
    if own:  # which prints both
        return Likeness.ALL if begun and (ended or not ends) else Likeness.NONE
    return Likeness.ALL if begun or ended else Likeness.PARTLY


def _days(moments: list[datetime | None]) -> frozenset[date]:
    days = {one.date() for one in moments if one}
    return frozenset(day + _ONE_DAY * step for day in days for step in (-1, 0, 1) if date.min < day < date.max)


def _is_shown(days: frozenset[date], shown: frozenset[frozenset[date]], page: Page) -> bool:
    return any(day & days for day in shown) or any(is_named(day, page.letters) for day in days)


def _told(document: Mapping[str, Any]) -> Iterator[str]:
    """What was signed in sentences, which may name other days."""
    achievement = _achievement(document)
    for told in (
        achievement.get("name"),
        achievement.get("description"),
        mapping(achievement.get("criteria")).get("narrative"),
    ):
        yield text(told) or ""


def _achievement(document: Mapping[str, Any]) -> Mapping[str, Any]:
    return mapping(mapping(document.get("credentialSubject")).get("achievement"))
