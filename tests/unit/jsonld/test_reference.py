"""Our canonical N-Quads are jsonld.js's, byte for byte; where they are not, the corpus says why."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.unit.jsonld.corpus import DEVIATIONS, FIXTURE, deviation, load
from tests.unit.jsonld.support import fast, outcome, slow

SAMPLES = load()


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_reference(sample):
    assert deviation(sample) == sample.deviation


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_both_paths_have_one_answer(sample):
    quick = outcome(fast, sample.document)
    assert quick in {"unsupported", outcome(slow, sample.document)}


def test_the_walk_covers_everything_that_we_issue():
    ours = [sample for sample in SAMPLES if sample.name.startswith("issued: ")]
    assert len(ours) >= 10
    for sample in ours:
        assert fast(sample.document).decode() == sample.nquads


def test_the_corpus_is_as_large_and_as_varied_as_it_claims():
    answers = Counter("result" if sample.nquads else "refusal" for sample in SAMPLES)
    assert answers["result"] >= 300
    assert answers["refusal"] >= 100
    assert {"a", "b", "d"} <= {sample.deviation for sample in SAMPLES} <= {None, *DEVIATIONS}
    assert len({sample.name for sample in SAMPLES}) == len(SAMPLES)
    assert FIXTURE.stat().st_size < 400_000
