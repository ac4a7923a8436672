"""The one reader of JSON from outside: what is I-JSON comes through as it is, and nothing else does."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import strictjson
from app.errors import MalformedJSONError, TooLargeError

KIB = 1024


def loads(raw, **limits):
    return strictjson.loads(raw, **{"max_bytes": 100 * KIB, **limits})


TAKEN = [
    ("an object", b'{"a": [1, -2.5, true, null, "x"]}', {"a": [1, -2.5, True, None, "x"]}),
    ("white space around it", b" \r\n\t{} \n", {}),
    ("a text alone", b'"x"', "x"),
    ("equal names in different objects", b'{"a": {"a": 1}, "b": {"a": 2}}', {"a": {"a": 1}, "b": {"a": 2}}),
    ("names that differ in case only", b'{"a": 1, "A": 2}', {"a": 1, "A": 2}),
    ("a whole pair of surrogates", b'"\\ud83c\\udf93"', "\U0001f393"),
    ("characters beyond the basic plane", '"\U0001f393"'.encode(), "\U0001f393"),
    ("a byte-order mark inside a text", '"\ufeff"'.encode(), "\ufeff"),
    ("a noncharacter", b'"\\uffff"', "\uffff"),
    ("other control characters, escaped", b'"\\u0001\\n"', "\x01\n"),
    ("the largest whole number", b"9007199254740991", 2**53 - 1),
    ("the smallest whole number", b"-9007199254740991", -(2**53) + 1),
    ("the largest double", b"1.7976931348623157e308", 1.7976931348623157e308),
    ("a number that underflows", b"1e-400", 0.0),
]


@pytest.mark.parametrize(("raw", "value"), [row[1:] for row in TAKEN], ids=[row[0] for row in TAKEN])
def test_what_is_taken(raw, value):
    assert loads(raw) == value


REFUSED = [
    ("nothing", b"", "Not JSON"),
    ("white space", b"  \n", "Not JSON"),
    ("half an object", b'{"a": 1', "line 1"),
    ("two values", b"{} {}", "Not JSON"),
    ("a comment", b"{} // x", "Not JSON"),
    ("a comma at the end", b"[1,]", "Not JSON"),
    ("single quotes", b"{'a': 1}", "Not JSON"),
    ("a line break in a text", b'"a\nb"', "Not JSON"),
    ("a number with a zero in front", b"01", "Not JSON"),
    ("a byte-order mark", b"\xef\xbb\xbf{}", "byte-order mark"),
    ("UTF-16", '{"a": 1}'.encode("utf-16"), "not UTF-8"),
    ("a byte that is no UTF-8", b'"\xff"', "byte 1"),
    ("an overlong slash", b'"\xc0\xaf"', "not UTF-8"),
    ("a surrogate as bytes", b'"\xed\xa0\x80"', "not UTF-8"),
    ("a member twice", b'{"a": 1, "b": 2, "a": 1}', '"a" stands twice'),
    ("a member twice, the other one escaped", b'{"a": 1, "\\u0061": 2}', '"a" stands twice'),
    ("a member twice, deep down", b'[{"x": {"y": 1, "y": 1}}]', '"y" stands twice'),
    ("NaN", b"[NaN]", "NaN"),
    ("Infinity", b"Infinity", "Infinity"),
    ("minus Infinity", b"[-Infinity]", "-Infinity"),
    ("a number past the doubles", b"1e309", "too large"),
    ("a number past the whole doubles", b"9007199254740992", "2^53 - 1"),
    ("a negative one", b"-9007199254740992", "2^53 - 1"),
    ("a number of a million digits", b"9" * 50_000, "2^53 - 1"),
    ("a fraction of many digits", b"0." + b"1" * 500, "too large"),
    ("half a pair of surrogates", b'"\\ud83c"', "surrogate"),
    ("the other half", b'["\\udf93"]', "surrogate"),
    ("the halves in the wrong order", b'"\\udf93\\ud83c"', "surrogate"),
    ("half a pair in a name", b'{"\\ud800": 1}', "surrogate"),
    ("U+0000 in a text", b'{"a": "x\\u0000y"}', "U+0000"),
    ("U+0000 in a name", b'{"\\u0000": 1}', "U+0000"),
]


@pytest.mark.parametrize(("raw", "said"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_is_refused_and_why(raw, said):
    with pytest.raises(MalformedJSONError) as caught:
        loads(raw)
    assert said in caught.value.message


@pytest.mark.parametrize(
    "nested",
    [lambda levels: b"[" * levels + b"]" * levels, lambda levels: b'{"a":' * levels + b"1" + b"}" * levels],
    ids=["arrays", "objects"],
)
def test_depth_is_bounded(nested):
    assert loads(nested(32))
    with pytest.raises(MalformedJSONError, match="deeper than 32"):
        loads(nested(33))
    assert loads(nested(5), max_depth=5)
    with pytest.raises(MalformedJSONError, match="deeper than 4"):
        loads(nested(5), max_depth=4)


@pytest.mark.parametrize("raw", [b"[" * 100_000, b'{"a":' * 20_000, b"[" * 40_000 + b"]" * 40_000])
def test_absurd_depth_is_refused_without_a_crash(raw):
    with pytest.raises(MalformedJSONError):
        loads(raw)


def test_breadth_is_not_depth():
    assert len(loads(json.dumps([[]] * 1_000).encode())) == 1_000


def test_the_limit_in_bytes_is_exact():
    assert loads(b'"1234"', max_bytes=6) == "1234"
    with pytest.raises(TooLargeError, match="has 7 bytes; the limit is 6"):
        loads(b'"12345"', max_bytes=6)


def test_bytes_are_counted_before_anything_is_read():
    with pytest.raises(TooLargeError):
        loads(b"\xff" * 7, max_bytes=6)


def test_long_texts_are_not_repeated_in_full():
    name = "x" * 5_000
    with pytest.raises(MalformedJSONError) as caught:
        loads(f'{{"{name}": 1, "{name}": 2}}'.encode())
    assert len(caught.value.message) < 120


def test_what_is_written_keeps_its_order_and_is_compact():
    assert strictjson.dumps({"b": 1, "a": ["ü", None]}) == '{"b":1,"a":["ü",null]}'.encode()


TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)
LEAVES = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT
LEAVES |= st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=20)


@given(VALUES)
def test_what_is_written_is_read_back(value):
    assert loads(strictjson.dumps(value)) == value


@given(st.binary(max_size=60) | VALUES.map(json.dumps).map(str.encode))
def test_whatever_comes_is_a_value_or_one_of_two_errors(raw):
    try:
        loads(raw)
    except (MalformedJSONError, TooLargeError):
        return
    json.loads(raw)
