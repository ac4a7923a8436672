"""The one reader of JSON from outside: what is I-JSON comes through as it is, and nothing else does."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
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
    ("a fraction of nearly as many digits as are read", b"0." + b"1" * 398, 1 / 9),
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
    ("a fraction of one digit too many", b"0." + b"1" * 399, "too large"),
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


@pytest.mark.parametrize(
    "raw", [b"[" * 500 + b"]" * 500, b"[" * 100_000, b'{"a":' * 20_000, b"[" * 40_000 + b"]" * 40_000]
)
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


# The quick reader and the careful one: whoever answers, the answer is the same.


def reference(raw, max_depth):
    """The rules once more, with nothing but `json`: slow and plain."""

    def members(pairs):
        names = [name for name, _ in pairs]
        twice = next((name for index, name in enumerate(names) if name in names[:index]), None)
        if twice is not None:
            raise MalformedJSONError(f"The member {json.dumps(twice[:40])} stands twice in one object.")
        return dict(pairs)

    def integer(text):
        if len(text) > 400 or abs(int(text)) >= 2**53:
            raise MalformedJSONError("A whole number is too large to be read alike everywhere (limit 2^53 - 1).")
        return int(text)

    def fraction(text):
        if len(text) > 400 or abs(float(text)) == float("inf"):
            raise MalformedJSONError("A number is too large.")
        return float(text)

    def constant(name):
        raise MalformedJSONError(f"{name} is not a JSON number.")

    if raw.startswith(b"\xef\xbb\xbf"):
        raise MalformedJSONError("The document starts with a byte-order mark; send plain UTF-8.")
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise MalformedJSONError(f"The document is not UTF-8 (byte {error.start}).") from error
    try:
        value = json.loads(
            text, object_pairs_hook=members, parse_int=integer, parse_float=fraction, parse_constant=constant
        )
    except json.JSONDecodeError as error:
        raise MalformedJSONError(f"Not JSON: {error.msg} at line {error.lineno}, column {error.colno}.") from error
    _look_through([value], 1, max_depth)
    return value


def _look_through(level, depth, max_depth):
    """Texts before depth, from the top down."""
    for item in level:
        for one in [item] if isinstance(item, str) else item if isinstance(item, dict) else []:
            if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in one):
                shown = json.dumps(one[:40])
                raise MalformedJSONError(f"The text {shown} holds U+0000 or half of a surrogate pair.")
    if depth > max_depth and any(isinstance(item, dict | list) for item in level):
        raise MalformedJSONError(f"The document is nested deeper than {max_depth} levels.")
    below = [
        inner
        for item in level
        if isinstance(item, dict | list)
        for inner in (item.values() if isinstance(item, dict) else item)
    ]
    if below:
        _look_through(below, depth + 1, max_depth)


def outcome(read, raw, max_depth):
    """What reading came to. `repr` tells 1 from 1.0 and from True, and -0.0 from 0.0."""
    try:
        return repr(read(raw, max_depth))
    except MalformedJSONError as error:
        return f"refused: {error.message}"


def quickly(raw, max_depth):
    return strictjson.loads(raw, max_bytes=1_000_000, max_depth=max_depth)


def assert_same(raw, max_depth=6):
    expected = outcome(reference, raw, max_depth)
    assert outcome(quickly, raw, max_depth) == expected
    assert outcome(strictjson._carefully, raw, max_depth) == expected


LEXEMES = """
0 -0 -0.0 0.0 1 1.0 1.50 01 +1 .5 5. 1e2 1E2 1e+2 1e400 -1e400 1e-400 5e-324 2e-324 0.1e1 1e15 1e16 1e22 1e23 4.35
0.30000000000000004 0.300000000000000040 100000000000000000.0 123456789012345 999999999999999 1000000000000000
9007199254740991 9007199254740992 -9007199254740991 -9007199254740992 9007199254740993.0 18446744073709551615
18446744073709551616 1.7976931348623157e308 1.7976931348623159e308 2.675 123456.789e3 NaN -Infinity
"""
NUMBERS = st.sampled_from(LEXEMES.split())
NUMBERS |= st.from_regex(r"-?[0-9]{1,20}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?", fullmatch=True)
ESCAPES = r"""
a b ü [ ] { } \" ": \\ \/ \n \b \x \u0000 \u0001 \u001f \u0061 \u00fc \u00FC \ud83c\udf93 \ud83c \udf93 \\u0000
"""
PIECES = st.sampled_from([*ESCAPES.split(), "\U0001f393", "\u2028", "\x7f", "\t", "0" * 16])
STRINGS = st.lists(PIECES, max_size=4).map(lambda pieces: f'"{"".join(pieces)}"')
COMMAS = st.sampled_from([",", ",", ",", ", ", " ,\n"])
COLONS = st.sampled_from([":", ":", ":", ": ", " :"])


@st.composite
def joined(draw, inner):
    """An array or an object as text, most often compact, its names sometimes equal."""
    items = draw(st.lists(inner, max_size=4))
    if draw(st.booleans()):
        return f"[{draw(COMMAS).join(items)}]"
    return "{" + draw(COMMAS).join(f"{draw(STRINGS)}{draw(COLONS)}{item}" for item in items) + "}"


TEXTS = st.recursive(NUMBERS | STRINGS | st.sampled_from(["true", "false", "null"]), joined, max_leaves=12)
DEEP = st.lists(st.sampled_from(["[", '{"a":', '["]",', '{"[[":0,"":']), min_size=3, max_size=9).map(
    lambda opens: "".join(opens) + "1" + "".join("]" if one[0] == "[" else "}" for one in reversed(opens))
)


@given(TEXTS | DEEP)
@settings(max_examples=1_000)
def test_both_readers_agree_on_json_and_nearly_json(text):
    assert_same(text.encode("utf-8", "surrogatepass"))


@given(VALUES, st.data())
@settings(max_examples=500)
def test_both_readers_agree_on_damaged_bytes(value, data):
    raw = bytearray(strictjson.dumps(value))
    assert_same(bytes(raw))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(raw)))
        piece = data.draw(
            st.binary(max_size=2) | st.sampled_from([b'"', b"\\u0000", b"{", b"[", b",", b":", b"0", b"e9"])
        )
        raw[at : at + data.draw(st.integers(0, 2))] = piece
    assert_same(bytes(raw))


@pytest.mark.parametrize("raw", [row[1] for row in TAKEN + REFUSED], ids=[row[0] for row in TAKEN + REFUSED])
def test_both_readers_agree_on_the_named_cases(raw):
    assert_same(raw, 32)


def test_compact_json_is_read_quickly():
    """Otherwise all of the above would hold of a quick reader that never answers."""
    assert strictjson._quickly(b'{"a":[1,-2.5,true,null,"x \\u001f"]}', 2) == {"a": [1, -2.5, True, None, "x \x1f"]}
    assert strictjson._quickly(b"null", 0) is None
