"""Expanded documents to quads, against W3C's toRdf suite."""

from __future__ import annotations

import json

import pytest
from pyld import jsonld as pyld

from app.errors import UnsafeDocumentError
from app.jsonld.limits import Limits
from app.jsonld.rdfc import canonical_nquads
from app.jsonld.to_rdf import literal_of, to_quads
from tests.unit.jsonld.support import ABSENT, VECTORS, manifest, read_nquads

SUITE = VECTORS / "json-ld-api/tests"
BASE = "https://w3c.github.io/json-ld-api/tests/"
LIMITS = Limits(work=100_000)


def wanted(entry):
    options = entry.get("option", {})
    return (
        "jld:PositiveEvaluationTest" in entry["@type"]
        and options.get("specVersion") != "json-ld-1.0"
        and options.get("processingMode") != "json-ld-1.0"
        and not {"rdfDirection", "produceGeneralizedRdf"} & options.keys()
    )


ENTRIES = [entry for entry in manifest("json-ld-api/tests/toRdf-manifest.jsonld") if wanted(entry)]


def load(url, _options=None):
    path = SUITE / url.removeprefix(BASE)
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": json.loads(path.read_text()),
    }


def expanded(entry):
    options = entry.get("option", {})
    arguments = {"base": options.get("base", BASE + entry["input"]), "documentLoader": load}
    if "expandContext" in options:
        arguments["expandContext"] = json.loads((SUITE / options["expandContext"]).read_text())
    return pyld.expand(json.loads((SUITE / entry["input"]).read_text()), arguments)


# Where the specification drops something, or readers disagree, we refuse. Each line says why.
INDEX = "@index is not part of what RDF says, so it would not be signed"
DIRECTION = "a text direction is not part of what RDF says without rdfDirection"
RELATIVE = "the specification drops the statement: an IRI is relative or malformed"
REFUSED = {
    "#tc013": INDEX,
    "#tdi01": DIRECTION,
    "#tdi02": DIRECTION,
    "#tdi03": DIRECTION,
    "#tdi04": DIRECTION,
    "#tdi05": DIRECTION,
    "#tdi06": DIRECTION,
    "#te036": INDEX,
    "#te044": INDEX,
    "#te060": RELATIVE,
    "#te063": INDEX,
    "#te068": "the specification drops the statement: its property is a blank node",
    "#te082": INDEX,
    "#te083": INDEX,
    "#te084": INDEX,
    "#te096": INDEX,
    "#te097": INDEX,
    "#te098": INDEX,
    "#te105": INDEX,
    "#te107": INDEX,
    "#te111": RELATIVE,
    "#te112": RELATIVE,
    "#te122": "the specification drops the statement: an identifier looks like a keyword",
    "#tli12": RELATIVE,
    "#tli14": RELATIVE,
    "#trt01": "numbers that readers write differently",
    "#twf01": RELATIVE,
    "#twf03": RELATIVE,
    "#twf04": RELATIVE,
    "#twf05": "the specification drops the statement: the language tag is malformed",
    "#twf07": RELATIVE,
}

PARAMS = [pytest.param(entry, id=entry["@id"]) for entry in ENTRIES]
ABSENTEE = [pytest.param(None, marks=pytest.mark.skip(reason=ABSENT))]


# PyLD warns where a context's term looks like a keyword.
@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize("entry", PARAMS or ABSENTEE)
def test_w3c_to_rdf(entry):
    document = expanded(entry)
    if entry["@id"] in REFUSED:
        with pytest.raises(UnsafeDocumentError):
            to_quads(document)
        return
    expected = canonical_nquads(read_nquads((SUITE / entry["expect"]).read_text()), LIMITS)
    assert canonical_nquads(to_quads(document), LIMITS) == expected


def test_a_list_keeps_its_order():
    name, value = "urn:p", {"@list": [{"@value": "b"}, {"@value": "a"}]}
    lines = canonical_nquads(to_quads([{"@id": "urn:s", name: [value]}])).decode()
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    cells = dict(line.split(f" <{rdf}first> ") for line in lines.splitlines() if f"{rdf}first" in line)
    head = next(line.split()[2] for line in lines.splitlines() if "urn:p" in line)
    assert cells[head] == '"b" .'


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"@value": "x", "@direction": "ltr"}, id="direction"),
        pytest.param({"@value": "x", "@index": "i"}, id="index beside the value"),
        pytest.param({"@value": "x", "urn:p": []}, id="property beside the value"),
        pytest.param({"@value": "x", "@type": "relative"}, id="relative type"),
        pytest.param({"@value": "x", "@language": "e n"}, id="malformed language"),
        pytest.param({"@value": None}, id="null"),
        pytest.param({"@value": {"a": 1}}, id="object"),
    ],
)
def test_values_that_rdf_cannot_say(value):
    with pytest.raises(UnsafeDocumentError):
        literal_of(value)


@pytest.mark.parametrize(
    "document",
    [
        pytest.param([{"@value": "x"}], id="a value at the top"),
        pytest.param([{"@id": "urn:x"}], id="a name at the top"),
        pytest.param([{"@id": "urn:x", "@graph": [{"@id": "urn:y"}]}], id="a name alone in a graph"),
        pytest.param([{"@id": "urn:x", "urn:p": [{"@list": [], "@type": ["urn:T"]}]}], id="a type beside a list"),
        pytest.param([{"@id": "relative", "urn:p": [{"@value": "x"}]}], id="a relative subject"),
        pytest.param([{"relative": [{"@value": "x"}]}], id="a relative property"),
        pytest.param([{"@type": ["relative"]}], id="a relative type"),
        pytest.param([{"@reverse": {"relative": [{"@id": "urn:x"}]}}], id="a relative reverse property"),
    ],
)
def test_expanded_documents_that_would_lose_something(document):
    with pytest.raises(UnsafeDocumentError):
        to_quads(document)
