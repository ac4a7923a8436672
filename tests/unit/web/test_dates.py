from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from app.web import dates

LATE = datetime(2026, 4, 30, 23, 30, tzinfo=UTC)
EAST = timezone(timedelta(hours=2))


def test_a_date_is_that_of_the_zone_and_the_machine_reads_the_instant():
    assert dates.written_day(LATE, EAST) == '<time datetime="2026-04-30T23:30:00Z">1 May 2026</time>'


def test_a_moment_names_its_zone():
    assert dates.written_moment(LATE.astimezone(EAST)) == (
        '<time datetime="2026-04-30T23:30:00Z">30 April 2026, 23:30 UTC</time>'
    )


@pytest.mark.parametrize("written", ["2026-04-30T23:30:00Z", "2026-05-01T01:30:00+02:00"])
def test_parse_reads_what_credentials_carry(written):
    assert dates.parse(written) == LATE


@pytest.mark.parametrize("bad", [None, 5, "", "soon", "2026-04-30", "2026-04-30T23:30:00", "0001-01-01T00:00:00+23:59"])
def test_parse_is_none_for_anything_else(bad):
    assert dates.parse(bad) is None
