"""Calendar files against the rules of RFC 5545, and as another library reads them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.web.ics import AllDay, calendar

EVENT = AllDay(
    uid="0198c2f0-7f3e-4c51-9b1e-2d1f6a7b8c9d-expiry",
    stamp=datetime(2026, 5, 4, 12, tzinfo=timezone(timedelta(hours=2))),
    day=date(2029, 5, 4),
    summary="“Differentiated Teaching” expires",
    description="Awarded by Riverside Academy.\nhttps://badges.example/credentials/1",
    url="https://badges.example/credentials/1",
    language="en",
    alarm_days=30,
)
TEXTS = {
    "what ends a value": "a, b; c\\d",
    "line ends of every kind": "a\nb\r\nc\rd\u2028e",
    "another property": "x\r\nATTENDEE:mailto:x@example.org\r\nEND:VEVENT",
    "a backslash before an n": "C:\\new",
    "a script": "<script>alert(1)</script>",
    "Arabic": "التدريس المتمايز في الصفوف المختلطة" * 5,
    "Chinese": "差异化教学" * 60,
    "beyond the basic plane": "🏅" * 200,
    "two bytes at every place of a fold": "é" * 500,
    "long": "W" * 1_990,
}


def content_lines(raw):
    """The lines of a file once they are unfolded (section 3.1)."""
    return raw.replace(b"\r\n ", b"").decode().removesuffix("\r\n").split("\r\n")


def read(raw):
    [event] = icalendar.Calendar.from_ical(raw).walk("VEVENT")
    return event


def test_the_whole_file():
    assert content_lines(calendar(EVENT)) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Laurel//Reminder//EN",
        "BEGIN:VEVENT",
        "UID:0198c2f0-7f3e-4c51-9b1e-2d1f6a7b8c9d-expiry",
        "DTSTAMP:20260504T100000Z",
        "DTSTART;VALUE=DATE:20290504",
        "SUMMARY;LANGUAGE=en:“Differentiated Teaching” expires",
        "DESCRIPTION;LANGUAGE=en:Awarded by Riverside Academy.\\nhttps://badges.example/credentials/1",
        "URL:https://badges.example/credentials/1",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION;LANGUAGE=en:“Differentiated Teaching” expires",
        "TRIGGER:-P30D",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def test_another_library_finds_the_day_the_words_and_the_alarm():
    event = read(calendar(EVENT))
    assert event.start == date(2029, 5, 4)
    assert event.end == date(2029, 5, 5)
    assert event["DTSTAMP"].dt == datetime(2026, 5, 4, 10, tzinfo=UTC)
    assert str(event["SUMMARY"]) == EVENT.summary
    assert str(event["DESCRIPTION"]) == EVENT.description
    assert str(event["URL"]) == EVENT.url
    [alarm] = event.walk("VALARM")
    assert (str(alarm["ACTION"]), alarm["TRIGGER"].dt) == ("DISPLAY", timedelta(days=-30))


def test_every_required_property_is_there_once():
    """Sections 3.6, 3.6.1 and 3.6.6."""
    file = icalendar.Calendar.from_ical(calendar(EVENT))
    assert {"VERSION", "PRODID"} <= set(file)
    assert {"UID", "DTSTAMP", "DTSTART"} <= set(read(calendar(EVENT)))
    names = [line.partition(":")[0].partition(";")[0] for line in content_lines(calendar(EVENT))]
    for once in ("UID", "DTSTAMP", "DTSTART", "SUMMARY", "URL", "TRANSP", "ACTION", "TRIGGER"):
        assert names.count(once) == 1, once


def assert_lines_are_short_and_end_as_they_must(raw):
    assert raw.endswith(b"\r\n")
    lines = raw[:-2].split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"" not in lines
    for line in lines:
        assert b"\n" not in line
        assert b"\r" not in line
        line.decode()  # no character is taken apart


@pytest.mark.parametrize("case", TEXTS)
def test_every_text_comes_back_as_it_was(case):
    raw = calendar(replace(EVENT, summary=TEXTS[case], description=TEXTS[case]))
    assert_lines_are_short_and_end_as_they_must(raw)
    wanted = TEXTS[case].replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    event = read(raw)
    assert str(event["SUMMARY"]) == str(event["DESCRIPTION"]) == wanted
    assert len(content_lines(raw)) == 18
    assert "ATTENDEE" not in event


@settings(deadline=None)  # other tests run beside
@given(st.text(max_size=300))
def test_no_text_leaves_its_line(text):
    raw = calendar(replace(EVENT, summary=text, description=text))
    assert_lines_are_short_and_end_as_they_must(raw)
    assert len(content_lines(raw)) == 18
    read(raw)


@pytest.mark.parametrize("length", range(60, 80))
def test_a_line_is_folded_only_when_it_must_be(length):
    raw = calendar(replace(EVENT, url="h" * (length - len("URL:"))))
    [line] = [line for line in raw.split(b"\r\n") if line.startswith(b"URL:")]
    assert len(line) == min(length, 75)


def test_half_a_character_and_control_characters_do_no_harm():
    event = read(calendar(replace(EVENT, summary="a\ud800b\x00c\x1bd")))
    assert str(event["SUMMARY"]) == "a?b c d"


def test_a_text_has_an_end():
    assert len(calendar(replace(EVENT, summary="W" * 10**6, description="W" * 10**6))) < 10_000


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31)])
def test_the_first_and_the_last_day_of_all_can_be_written(day):
    assert f"DTSTART;VALUE=DATE:{day:%Y%m%d}".encode()[-4:] in calendar(replace(EVENT, day=day))


def test_equal_values_give_equal_bytes():
    assert calendar(EVENT) == calendar(replace(EVENT))
