"""Dates on the page of a receipt: whatever a stranger signed as one."""

from __future__ import annotations

import pytest

from app.services.receipt_pages import _day


@pytest.mark.parametrize(
    ("signed", "written"),
    [
        ("2026-05-04T10:00:00Z", "4 May 2026"),
        ("2026-05-04T23:30:00-02:00", "5 May 2026"),
        ("2026-05-04", "2026-05-04"),
        ("soon", "soon"),
        ("0001-01-01T00:00:00+23:59", "0001-01-01T00:00:00+23:59"),
        ("9999-12-31T23:59:59-23:59", "9999-12-31T23:59:59-23:59"),
        ("", ""),
    ],
)
def test_what_is_no_moment_stays_as_it_was_signed(signed, written):
    assert _day(signed) == written
