"""The doctor's questions that need no database: settings, files, disk, clocks, and what follows from all answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.jsonld import GENERIC_CONTEXTS
from app.remote import reasons
from app.services.doctor_database import examine_clock
from app.services.doctor_outside import examine_address, examine_date
from app.services.doctor_settings import examine_contexts, examine_disk, examine_pending, examine_settings
from app.services.examination import Deployment, Diagnosis, Examination, Health, listed
from app.verification import Found, Missing

OK, WARN, FAIL, CANNOT_TELL = Health.OK, Health.WARN, Health.FAIL, Health.CANNOT_TELL
NOW = datetime(2026, 5, 10, 12, 0, tzinfo=UTC)
GIB = 1024**3
GOOD = Deployment(
    base_url="https://badges.riverside.school",
    development=False,
    kek="file",
    fetches=True,
    sqlite_file=Path("/nowhere/laurel.sqlite3"),
)


def settled(**changes):
    return {one.id: one for one in examine_settings(replace(GOOD, **changes))}


SETTINGS = [
    ("all is as it should be", {}, {"environment": OK, "public-url": OK, "key-encryption-key": OK}),
    ("development", {"development": True}, {"environment": WARN}),
    ("this machine in production", {"base_url": "https://localhost"}, {"public-url": FAIL}),
    ("a private address in production", {"base_url": "https://192.168.1.7:8443"}, {"public-url": FAIL}),
    ("a name of the intranet in production", {"base_url": "https://badges"}, {"public-url": FAIL}),
    (
        "this machine in development",
        {"base_url": "http://localhost:8000", "development": True},
        {"public-url": WARN},
    ),
    ("the key in the environment", {"kek": "environment"}, {"key-encryption-key": WARN}),
    ("the key of development", {"kek": "made here", "development": True}, {"key-encryption-key": WARN}),
]


@pytest.mark.parametrize(("changes", "expected"), [row[1:] for row in SETTINGS], ids=[row[0] for row in SETTINGS])
def test_settings(changes, expected):
    found = settled(**changes)
    assert {name: found[name].health for name in expected} == expected
    assert all(bool(one.cure) is (one.health is not OK) for one in found.values())


def test_contexts_have_their_digests():
    assert examine_contexts(GENERIC_CONTEXTS).health is OK


def test_a_changed_context_is_named():
    [url, *_] = GENERIC_CONTEXTS
    changed = replace(GENERIC_CONTEXTS[url])
    object.__setattr__(changed, "raw", changed.raw + b" ")
    found = examine_contexts({**GENERIC_CONTEXTS, url: changed})
    assert found.health is FAIL
    assert url in found.detail


DISKS = [
    ("much", (100 * GIB, 50 * GIB, 50 * GIB), OK),
    ("a small share of much", (1_000 * GIB, 960 * GIB, 40 * GIB), WARN),
    ("little", (2 * GIB, 1.5 * GIB, 0.5 * GIB), WARN),
    ("hardly any", (100 * GIB, 100 * GIB, 50 * 1024**2), FAIL),
]


@pytest.mark.parametrize(("usage", "health"), [row[1:] for row in DISKS], ids=[row[0] for row in DISKS])
def test_disk(usage, health):
    assert examine_disk(GOOD, lambda _: usage).health is health


def test_a_disk_that_cannot_be_asked():
    assert examine_disk(GOOD).health is CANNOT_TELL


def test_with_postgresql_nothing_is_kept_here():
    elsewhere = replace(GOOD, sqlite_file=None)
    assert examine_disk(elsewhere).health is OK
    assert examine_pending(elsewhere).health is OK


def test_the_real_disk(tmp_path):
    assert examine_disk(replace(GOOD, sqlite_file=tmp_path / "x")).health in {OK, WARN, FAIL}


@pytest.mark.parametrize(("size", "health"), [(None, OK), (4_000_000, OK), (300 * 1024**2, WARN)])
def test_a_log_that_grows(tmp_path, size, health):
    if size is not None:
        with (tmp_path / "laurel.sqlite3-wal").open("wb") as file:
            file.truncate(size)
    assert examine_pending(replace(GOOD, sqlite_file=tmp_path / "laurel.sqlite3")).health is health


def test_a_log_that_cannot_be_looked_at(tmp_path):
    (tmp_path / "file").write_text("")
    assert examine_pending(replace(GOOD, sqlite_file=tmp_path / "file" / "laurel.sqlite3")).health is CANNOT_TELL


CLOCKS = [(None, OK), (0, OK), (1.5, OK), (-10, WARN), (30, WARN), (61, FAIL), (-3600, FAIL)]


@pytest.mark.parametrize(("seconds", "health"), CLOCKS)
def test_the_clock_of_the_database(seconds, health):
    theirs = None if seconds is None else NOW + timedelta(seconds=seconds)
    assert examine_clock(theirs, NOW).health is health


DATES = [
    ("the same", "Sun, 10 May 2026 12:00:00 GMT", OK),
    ("seconds", "Sun, 10 May 2026 12:00:04 GMT", OK),
    ("a minute", "Sun, 10 May 2026 11:59:00 GMT", WARN),
    ("an hour", "Sun, 10 May 2026 13:00:00 GMT", FAIL),
    ("without a zone", "Sun, 10 May 2026 12:00:00 -0000", OK),
    ("none", "", CANNOT_TELL),
    ("nonsense", "yesterday", CANNOT_TELL),
    ("a day that is none", "Sun, 99 May 2026 12:00:00 GMT", CANNOT_TELL),
    ("a zone that is none", "Sun, 10 May 2026 12:00:00 +99999999", CANNOT_TELL),
    ("numbers without end", "1" * 64, CANNOT_TELL),
]


@pytest.mark.parametrize(("date", "health"), [row[1:] for row in DATES], ids=[row[0] for row in DATES])
def test_the_clock_of_the_public_address(date, health):
    assert examine_date(Found(b"", "", date=date), NOW).health is health


ADDRESSES = [
    ("we answer", Found(b'{"status":"ok"}', "application/json"), OK),
    ("somebody else answers", Found(b"<h1>It works!</h1>", "text/html"), FAIL),
    ("another program answers", Found(b'{"status":"UP"}', "application/json"), FAIL),
    ("a private network", Missing(reasons.NOT_PUBLIC), FAIL),
    ("no such name", Missing(reasons.NO_SUCH_SITE), FAIL),
    ("a certificate that does not hold", Missing(reasons.NOT_TRUSTED), FAIL),
    ("a proxy that knows nothing of us", Missing(reasons.NOTHING_THERE, absent=True), FAIL),
    ("nobody reaches it from here", Missing(reasons.NOT_REACHED), CANNOT_TELL),
    ("too slow", Missing(reasons.OUT_OF_TIME), CANNOT_TELL),
    ("names cannot be looked up from here", Missing(reasons.NAME_NOT_RESOLVED), CANNOT_TELL),
]


@pytest.mark.parametrize(("answer", "health"), [row[1:] for row in ADDRESSES], ids=[row[0] for row in ADDRESSES])
def test_the_public_address(answer, health):
    found = examine_address(answer, "https://badges.riverside.school")
    assert found.health is health
    if isinstance(answer, Missing):
        assert answer.reason in found.detail


HEALTHS = [
    ([], CANNOT_TELL),
    ([OK], OK),
    ([OK, WARN], WARN),
    ([WARN, CANNOT_TELL, OK], CANNOT_TELL),
    ([CANNOT_TELL, FAIL, WARN], FAIL),
]


@pytest.mark.parametrize(("healths", "expected"), HEALTHS)
def test_the_worst_is_what_counts(healths, expected):
    assert Diagnosis([Examination("x", "X", health, "…") for health in healths]).health is expected


def test_long_lists_are_cut():
    assert listed(["a", "b"]) == "a, b"
    assert listed("abcdefgh") == "a, b, c, d, e and 3 more"
