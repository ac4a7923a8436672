"""ecdsa-sd-2023, each step: W3C vc-di-ecdsa TestVectors (commit 00781de), and a badge derived by somebody else."""

from __future__ import annotations

from hashlib import sha256

import pytest

from app.errors import InvalidProofError, SignatureInvalidError
from app.jsonld import blank_nodes, quads_in, relabelled, selected_statements, written
from app.jsonld.selection import select
from app.signing import Algorithm, PublicKey, verify_proof
from app.signing.ecdsa_sd_2023 import hmac_label
from app.signing.multibase import decode_multibase
from app.signing.rdfc_hash import options_hash
from app.signing.sd_proof_value import read_proof_value
from app.signing.suite import Unsecured
from tests.unit.jsonld.support import EXAMPLES
from tests.unit.signing.support import vector

ROOT = "vc-di-ecdsa/TestVectors"
DOCUMENTS = {"employ": ("employMandatory", "employSelective"), "prc": ("prCredMandatory", "prCredSelective")}
each = pytest.mark.parametrize("name", DOCUMENTS)


def step(name, file):
    return vector(f"{ROOT}/ecdsa-sd-2023/{name}/{file}")


class Vector:
    def __init__(self, name):
        self.name = name
        self.base = step(name, "addSignedSDBase.json")
        self.proof = self.base["proof"]
        self.document = {member: value for member, value in self.base.items() if member != "proof"}
        options = {member: value for member, value in self.proof.items() if member != "proofValue"}
        self.unsecured = Unsecured(self.document, options, contexts=EXAMPLES)
        self.canonical = self.unsecured.canonical()
        self.hmac_key = bytes.fromhex(vector(f"{ROOT}/ecdsa-sd-2023/SDKeyMaterial.json")["hmacKeyString"])
        quads = quads_in(self.canonical)
        self.labels = {label: hmac_label(self.hmac_key, label) for label in blank_nodes(quads)}
        self.lines = written(relabelled(quads, self.labels))

    def indexes(self, pointers):
        found = selected_statements(
            self.document, pointers, self.canonical, self.unsecured.canonicalize, self.unsecured.limits
        )
        chosen = written(relabelled(found, self.labels))
        return [index for index, line in enumerate(self.lines) if line in chosen]

    @property
    def pointers(self):
        return [vector(f"{ROOT}/{file}.json") for file in DOCUMENTS[self.name]]


def multikey(raw):
    return PublicKey.from_multikey_bytes(raw).multikey()


def key_of(proof):
    return PublicKey.from_multikey(proof["verificationMethod"].partition("#")[2])


@each
def test_canonical_form_and_the_issuers_names_for_nodes(name):
    known = Vector(name)
    assert known.canonical.decode().splitlines(keepends=True) == step(name, "addBaseDocCanon.json")
    assert known.lines == step(name, "addBaseDocHMACCanon.json")


@each
def test_what_the_mandatory_pointers_select(name):
    known = Vector(name)
    transformed = step(name, "addBaseTransform.json")
    mandatory = dict(transformed["mandatory"]["value"])
    assert transformed["mandatoryPointers"] == known.pointers[0]
    assert {index: known.lines[index] for index in known.indexes(known.pointers[0])} == mandatory
    others = dict(transformed["nonMandatory"]["value"])
    assert {index: line for index, line in enumerate(known.lines) if index not in mandatory} == others
    for entry in step(name, "addPointerValues.json"):
        assert entry["value"] == known.document[entry["pointer"].removeprefix("/")]


@each
def test_hashes(name):
    known = Vector(name)
    expected = step(name, "addHashData.json")
    canon = step(name, "addProofConfigCanon.txt")
    config = step(name, "addProofConfig.json")
    assert known.unsecured.canonicalize(config) == canon.encode()
    assert (
        options_hash(known.unsecured, Algorithm.ES256).hex()
        == expected["proofHash"]
        == sha256(canon.encode()).hexdigest()
    )
    mandatory = "".join(known.lines[index] for index in known.indexes(known.pointers[0]))
    assert sha256(mandatory.encode()).hexdigest() == expected["mandatoryHash"]


@each
def test_what_the_base_proof_holds(name):
    known = Vector(name)
    proof = read_proof_value(known.proof["proofValue"])
    for file in ("addRawBaseSignatureInfo.json", "derivedRecoveredBaseData.json"):
        expected = step(name, file)
        assert proof.signatures.base.hex() == expected["baseSignature"]
        assert [signature.hex() for signature in proof.signatures.single] == expected["signatures"]
        assert proof.pointers == expected["mandatoryPointers"] == known.pointers[0]
    assert multikey(proof.signatures.key_bytes) == step(name, "addRawBaseSignatureInfo.json")["publicKey"]
    assert proof.hmac_key == known.hmac_key


@each
def test_the_base_proof_fits(name):
    known = Vector(name)
    verify_proof(known.base, known.proof, key_of(known.proof), contexts=EXAMPLES)
    with pytest.raises(SignatureInvalidError):
        verify_proof({**known.base, "name": "Other"}, known.proof, key_of(known.proof), contexts=EXAMPLES)


@each
def test_what_the_holder_selected(name):
    known = Vector(name)
    mandatory, selective = known.pointers
    expected = step(name, "derivedGroupIndexes.json")
    assert known.indexes(mandatory) == expected["mandatoryIndexes"]
    assert known.indexes(selective) == expected["selectiveIndexes"]
    assert known.indexes([*mandatory, *selective]) == expected["combinedIndexes"]
    revealed = select(known.document, [*mandatory, *selective])
    assert revealed == step(name, "derivedUnsignedReveal.json")
    combined, all_mandatory = expected["combinedIndexes"], expected["mandatoryIndexes"]
    adjusted = [combined.index(index) for index in all_mandatory if index in combined]
    assert adjusted == step(name, "derivedAdjMandatoryIndexes.json")["adjMandatoryIndexes"]


@each
def test_what_the_derived_proof_holds(name):
    signed = step(name, "derivedRevealDocument.json")
    proof = read_proof_value(signed["proof"]["proofValue"])
    expected = step(name, "verifyDerivedProofValue.json")
    disclosed = step(name, "derivedDisclosureData.json")
    assert proof.signatures.base.hex() == expected["baseSignature"] == disclosed["baseSignature"]
    assert multikey(proof.signatures.key_bytes) == expected["publicKey"]
    single = [signature.hex() for signature in proof.signatures.single]
    assert single == expected["signatures"] == step(name, "derivedAdjSignatures.json")["filteredSignatures"]
    assert proof.mandatory == set(expected["mandatoryIndexes"])
    assert proof.labels == {f"_:{label}": f"_:{name}" for label, name in expected["labelMap"]}
    assert list(disclosed["labelMap"]["value"]) == expected["labelMap"]


@each
def test_the_derived_proof_fits(name):
    signed = step(name, "derivedRevealDocument.json")
    proof = signed["proof"]
    read = read_proof_value(proof["proofValue"])
    unsecured = Unsecured(
        {member: value for member, value in signed.items() if member != "proof"}, {}, contexts=EXAMPLES
    )
    lines = written(relabelled(quads_in(unsecured.canonical()), read.labels))
    assert lines == step(name, "verifyNQuads.json")
    expected = step(name, "verifyCreateVerifyData.json")
    assert [line for index, line in enumerate(lines) if index not in read.mandatory] == expected["nonMandatory"]
    mandatory = "".join(line for index, line in enumerate(lines) if index in read.mandatory)
    assert sha256(mandatory.encode()).hexdigest() == expected["mandatoryHash"]
    verify_proof(signed, proof, key_of(proof), contexts=EXAMPLES)


def test_a_badge_derived_by_others():
    """The sample of 1EdTech's validator, made with Digital Bazaar's library."""
    signed = vector("../spec/examples/validator-ob30/sd/derivedcredential.json")
    [proof] = signed["proof"]
    verify_proof(signed, proof, key_of(proof))
    signed["credentialSubject"]["achievement"]["name"] = "Other"
    with pytest.raises(SignatureInvalidError):
        verify_proof(signed, proof, key_of(proof))


def test_published_keys():
    material = vector(f"{ROOT}/ecdsa-sd-2023/SDKeyMaterial.json")
    proof = read_proof_value(step("employ", "addSignedSDBase.json")["proof"]["proofValue"])
    assert proof.signatures.key.multikey() == material["proofKeyPair"]["publicKeyMultibase"]
    raw = decode_multibase(material["proofKeyPair"]["publicKeyMultibase"], error=InvalidProofError)
    assert proof.signatures.key_bytes == raw
