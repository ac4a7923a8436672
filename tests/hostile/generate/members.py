"""`json-type-*`, `json-date-*`: values of the wrong type in place of each member, and dates that are none (T-12)."""

from __future__ import annotations

from tests.factories import put, sign
from tests.hostile.generate.honest import ISSUER, as_json, badge, changed, signed, signed_if_possible
from tests.hostile.generate.sample import ANYTHING_BUT_VALID, INVALID, NOT_VALID, Sample, rows

# Every member, down to the leaves; what stands in it otherwise is of another type than each of the odd ones.
ODD = {
    "null": None,
    "true": True,
    "number": 4_711,
    "fraction": 0.5,
    "empty-text": "",
    "empty-list": [],
    "empty-object": {},
    "list-of-lists": [[["x"]]],
    "list-of-null": [None, None],
}

BAD_DATES = {
    "no-zone": "2026-05-04T10:00:00",
    "leap-second": "2026-06-30T23:59:60Z",
    "february-30": "2026-02-30T10:00:00Z",
    "february-29": "2026-02-29T10:00:00Z",
    "month-13": "2026-13-04T10:00:00Z",
    "month-0": "2026-00-04T10:00:00Z",
    "hour-24": "2026-05-04T24:00:00Z",
    "hour-25": "2026-05-04T25:00:00Z",
    "minute-60": "2026-05-04T10:60:00Z",
    "year-0": "0000-05-04T10:00:00Z",
    "year-10000": "10000-05-04T10:00:00Z",
    "year-negative": "-2026-05-04T10:00:00Z",
    "two-digit-year": "26-05-04T10:00:00Z",
    "day-only": "2026-05-04",
    "space": "2026-05-04 10:00:00Z",
    "no-seconds": "2026-05-04T10:00Z",
    "week": "2026-W19-1T10:00:00Z",
    "zone-99": "2026-05-04T10:00:00+99:00",
    "zone-name": "2026-05-04T10:00:00 UTC",
    "comma": "2026-05-04T10:00:00,5Z",
    "wide-digits": "２０２６-05-04T10:00:00Z",
    "trailing-newline": "2026-05-04T10:00:00Z\n",
    "leading-space": " 2026-05-04T10:00:00Z",
    "words": "next Monday",
    "american": "05/04/2026",
    "epoch-text": "1777888800",
    "number": 1_777_888_800,
    "list": ["2026-05-04T10:00:00Z"],
    "object": {"@value": "2026-05-04T10:00:00Z"},
    "true": True,
}
MOMENTS = {
    "expired": ("/validUntil", "2026-05-09T12:00:00Z"),
    "expired-by-a-second": ("/validUntil", "2026-05-10T11:59:59Z"),
    "expired-in-another-zone": ("/validUntil", "2026-05-10T23:59:59+14:00"),
    "not-yet": ("/validFrom", "2026-05-11T12:00:00Z"),
    "not-yet-by-a-second": ("/validFrom", "2026-05-10T12:00:01Z"),
    "not-yet-in-another-zone": ("/validFrom", "2026-05-10T00:00:01-12:00"),
    "ends-before-it-begins": ("/validUntil", "2020-05-04T10:00:00Z"),
    "expired-in-year-1": ("/validUntil", "0001-01-01T00:00:00Z"),
}


def pointers(value, path=""):
    """Every member of a document, objects and leaves alike."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield f"{path}/{name}"
            yield from pointers(inner, f"{path}/{name}")
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        yield from pointers(value[0], f"{path}/0")


def _label(pointer: str) -> str:
    return pointer.removeprefix("/").replace("/", "-").replace("@", "").replace("-0", "")


def odd_types():
    for pointer in dict.fromkeys(pointers(signed())):
        for kind, value in ODD.items():
            yield Sample(
                f"json-type-{_label(pointer)}-{kind}",
                f"the member {pointer} is of the wrong type",
                ANYTHING_BUT_VALID,
                lambda pointer=pointer, value=value: changed(pointer, value),
            )


def bad_dates():
    for member in ("validFrom", "validUntil"):
        yield from rows(
            INVALID,
            {
                f"json-date-{member}-{label}": ("a date is none", lambda member=member, date=date: _dated(member, date))
                for label, date in BAD_DATES.items()
            },
        )
    long = "2026-05-04T10:00:00." + "0" * 100_000 + "Z"  # a date, but one that nobody writes
    yield from rows(
        NOT_VALID,
        {
            f"json-date-{member}-long": ("a date has 100,000 digits", lambda member=member: _dated(member, long))
            for member in ("validFrom", "validUntil")
        },
    )
    yield from rows(
        INVALID,
        {
            f"json-date-{label}": (
                "it does not hold at this moment",
                lambda pointer=pointer, date=date: as_json(sign(put(badge(), pointer, date), ISSUER)),
            )
            for label, (pointer, date) in MOMENTS.items()
        },
    )


def _dated(member: str, value) -> bytes:
    return as_json(signed_if_possible({**badge(), member: value}))


def samples():
    yield from odd_types()
    yield from bad_dates()
