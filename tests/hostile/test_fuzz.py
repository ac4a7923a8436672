"""A hundred drawn inputs for each target on every run, always the same; `make fuzz` draws others for as long as asked.

What was found before is tried again.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from tests.hostile.fuzzing import found, inputs, try_out
from tests.hostile.targets import TARGETS

KNOWN_WRONG: dict[str, str] = {
    "did-document.d0b0cd2c42e4": "signing/did_document.py: a type that is a list is looked up in a set",
    "evidence.8dd354171736": "signing/did_document.py: a type that is a list is looked up in a set",
    "judge-signed.346bf0605ab7": "verification/status.py: a type that is a list is looked up in a table",
}


def _found():
    marks = {name: [pytest.mark.xfail(reason=reason, strict=True)] for name, reason in KNOWN_WRONG.items()}
    return [pytest.param(name, marks=marks.get(name, [])) for name in found()]


@pytest.mark.parametrize("file", _found())
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
    assert KNOWN_WRONG.keys() <= found().keys()
