"""Which templates are kept, by whom they are shared, and when one is given up."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from app.errors import TooComplexError
from app.jsonld import Limits, Templates, form, template
from tests.unit.jsonld.awards import BARE, CONSTANT, FULL, NAMED, evidence, named, outcome, through, walked
from tests.unit.jsonld.mutations import TYPICAL


def test_the_least_recently_used_templates_are_forgotten():
    templates = Templates(CONSTANT, size=2)
    shapes = [evidence(*[{"id": f"urn:{number}"} for number in range(size)]) for size in (1, 2, 3)]
    one, two, one_again = (templates.canonicalize(shapes[number]).template for number in (0, 1, 0))
    assert one_again is one
    three = templates.canonicalize(shapes[2]).template  # puts out two
    assert templates.canonicalize(shapes[0]).template is one
    assert templates.canonicalize(shapes[2]).template is three
    assert templates.canonicalize(shapes[1]).template is not two


def test_threads_share_templates():
    documents = [named(base, number) for number in range(100) for base in (TYPICAL, FULL, BARE, NAMED)]
    expected = [walked(document) for document in documents]
    for templates in (Templates(CONSTANT), Templates(CONSTANT, size=1)):
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(templates.canonicalize, documents))
        assert [canonical.nquads for canonical in found] == expected
    assert all(canonical.template for canonical in found)


def test_threads_that_come_at_once_get_the_same_template(monkeypatch):
    together = Barrier(2)

    def form_of(*args, **options):
        together.wait()
        return form.form_of(*args, **options)

    monkeypatch.setattr(template, "form_of", form_of)
    templates = Templates(CONSTANT)
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(templates.canonicalize, [FULL, FULL])
    assert one.template is other.template is not None


def broken(made):
    """A form that has lost a letter of what never changes."""
    longest = max(made._rest, key=len)
    return replace(made, _rest=tuple(text[:-1] if text is longest else text for text in made._rest))


def test_a_wrong_template_is_given_up_at_its_first_fill(monkeypatch):
    monkeypatch.setattr(template, "form_of", lambda *args, **options: broken(form.form_of(*args, **options)))
    templates = Templates(CONSTANT)
    for number in range(3):
        document = named(FULL, number)
        canonical = templates.canonicalize(document)
        assert canonical.template is None
        assert canonical.nquads == walked(document)


def test_the_first_fill_may_be_a_later_document(monkeypatch):
    monkeypatch.setattr(template, "form_of", lambda *args, **options: broken(form.form_of(*args, **options)))
    templates = Templates(CONSTANT)
    for document in ({**FULL, "id": "tag:e.example,2026:1"}, FULL):
        canonical = templates.canonicalize(document)
        assert canonical.template is None
        assert canonical.nquads == walked(document)


def test_a_template_that_was_wrong_once_stays_given_up(monkeypatch):
    class Fickle:
        fills = iter([b"wrong", walked(FULL)])

        def fill(self, texts):
            return next(self.fills)

    monkeypatch.setattr(template, "form_of", lambda *args, **options: Fickle())
    templates = Templates(CONSTANT)
    assert [templates.canonicalize(FULL).template for _ in range(2)] == [None, None]


def size_of(document):
    nquads = walked(document).decode()
    return nquads.count("\n"), len({word for word in nquads.split() if word.startswith("_:c14n")})


@pytest.mark.parametrize("spare", [-1, 0, 1])
@pytest.mark.parametrize("limit", ["quads", "blank_nodes", "depth"])
def test_limits_hold_as_in_the_walk(limit, spare):
    lines, nodes = size_of(FULL)
    limits = Limits(**{limit: {"quads": lines, "blank_nodes": nodes, "depth": 7}[limit] + spare})
    templates = Templates(CONSTANT, limits=limits)
    for number in range(3):
        document = named(FULL, number)
        expected = outcome(lambda document: walked(document, limits=limits), document)
        assert outcome(through(templates), document) == expected
        assert isinstance(expected, bytes) is (spare >= 0)


def test_a_limit_is_of_statements_and_equal_ones_count_once():
    document = evidence({"id": "urn:a", "name": "a"}, {"id": "urn:a", "name": "a"})
    limits = Limits(quads=size_of(document)[0])
    templates = Templates(CONSTANT, limits=limits)
    assert templates.canonicalize(document).nquads == walked(document)
    with pytest.raises(TooComplexError):
        templates.canonicalize(NAMED)
