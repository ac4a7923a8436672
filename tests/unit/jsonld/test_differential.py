"""Two readers of the same documents: the compiled walk, and PyLD's expansion with our RDFC-1.0.

The walk gives the slow path's bytes, or refuses what it refuses, or says that it does not cover the document. Every
run draws other documents; `JSONLD_SEED=…` repeats one. What tells the readers apart is written to `found/`.
"""

from __future__ import annotations

import copy
import json
import os
import secrets
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.unit.jsonld import found
from tests.unit.jsonld.corpus import Sample, deviation
from tests.unit.jsonld.documents import CHANGED, DOCUMENTS, ODD_VALUES
from tests.unit.jsonld.mutations import BASES, VC
from tests.unit.jsonld.support import fast, outcome, slow

SEED = int(os.environ.get("JSONLD_SEED") or secrets.randbits(32))

# Any JSON under our contexts, which no reader may take for a credential.
KEYS = st.sampled_from(("id", "type", "name", "proof", "issuer", "@id", "@type", "@value", "@list", "@graph", "a", ""))
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.floats(-9, 9), st.text(max_size=3), KEYS)
MEMBERS = st.dictionaries(
    KEYS, st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner), max_leaves=12)
)
ANYTHING = st.builds(lambda members: {"@context": VC, **members}, MEMBERS)


class DifferError(AssertionError):
    def __init__(self, document):
        super().__init__("the walk and the slow path differ")
        self.document = document


def compare(document, quickly=fast):
    """The walk's outcome; raises DifferError."""
    before = copy.deepcopy(document)
    quick, thorough = outcome(quickly, document), outcome(slow, document)
    if quick not in {"unsupported", thorough}:
        raise DifferError(document)
    assert document == before, "reading changed the document"
    return quick if isinstance(quick, str) else "read"


def compare_many(strategy, count, quickly=fast, chosen_seed=SEED):
    """How often the walk had which outcome; raises DifferError with the smallest document that can be found."""
    outcomes = Counter()

    @seed(chosen_seed)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def check(document):
        outcomes[compare(document, quickly)] += 1

    check()
    return outcomes


@pytest.mark.parametrize("make", BASES)
def test_the_walk_covers_what_credentials_are_made_of(make):
    assert fast(make()) == slow(make())


@pytest.mark.parametrize(
    ("strategy", "count", "least_read"),
    [
        pytest.param(DOCUMENTS, 700, 0.4, id="well-formed"),
        pytest.param(CHANGED, 700, 0.1, id="changed"),
        pytest.param(ODD_VALUES, 300, 0.0, id="odd values"),
        pytest.param(ANYTHING, 300, 0.0, id="any JSON"),
    ],
)
def test_random_documents_have_one_answer(strategy, count, least_read):
    print(f"JSONLD_SEED={SEED}")  # noqa: T201 - whoever reads a failure needs it
    try:
        outcomes = compare_many(strategy, count)
    except DifferError as difference:
        pytest.fail(f"the walk and the slow path differ: {found.save('walk', difference.document)}")
    # A walk that covered nothing would agree with everything.
    assert outcomes["read"] >= least_read * outcomes.total(), outcomes


@pytest.mark.parametrize("members", found.replays().values(), ids=found.replays())
def test_what_was_found_before_stays_repaired(members):
    compare(members["document"])
    if {"nquads", "refused"} & members.keys():
        deviation(Sample.of("found", members["document"], members))


def test_a_difference_is_kept_for_later_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(found, "FOLDER", tmp_path)
    document = {"name": "\ud800 \U0001f600", "n": 1.0}
    path = found.save("walk", document)
    assert path.parent == tmp_path
    assert found.replays() == {path.stem: {"document": document}}


def test_a_reader_that_loses_something_is_caught():
    """The comparison can fail, and then shows the smallest document that it found."""
    with pytest.raises(DifferError) as caught:
        # Not every hundred documents hold such an address: with the same seed these always do.
        compare_many(DOCUMENTS, 100, lambda document: fast(document).replace(b"mailto:", b""), chosen_seed=1)
    assert "mailto:" in json.dumps(caught.value.document)
