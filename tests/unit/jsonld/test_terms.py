"""Literals and IRIs as canonical N-Quads."""

from __future__ import annotations

import math

import pytest

from app.errors import UnsafeDocumentError
from app.jsonld.terms import Quads, double, is_absolute_iri, is_canonical_double, is_language, literal, native, quote

XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain", '"plain"'),
        ('a"b\\c', r'"a\"b\\c"'),
        ("\b\t\n\f\r", r'"\b\t\n\f\r"'),
        ("\x00\x07\x0b\x0e\x1f\x7f", r'"\u0000\u0007\u000B\u000E\u001F\u007F"'),
        ("é \x80 \u2028 \U0001f600", '"é \x80 \u2028 \U0001f600"'),
    ],
)
def test_text_is_escaped_as_little_as_rdfc_allows(text, written):
    assert quote(text) == written


def test_half_a_surrogate_pair_is_refused():
    with pytest.raises(UnsafeDocumentError):
        quote("\ud800")


def test_xsd_string_is_not_written():
    assert literal("x", f"{XSD}string") == literal("x") == '"x"'


@pytest.mark.parametrize(
    ("number", "datatype", "written"),
    [
        (6, None, f'"6"^^<{XSD}integer>'),
        (6.0, None, f'"6"^^<{XSD}integer>'),
        (-1, None, f'"-1"^^<{XSD}integer>'),
        (1.5, None, f'"1.5E0"^^<{XSD}double>'),
        (0.1, None, f'"1.0E-1"^^<{XSD}double>'),
        (123.456, None, f'"1.23456E2"^^<{XSD}double>'),
        (1e-6, None, f'"1.0E-6"^^<{XSD}double>'),
        (3.6666666666666665, None, f'"3.666666666666667E0"^^<{XSD}double>'),
        (6, f"{XSD}double", f'"6.0E0"^^<{XSD}double>'),
        (6, "https://www.w3.org/2001/XMLSchema#float", '"6"^^<https://www.w3.org/2001/XMLSchema#float>'),
        (1.5, "https://www.w3.org/2001/XMLSchema#float", '"1.5E0"^^<https://www.w3.org/2001/XMLSchema#float>'),
        (True, None, f'"true"^^<{XSD}boolean>'),
        (False, "urn:b", '"false"^^<urn:b>'),
        (2**53, None, f'"9007199254740992"^^<{XSD}integer>'),
    ],
)
def test_numbers_and_booleans(number, datatype, written):
    assert native(number, datatype) == written


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(1e-7, id="below 1e-6, where jsonld.js writes 0"),
        pytest.param(2**53 + 1, id="an integer that a double cannot hold"),
        pytest.param(10**400, id="an integer beyond every double"),
        pytest.param(1e21, id="a whole number written with an exponent"),
        pytest.param(-0.0, id="negative zero"),
        pytest.param(281474976710656.25, id="a tie that C and JavaScript round differently"),
        pytest.param(math.inf, id="infinity"),
        pytest.param(math.nan, id="not a number"),
    ],
)
def test_numbers_that_readers_write_differently_are_refused(number):
    with pytest.raises(UnsafeDocumentError):
        native(number)


@pytest.mark.parametrize("text", ["1.5E0", "-2.0E-3", "0.0E0", "1.0E21"])
def test_texts_that_everybody_writes_as_the_same_double(text):
    assert is_canonical_double(text)
    assert double(float(text)) == text


@pytest.mark.parametrize(
    "text", ["", "x", "1", "1.5", "1.50E0", "15.0E-1", "1.5e0", "+1.5E0", "NaN", "INF", "\u0661.0E0"]
)
def test_texts_that_jsonld_js_would_write_anew(text):
    assert not is_canonical_double(text)


@pytest.mark.parametrize("iri", ["did:web:a.example", "urn:x", "https://e.example/ü?q=1#f", "mailto:a@b.example", "a:"])
def test_absolute_iris(iri):
    assert is_absolute_iri(iri)


@pytest.mark.parametrize(
    "iri",
    [
        *(
            "",
            "x",
            "/x",
            "#x",
            "_:b",
            ":x",
            "1a:x",
            "a:b c",
            "a:<",
            'a:"',
            "a:{",
            "a:\\",
            "a:#b#c",
            "a:\x01",
            "a:\ud800",
        ),
        *("a:\x85", "a:\xa0", "a:\u1680", "a:\u2003", "a:\u2028", "a:\u202f", "a:\u3000", "a:\ufeff", "a:#\xa0"),
    ],
)
def test_what_is_no_absolute_iri(iri):
    assert not is_absolute_iri(iri)


def test_language_tags():
    assert is_language("en-GB")
    assert not any(map(is_language, ("", "en_GB", "e n", "englishlanguage", "en-")))


def test_ground_quads_are_finished_lines():
    quads = Quads()
    quads.add("<urn:s>", "<urn:p>", "<urn:o>", "<urn:g>")
    quads.add("<urn:s>", "<urn:p>", quads.blank())
    assert quads.ground == ["<urn:s> <urn:p> <urn:o> <urn:g> .\n"]
    assert quads.linked == [("<urn:s>", "<urn:p>", "_:b1", "")]
