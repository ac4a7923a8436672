"""The walk over compiled contexts: the slow path's answer, byte for byte, or none."""

from __future__ import annotations

import copy
import json
from hashlib import sha256

import pytest

from app.errors import UnknownContextError, UnsafeDocumentError
from app.jsonld import BUNDLED_CONTEXTS, DEFAULT_LIMITS, BundledContext, plans
from app.jsonld.plans import UnsupportedError, plan_for
from app.jsonld.walk import walk
from tests.unit.jsonld.mutations import OB, PROOF, TYPICAL, VC
from tests.unit.jsonld.support import fast, slow


@pytest.mark.parametrize(
    ("name", "member"),
    [
        ("a null", None),
        ("a value object", {"@value": "x"}),
        ("an explicit list", {"@list": ["x"]}),
        ("a keyword by its own name", {"@id": "urn:x"}),
        ("a list of lists", [["x"]]),
        ("a text that is more than a text", type("Text", (str,), {})("x")),
        ("a blank node with a name", {"id": "_:b", "name": "x"}),
    ],
)
def test_what_the_walk_leaves_to_the_slow_path(name, member):
    with pytest.raises(UnsupportedError) as caught:
        walk({**TYPICAL, "evidence": [member]}, BUNDLED_CONTEXTS, DEFAULT_LIMITS)
    assert caught.value.pointer.startswith("/evidence/0")


def test_errors_name_the_member():
    document = copy.deepcopy(TYPICAL)
    document["credentialSubject"]["achievement"]["alignment"][1]["a/b"] = "x"
    with pytest.raises(UnsafeDocumentError) as caught:
        fast(document)
    assert caught.value.pointer == "/credentialSubject/achievement/alignment/1/a~1b"


def test_errors_name_the_context_of_an_embedded_document():
    document = {**TYPICAL, "endorsement": [{"@context": [VC, {"x": "urn:x"}]}]}
    with pytest.raises(UnknownContextError) as caught:
        fast(document)
    assert caught.value.pointer == "/endorsement/0/@context"


@pytest.mark.parametrize(
    ("term", "value"),
    [
        pytest.param({"@id": "urn:p", "@container": "@language"}, {"en": "x"}, id="language map"),
        pytest.param({"@id": "urn:p", "@container": "@index"}, {"a": "x"}, id="index map"),
        pytest.param({"@id": "urn:p", "@container": "@id"}, {"urn:a": {"id": "urn:b"}}, id="id map"),
        pytest.param({"@reverse": "urn:p"}, {"id": "urn:a"}, id="reverse property"),
        pytest.param({"@id": "urn:p", "@language": "en"}, "x", id="language of a term"),
        pytest.param({"@id": "urn:p", "@direction": "rtl"}, "x", id="direction of a term"),
        pytest.param({"@id": "urn:p", "@type": "@json"}, {}, id="JSON literal"),
        pytest.param({"@id": "urn:p", "@type": "@none"}, "x", id="no coercion"),
        pytest.param({"@id": "urn:p", "@type": "http://www.w3.org/2001/XMLSchema#double"}, "1", id="text as a double"),
        pytest.param({"@id": "urn:p", "@context": None}, "x", id="a property that clears the context"),
        pytest.param(None, "x", id="a term that is null"),
    ],
)
def test_kinds_of_terms_that_plans_do_not_cover(term, value):
    raw = json.dumps({"@context": {"id": "@id", "p": term, "q": "urn:q"}}).encode()
    contexts = BUNDLED_CONTEXTS.plus(BundledContext("urn:c", sha256(raw).hexdigest(), raw))
    assert fast({"@context": "urn:c", "id": "urn:s", "q": "x"}, contexts) == b'<urn:s> <urn:q> "x" .\n'
    with pytest.raises(UnsupportedError):
        fast({"@context": "urn:c", "id": "urn:s", "p": value}, contexts)


@pytest.mark.parametrize("name", ["@vocab", "@base", "@language", "@direction"])
def test_contexts_with_defaults_are_not_covered(name):
    value = {"@language": "en", "@direction": "ltr"}.get(name, "https://e.example/")
    raw = json.dumps({"@context": {name: value}}).encode()
    contexts = BUNDLED_CONTEXTS.plus(BundledContext("urn:c", sha256(raw).hexdigest(), raw))
    document = {"@context": "urn:c", "https://e.example/p": "x"}
    with pytest.raises(UnsupportedError):
        fast(document, contexts)


def test_a_compact_iri_is_written_out():
    document = {
        "@context": "https://w3id.org/openbadges/v2",
        "id": "https://e.example/1",
        "type": "obi:Assertion",
        "badge": "schema:x",
    }
    assert b"<https://w3id.org/openbadges#Assertion>" in fast(document)
    assert fast(document) == slow(document)


def test_a_proof_stands_in_a_graph_of_its_own():
    written = fast({**TYPICAL, "proof": [PROOF, {**PROOF, "nonce": "1"}]}).decode()
    graphs = {line.split()[-2] for line in written.splitlines() if "#proofValue>" in line}
    assert len(graphs) == 2
    assert all(graph.startswith("_:") for graph in graphs)


def test_plans_are_shared_and_bounded(monkeypatch):
    urls = (VC, OB)
    assert plan_for(urls, BUNDLED_CONTEXTS) is plan_for(urls, BUNDLED_CONTEXTS)
    fresh = BUNDLED_CONTEXTS.plus()
    first = plan_for(urls, fresh)
    monkeypatch.setattr(plans, "_MAX_STEPS", 8)
    for number in range(6):
        document = {"@context": [VC, OB], "id": "urn:x", "type": [f"https://e.example/{number}"]}
        assert fast(document, fresh) == slow(document)
    assert plan_for(urls, fresh) is not first
    greedy = {"@context": [VC, OB], "name": "x", "alignment": [{"type": f"urn:{number}"} for number in range(9)]}
    with pytest.raises(UnsupportedError):
        fast(greedy, fresh)
    monkeypatch.setattr(plans, "_MAX_ROOTS", 2)
    for other in ((VC,), (OB,), (VC, VC)):
        plan_for(other, fresh)
    assert len(fresh.memory["plans"]) <= 2
