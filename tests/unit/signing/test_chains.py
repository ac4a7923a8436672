"""Proofs that build on others: the published chains, and what must not pass for one."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from app.errors import InvalidProofError, SignatureInvalidError, UnsafeDocumentError
from app.jsonld import BUNDLED_CONTEXTS, BundledContext, canonicalize
from app.signing import Algorithm, PublicKey, add_proof, chain, verify_proof
from app.signing.chains import previous_proofs
from app.signing.multibase import decode_multibase, encode_multibase
from app.signing.proofs import CRYPTOSUITES
from app.signing.suite import Unsecured
from tests.unit.jsonld.support import EXAMPLES
from tests.unit.signing.support import signer, vector
from tests.unit.signing.test_eddsa_rdfc_2022 import GUIDE_DOCUMENT

FOLDER = "vc-di-eddsa/TestVectors/proof-set-chain"
NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
ONE, TWO, THREE = (f"urn:uuid:00000000-0000-4000-8000-00000000000{number}" for number in (1, 2, 3))


def key_of(proof):
    return PublicKey.from_multikey(proof["verificationMethod"].partition("#")[2])


def verify_all(document, contexts=EXAMPLES):
    proofs = document["proof"]
    for proof in proofs if isinstance(proofs, list) else [proofs]:
        verify_proof(document, proof, key_of(proof), contexts=contexts)


# Published


@pytest.mark.parametrize("name", ["signedProofSet1", "signedProofSet2", "signedProofChain1", "signedProofChain2"])
def test_published_sets_and_chains(name):
    verify_all(vector(f"{FOLDER}/{name}.json"))


@pytest.mark.parametrize("number", [1, 2])
def test_published_steps_of_a_chain(number):
    """What is signed is the document with the proofs that the new one names, and the new one's options."""
    signed = vector(f"{FOLDER}/signedProofChain{number}.json")
    proof = signed["proof"][-1]
    assert {**signed, "proof": previous_proofs(signed, proof)} == vector(f"{FOLDER}/proofChainTempDoc{number}.json")
    options = vector(f"{FOLDER}/proofChainConfig{number}.json")
    assert {**options, "proofValue": proof["proofValue"]} == proof
    assert vector(f"{FOLDER}/proofChainConfigSigned{number}.json") == proof
    before = canonicalize(vector(f"{FOLDER}/proofChainTempDoc{number}.json"), contexts=EXAMPLES)
    hashes = sha256(canonicalize({"@context": signed["@context"], **options}, contexts=EXAMPLES)).digest()
    signature = decode_multibase(proof["proofValue"], error=InvalidProofError)
    key_of(proof).verify(signature, hashes + sha256(before).digest())


def test_the_published_chain_in_full():
    signed = vector(f"{FOLDER}/signedProofChain2.json")
    first, second, third, last = signed["proof"]
    assert chain(signed, first) == chain(signed, second) == []
    assert chain(signed, third) == [first, second]
    assert chain(signed, last) == [third, first, second]


@pytest.mark.parametrize("index", [0, 1, 2])
def test_no_earlier_proof_of_the_published_chain_can_be_changed(index):
    signed = vector(f"{FOLDER}/signedProofChain2.json")
    last = signed["proof"][3 if index == 2 else 2]
    changed = copy.deepcopy(signed)
    changed["proof"][index]["created"] = "2023-02-24T23:36:39Z"
    with pytest.raises(SignatureInvalidError):
        verify_proof(changed, last, key_of(last), contexts=EXAMPLES)


SUITE_INPUTS = "data-integrity-proof-chains/inputs/eddsa-rdfc-2022"


def pinned(document):
    """The same document, with its inline context under an address: statements hold no trace of where terms are from."""
    *urls, inline = document["@context"]
    raw = json.dumps(inline).encode()
    address = "https://vectors.example/alumni"
    contexts = BUNDLED_CONTEXTS.plus(BundledContext(url=address, sha256=sha256(raw).hexdigest(), raw=raw))
    return {**document, "@context": [*urls, address]}, contexts


@pytest.mark.parametrize("version", ["1.1", "2.0"])
@pytest.mark.parametrize("name", ["previousProofStringOk", "previousProofArrayOk"])
def test_inputs_of_the_w3c_suite_that_are_good(version, name):
    document, contexts = pinned(vector(f"{SUITE_INPUTS}/{version}-{name}-SimpleSigned2.json"))
    verify_all(document, contexts)


@pytest.mark.parametrize("version", ["1.1", "2.0"])
@pytest.mark.parametrize(
    "name",
    [
        "previousProofArrayMissingFail",
        "previousProofMissingFail",
        "previousProofNotStringFail",
        "previousProofStringMissingFail",
    ],
)
def test_inputs_of_the_w3c_suite_that_are_not(version, name):
    document, contexts = pinned(vector(f"{SUITE_INPUTS}/{version}-{name}-SimpleSigned2.json"))
    with pytest.raises(InvalidProofError):
        verify_all(document, contexts)


# Made here


def with_proof(document, *, id=None, previous=None, suite="eddsa-rdfc-2022", by=None):  # noqa: A002
    """`document` with one proof more, which builds on those named."""
    proofs = document.get("proof", [])
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": suite,
        "created": "2026-05-04T10:00:00Z",
        "verificationMethod": "did:web:example.org#key-1",
        "proofPurpose": "assertionMethod",
        **({"id": id} if id else {}),
        **({"previousProof": previous} if previous is not None else {}),
    }
    named = [previous] if isinstance(previous, str) else previous or []
    before = {name: value for name, value in document.items() if name != "proof"}
    if named:
        before["proof"] = [proof for proof in proofs if proof.get("id") in named]
    by = by or signer()
    to_sign = CRYPTOSUITES[suite].hash_data(Unsecured(before, options), by.algorithm)
    return {**document, "proof": [*proofs, {**options, "proofValue": encode_multibase(by.sign(to_sign))}]}


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_a_chain_of_three(suite):
    document = with_proof(GUIDE_DOCUMENT, id=ONE, suite=suite)
    document = with_proof(document, id=TWO, suite=suite)
    document = with_proof(document, id=THREE, previous=[TWO, ONE], suite=suite)
    for proof in document["proof"]:
        verify_proof(document, proof, signer().public_key)
    # Those that it does not build on are no part of what it signs.
    fewer = {**document, "proof": [document["proof"][0], document["proof"][1]]}
    verify_proof(fewer, document["proof"][1], signer().public_key)


def test_suites_may_be_mixed():
    p256 = signer(Algorithm.ES256)
    document = with_proof(GUIDE_DOCUMENT, id=ONE, suite="ecdsa-jcs-2019", by=p256)
    document = with_proof(document, previous=ONE)
    verify_proof(document, document["proof"][0], p256.public_key)
    verify_proof(document, document["proof"][1], signer().public_key)


def test_what_add_proof_makes_can_be_built_on():
    document = add_proof(GUIDE_DOCUMENT, signer(), verification_method="did:web:example.org#key-1", created=NOW)
    document["proof"][0]["id"] = ONE  # not signed, so no longer a proof; only its place in the chain is asked for
    document = with_proof(document, previous=ONE)
    verify_proof(document, document["proof"][1], signer().public_key)
    with pytest.raises(SignatureInvalidError):
        verify_proof(document, document["proof"][0], signer().public_key)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"created": "2026-05-04T10:00:01Z"}, id="another moment"),
        pytest.param({"verificationMethod": "did:web:example.org#key-2"}, id="another method"),
        pytest.param({"proofValue": encode_multibase(bytes(64))}, id="another value"),
        pytest.param({"expires": "2030-01-01T00:00:00Z"}, id="an end"),
    ],
)
def test_what_it_builds_on_cannot_be_changed(change):
    document = with_proof(with_proof(GUIDE_DOCUMENT, id=ONE), previous=ONE)
    first, second = document["proof"]
    with pytest.raises((SignatureInvalidError, UnsafeDocumentError)):
        verify_proof({**document, "proof": [{**first, **change}, second]}, second, signer().public_key)


def test_the_others_cannot_be_taken_out_of_the_options():
    document = with_proof(with_proof(GUIDE_DOCUMENT, id=ONE), previous=ONE)
    alone = {name: value for name, value in document["proof"][1].items() if name != "previousProof"}
    with pytest.raises(SignatureInvalidError):
        verify_proof({**document, "proof": [alone]}, alone, signer().public_key)


def proof(id=None, previous=None, **members):  # noqa: A002
    named = {"id": id} if id is not None else {}
    return {**named, **({} if previous is None else {"previousProof": previous}), **members}


@pytest.mark.parametrize(
    ("proofs", "of"),
    [
        pytest.param([proof(previous=ONE)], 0, id="none of that name"),
        pytest.param([proof(previous=ONE), proof(ONE), proof(ONE)], 0, id="two of that name"),
        pytest.param([proof(previous=[ONE, TWO]), proof(ONE)], 0, id="one of two is not there"),
        pytest.param([proof(previous=[ONE, ONE]), proof(ONE)], 0, id="one named twice"),
        pytest.param([proof(previous=[]), proof(ONE)], 0, id="an empty list"),
        pytest.param([proof(previous=[ONE, 5]), proof(ONE)], 0, id="a number in the list"),
        pytest.param([proof(previous=5), proof(ONE)], 0, id="a number"),
        pytest.param([proof(previous={"id": ONE}), proof(ONE)], 0, id="an object"),
        pytest.param([{"previousProof": None}, proof(ONE)], 0, id="null"),
        pytest.param([proof(previous=""), proof("")], 0, id="built on itself by an empty name"),
        pytest.param([proof(ONE, previous=ONE)], 0, id="built on itself"),
        pytest.param([proof(ONE, previous=TWO), proof(TWO, previous=ONE)], 0, id="two built on each other"),
        pytest.param(
            [proof(previous=ONE), proof(ONE, previous=TWO), proof(TWO, previous=THREE), proof(THREE, previous=ONE)],
            0,
            id="a circle further down",
        ),
        pytest.param([proof(previous=ONE), proof(ONE, previous=TWO)], 0, id="one further down is not there"),
        pytest.param([proof(previous=ONE), proof([ONE])], 0, id="a name that is a list"),
        pytest.param([proof(previous=ONE), {"id": {}}, "x", None, 5], 0, id="things that are no proofs"),
    ],
)
def test_what_is_no_chain(proofs, of):
    if proofs[0].get("previousProof") == "":
        proofs = [proof("", previous="")]
    with pytest.raises(InvalidProofError):
        chain({"proof": proofs}, proofs[of])


def test_a_chain_may_meet_again():
    first, left, right = proof(ONE), proof(TWO, previous=ONE), proof(THREE, previous=ONE)
    top = proof(previous=[TWO, THREE])
    assert chain({"proof": [top, right, left, first]}, top) == [right, left, first]


def test_a_single_proof_is_no_chain():
    assert chain({"proof": proof(ONE)}, proof(ONE)) == []
    assert chain({}, proof()) == []
