"""Safe mode: whatever JSON-LD would drop is an error that names the member, on both paths."""

from __future__ import annotations

import copy

import pytest
from pyld import jsonld as pyld

from app.errors import TooComplexError, UnsafeDocumentError
from app.jsonld import BUNDLED_CONTEXTS, DEFAULT_LIMITS, canonicalize, expansion
from app.jsonld.canonical import slow_quads
from app.jsonld.rdfc import canonical_nquads
from tests.unit.jsonld.mutations import EXTENSIONS, OB, TYPICAL, VC

ACHIEVEMENT = "/credentialSubject/achievement"


def slowly(document):
    return canonical_nquads(slow_quads(document, BUNDLED_CONTEXTS, DEFAULT_LIMITS))


def put(pointer, value):
    """The typical credential with one member added or changed."""
    document = copy.deepcopy(TYPICAL)
    *parents, last = pointer.split("/")[1:]
    place = document
    for token in parents:
        place = place[int(token) if isinstance(place, list) else token]
    place[int(last) if isinstance(place, list) else last] = value
    return document


UNSAFE = [
    ("an undefined term at the top", "/grade", "A", "/grade"),
    ("an undefined term in the subject", "/credentialSubject/recipientName", "X", "/credentialSubject/recipientName"),
    ("a term that only another type has", "/issuer/achievementType", "Award", "/issuer/achievementType"),
    ("a member without a name", "/", "x", "/"),
    ("a term that looks like a keyword", "/@foo", "x", "/@foo"),
    ("a blank node as a property", "/_:p", "x", "/_:p"),
    ("an undefined prefix is an IRI with a strange character", "/a b:c", "x", "/a b:c"),
    ("an undefined type", "/issuer/type", ["Profil"], "/issuer/type"),
    ("an undefined type among defined ones", "/type", ["VerifiableCredential", "Grade"], "/type"),
    ("a type that looks like a keyword", "/issuer/type", "@profile", "/issuer/type"),
    ("a blank node as a type", "/issuer/type", "_:T", "/issuer/type"),
    ("an empty type", "/issuer/type", "", "/issuer/type"),
    ("a type that is no text", "/issuer/type", [1], "/issuer/type"),
    ("a type that is null", "/issuer/type", None, "/issuer/type"),
    ("a relative id", "/issuer/id", "issuers/1", "/issuer/id"),
    ("an empty id", "/issuer/id", "", "/issuer/id"),
    ("an id that is null", "/issuer/id", None, "/issuer/id"),
    ("an id that is a number", "/issuer/id", 5, "/issuer/id"),
    ("an id that looks like a keyword", "/issuer/id", "@me", "/issuer/id"),
    ("an id with a space", "/issuer/id", "https://e.example/a b", "/issuer/id"),
    ("an id with angle brackets", "/issuer/id", "https://e.example/<x>", "/issuer/id"),
    ("a relative reference", "/issuer", "issuers/1", "/issuer"),
    ("an empty reference", "/issuer", "", "/issuer"),
    ("a fragment as a reference", "/issuer", "#me", "/issuer"),
    ("a keyword as a reference", "/issuer", "@id", "/issuer"),
    ("a reference with a brace", "/issuer", "https://e.example/{x}", "/issuer"),
    ("a text direction", "/name", {"@value": "x", "@direction": "rtl"}, "/name/@direction"),
    ("a malformed language", "/name", {"@value": "x", "@language": "e n"}, "/name/@language"),
    ("a language that is null", "/name", {"@value": "x", "@language": None}, "/name/@language"),
    ("a language and no value", "/name", {"@language": "en"}, "/name/@language"),
    ("a language beside other members", "/issuer/@language", "en", "/issuer/@language"),
    ("a value that is null", "/name", {"@value": None}, "/name/@value"),
    ("a value with an undefined type", "/name", {"@value": "x", "@type": "string"}, "/name/@type"),
    ("a value with members beside", "/name", {"@value": "x", "description": "y"}, "/name"),
    ("a value that is an object", "/name", {"@value": {}}, "/name"),
    ("an index on a node", "/issuer/@index", "1", "/issuer/@index"),
    ("an index on a value", "/name", {"@value": "x", "@index": "i"}, "/name/@index"),
    ("a graph", "/@graph", [{"id": "urn:x", "name": "y"}], "/@graph"),
    ("an empty graph", "/@graph", [], "/@graph"),
    ("included nodes", "/@included", [{"id": "urn:x", "name": "y"}], "/@included"),
    ("reversed properties", "/@reverse", {"evidence": {"id": "urn:x"}}, "/@reverse"),
    ("nested properties", "/@nest", {"name": "y"}, "/@nest"),
    ("a list beside a type", "/evidence/0/@list", ["urn:x"], "/evidence/0/@list"),
    ("a set beside a type", "/evidence/0/@set", ["urn:x"], "/evidence/0/@set"),
    ("a list of lists with an undefined term", "/evidence", {"@list": [[{"zz": 1}]]}, "/evidence/@list/0/0/zz"),
    ("a proof that is only named", "/proof", "urn:proof", "/proof"),
    ("a proof without content", "/proof", {}, "/proof"),
    ("a proof with nothing but an id", "/proof", {"id": "urn:proof"}, "/proof"),
    ("half a surrogate pair", "/name", "\ud800", "/name"),
    ("a number below 1e-6", f"{ACHIEVEMENT}/creditsAvailable", 1e-7, f"{ACHIEVEMENT}/creditsAvailable"),
    ("an integer above 2^53", f"{ACHIEVEMENT}/creditsAvailable", 2**53 + 1, f"{ACHIEVEMENT}/creditsAvailable"),
    ("negative zero", f"{ACHIEVEMENT}/creditsAvailable", -0.0, f"{ACHIEVEMENT}/creditsAvailable"),
    ("something that JSON does not have", "/name", {1, 2}, "/name"),
    ("bytes", "/name", b"x", "/name"),
    ("a tuple", "/type", ("VerifiableCredential",), "/type"),
    ("a name that is no text", "/issuer", {5: "x"}, "/issuer/5"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "value", "pointer"), [row[1:] for row in UNSAFE], ids=[row[0] for row in UNSAFE])
def test_what_would_be_dropped_is_refused(change, value, pointer):
    document = put(change, value)
    for read in (slowly, canonicalize):
        with pytest.raises(UnsafeDocumentError) as caught:
            read(document)
        assert caught.value.pointer.startswith(pointer), caught.value.pointer
    with pytest.raises(UnsafeDocumentError):
        canonicalize(document, fallback=False)


SAFE = [
    ("a member that is null says nothing", "/name", None),
    ("an empty list says nothing", "/evidence", []),
    ("an empty list that is a list says so", f"{ACHIEVEMENT}/resultDescription/1/allowedValue", []),
    ("a language value", "/name", {"@value": "Prénom", "@language": "fr"}),
    ("a typed value", "/name", {"@value": "x", "@type": "https://e.example/T"}),
    ("an explicit set", "/evidence", {"@set": [{"id": "urn:x", "name": "y"}]}),
    ("an explicit list", "/evidence", {"@list": ["urn:x", "urn:y"]}),
    ("a property by its IRI", "/https:~1~1e.example~1p".replace("~1", "%2F"), "x"),
    ("keywords by their own names", "/issuer", {"@id": "urn:x", "@type": "Profile", "name": "y", "url": "z"}),
    ("a node named by the document", "/evidence/0/id", "_:e"),
    ("an object that says nothing but that it is there", "/evidence", {}),
    ("a number in a text", f"{ACHIEVEMENT}/version", 2),
    ("a list in a list", "/evidence", [["urn:x"]]),
    ("an issuer by name", "/issuer", "did:example:issuer"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "value"), [row[1:] for row in SAFE], ids=[row[0] for row in SAFE])
def test_what_json_ld_understands_is_read_as_pyld_reads_it(change, value):
    document = put(change, value)
    if "%2F" in change:
        document = {key.replace("%2F", "/"): member for key, member in document.items()}
    options = {
        "algorithm": "URDNA2015",
        "format": "application/n-quads",
        "documentLoader": expansion.document_loader(BUNDLED_CONTEXTS),
    }
    assert canonicalize(document).decode() == pyld.normalize(document, options)
    assert canonicalize(document) == slowly(document)


@pytest.mark.parametrize("fallback", [True, False])
def test_the_schema_type_needs_the_extensions_context(fallback):
    """`1EdTechJsonSchemaValidator2019` is in neither VC 2.0 nor OB 3.0.3."""
    assert canonicalize(TYPICAL, fallback=fallback)
    document = {**TYPICAL, "@context": [VC, OB]}
    with pytest.raises(UnsafeDocumentError, match="1EdTechJsonSchemaValidator2019") as caught:
        canonicalize(document, fallback=fallback)
    assert caught.value.pointer == "/credentialSchema/0/type"


def test_pyld_alone_would_sign_less_than_it_shows():
    """Why there is a safe mode: the same N-Quads, whatever stands in the undefined term."""
    options = {"format": "application/n-quads", "documentLoader": expansion.document_loader(BUNDLED_CONTEXTS)}
    plain, changed = pyld.normalize(TYPICAL, options), pyld.normalize(put("/grade", "A+"), options)
    assert plain == changed


def test_contexts_that_contradict_each_other_are_refused():
    document = {"@context": ["https://www.w3.org/2018/credentials/v1", VC], "id": "urn:x", "name": "n"}
    for read in (slowly, canonicalize):
        with pytest.raises(UnsafeDocumentError):
            read(document)


def test_a_json_literal_is_signed_whole():
    document = {
        "@context": [VC],
        "id": "urn:x",
        "type": "JsonSchema",
        "jsonSchema": {"b": [1, {"undefined": None}], "a": "ü\n", "1": 1.5},
    }
    written = r'"{\"1\":1.5,\"a\":\"ü\\n\",\"b\":[1,{\"undefined\":null}]}"'
    json_type = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON>"
    assert f"{written}^^{json_type}" in canonicalize(document).decode()
    document["undefined"] = "x"
    with pytest.raises(UnsafeDocumentError):
        canonicalize(document)


def test_a_reader_that_skips_members_fails_closed(monkeypatch):
    """Should a later PyLD read documents by other steps than the watched ones, nothing is signed."""
    monkeypatch.setattr(expansion._Watcher, "_expand_object", pyld.JsonLdProcessor._expand_object)
    with pytest.raises(UnsafeDocumentError):
        slowly(TYPICAL)
    monkeypatch.undo()
    monkeypatch.setattr(expansion._Watcher, "_expand_value", pyld.JsonLdProcessor._expand_value)
    with pytest.raises(UnsafeDocumentError):
        slowly(TYPICAL)


def test_switching_contexts_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(expansion, "_MAX_CONTEXT_STEPS", 10)
    with pytest.raises(TooComplexError):
        slowly({**TYPICAL, "@context": [VC, OB, EXTENSIONS]})


@pytest.mark.parametrize("steps", range(1, 42, 4))
def test_running_out_inside_a_terms_own_context_is_not_taken_for_a_mistake_in_it(monkeypatch, steps):
    """PyLD tries out each term's context when it first meets it, and calls whatever happens there a syntax error."""
    monkeypatch.setattr(expansion, "_MAX_CONTEXT_STEPS", steps)
    with pytest.raises(TooComplexError):
        slow_quads(TYPICAL, BUNDLED_CONTEXTS.plus(), DEFAULT_LIMITS)


def deep_lists(count):
    nested = []
    for _ in range(25):
        nested = [nested]
    return [nested] * count


@pytest.mark.parametrize(
    "value",
    [
        pytest.param([None] * 200_000, id="nulls"),
        pytest.param([[] for _ in range(200_000)], id="empty lists"),
        pytest.param(deep_lists(10_000), id="lists of lists"),
        pytest.param([{f"urn:{number}": None for number in range(50_000)}], id="members that are null"),
        pytest.param([{f"urn:{number}": [] for number in range(50_000)}], id="members that are empty"),
    ],
)
def test_what_says_nothing_is_counted_before_it_is_read(monkeypatch, value):
    """It would be read for a second or two, in a document of less than a megabyte, and make no statement."""
    monkeypatch.setattr(expansion._Watcher, "expand", None)
    with pytest.raises(TooComplexError):
        slowly({**TYPICAL, "evidence": value})


def test_some_nothing_is_allowed():
    assert slowly({**TYPICAL, "evidence": [None] * 1_000 + [[]] * 1_000})
