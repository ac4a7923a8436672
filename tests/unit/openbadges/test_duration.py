"""Calendar arithmetic of validity."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from app.errors import InvalidFieldsError
from app.openbadges.duration import PATTERN, Duration

NOON = datetime(2026, 5, 4, 12, 0, 30, tzinfo=UTC)

LATER = {
    "three years": ("P3Y", NOON, datetime(2029, 5, 4, 12, 0, 30, tzinfo=UTC)),
    "months past the end of the year": ("P18M", NOON, datetime(2027, 11, 4, 12, 0, 30, tzinfo=UTC)),
    "weeks and days after the months": ("P1Y1M1W1D", NOON, datetime(2027, 6, 12, 12, 0, 30, tzinfo=UTC)),
    "a leap day becomes the 28th": (
        "P1Y",
        datetime(2028, 2, 29, tzinfo=UTC),
        datetime(2029, 2, 28, tzinfo=UTC),
    ),
    "a leap day stays in a leap year": (
        "P4Y",
        datetime(2028, 2, 29, tzinfo=UTC),
        datetime(2032, 2, 29, tzinfo=UTC),
    ),
    "the 31st becomes the 30th": ("P1M", datetime(2026, 8, 31, tzinfo=UTC), datetime(2026, 9, 30, tzinfo=UTC)),
    "December to December": ("P12M", datetime(2026, 12, 31, tzinfo=UTC), datetime(2027, 12, 31, tzinfo=UTC)),
}


@pytest.mark.parametrize(("text", "start", "end"), LATER.values(), ids=LATER)
def test_after(text, start, end):
    assert Duration.parse(text).after(start) == end


@pytest.mark.parametrize("text", ["P3Y", "P18M", "P52W", "P90D", "P1Y6M", "P1Y2D", "P2M1W3D", "P1Y2M3W4D"])
def test_what_is_taken_has_the_form_that_is_published(text):
    Duration.parse(text)
    assert re.search(PATTERN, text)


@pytest.mark.parametrize("text", ["", "P", "PT3H", "3Y", "P1D1Y", "P1M1M", "P12345Y"])
def test_the_published_form_leaves_out(text):
    assert not re.search(PATTERN, text)


@pytest.mark.parametrize(
    "text", ["", "P", "3Y", "PT3H", "P0Y", "P0D", "P-1Y", "P1.5Y", "P1D1Y", "P101Y", "P3y", "P3Y\n", "P٣Y"]
)
def test_what_is_no_duration(text):
    with pytest.raises(ValueError):
        Duration.parse(text)


@pytest.mark.parametrize("text", ["P100Y", "P9D", "P50Y"])
def test_past_the_end_of_the_calendar(text):
    with pytest.raises(InvalidFieldsError):
        Duration.parse(text).after(datetime(9999, 12, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "words"),
    [("P1Y", "1 year"), ("P18M", "18 months"), ("P1Y6M", "1 year and 6 months"), ("P0Y2W", "2 weeks")],
)
def test_words(text, words):
    assert Duration.parse(text).words() == words
