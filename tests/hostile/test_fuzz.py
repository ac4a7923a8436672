"""A hundred drawn inputs for each target on every run, always the same; `make fuzz` draws others for as long as asked.

What was found before is tried again.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from tests.hostile.fuzzing import found, inputs, try_out
from tests.hostile.targets import TARGETS


@pytest.mark.parametrize("file", list(found()))
def test_what_was_found_is_not_found_again(file):
    try_out(*found()[file])


@pytest.mark.parametrize("name", TARGETS)
def test_only_declared_errors_and_no_long_work(name):
    @settings(max_examples=100, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(inputs(name))
    def each(raw):
        try_out(name, raw)

    each()


@pytest.mark.parametrize("name", TARGETS)
def test_seeds_are_good(name):
    """A seed that is refused would let the fuzzer search in the wrong place."""
    for seed in TARGETS[name].seeds():
        TARGETS[name].run(seed)


def test_what_was_found_belongs_to_a_target():
    assert {target for target, _ in found().values()} <= TARGETS.keys()
