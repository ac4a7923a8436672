"""Every sentence is said in every language, by catalogues that fit the code as it stands."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from app.language import ENGLISH, LANGUAGES
from tests.house.catalogues import FOLDER, faults, read, renewed, template, written

ROOMS = ("app.language", "app.language.said")
SAYING = ("Said", "said", "said_number")
# What these say of was a constant of ours elsewhere: the words of the judge and of certificates, a sentence again.
HANDED_ON = {
    "language/said.py",
    "services/certificates.py",
    "verification/report.py",
    "verification/words/phrases.py",
    "web/writing.py",
}
APP = Path(__file__).parents[2] / "app"
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


def said_in(source):
    """The first argument of each call that makes a sentence of ours, in a file that takes them from where they are."""
    tree = ast.parse(source)
    taken = {
        name.asname or name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in ROOMS
        for name in node.names
        if name.name in SAYING
    }
    return [
        node.args[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in taken and node.args
    ]


def test_only_words_of_ours_are_sentences():
    """A page takes them for markup as they are: what came from outside may stand in one as a value only."""
    files = {str(file.relative_to(APP)): file for file in APP.rglob("*.py")}
    found = {name: said_in(file.read_text("utf-8")) for name, file in files.items()}
    assert sum(map(len, found.values())) > 100
    foreign = {name for name, words in found.items() if any(not isinstance(one, ast.Constant) for one in words)}
    assert foreign <= HANDED_ON
    source = "from app.language import Said as S, said\nsaid(f'{x}')\nS(y)\nSaid(z)"
    assert [ast.unparse(one) for one in said_in(source)] == ["f'{x}'", "y"]
