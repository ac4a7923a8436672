from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import InvalidProofError
from app.signing.cbor import read_cbor
from tests.cost import within
from tests.unit.signing.selective import cbor

# RFC 8949 appendix A: those of our kinds.
EXAMPLES = [
    ("00", 0),
    ("17", 23),
    ("1818", 24),
    ("1903e8", 1000),
    ("1a000f4240", 1_000_000),
    ("1b000000e8d4a51000", 1_000_000_000_000),
    ("1bffffffffffffffff", 2**64 - 1),
    ("40", b""),
    ("4401020304", b"\1\2\3\4"),
    ("60", ""),
    ("6449455446", "IETF"),
    ("62c3bc", "ü"),
    ("64f0908591", "\U00010151"),
    ("80", []),
    ("83010203", [1, 2, 3]),
    ("8301820203820405", [1, [2, 3], [4, 5]]),
    ("98190102030405060708090a0b0c0d0e0f101112131415161718181819", list(range(1, 26))),
    ("a0", {}),
    ("a201020304", {1: 2, 3: 4}),
    ("a26161016162820203", {"a": 1, "b": [2, 3]}),
    ("826161a161626163", ["a", {"b": "c"}]),
]


@pytest.mark.parametrize(("raw", "value"), EXAMPLES)
def test_examples_of_the_standard(raw, value):
    assert read_cbor(bytes.fromhex(raw), max_items=100) == value


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param("", id="nothing"),
        pytest.param("0000", id="two values"),
        pytest.param("20", id="a negative number"),
        pytest.param("f6", id="null"),
        pytest.param("f5", id="true"),
        pytest.param("f93c00", id="half a float"),
        pytest.param("fb3ff199999999999a", id="a float"),
        pytest.param("c074323031332d30332d32315432303a30343a30305a", id="a tag"),
        pytest.param("c0", id="a tag on nothing"),
        pytest.param("d8408101", id="a tag on an array"),
        pytest.param("5f42010243030405ff", id="bytes of no known length"),
        pytest.param("7f657374726561646d696e67ff", id="a text of no known length"),
        pytest.param("9fff", id="an array of no known length"),
        pytest.param("bfff", id="a map of no known length"),
        pytest.param("ff", id="a stop"),
        pytest.param("1c", id="a length of no known size"),
        pytest.param("18", id="a number cut off"),
        pytest.param("42ff", id="bytes cut off"),
        pytest.param("62ff", id="a text cut off"),
        pytest.param("61ff", id="a text that is no UTF-8"),
        pytest.param("8201", id="an array cut off"),
        pytest.param("a101", id="a map cut off"),
        pytest.param("a201020103", id="a key twice"),
        pytest.param("a18001", id="an array as a key"),
        pytest.param("a1a001", id="a map as a key"),
        pytest.param("5bffffffffffffffff00", id="as many bytes as there can be"),
        pytest.param("9bffffffffffffffff00", id="as many values as there can be"),
        pytest.param("bbffffffffffffffff00", id="as many members as there can be"),
        pytest.param("81" * 100_000 + "00", id="one in another, a hundred thousand times"),
        pytest.param("a100" * 100_000 + "00", id="maps in maps"),
        pytest.param("a1" * 100_000 + "00", id="maps for the keys of maps"),
    ],
)
def test_all_else_is_refused_at_once(raw):
    with within(0.2), pytest.raises(InvalidProofError):
        read_cbor(bytes.fromhex(raw), max_items=1_000)


def test_values_are_counted():
    assert read_cbor(b"\x83\0\0\0", max_items=4) == [0, 0, 0]
    with pytest.raises(InvalidProofError, match="too many"):
        read_cbor(b"\x83\0\0\0", max_items=3)


@given(st.binary(max_size=512))
@settings(max_examples=500, deadline=1_000)
def test_any_bytes_are_read_or_refused(raw):
    with suppress(InvalidProofError):
        read_cbor(raw, max_items=200)


SCALARS = st.integers(0, 2**64 - 1) | st.binary(max_size=40) | st.text(max_size=20)


@given(
    st.recursive(
        SCALARS, lambda below: st.lists(below, max_size=5) | st.dictionaries(SCALARS, below, max_size=5), max_leaves=20
    )
)
@settings(max_examples=200, deadline=1_000)
def test_what_is_written_is_read(value):
    def depth(item):
        below = item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()
        return 1 + max(map(depth, below), default=0)

    if depth(value) > 4:
        with pytest.raises(InvalidProofError):
            read_cbor(cbor(value), max_items=10_000)
    else:
        assert read_cbor(cbor(value), max_items=10_000) == value
