"""A reminder as a calendar file (RFC 5545): one day in somebody's calendar, and an alarm before it.

No more of the standard is spoken than that takes. Equal values give equal bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

__all__ = ["MEDIA_TYPE", "AllDay", "calendar"]

MEDIA_TYPE: Final = "text/calendar; charset=utf-8"
_MAX_TEXT: Final = 2_000
_MAX_OCTETS: Final = 75  # of a line, without its end: section 3.1
_SPECIAL: Final = re.compile(r"([\\;,])")
_LINE_END: Final = re.compile(r"\r\n?|[\n\u2028\u2029]")
_CONTROLS: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_FOLLOWING: Final = range(0x80, 0xC0)  # of a character in UTF-8, all bytes but the first


@dataclass(frozen=True, slots=True)
class AllDay:
    """An event of one day. `uid` stays, so that a calendar that reads the file again has the event once; `stamp` is
    when the facts were last changed. `url` is an address of ours, and `language` a tag of ours.
    """

    uid: str
    stamp: datetime
    day: date
    summary: str
    description: str
    url: str
    language: str
    alarm_days: int


def calendar(event: AllDay) -> bytes:
    """The file."""
    return b"".join(_folded(line) for line in _lines(event))


def _lines(event: AllDay) -> Iterator[str]:
    summary, description = _text(event.summary), _text(event.description)
    yield "BEGIN:VCALENDAR"
    yield "VERSION:2.0"
    yield "PRODID:-//Laurel//Reminder//EN"
    yield "BEGIN:VEVENT"
    yield f"UID:{event.uid}"
    yield f"DTSTAMP:{event.stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    # Without an end it lasts that one day (section 3.6.1), which holds on the last day of all, too.
    yield f"DTSTART;VALUE=DATE:{event.day.isoformat().replace('-', '')}"
    yield f"SUMMARY;LANGUAGE={event.language}:{summary}"
    yield f"DESCRIPTION;LANGUAGE={event.language}:{description}"
    yield f"URL:{event.url}"
    yield "TRANSP:TRANSPARENT"
    yield "BEGIN:VALARM"
    yield "ACTION:DISPLAY"
    yield f"DESCRIPTION;LANGUAGE={event.language}:{summary}"
    yield f"TRIGGER:-P{event.alarm_days}D"
    yield "END:VALARM"
    yield "END:VEVENT"
    yield "END:VCALENDAR"


def _text(words: str) -> str:
    """A value of the type TEXT (section 3.3.11), in which nothing ends the line or the value."""
    kept = _CONTROLS.sub(" ", _LINE_END.sub("\n", words[:_MAX_TEXT]))
    return _SPECIAL.sub(r"\\\1", kept).replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """`line` in pieces of at most 75 octets, each but the first after a space; no character is taken apart."""
    raw = line.encode("utf-8", "replace")  # what is half a character becomes a question mark
    pieces: list[bytes] = []
    while len(raw) > (room := _MAX_OCTETS - bool(pieces)):
        cut = room
        while raw[cut] in _FOLLOWING:
            cut -= 1
        pieces.append(raw[:cut])
        raw = raw[cut:]
    return b"\r\n ".join([*pieces, raw]) + b"\r\n"
