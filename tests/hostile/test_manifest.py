"""The collection itself: large enough, named well, the same on every run, and broken in the one place it says."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from tests.factories import judged
from tests.hostile.generate import honest, keys, token_bytes
from tests.hostile.generate.families import FAMILIES, counts, samples
from tests.hostile.generate.sample import Expect

# The families of the threat model and how many of each there were when this was written: they may only grow.
LEAST = {
    "jwt": 220,
    "ld": 270,
    "suite": 120,
    "json": 640,
    "png": 75,
    "svg": 90,
    "pdf": 60,
    "status": 110,
    "did": 90,
    "url": 40,
    "held": 35,
    "ob2": 50,
    "text": 50,
    "href": 90,
    "control": 140,
}


def test_each_family_is_there_and_does_not_shrink():
    found = counts()
    assert found.keys() == FAMILIES.keys() == LEAST.keys()
    assert {name: count for name, count in found.items() if count < LEAST[name]} == {}


def test_the_page_names_each_family_with_its_count():
    page = (Path(__file__).parents[2] / "docs/hostile.md").read_text("utf-8")
    rows = re.findall(r"^\| `([a-z0-9]+)` \| ([0-9]+) \| \S", page, re.MULTILINE)
    assert {name: int(count) for name, count in rows} == LEAST


def test_names_are_unique_and_each_says_what_it_breaks():
    names = [sample.name for sample in samples()]
    assert len(names) == len(set(names))
    assert all(sample.breaks and sample.expect for sample in samples())


def test_controls_are_valid_and_nothing_else_is_expected_to_be_valid_only():
    for sample in samples():
        if sample.family == "control":
            assert sample.expect is Expect.VALID, sample.name
        elif sample.family not in ("text", "href"):
            assert sample.expect is not Expect.VALID, sample.name


@pytest.mark.parametrize("name", ["jwt", "ld", "suite", "png", "svg", "pdf", "held", "text", "control"])
def test_samples_are_the_same_on_every_run(name):
    """Made twice in one run they are equal, though no key was kept from the first time."""
    made = [sample for sample in samples() if sample.family == name][::7]
    first = [hashlib.sha256(sample.build()).digest() for sample in made]
    keys.rsa_handle.cache_clear()
    keys.p256_handle.cache_clear()
    honest._signed.cache_clear()
    assert [hashlib.sha256(sample.build()).digest() for sample in made] == first


def test_samples_of_one_family_differ():
    """Two that are equal would test one thing twice."""
    seen: dict[bytes, str] = {}
    twins = []
    for sample in samples():
        if sample.evidence is not None:  # there the badge may be the same, and the list differs
            continue
        digest = hashlib.sha256(sample.build()).digest()
        if digest in seen:
            twins.append((seen[digest], sample.name))
        seen[digest] = sample.name
    assert twins == []


def test_what_samples_are_made_of_is_valid():
    """Then whatever is wrong with a sample is what was changed in it."""
    for base in (honest.as_json(honest.signed()), honest.compact(), token_bytes.es256(keys.es256_raw)):
        assert judged(base, {}).verdict.value == "valid"


@pytest.mark.parametrize("label", ["neutral", "order-2", "order-4", "order-8-a", "order-8-d"])
def test_a_signature_of_low_order_would_fit_without_our_rule(label):
    token = token_bytes.low_order(token_bytes.LOW_ORDER[label])
    signed, _, _ = token.rpartition(b".")
    key = token_bytes.LOW_ORDER[label].to_bytes(32, "little")
    signatures = [r.to_bytes(32, "little") + bytes(32) for r in token_bytes.LOW_ORDER.values()]
    assert any(keys.fits_by_openssl(key, signature, signed) for signature in signatures)
