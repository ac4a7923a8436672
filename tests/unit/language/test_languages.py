"""Which language a visitor gets, and how it writes dates."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from app.language import (
    LANGUAGES,
    choose,
    country_name,
    find_language,
    language_name,
    written_day,
    written_moment,
    written_month,
)

MOMENT = datetime(2026, 4, 30, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "accepted", "fallback", "tag"),
    [
        (None, None, None, "en"),
        ("es", "fr", "ar", "es"),
        ("tlh", "fr", "ar", "fr"),
        (None, "fr-CA,fr;q=0.9,en;q=0.8", None, "fr"),
        (None, "de, es;q=0.5, en;q=0.7", None, "en"),
        (None, "de, nl;q=0.8", "ar", "ar"),
        (None, "*", "fr", "fr"),
        (None, "ar;q=0", "fr", "fr"),
        (None, "es;q=x, fr;q=0.1", None, "fr"),
        (None, "es, fr", None, "es"),
        (None, "\x00;;q=,=,", "klingon", "en"),
        (None, "x," * 10_000 + "es", None, "en"),
        ("../../es", "AR-eg", None, "ar"),
    ],
)
def test_the_choice(asked, accepted, fallback, tag):
    assert choose(asked=asked, accepted=accepted, fallback=fallback) is LANGUAGES[tag]


def test_a_region_does_not_matter():
    assert find_language("FR-ca") is LANGUAGES["fr"]
    assert find_language("") is None
    assert find_language(None) is None


@pytest.mark.parametrize(
    ("tag", "day", "month", "moment"),
    [
        ("en", "1 May 2026", "May 2026", "30 April 2026, 22:30 UTC"),
        ("es", "1 de mayo de 2026", "mayo de 2026", "30 de abril de 2026, 22:30 UTC"),
        ("fr", "1 mai 2026", "mai 2026", "30 avril 2026, 22:30 UTC"),
        ("ar", "1 مايو 2026", "مايو 2026", "30 أبريل 2026، 22:30 UTC"),
    ],
)
def test_dates_are_written_out_in_the_zone_of_the_issuer(tag, day, month, moment):
    zone, language = ZoneInfo("Europe/Madrid"), LANGUAGES[tag]
    assert written_day(MOMENT, zone, language) == day
    assert written_month(MOMENT, zone, language) == month
    assert written_moment(MOMENT, language) == moment


def test_names_of_languages_and_countries():
    assert language_name("zh-Hans", LANGUAGES["fr"]) == "Chinois"
    assert language_name("qqq") is None
    assert country_name("gb", LANGUAGES["ar"]) == "المملكة المتحدة"
    assert country_name("ZZZ") is None
