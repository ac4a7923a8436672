"""RFC 8785."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.errors import TooComplexError, UnsafeDocumentError
from app.jsonld.jcs import canonical_json, canonical_json_bytes
from tests.unit.jsonld.support import ABSENT, VECTORS

INPUTS = sorted((VECTORS / "jcs").glob("**/input/*.json"))


@pytest.mark.parametrize(
    "path", INPUTS or [pytest.param(None, marks=pytest.mark.skip(reason=ABSENT))], ids=lambda path: path and path.stem
)
def test_published_vectors(path):
    expected = path.parent.parent / "output" / path.name
    value = json.loads(path.read_text())
    assert canonical_json(value) == expected.read_text().rstrip("\n")
    assert canonical_json_bytes(value) == expected.read_bytes().rstrip(b"\n")


@pytest.mark.parametrize(
    ("number", "text"),
    # RFC 8785 appendix B, as far as an application may hold these numbers.
    [
        (0, "0"),
        (-0.0, "0"),
        (5e-324, "5e-324"),
        (1e-7, "1e-7"),
        (1e-6, "0.000001"),
        (9007199254740992, "9007199254740992"),
        (295147905179352830000.0, "295147905179352830000"),
        (1e21, "1e+21"),
        (9.999999999999997e22, "9.999999999999997e+22"),
        (333333333.33333329, "333333333.3333333"),
        (-1e-9, "-1e-9"),
        (4.5, "4.5"),
    ],
)
def test_numbers_are_written_as_ecmascript_does(number, text):
    assert canonical_json(number) == text


def test_members_are_sorted_by_utf16_units():
    assert (
        canonical_json({"\ue000": 1, "\U0001f600": 2, "a": [True, None]})
        == '{"a":[true,null],"\U0001f600":2,"\ue000":1}'
    )


@pytest.mark.parametrize("value", [2**53 + 1, float("inf"), float("nan"), object()])
def test_what_json_cannot_say_is_refused(value):
    for write in (canonical_json, canonical_json_bytes):
        with pytest.raises(UnsafeDocumentError):
            write([value])


JSON = st.recursive(
    st.text()
    | st.integers(-(2**53), 2**53)
    | st.booleans()
    | st.none()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(max_size=4), below, max_size=4),
    max_leaves=12,
)


@given(JSON)
@settings(max_examples=400, deadline=1_000)
@example({"\ue000": 1, "\U0001f600": 2, "": '\x00\x1f\x7f\x80\u2028\ufeff</é\U0001f600"\\'})
@example([9007199254740992, -9007199254740992, 0, 1e21, 1.0, -0.0, 5e-324])
@example({"b": 1, "a": {"B": [], "A": {}}, "aa": None})
def test_the_quick_way_writes_the_same(value):
    assert canonical_json_bytes(value) == canonical_json(value).encode()


@pytest.mark.parametrize("value", ["\ud800", {"\udfff": 1}, ["\U0001f600\ud83d"]])
def test_half_a_pair_has_no_bytes(value):
    with pytest.raises(UnsafeDocumentError):
        canonical_json_bytes(value)


@pytest.mark.parametrize("levels", [300, 100_000])
def test_what_is_nested_too_deep_is_no_crash(levels):
    deep = []
    for _ in range(levels):
        deep = [deep]
    if levels < 500:  # deeper than orjson goes
        assert canonical_json_bytes(deep) == b"[" * (levels + 1) + b"]" * (levels + 1)
    else:
        with pytest.raises(TooComplexError):
            canonical_json_bytes(deep)
