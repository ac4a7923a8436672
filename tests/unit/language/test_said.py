"""Words that remember how they were made."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime

import orjson
import pytest

from app.language import AND, ENGLISH, LANGUAGES, Day, Moment, listed, said, said_number, told
from app.language import telling as telling_module

MOMENT = datetime(2026, 5, 4, 10, 5, 59, tzinfo=UTC)
ARABIC, SPANISH = LANGUAGES["ar"], LANGUAGES["es"]

SENTENCES = [
    (said("It is valid now."), "It is valid now."),
    (said("It expired on {end}.", end=Day(MOMENT)), "It expired on 4 May 2026."),
    (said("Until {end}.", end=Moment(MOMENT)), "Until 4 May 2026 at 10:05 UTC."),
    (said_number("{count} hour", "{count} hours", 1), "1 hour"),
    (said_number("{count} hour", "{count} hours", 1.5), "1.5 hours"),
    (listed(["a", "b", "c"]), "a; b; c"),
    (listed([said_number("{count} year", "{count} years", 1), said_number("{count} month", "{count} months", 6)], AND),
     "1 year and 6 months"),
    (listed(["alone"]), "alone"),
]  # fmt: skip


KNOWN = {"It expired on {end}.": "Caducó el {end}.", "By {who}.": "De {who}.", " and ": " y "}


class Catalogue:
    """A language of three sentences."""

    def gettext(self, text):
        return KNOWN.get(text, text)

    def ngettext(self, one, other, number):
        return {"{count} year": "{count} año"}.get(one, one) if number == 1 else other


@pytest.fixture
def spoken(monkeypatch):
    monkeypatch.setattr(telling_module, "translations", lambda _language: Catalogue())


@pytest.mark.parametrize(("words", "english"), SENTENCES)
def test_they_are_english_text(words, english):
    assert words == english
    assert told(words) == told(words, ENGLISH, quote=str) == english
    assert orjson.loads(orjson.dumps({"says": words})) == {"says": english}


@pytest.mark.parametrize(("words", "english"), SENTENCES)
def test_they_remember_it_in_another_process(words, english, spoken):
    again = pickle.loads(pickle.dumps(words))
    assert again == english
    assert type(again) is type(words)
    assert told(again, SPANISH) == told(words, SPANISH)


def test_they_are_told_in_another_language(spoken):
    assert told(said("It expired on {end}.", end=Day(MOMENT)), SPANISH) == "Caducó el 4 de mayo de 2026."
    assert told(said("Nobody translated this."), SPANISH) == "Nobody translated this."
    both = listed([said_number("{count} year", "{count} years", 1), said("x")], AND)
    assert told(both, SPANISH) == "1 año y x"


def test_what_came_from_outside_stays_as_it_is(spoken):
    assert told("It expired on {end}.", SPANISH) == "It expired on {end}."
    assert told(said("By {who}.", who="{end} & <b>"), SPANISH) == "De {end} & <b>."
    assert told(said("By {who}.", who="<b>"), SPANISH, quote=lambda text: f"[{text}]") == "De [<b>]."
    assert told(said("By {who}.", who="Ana"), ARABIC) == "De \u2068Ana\u2069."


def test_a_value_that_is_missing_is_a_mistake():
    with pytest.raises(KeyError):
        said("By {who}.", when="now")


@pytest.mark.parametrize(
    ("tag", "words"), [("en", "1.5 hours"), ("es", "1,5 horas"), ("fr", "1,5 heure"), ("ar", "\u20681.5\u2069 ساعة")]
)
def test_a_fraction_is_written_and_counted_as_the_language_does(tag, words):
    assert told(said_number("{count} hour", "{count} hours", 1.5), LANGUAGES[tag]) == words
