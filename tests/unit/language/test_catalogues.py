"""Catalogues in gettext's form, as they will lie in app/language/catalogues."""

from __future__ import annotations

import pytest

from app.language import LANGUAGES, catalogues, said, said_number, told

PO = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5);\\n"

msgid "By {who}."
msgstr "من {who}."

msgid "{count} hour"
msgid_plural "{count} hours"
msgstr[0] "لا ساعات"
msgstr[1] "ساعة واحدة"
msgstr[2] "ساعتان"
msgstr[3] "{count} ساعات"
msgstr[4] "{count} ساعة"
msgstr[5] "{count} ساعة"
"""  # noqa: E501 - a header is one line
ARABIC, SPANISH = LANGUAGES["ar"], LANGUAGES["es"]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    (tmp_path / "ar.po").write_text(PO, "utf-8")
    monkeypatch.setattr(catalogues, "FOLDER", tmp_path)
    catalogues.translations.cache_clear()
    yield
    catalogues.translations.cache_clear()


def test_a_sentence_is_told_in_the_language_of_the_catalogue():
    assert told(said("By {who}.", who="Ana"), ARABIC) == "من \u2068Ana\u2069."


@pytest.mark.parametrize(
    ("count", "words"), [(1, "ساعة واحدة"), (2, "ساعتان"), (3, "\u20683\u2069 ساعات"), (11, "\u206811\u2069 ساعة")]
)
def test_a_count_takes_its_form(count, words):
    assert told(said_number("{count} hour", "{count} hours", count), ARABIC) == words


def test_what_a_catalogue_lacks_stays_english():
    assert told(said("Nobody translated this."), ARABIC) == "Nobody translated this."
    assert told(said("By {who}.", who="Ana"), SPANISH) == "By Ana."
