"""Where processors of JSON-LD are known to differ, or to leave out what a document says: each hazard by its letter.

Issuing (no fallback) refuses all of it. Verifying refuses whatever has no form that everybody agrees on. What jsonld.js
says of the same documents is in the reference corpus.
"""

from __future__ import annotations

from functools import partial

import pytest

from app.errors import DocumentError, UnsafeDocumentError
from app.jsonld import canonicalize
from tests.unit.jsonld.corpus import canonicalize_by_utf16
from tests.unit.jsonld.mutations import EXTENSIONS, OB, TYPICAL, VC
from tests.unit.jsonld.reference.cases import ACHIEVEMENT, put
from tests.unit.jsonld.support import fast, outcome, slow

issuing = partial(canonicalize, fallback=False)
verifying = partial(canonicalize, fallback=True)
EVERYBODY = [
    pytest.param(issuing, id="issuing"),
    pytest.param(verifying, id="verifying"),
    pytest.param(slow, id="slow"),
]


@pytest.mark.parametrize("read", EVERYBODY)
@pytest.mark.parametrize(
    "number", [1e-7, -1e-7, 9.99e-7, 5e-324, 2**53 + 1, -(2**53) - 1, 1e21, -0.0, 281474976710656.25]
)
def test_a_numbers_that_processors_write_differently_are_refused(read, number):
    for pointer in ("/name", f"{ACHIEVEMENT}/creditsAvailable"):
        with pytest.raises(UnsafeDocumentError) as caught:
            read(put(pointer, number))
        assert caught.value.pointer == pointer


@pytest.mark.parametrize("read", EVERYBODY)
@pytest.mark.parametrize("number", [0, -1, 1.0, 1e-6, 0.1 + 0.2, 2**53, -(2**53), 123456789.125])
def test_a_other_numbers_are_read(read, number):
    assert b"XMLSchema#" in read(put("/name", number))


@pytest.mark.parametrize("read", EVERYBODY)
@pytest.mark.parametrize("character", [*' \t<>"{}|\\^`', "\x00", "\xa0", "\u2028", "\u3000", "\ufeff", "\ud800", "#a#"])
def test_b_iris_that_processors_escape_differently_are_refused(read, character):
    iri = f"https://e.example/{character}b"
    for pointer, value in (("/issuer/id", iri), ("/issuer", iri), ("/issuer/type", ["Profile", iri])):
        with pytest.raises(UnsafeDocumentError) as caught:
            read(put(pointer, value))
        assert caught.value.pointer.startswith(pointer)


@pytest.mark.parametrize("read", EVERYBODY)
@pytest.mark.parametrize(
    "pointer", ["/id", "/issuer", "/issuer/id", "/evidence/0/id", f"{ACHIEVEMENT}/criteria", "/credentialSubject/id"]
)
def test_c_empty_references_are_refused(read, pointer):
    with pytest.raises(UnsafeDocumentError) as caught:
        read(put(pointer, ""))
    assert caught.value.pointer == pointer


@pytest.mark.parametrize("read", EVERYBODY)
def test_d_statements_are_in_the_order_of_code_points(read):
    """An astral character comes after U+FFFF, although its first UTF-16 unit is less."""
    document = put(f"{ACHIEVEMENT}/tag", ["\U0001f600", "\ue000"])
    lines = read(document).decode().split("\n")
    tags = [line.split()[2] for line in lines if "schema.org/keywords" in line]
    assert tags == ['"\ue000"', '"\U0001f600"']
    assert sorted(lines) == sorted(canonicalize_by_utf16(document).split("\n"))


def test_d_labels_follow_the_order_of_code_points():
    document = put("/evidence", [{"type": "Evidence", "name": [f"{n} \U0001f600", f"{n} \ue000"]} for n in range(6)])
    ours, by_utf16 = canonicalize(document).decode(), canonicalize_by_utf16(document)
    assert sorted(ours.split("\n")) != sorted(by_utf16.split("\n"))


@pytest.mark.parametrize("read", EVERYBODY)
def test_e_the_schema_type_needs_the_extensions_context(read):
    assert read({**TYPICAL, "@context": [VC, OB, EXTENSIONS]})
    with pytest.raises(UnsafeDocumentError, match="1EdTechJsonSchemaValidator2019") as caught:
        read({**TYPICAL, "@context": [VC, OB]})
    assert caught.value.pointer == "/credentialSchema/0/type"


@pytest.mark.parametrize("read", EVERYBODY)
@pytest.mark.parametrize("beside", [{}, {"@language": "ar"}, {"@type": "https://e.example/T"}])
def test_f_text_directions_are_refused(read, beside):
    with pytest.raises(UnsafeDocumentError) as caught:
        read(put("/name", {"@value": "x", "@direction": "rtl", **beside}))
    assert caught.value.pointer.startswith("/name/")


LOSSES = [
    ("a malformed language", "/name", {"@value": "x", "@language": "e n"}),
    ("a language that is a number", "/name", {"@value": "x", "@language": 1}),
    ("a language without a value", "/name", {"@language": "en"}),
    ("a value that is null", "/name", {"@value": None}),
    ("a free scalar in a graph", "/proof", ["x"]),
    ("a free number in a graph", "/proof", 5),
    ("a free scalar at the top", "/@graph", ["x"]),
    ("a free scalar that is included", "/@included", ["x"]),
    ("a relative reference in a node that is dropped", "/proof", {"id": "relative"}),
    ("a relative type in a node that is dropped", "/@included", {"type": "Relative"}),
    ("a relative reference below an undefined term", "/x", {"id": "relative"}),
    ("an undefined member beside a value", "/name", {"@value": "x", "grade": "A"}),
]


@pytest.mark.parametrize("read", EVERYBODY)
@pytest.mark.parametrize(("pointer", "value"), [row[1:] for row in LOSSES], ids=[row[0] for row in LOSSES])
def test_g_what_expansion_would_lose_is_refused(read, pointer, value):
    with pytest.raises(UnsafeDocumentError) as caught:
        read(put(pointer, value))
    assert caught.value.pointer.startswith(pointer)


@pytest.mark.parametrize(
    "value", [{"@value": "Nom", "@language": "fr"}, {"@value": "x", "@type": "https://e.example/T"}, ["x", None]]
)
def test_g_issuing_has_no_fallback(value):
    document = put("/name", value)
    assert outcome(fast, document) == "unsupported"
    assert verifying(document) == slow(document)
    with pytest.raises(DocumentError) as caught:
        issuing(document)
    assert caught.value.pointer.startswith("/name")
