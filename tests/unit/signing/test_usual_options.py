"""Proof options with the usual members are filled in: the same hash as when they are read as a document."""

from __future__ import annotations

import hashlib

import pytest

from app.errors import InvalidProofError
from app.jsonld import canonicalize
from app.signing import Algorithm, rdfc_hash
from app.signing.rdfc_hash import options_hash, own_options_hash
from app.signing.suite import Unsecured

VC = "https://www.w3.org/ns/credentials/v2"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OPTIONS = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-rdfc-2022",
    "created": "2026-05-04T10:00:05Z",
    "verificationMethod": "did:web:badges.example:issuers:riverside#key-1",
    "proofPurpose": "assertionMethod",
}


def hashed(context, options):
    return options_hash(Unsecured({"@context": context}, options), Algorithm.EDDSA)


def read(context, options):
    return hashlib.sha256(canonicalize({"@context": context, **options})).digest()


@pytest.mark.parametrize("context", [[VC], [VC, OB], VC], ids=["one", "two", "not in a list"])
@pytest.mark.parametrize(
    "change",
    [
        pytest.param({}, id="as usual"),
        pytest.param({"created": "2031-12-31T23:59:59.123456789+14:00"}, id="a long moment"),
        pytest.param({"created": "9999-12-31T23:59:59Z"}, id="the day that stands for all"),
        pytest.param({"created": "soon"}, id="no moment"),
        pytest.param({"created": 'a "quoted"\nmoment\\'}, id="a text with escapes"),
        pytest.param({"created": '2026-05-04T10:00:05Z"'}, id="a moment and a quotation mark"),
        pytest.param({"created": ""}, id="an empty text"),
        pytest.param({"verificationMethod": "did:web:x?9999-12-31T23:59:59Z"}, id="the day elsewhere"),
        pytest.param({"verificationMethod": "did:web:" + "x" * 5_000}, id="a long method"),
        pytest.param({"expires": "2031-01-01T00:00:00Z"}, id="one member more"),
        pytest.param({"domain": "d.example", "challenge": "c"}, id="two more"),
        pytest.param({"cryptosuite": None}, id="nothing where a text stands"),
        pytest.param({"proofPurpose": "authentication"}, id="another purpose"),
        pytest.param({"proofPurpose": ["assertionMethod"]}, id="a purpose in a list"),
        pytest.param({"id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33"}, id="an id"),
    ],
)
def test_the_hash_is_that_of_the_document(context, change):
    options = {**OPTIONS, **change}
    for _ in range(2):  # the second time from memory
        assert hashed(context, options) == read(context, options)
    without = {name: value for name, value in options.items() if name != "created"}
    assert hashed(context, without) == read(context, without)


def test_the_order_of_members_does_not_matter():
    assert hashed([VC], dict(reversed(OPTIONS.items()))) == hashed([VC], OPTIONS)


def test_other_moments_have_other_hashes():
    assert hashed([VC], {**OPTIONS, "created": "2026-05-04T10:00:06Z"}) != hashed([VC], OPTIONS)


@pytest.mark.parametrize(
    "change",
    [{"verificationMethod": "no IRI"}, {"proofPurpose": ""}, {"type": "no such type"}],
    ids=["method", "purpose", "type"],
)
def test_what_is_refused_stays_refused(change):
    for _ in range(2):
        with pytest.raises(InvalidProofError):
            hashed([VC], {**OPTIONS, **change})


def test_one_memory_serves_all_moments(monkeypatch):
    hashed([VC], OPTIONS)
    monkeypatch.setattr(rdfc_hash, "canonicalize", None)
    assert hashed([VC], {**OPTIONS, "created": "2027-01-01T00:00:00Z"})


def test_long_options_are_not_remembered():
    before = rdfc_hash._around_created.cache_info().currsize
    hashed([VC], {**OPTIONS, "verificationMethod": "did:web:" + "y" * 5_000})
    assert rdfc_hash._around_created.cache_info().currsize == before


@pytest.mark.parametrize("context", [[{}, VC], [VC, {"a": "urn:a"}]], ids=["first", "second"])
@pytest.mark.parametrize("hashing", [options_hash, own_options_hash])
def test_a_context_that_is_no_address_is_refused_and_not_remembered(hashing, context):
    with pytest.raises(InvalidProofError):
        hashing(Unsecured({"@context": context}, OPTIONS), Algorithm.EDDSA)


def test_what_is_remembered_of_our_own_options_is_for_one_algorithm():
    for algorithm in (Algorithm.EDDSA, Algorithm.ES384):
        unsecured = Unsecured({"@context": [VC]}, OPTIONS)
        assert own_options_hash(unsecured, algorithm) == options_hash(unsecured, algorithm)
