"""`canonicalize` from end to end."""

from __future__ import annotations

import copy
import doctest
import json
import threading
from hashlib import sha256

import pytest
from pyld import jsonld as pyld

import app.jsonld
from app.errors import DocumentError, TooComplexError, UnknownContextError, UnsafeDocumentError
from app.jsonld import BUNDLED_CONTEXTS, Limits, canonicalize
from app.jsonld.expansion import document_loader
from tests.unit.jsonld.mutations import BASES, OB, TYPICAL, VC
from tests.unit.jsonld.support import EXAMPLES, vectors

EDDSA = "vc-di-eddsa/TestVectors"


@pytest.mark.parametrize(
    ("folder", "document", "fallback"),
    [
        # The first names an example context with @vocab, which is the slow path's business.
        ("eddsa-rdfc-2022", "unsigned.json", True),
        ("eddsa-rdfc-2022/employ", "employmentAuth.json", True),
        ("eddsa-rdfc-2022/employ", "employmentAuth.json", False),
    ],
)
def test_w3c_eddsa_vectors(folder, document, fallback):
    root = vectors(EDDSA)

    def hashed(name):
        return sha256(canonicalize(json.loads((root / name).read_text()), contexts=EXAMPLES, fallback=fallback))

    assert hashed(document).hexdigest() == (root / folder / "docHashDataInt.txt").read_text().strip()
    proof = hashed(f"{folder}/proofConfigDataInt.json").hexdigest()
    assert proof == (root / folder / "proofHashDataInt.txt").read_text().strip()


ALUMNI = {
    "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
}
ALUMNI_OPTIONS = {
    "@context": ALUMNI["@context"],
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-rdfc-2022",
    "created": "2023-02-24T23:36:38Z",
    "verificationMethod": "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
    "#z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
    "proofPurpose": "assertionMethod",
}


def test_known_answers_of_the_eddsa_specification():
    """VC-DI-EDDSA appendix B.1 (w3c/vc-di-eddsa, TestVectors/eddsa-rdfc-2022): document and proof option hashes."""
    document = sha256(canonicalize(ALUMNI, contexts=EXAMPLES)).hexdigest()
    assert document == "517744132ae165a5349155bef0bb0cf2258fff99dfe1dbd914b938d775a36017"
    options = sha256(canonicalize(ALUMNI_OPTIONS, contexts=EXAMPLES)).hexdigest()
    assert options == "bea7b7acfbad0126b135104024a5f1733e705108f42d59668b05c0c50004c6b0"
    # The examples context says nothing about the options, so the walk can be held to the same answer.
    plain = {**ALUMNI_OPTIONS, "@context": [VC]}
    assert sha256(canonicalize(plain, fallback=False)).hexdigest() == options


@pytest.mark.parametrize("fallback", [True, False])
def test_known_answer_for_the_typical_credential(fallback):
    """The hash of what jsonld.js 9.0.0 with rdf-canonize 5.0.0 (`safe: true`) writes for this file."""
    assert sha256(canonicalize(TYPICAL, fallback=fallback)).hexdigest() == TYPICAL_HASH


TYPICAL_HASH = "ced6626e208537ee14defbc4099aaf1d8726a4c18cfd5bc68f668173742a1f51"


@pytest.mark.parametrize("make", BASES)
def test_pyld_agrees_where_it_is_safe(make):
    document = make()
    options = {
        "algorithm": "URDNA2015",
        "format": "application/n-quads",
        "documentLoader": document_loader(BUNDLED_CONTEXTS),
    }
    assert canonicalize(document, fallback=False).decode() == pyld.normalize(document, options)


def test_the_document_is_left_as_it_was():
    document = copy.deepcopy(TYPICAL)
    canonicalize(document)
    with pytest.raises(DocumentError):
        canonicalize({**document, "@included": []})
    assert document == TYPICAL


def test_blank_node_names_and_order_of_members_do_not_matter():
    turned = dict(reversed(TYPICAL.items()))
    assert canonicalize(turned) == canonicalize(TYPICAL)
    named = {**TYPICAL, "evidence": [{**TYPICAL["evidence"][0], "id": "_:b1"}]}
    unnamed = copy.deepcopy(named)
    del unnamed["evidence"][0]["id"]
    assert canonicalize(named) == canonicalize(unnamed)


def test_without_fallback_the_unsupported_is_unsafe_and_named():
    document = {**TYPICAL, "name": {"@value": "Nom", "@language": "fr"}}
    assert b'"Nom"@fr' in canonicalize(document)
    with pytest.raises(UnsafeDocumentError) as caught:
        canonicalize(document, fallback=False)
    assert caught.value.pointer == "/name/@value"


def test_the_slow_path_may_be_somewhere_else():
    """With the very document and limits; but never for the walk's own, nor under other contexts than the bundled."""
    asked = []

    def elsewhere(document, limits):
        asked.append((document, limits))
        return b"from there"

    limits = Limits(depth=20, slow_path=elsewhere)
    document = {**TYPICAL, "name": {"@value": "Nom", "@language": "fr"}}
    assert canonicalize(document, limits=limits) == b"from there"
    assert asked == [(document, limits)]
    assert canonicalize(TYPICAL, limits=limits) == canonicalize(TYPICAL)
    assert b'"Nom"@fr' in canonicalize(document, limits=limits, contexts=BUNDLED_CONTEXTS.plus())
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("document", "error"),
    [
        pytest.param({}, UnsafeDocumentError, id="empty"),
        pytest.param({"@context": [VC]}, UnsafeDocumentError, id="nothing but a context"),
        pytest.param({"@context": [VC], "id": "urn:x"}, UnsafeDocumentError, id="nothing but a name"),
        pytest.param(
            {"@context": [VC, OB, {"grade": "urn:x"}], "id": "urn:x"}, UnknownContextError, id="inline context"
        ),
        pytest.param({"@context": []}, UnsafeDocumentError, id="no context in the list"),
        pytest.param({"@context": [VC] * 9, "id": "urn:x", "name": "n"}, TooComplexError, id="nine contexts"),
    ],
)
def test_documents_that_say_nothing_or_too_much(document, error):
    with pytest.raises(error):
        canonicalize(document)


def nested(depth):
    document = {"name": "innermost"}
    for _ in range(depth - 1):
        document = {"evidence": document}
    return {"@context": [VC], "type": "VerifiableCredential", **document}


@pytest.mark.parametrize("fallback", [True, False])
def test_depth_is_bounded_before_the_stack_is(fallback):
    # `evidence` is known in the credential only, so this is unsafe long before it is too deep ...
    with pytest.raises(DocumentError):
        canonicalize(nested(20_000), fallback=fallback)
    # ... and this is well-formed at every level.
    document = {"name": "innermost"}
    for _ in range(100):
        document = {"@context": [VC], "type": ["VerifiableCredential"], "evidence": document}
    with pytest.raises(TooComplexError):
        canonicalize(document, fallback=fallback)


def subject_with(alignments):
    achievement = {"type": "Achievement", "alignment": alignments}
    return {
        "@context": [VC, OB],
        "type": ["VerifiableCredential"],
        "credentialSubject": {"type": "AchievementSubject", "achievement": achievement},
    }


@pytest.mark.parametrize("fallback", [True, False])
def test_limits_hold_on_both_paths(fallback):
    def many(count):
        return subject_with([{"type": "Alignment", "targetName": f"name {number}"} for number in range(count)])

    assert canonicalize(many(400), fallback=fallback)
    with pytest.raises(TooComplexError, match="blank nodes"):
        canonicalize(many(500), fallback=fallback)
    with pytest.raises(TooComplexError, match="statements"):
        canonicalize(many(10_000), fallback=fallback)
    with pytest.raises(TooComplexError, match="statements"):
        canonicalize(many(3), limits=Limits(quads=5), fallback=fallback)


@pytest.mark.parametrize("fallback", [True, False])
def test_the_same_endorsement_in_two_places_is_honest(fallback):
    """Its proof graphs are equal quad by quad; only the place tells them apart."""
    document = BASES[1]()
    assert document["endorsement"] == document["issuer"]["endorsement"]
    assert canonicalize(document, fallback=fallback)


def test_contexts_are_compiled_once_for_all_threads():
    expected = canonicalize(TYPICAL, contexts=BUNDLED_CONTEXTS)
    fresh = BUNDLED_CONTEXTS.plus()
    results = []
    start = threading.Barrier(8)

    def work():
        start.wait()
        results.extend(canonicalize(make(), contexts=fresh) for make in BASES for _ in range(5))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 160
    assert results.count(expected) == 40


def test_the_example_in_the_room_works():
    found = doctest.testmod(app.jsonld)
    assert found.attempted == 4
    assert not found.failed
