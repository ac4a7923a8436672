"""RDFC-1.0 against W3C's suite, and its limits."""

from __future__ import annotations

import json
from hashlib import sha256, sha384
from itertools import pairwise

import pytest

from app.errors import TooComplexError
from app.jsonld.limits import DEFAULT_LIMITS, Limits
from app.jsonld.rdfc import canonical_nquads, issue_labels
from app.jsonld.terms import Quads
from tests.cost import within
from tests.unit.jsonld.support import ABSENT, VECTORS, manifest, read_nquads

SUITE = VECTORS / "rdf-canon/tests"
ENTRIES = manifest("rdf-canon/tests/manifest.jsonld")


def of_type(kind):
    found = [pytest.param(entry, id=entry["id"]) for entry in ENTRIES if entry["type"] == f"rdfc:{kind}"]
    return found or [pytest.param(None, marks=pytest.mark.skip(reason=ABSENT))]


def digest_of(entry):
    return {"SHA256": sha256, "SHA384": sha384}[entry.get("hashAlgorithm", "SHA256")]


def read(name):
    return read_nquads((SUITE / name).read_text())


@pytest.mark.parametrize("entry", of_type("RDFC10EvalTest"))
def test_w3c_evaluation(entry):
    assert (
        canonical_nquads(read(entry["action"]), DEFAULT_LIMITS, digest_of(entry)).decode()
        == (SUITE / entry["result"]).read_text()
    )


@pytest.mark.parametrize("entry", of_type("RDFC10MapTest"))
def test_w3c_issued_labels(entry):
    labels = issue_labels(set(read(entry["action"]).linked), DEFAULT_LIMITS, digest_of(entry))
    expected = json.loads((SUITE / entry["result"]).read_text())
    assert {node[2:]: label[2:] for node, label in labels.items()} == expected


@pytest.mark.parametrize("entry", of_type("RDFC10NegativeEvalTest"))
def test_w3c_poison_is_refused(entry):
    with pytest.raises(TooComplexError):
        canonical_nquads(read(entry["action"]))


def family(parents, children):
    """Equal things, each with as many equal parts: no name anywhere."""
    quads = Quads()
    for _ in range(parents):
        parent = quads.blank()
        quads.add("<urn:s>", "<urn:result>", parent)
        for _ in range(children):
            child = quads.blank()
            quads.add(parent, "<urn:alignment>", child)
            quads.add(child, "<urn:name>", '"x"')
    return quads


def clique(size):
    quads = Quads()
    nodes = [quads.blank() for _ in range(size)]
    for node in nodes:
        for other in nodes:
            if node != other:
                quads.add(node, "<urn:knows>", other)
    return quads


def chain(length):
    quads = Quads()
    nodes = [quads.blank() for _ in range(length)]
    for node, following in pairwise(nodes):
        quads.add(node, "<urn:next>", following)
    return quads


def graphs(count, size):
    """Equal proofs, each in a graph of its own: the graph is named by each of its quads."""
    quads = Quads()
    for _ in range(count):
        graph, proof = quads.blank(), quads.blank()
        quads.add("<urn:s>", "<urn:proof>", graph)
        for number in range(size):
            quads.add(proof, f"<urn:p{number}>", '"x"', graph)
    return quads


def separate(count):
    quads = Quads()
    for _ in range(count):
        quads.add("<urn:s>", "<urn:has>", quads.blank())
    return quads


@pytest.mark.parametrize(
    "quads",
    [
        pytest.param(family(2, 4), id="two equal results with four equal alignments each"),
        pytest.param(family(10, 3), id="ten equal results with three equal alignments each"),
        pytest.param(clique(3), id="three that know each other"),
        pytest.param(chain(20), id="twenty in a row"),
        pytest.param(graphs(3, 9), id="the same signed endorsement three times"),
        pytest.param(separate(490), id="490 that nothing else is said of"),
    ],
)
def test_honest_symmetry_is_within_the_limit(quads):
    backwards = Quads(list(reversed(quads.ground)), list(reversed(quads.linked)))
    assert canonical_nquads(quads) == canonical_nquads(backwards)


@pytest.mark.parametrize(
    "quads",
    [
        pytest.param(family(2, 9), id="family of nine"),
        pytest.param(family(2, 240), id="family of 240"),
        pytest.param(clique(8), id="clique of eight"),
        pytest.param(clique(40), id="clique of forty"),
        pytest.param(chain(490), id="490 in a row"),
        pytest.param(separate(501), id="one blank node too many"),
    ],
)
def test_poison_is_refused_quickly(quads):
    with within(0.3), pytest.raises(TooComplexError):
        canonical_nquads(quads)


def test_too_many_quads_are_refused():
    quads = Quads()
    for number in range(11):
        quads.add("<urn:s>", "<urn:p>", f'"{number}"')
    with pytest.raises(TooComplexError, match="11 statements"):
        canonical_nquads(quads, Limits(quads=10))
    assert canonical_nquads(quads, Limits(quads=11)).count(b"\n") == 11


def test_lines_are_sorted_by_code_point_and_not_by_utf16_unit():
    quads = Quads()
    quads.add("<urn:s>", "<urn:p>", '"\U0001f600"')
    quads.add("<urn:s>", "<urn:p>", '"\ue000"')
    assert canonical_nquads(quads).decode().index("\ue000") < canonical_nquads(quads).decode().index("\U0001f600")


def test_a_statement_made_twice_is_one_statement():
    quads = Quads()
    for _ in range(2):
        quads.add("<urn:s>", "<urn:p>", "<urn:o>")
        quads.add("_:x", "<urn:p>", "<urn:o>")
    assert canonical_nquads(quads) == b"<urn:s> <urn:p> <urn:o> .\n_:c14n0 <urn:p> <urn:o> .\n"
