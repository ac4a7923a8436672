from __future__ import annotations

from datetime import date

import pytest

from app.verification.printed_dates import days_in, is_named
from app.verification.printed_words import letters

DAY = date(2026, 5, 4)
MAY = {
    "English": "Awarded 4 May 2026",
    "English, with the month first": "on May 4, 2026.",
    "English, written out": "the 4th of May, 2026",
    "American": "May 4th 2026",
    "short": "04-MAY-2026",
    "after another number": "Level 3 4 May 2026",
    "before another number": "4 May 2026 25 hours",
    "in capitals": "4 MAY 2026",
    "Spanish": "4 de mayo de 2026",
    "Spanish, otherwise": "4 de mayo del 2026",
    "French": "le 4 mai 2026",
    "Arabic": "٤ مايو ٢٠٢٦",
    "Arabic, in the east": "4 أيار 2026",
    "Arabic, as it is drawn": "٢٠٢٦ ويام ٤",
    "Arabic, drawn in pieces": "2026 و ي ي ام 4",
    "ISO": "2026-05-04",
    "ISO, with the time": "2026-05-04T10:00:00Z",
    "in numbers": "04/05/2026",
    "in numbers, American": "5/4/2026",
    "in numbers, with dots": "4.5.2026",
    "Chinese": "2026年5月4日",
    "Korean": "2026년 5월 4일",
    "wide digits": "４ May ２０２６",
}
NONE = {
    "nothing": "",
    "a month alone": "May 2026",
    "a day alone": "4 May",
    "a number": "20260504",
    "a version": "1.2.3",
    "no day of the month": "31 February 2026",
    "another age": "4 May 1066",
    "a part of a longer number": "12026-05-041",
    "part of a word": "4 mayors 2026",
}


@pytest.mark.parametrize("text", MAY.values(), ids=MAY)
def test_a_day_is_read(text):
    assert any(DAY in day for day in days_in(text)), days_in(text)


@pytest.mark.parametrize("text", NONE.values(), ids=NONE)
def test_what_is_no_day_is_not(text):
    assert days_in(text) == frozenset()


def test_every_day_is_read_once():
    text = "Awarded 4 May 2026 Valid until 4 May 2028, and 3/4/2027"
    assert days_in(text) == {
        frozenset({DAY}), frozenset({date(2028, 5, 4)}), frozenset({date(2027, 4, 3), date(2027, 3, 4)}),
    }  # fmt: skip


def test_a_day_whose_digits_stand_apart_is_found_when_it_is_looked_for():
    page = letters("on 4 May 2 0 2 6 in")
    assert is_named(DAY, page)
    assert not is_named(date(2026, 5, 14), page)
    assert not is_named(DAY, letters("14 May 2026"))
