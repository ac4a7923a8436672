from __future__ import annotations

import json

import pytest

from app.jsonld import canonicalize
from app.jsonld.nquads import blank_nodes, quads_in, read_nquads, relabelled, written
from app.jsonld.rdfc import canonical_nquads
from app.jsonld.terms import line
from tests.unit.jsonld.mutations import BASES
from tests.unit.jsonld.support import manifest, vectors

QUADS = [
    pytest.param(("<a:s>", "<a:p>", "<a:o>", ""), id="addresses"),
    pytest.param(("_:c14n0", "<a:p>", "_:c14n1", ""), id="unnamed nodes"),
    pytest.param(("_:c14n0", "<a:p>", "_:c14n1", "_:c14n2"), id="in an unnamed graph"),
    pytest.param(("<a:s>", "<a:p>", "<a:o>", "<a:g>"), id="in a named graph"),
    pytest.param(("<a:s>", "<a:p>", '""', ""), id="an empty text"),
    pytest.param(("<a:s>", "<a:p>", '"a text of words"', "_:c14n0"), id="a text in a graph"),
    pytest.param(("<a:s>", "<a:p>", '"_:c14n0 <a:p> _:c14n1 ."', ""), id="a text like a statement"),
    pytest.param(("<a:s>", "<a:p>", '"says \\"x\\" <a:g> ."', "<a:g>"), id="quotes in a text"),
    pytest.param(("<a:s>", "<a:p>", '"ends with a stroke\\\\"', ""), id="a stroke before the last quote"),
    pytest.param(("<a:s>", "<a:p>", '"nom"@fr-CA', "_:c14n0"), id="a language"),
    pytest.param(("<a:s>", "<a:p>", '"5"^^<http://www.w3.org/2001/XMLSchema#integer>', ""), id="a datatype"),
    pytest.param(("<a:s>", "<a:p>", '"5"^^<a:t>', "_:c14n0"), id="a datatype in a graph"),
    pytest.param(("<a:s>", "<a:p>", '"\u2028\x85\u00a0"', ""), id="white space that ends no line"),
]


@pytest.mark.parametrize("quad", QUADS)
def test_a_line_is_read_as_it_was_written(quad):
    assert quads_in(line(*quad).encode()) == [quad]


@pytest.mark.parametrize("make", BASES)
def test_what_is_read_is_written_again(make):
    canonical = canonicalize(make())
    assert canonical_nquads(read_nquads(canonical)) == canonical
    assert "".join(written(quads_in(canonical))).encode() == canonical


def test_nothing_is_read_from_nothing():
    assert quads_in(b"") == []


ENTRIES = manifest("rdf-canon/tests/manifest.jsonld")
CANONICAL = [entry["result"] for entry in ENTRIES if str(entry.get("result")).endswith(".nq")]


@pytest.mark.parametrize("result", CANONICAL)
def test_canonical_forms_of_the_w3c_suite(result):
    canonical = (vectors("rdf-canon/tests") / result).read_bytes()
    assert "".join(written(quads_in(canonical))).encode() == canonical


def test_other_labels():
    quads = [("_:a", "<a:p>", "_:b", "_:c"), ("<a:s>", "<a:p>", '"_:a"', "")]
    assert blank_nodes(quads) == {"_:a", "_:b", "_:c"}
    assert relabelled(quads, {"_:a": "_:x", "_:c": "_:z"}) == [
        ("_:x", "<a:p>", "_:b", "_:z"),
        ("<a:s>", "<a:p>", '"_:a"', ""),
    ]


def test_a_member_of_a_document_may_hold_anything():
    text = json.loads('"\\u0085\\u2028\\r\\n\\t\\\\ \\" . <a> _:c14n0 @en ^^"')
    document = {"@context": "https://www.w3.org/ns/credentials/v2", "id": "urn:x:y", "name": text}
    [(_, _, obj, graph)] = quads_in(canonicalize(document))
    assert graph == ""
    assert obj.startswith('"')
