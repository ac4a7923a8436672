"""Named cases of the reference corpus: the typical credential with one member added or changed."""

from __future__ import annotations

import copy
from typing import Any

from tests.unit.jsonld.mutations import OB, PROOF, TYPICAL, VC

ACHIEVEMENT = "/credentialSubject/achievement"
GRADES = f"{ACHIEVEMENT}/resultDescription/1/allowedValue"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"


def put(pointer: str, value: Any) -> dict[str, Any]:
    """The typical credential with `value` at a JSON pointer."""
    document = copy.deepcopy(TYPICAL)
    *parents, last = pointer.split("/")[1:]
    place: Any = document
    for token in parents:
        place = place[int(token) if isinstance(place, list) else token]
    place[int(last) if isinstance(place, list) else last] = value
    return document


def _equal_lists() -> dict[str, Any]:
    """Two descriptions of one name, each with an empty list of grades."""
    document = put(GRADES, [])
    descriptions = document["credentialSubject"]["achievement"]["resultDescription"]
    descriptions.append(copy.deepcopy(descriptions[1]))
    return document


CASES: list[tuple[str, dict[str, Any]]] = [
    *((f"hazard a: the number {number!r}", put("/name", number)) for number in (
        1e-6, 9.99999e-7, 1e-7, 5e-324, 2**53, 2**53 + 1, 1e16, 1e21, 1.5e300, -0.0, 281474976710656.25,
        0.30000000000000004, 3.6666666666666665, 1.0, 0, -1, 123456789.125, 4503599627370495.5,
    )),
    *((f"hazard b: an IRI with {character!r}", put("/issuer/id", f"https://e.example/a{character}b"))
      for character in ' \t\n<>"{}|\\^`\x7f\x85\xa0\u2028\u3000\ufeff[]%\'()'),
    ("hazard b: an IRI with two fragments", put("/issuer/id", "https://e.example/#a#b")),
    ("hazard b: an IRI that ends in #", put("/issuer/id", "https://e.example/#")),
    ("hazard b: an IRI of a scheme alone", put("/issuer/id", "urn:")),
    ("hazard b: an IRI with astral and private characters", put("/issuer/id", "https://e.example/\U0001f600\ue000")),
    *((f"hazard c: an empty reference at {pointer}", put(pointer, "")) for pointer in (
        "/issuer", "/issuer/id", "/credentialStatus", "/credentialSubject/id", "/evidence/0/id", f"{ACHIEVEMENT}/image",
        f"{ACHIEVEMENT}/criteria", "/credentialSubject/source",
    )),
    ("hazard c: an empty reference in a proof", put("/proof", {**PROOF, "verificationMethod": ""})),
    ("hazard d: an astral character beside a private one", put(f"{ACHIEVEMENT}/tag", ["\U0001f600", "\ue000"])),
    ("hazard d: after a common beginning", put(f"{ACHIEVEMENT}/tag", ["a\uffff", "a\U00010000"])),
    ("hazard d: in what tells blank nodes apart", put("/evidence", [
        {"type": "Evidence", "name": [f"{number} \U0001f600", f"{number} \ue000"]} for number in range(6)
    ])),
    ("hazard e: the schema type without the extensions context", put("/@context", [VC, OB])),
    ("hazard f: a text direction", put("/name", {"@value": "x", "@direction": "rtl"})),
    ("hazard f: a direction and a language", put("/name", {"@value": "x", "@language": "ar", "@direction": "rtl"})),
    *((f"hazard g: {name}", put(pointer, value)) for name, pointer, value in (
        ("a language of an empty list", "/name", {"@value": [], "@language": "en"}),
        ("a language of an empty list of lists", "/name", {"@value": [[]], "@language": "en"}),
        ("a malformed language", "/name", {"@value": "x", "@language": "e n"}),
        ("a language with an underscore", "/name", {"@value": "x", "@language": "en_GB"}),
        ("a language of nine letters", "/name", {"@value": "x", "@language": "englishes"}),
        ("a language that is a number", "/name", {"@value": "x", "@language": 1}),
        ("a language that is null", "/name", {"@value": "x", "@language": None}),
        ("a free scalar in a graph", "/proof", ["x"]),
        ("a free number in a graph", "/proof", 5),
        ("a free scalar at the top", "/@graph", ["x"]),
        ("a free scalar that is included", "/@included", ["x"]),
        ("a relative reference in a dropped node", "/proof", {"id": "relative"}),
        ("a relative type in a dropped node", "/@included", {"type": "Relative"}),
        ("a relative reference in a value with an undefined term", "/x", {"id": "relative"}),
        ("an undefined member of a value", "/name", {"@value": "x", "grade": "A"}),
        ("a value that is null", "/name", {"@value": None}),
        ("an undefined member of an object that is null elsewhere", "/proof", None),
    )),
    *((f"literal: {name}", put("/name", value)) for name, value in (
        ("a language", {"@value": "Prénom", "@language": "fr"}),
        ("a language in capitals", {"@value": "Name", "@language": "EN-gb"}),
        ("a type", {"@value": "x", "@type": "https://e.example/T"}),
        ("xsd:string", {"@value": "x", "@type": f"{XSD}string"}),
        ("an integer of the type xsd:double", {"@value": 6, "@type": f"{XSD}double"}),
        ("a fraction of the type xsd:integer", {"@value": 1.5, "@type": f"{XSD}integer"}),
        ("true of the type xsd:double", {"@value": True, "@type": f"{XSD}double"}),
        ("a text of the type xsd:double", {"@value": "1", "@type": f"{XSD}double"}),
        ("no number of the type xsd:double", {"@value": "x", "@type": f"{XSD}double"}),
        ("a canonical text of the type xsd:double", {"@value": "1.5E0", "@type": f"{XSD}double"}),
        ("rdf:langString without a language", {"@value": "x", "@type": f"{RDF}langString"}),
        ("rdf:langString as a number", {"@value": 1, "@type": f"{RDF}langString"}),
        ("an empty list", {"@value": []}),
        ("two types", {"@value": "x", "@type": ["https://e.example/T", "https://e.example/U"]}),
        ("a JSON literal that is an empty list", {"@value": [], "@type": "@json"}),
        ("a JSON literal whose type is in a list", {"@value": [], "@type": ["@json"]}),
        ("a JSON literal", {"@value": {"b": [1.0, None], "a": "ü\n", "\ue000": 1, "\U0001f600": 2}, "@type": "@json"}),
        ("half a surrogate pair", "\ud800"),
        ("controls", "\x00\x01\b\t\n\x0b\f\r\x1f\x7f\x80"),
        ("quotes", '"\\"\''),
        ("a null among texts", ["a", None, "b"]),
        ("the same twice", ["a", "a"]),
        ("nothing", []),
    )),
    *((f"node: {name}", put(pointer, value)) for name, pointer, value in (
        ("named by the document", "/evidence/0/id", "_:b0"),
        ("of a blank type", "/issuer/type", ["Profile", "_:T"]),
        ("with an undefined member", "/grade", "A"),
        ("with an undefined type", "/issuer/type", ["Profil"]),
        ("with a property by its IRI", "/https:~", "x"),
        ("with a blank property", "/_:p", "x"),
        ("with a blank property that is null", "/_:p", None),
        ("with an index", "/issuer/@index", "1"),
        ("with a list beside", "/evidence/0/@list", ["urn:x"]),
        ("with a set beside", "/evidence/0/@set", "x"),
        ("with an empty @graph", "/@graph", []),
        ("with an empty @included", "/@included", []),
        ("with a reverse property", "/@reverse", {"evidence": {"id": "urn:x"}}),
        ("with an inline context", "/issuer/@context", {}),
        ("whose id looks like a keyword", "/issuer/id", "@me"),
        ("whose reference looks like a keyword", "/issuer", "@me"),
    )),
    ("proof: its purpose looks like a keyword", put("/proof", {**PROOF, "proofPurpose": "@foo"})),
    ("proof: its purpose is an undefined term", put("/proof", {**PROOF, "proofPurpose": "foo"})),
    ("proof: two of them", put("/proof", [PROOF, {**PROOF, "nonce": "1"}])),
    ("proof: the same twice", put("/proof", [PROOF, PROOF])),
    ("proof: a list of lists", put("/proof", [[PROOF]])),
    ("proof: empty", put("/proof", {})),
    ("proof: only named", put("/proof", "urn:proof")),
    ("list: of lists", put(GRADES, [["A"], []])),
    ("list: explicit", put(GRADES, {"@list": ["A", "B"]})),
    ("list: empty", put(GRADES, [])),
    ("list: empty, twice", _equal_lists()),
    ("list: with a null", put(GRADES, ["A", None])),
    ("symmetry: two equal evidence nodes", put("/evidence", [{"type": "Evidence", "name": "x"}] * 2)),
    ("symmetry: three equal alignments", put(f"{ACHIEVEMENT}/alignment", [
        {"type": ["Alignment"], "targetName": "n", "targetUrl": "https://e.example/"}
    ] * 3)),
    ("symmetry: two equal results with three equal alignments each", put("/credentialSubject/result", [
        {"type": "Result", "alignment": [{"type": ["Alignment"], "targetName": "n", "targetUrl": "urn:x"}] * 3}
    ] * 2)),
]  # fmt: skip
