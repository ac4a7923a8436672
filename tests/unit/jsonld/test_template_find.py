"""Asking templates about a document of which nobody knows who wrote it: an answer, or nothing, and nothing is kept."""

from __future__ import annotations

import copy

import pytest

from app.jsonld import Templates, form, template
from tests.unit.jsonld.awards import CONSTANT, FULL, named, walked
from tests.unit.jsonld.test_template_memory import broken


@pytest.fixture
def templates():
    made = Templates(CONSTANT)
    made.canonicalize(FULL)
    return made


def test_what_is_known_is_found_as_the_walk_has_it(templates):
    for number in range(20):
        document = named(FULL, number)
        assert templates.find(document) == walked(document)


def test_what_is_not_known_is_not_found_and_not_kept():
    templates = Templates(CONSTANT, size=1)
    assert [templates.find(named(FULL, number)) for number in range(3)] == [None] * 3
    assert not templates._by_shape


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"other": "x"}, id="another member"),
        pytest.param({"issuer": {**FULL["issuer"], "name": "Another"}}, id="another issuer"),
        pytest.param({"@context": FULL["@context"][:1]}, id="other contexts"),
        pytest.param({"type": [*FULL["type"], "Another"]}, id="another type"),
        pytest.param({"id": "no IRI"}, id="a text that is no IRI where one stands"),
        pytest.param({"id": object()}, id="what JSON does not know"),
    ],
)
def test_what_is_of_another_kind_or_odd_is_not_found(templates, change):
    kept = list(templates._by_shape)
    assert templates.find({**copy.deepcopy(FULL), **change}) is None
    assert list(templates._by_shape) == kept


def test_a_template_that_was_given_up_answers_nothing(monkeypatch):
    monkeypatch.setattr(template, "form_of", lambda *args, **options: broken(form.form_of(*args, **options)))
    templates = Templates(CONSTANT)
    templates.canonicalize(FULL)
    assert templates.find(FULL) is None
