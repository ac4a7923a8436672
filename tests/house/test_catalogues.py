"""Every sentence is said in every language, by catalogues that fit the code as it stands."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Catalog

from app.language import ENGLISH, LANGUAGES
from tests.house.catalogues import FOLDER, faults, read, renewed, template, written

TAGS = [tag for tag in LANGUAGES if tag != ENGLISH.tag]


@pytest.mark.parametrize("tag", TAGS)
def test_a_catalogue_has_every_sentence_and_no_other(tag):
    kept = (FOLDER / f"{tag}.po").read_bytes()
    assert kept == written(tag, renewed(tag)), "run `make catalogues`, and translate what is new"


@pytest.mark.parametrize("tag", TAGS)
def test_nothing_is_wrong_with_a_catalogue(tag):
    assert list(faults(read(tag))) == []


def test_sentences_of_pages_of_code_and_of_the_judge_are_collected():
    known = template()
    for said in ("Skip to the content", "Revoked on %(day)s.", "Passed", "{count} hour", "Certificate"):
        assert known.get(said) is not None, said


@pytest.mark.parametrize(
    ("english", "translation", "fault"),
    [
        ("By {who}.", "", "not translated"),
        ("By {who}.", "Par {qui}.", "other values"),
        ("By {who}.", "Par {who} {who}.", "other values"),
        ("<strong>Test.</strong> No more.", "Test. Rien de plus.", "other values"),
        ("Status:", "État : ", "other space"),
        (("{count} hour", "{count} hours"), ("une heure",), "1 of 2 forms"),
        (("{count} hour", "{count} hours"), ("une heure", "{n} heures"), "other values"),
    ],
)
def test_a_fault_is_seen(english, translation, fault):
    catalog = Catalog(locale="fr")
    catalog.add(english, translation)
    [found] = faults(catalog)
    assert found.startswith(fault)


def test_a_form_for_one_may_leave_the_number_out():
    catalog = Catalog(locale="fr")
    catalog.add(("{count} hour", "{count} hours"), ("une heure", "{count} heures"))
    assert list(faults(catalog)) == []
