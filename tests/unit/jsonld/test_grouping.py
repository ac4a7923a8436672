"""Statements by the members that make them; the published groups are in tests/unit/signing/test_sd_vectors.py."""

from __future__ import annotations

import pytest

from app.errors import TooComplexError
from app.jsonld import DEFAULT_LIMITS, Limits, canonicalize
from app.jsonld.grouping import UngroupableError, selected_statements
from app.jsonld.nquads import quads_in
from app.jsonld.selection import NoSuchMemberError
from tests.unit.jsonld.mutations import BASES, TYPICAL

VC = "https://www.w3.org/ns/credentials/v2"


def statements(document, pointers, limits=DEFAULT_LIMITS):
    return selected_statements(document, pointers, canonicalize(document), canonicalize, limits)


def predicates(found):
    return sorted(predicate.rpartition("#")[2].rpartition("/")[2].rstrip(">") for _, predicate, _, _ in found)


def test_everything_is_all_of_it():
    assert statements(TYPICAL, [""]) == set(quads_in(canonicalize(TYPICAL)))


@pytest.mark.parametrize("make", BASES)
def test_the_parts_make_the_whole(make):
    document = make()
    document.pop("proof", None)
    every = set(quads_in(canonicalize(document)))
    found = set()
    for name in document:
        if name != "@context":
            found |= statements(document, [f"/{name}"])
    assert found == every


def test_nothing_but_what_the_document_is():
    assert predicates(statements(TYPICAL, [])) == ["type", "type"]


def test_one_of_two_that_are_alike():
    """Selected alone, each would be the only one of its kind, with a label of its own."""
    document = {"@context": [*TYPICAL["@context"]], "id": "urn:x:1", "type": ["VerifiableCredential"]}
    document["evidence"] = [{"type": ["Evidence"], "name": name} for name in ("One", "Two")]
    first, second = statements(document, ["/evidence/0"]), statements(document, ["/evidence/1"])
    assert first != second
    assert len(first & second) == 1  # what the document is
    assert first | second == set(quads_in(canonicalize(document)))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"id": "urn:bnid:0"}, id="a name like those that are given"),
        pytest.param({"issuer": {"id": "_:b0"}}, id="a blank node with a label"),
        pytest.param({"evidence": {"@id": "_:b0", "@type": "Evidence"}}, id="one by keyword"),
    ],
)
def test_documents_that_cannot_be_grouped(change):
    with pytest.raises(UngroupableError):
        statements({**TYPICAL, **change}, ["/name"])


def presentation(*credentials):
    return {
        "@context": [*TYPICAL["@context"]],
        "type": "VerifiablePresentation",
        "verifiableCredential": list(credentials),
    }


def credential(name, **members):
    return {"@context": VC, "type": "VerifiableCredential", "issuer": "urn:x:y", "name": name, **members}


def test_one_of_several_graphs():
    document = presentation(credential("One"), credential("Two", id="urn:x:2"))
    first, second = (statements(document, [f"/verifiableCredential/{index}"]) for index in (0, 1))
    assert {obj for _, _, obj, _ in first} & {'"One"', '"Two"'} == {'"One"'}
    assert {obj for _, _, obj, _ in second} & {'"One"', '"Two"'} == {'"Two"'}
    assert first | second == set(quads_in(canonicalize(document)))


def test_two_graphs_about_one_thing_cannot_be_told_apart():
    document = presentation(credential("One", id="urn:x:1"), credential("Two", id="urn:x:1"))
    with pytest.raises(UngroupableError):
        statements(document, ["/type"])


def test_nor_can_a_graph_about_itself():
    document = presentation(credential("One", id="urn:x:1", credentialSubject={"id": "urn:x:1"}))
    with pytest.raises(UngroupableError):
        statements(document, ["/type"])


def test_a_pointer_that_leads_nowhere():
    with pytest.raises(NoSuchMemberError):
        statements(TYPICAL, ["/nothing"])


def test_the_limits_hold():
    canonical = canonicalize(TYPICAL)
    with pytest.raises(TooComplexError):
        selected_statements(TYPICAL, ["/name"], canonical, canonicalize, Limits(blank_nodes=1))
