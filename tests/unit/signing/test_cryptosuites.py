"""Every suite whose proof value is one signature: published answers, our own both ways, and what must not pass."""

from __future__ import annotations

import copy
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from app.errors import (
    DocumentError,
    InvalidKeyError,
    InvalidProofError,
    SignatureInvalidError,
    UnsafeDocumentError,
    UnsupportedCryptoError,
)
from app.jsonld import BUNDLED_CONTEXTS
from app.signing import CRYPTOSUITES, Algorithm, PublicKey, add_proof, suite_of, verify_proof
from app.signing.multibase import decode_multibase, encode_base64url, encode_multibase
from app.signing.suite import Unsecured
from tests.unit.jsonld.support import EXAMPLES
from tests.unit.signing.known_answers import KNOWN_ANSWERS
from tests.unit.signing.support import signer, vector
from tests.unit.signing.test_eddsa_rdfc_2022 import GUIDE_DOCUMENT

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
METHOD = "did:web:example.org#key-1"
EDDSA, ES256, ES384, RS256 = Algorithm.EDDSA, Algorithm.ES256, Algorithm.ES384, Algorithm.RS256
MADE_HERE = [
    ("eddsa-rdfc-2022", EDDSA),
    ("eddsa-jcs-2022", EDDSA),
    ("ecdsa-rdfc-2019", ES256),
    ("ecdsa-rdfc-2019", ES384),
    ("ecdsa-jcs-2019", ES256),
    ("ecdsa-jcs-2019", ES384),
]
every_answer = pytest.mark.parametrize("known", KNOWN_ANSWERS, ids=lambda known: f"{known.suite} {known.key[:4]}")
every_suite = pytest.mark.parametrize(("suite", "algorithm"), MADE_HERE)


def hashes(document, proof, key, contexts=EXAMPLES):
    """What is signed, in hexadecimal."""
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    return suite_of(proof).hash_data(Unsecured(document, options, contexts=contexts), key.algorithm).hex()


# Published


@every_answer
def test_known_answers(known):
    key = PublicKey.from_multikey(known.key)
    assert hashes(known.document, known.proof, key) == known.proof_hash + known.document_hash
    verify_proof({**known.document, "proof": known.proof}, known.proof, key, contexts=EXAMPLES)


@every_answer
def test_nothing_else_fits(known):
    key = PublicKey.from_multikey(known.key)
    for other in [{**known.document, "name": "Other"}, {**known.document, "credentialSubject": {"id": "did:x:y"}}]:
        with pytest.raises(SignatureInvalidError):
            verify_proof(other, known.proof, key, contexts=EXAMPLES)


@every_answer
def test_published_files(known):
    signed = vector(f"{known.folder}/signed{known.suffix}.json")
    assert signed == {**known.document, "proof": known.proof}
    for name, expected in [
        ("docHash", known.document_hash),
        ("proofHash", known.proof_hash),
        ("combinedHash", known.proof_hash + known.document_hash),
        ("sigHex", decode_multibase(known.proof_value, error=InvalidProofError).hex()),
        ("sigBTC58", known.proof_value),
    ]:
        assert vector(f"{known.folder}/{name}{known.suffix}.txt").strip() == expected


EMPLOYMENT = [
    ("vc-di-eddsa/TestVectors/eddsa-rdfc-2022/employ", "DataInt"),
    ("vc-di-ecdsa/TestVectors/ecdsa-rdfc-2019-p256/employ", "ECDSAP256"),
    ("vc-di-ecdsa/TestVectors/ecdsa-rdfc-2019-p384/employ", "ECDSAP384"),
]


@pytest.mark.parametrize(("folder", "suffix"), EMPLOYMENT)
def test_published_files_of_a_document_with_unnamed_nodes(folder, suffix):
    """With P-384 the digest inside the canonicalisation is SHA-384 too; these nodes' labels show it."""
    signed = vector(f"{folder}/signed{suffix}.json")
    proof = signed.pop("proof")
    key = PublicKey.from_multikey(proof["verificationMethod"].partition("#")[2])
    combined = vector(f"{folder}/proofHash{suffix}.txt").strip() + vector(f"{folder}/docHash{suffix}.txt").strip()
    assert hashes(signed, proof, key) == combined == vector(f"{folder}/combinedHash{suffix}.txt").strip()
    verify_proof(signed, proof, key, contexts=EXAMPLES)


def test_a_sample_with_the_name_that_eddsa_rdfc_2022_had_in_drafts():
    """1EdTech's validator, on version 1.1 of the data model."""
    signed = vector("../spec/examples/validator-ob30/simple-eddsa-2022.json")
    [proof] = signed["proof"]
    assert proof["cryptosuite"] == "eddsa-2022"
    key = PublicKey.from_multikey(proof["verificationMethod"].partition("#")[2])
    verify_proof(signed, proof, key)
    with pytest.raises(SignatureInvalidError):
        verify_proof({**signed, "name": "Other"}, proof, key)


# Made here


def signed_with(suite, algorithm, document=GUIDE_DOCUMENT, **options):
    return add_proof(document, signer(algorithm), verification_method=METHOD, created=NOW, cryptosuite=suite, **options)


@every_suite
def test_what_is_signed_is_verified(suite, algorithm):
    signed = signed_with(suite, algorithm)
    [proof] = signed["proof"]
    key = signer(algorithm).public_key
    assert proof["cryptosuite"] == suite
    assert list(proof)[-1] == "proofValue"
    verify_proof(signed, proof, key)
    verify_proof(dict(reversed(signed.items())), dict(reversed(proof.items())), key)
    key.verify(
        decode_multibase(proof["proofValue"], error=InvalidProofError),
        bytes.fromhex(hashes(GUIDE_DOCUMENT, proof, key, BUNDLED_CONTEXTS)),
    )


@every_suite
def test_the_suite_is_part_of_what_is_signed(suite, algorithm):
    signed = signed_with(suite, algorithm)
    [proof] = signed["proof"]
    for other, takes in MADE_HERE:
        if other != suite and takes is algorithm:
            with pytest.raises(SignatureInvalidError):
                verify_proof(signed, {**proof, "cryptosuite": other}, signer(algorithm).public_key)


NOT_TAKEN = [
    (suite, algorithm, other)
    for suite, algorithm in MADE_HERE
    for other in (EDDSA, ES256, ES384, RS256)
    if (suite, other) not in MADE_HERE
]


@pytest.mark.parametrize(("suite", "algorithm", "other"), NOT_TAKEN)
def test_a_key_of_another_kind_neither_signs_nor_verifies(suite, algorithm, other):
    with pytest.raises(InvalidKeyError):
        signed_with(suite, other)
    signed = signed_with(suite, algorithm)
    with pytest.raises(InvalidKeyError):
        verify_proof(signed, signed["proof"][0], signer(other).public_key)


@pytest.mark.parametrize("suite", ["ecdsa-rdfc-2019", "ecdsa-jcs-2019"])
def test_a_key_of_the_other_curve_does_not_fit(suite):
    signed = signed_with(suite, ES256)
    with pytest.raises(InvalidProofError, match="64 bytes instead of 96"):
        verify_proof(signed, signed["proof"][0], signer(ES384).public_key)


@every_suite
def test_changed_members_are_refused(suite, algorithm):
    signed = signed_with(suite, algorithm)
    [proof] = signed["proof"]
    key = signer(algorithm).public_key
    other = copy.deepcopy(signed)
    other["credentialSubject"]["achievement"]["name"] = "Other"
    for document, changed in [
        (other, proof),
        ({**signed, "description": "added"}, proof),
        (signed, {**proof, "created": "2026-05-04T10:00:01Z"}),
        (signed, {**proof, "expires": "2030-01-01T00:00:00Z"}),
        (signed, {**proof, "verificationMethod": f"{METHOD}0"}),
    ]:
        with pytest.raises(SignatureInvalidError):
            verify_proof(document, changed, key)


@every_suite
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda raw: encode_multibase(raw[:-1]), id="one byte short"),
        pytest.param(lambda raw: encode_multibase(raw + b"\0"), id="one byte long"),
        pytest.param(lambda raw: "u" + encode_base64url(raw), id="base64url"),
        pytest.param(lambda raw: "z" + "2" * 500_000, id="half a megabyte"),
        pytest.param(lambda raw: encode_multibase(der(raw)), id="DER"),
        pytest.param(lambda raw: None, id="null"),
        pytest.param(lambda raw: [encode_multibase(raw)], id="a list"),
    ],
)
def test_another_form_of_the_value_is_malformed(suite, algorithm, change):
    signed = signed_with(suite, algorithm)
    [proof] = signed["proof"]
    raw = decode_multibase(proof["proofValue"], error=InvalidProofError)
    with pytest.raises(InvalidProofError):
        verify_proof(signed, {**proof, "proofValue": change(raw)}, signer(algorithm).public_key)


def test_a_value_that_is_too_long_is_not_decoded():
    signed = signed_with("eddsa-jcs-2022", EDDSA)
    with pytest.raises(InvalidProofError, match="limit is 160"):
        verify_proof(signed, {**signed["proof"][0], "proofValue": "z" + "2" * 161}, signer().public_key)


def der(raw):
    half = len(raw) // 2
    return encode_dss_signature(int.from_bytes(raw[:half]), int.from_bytes(raw[half:]))


@pytest.mark.parametrize("algorithm", [ES256, ES384])
def test_either_half_of_s_is_taken(algorithm):
    """ECDSA gives two signatures for one; the standard prefers neither."""
    orders = {
        ES256: 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
        ES384: 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
    }
    signed = signed_with("ecdsa-jcs-2019", algorithm)
    [proof] = signed["proof"]
    raw = decode_multibase(proof["proofValue"], error=InvalidProofError)
    r, s = decode_dss_signature(der(raw))
    other = raw[: len(raw) // 2] + (orders[algorithm] - s).to_bytes(len(raw) // 2)
    assert r == int.from_bytes(raw[: len(raw) // 2])
    assert other != raw
    verify_proof(signed, {**proof, "proofValue": encode_multibase(other)}, signer(algorithm).public_key)


@pytest.mark.parametrize("name", ["eddsa-2022", "Ed25519Signature2020", "ecdsa-sd-2023", "bbs-2023", ""])
def test_other_proofs_are_not_made(name):
    with pytest.raises(UnsupportedCryptoError):
        signed_with(name, EDDSA)


# The names


@pytest.mark.parametrize(
    ("kind", "suite", "error"),
    [
        pytest.param("DataIntegrityProof", "Ed25519Signature2020", UnsupportedCryptoError, id="a type as a suite"),
        pytest.param("eddsa-rdfc-2022", None, UnsupportedCryptoError, id="a suite as a type"),
        pytest.param("eddsa-rdfc-2022", "eddsa-rdfc-2022", UnsupportedCryptoError, id="a suite as both"),
        pytest.param("DataIntegrityProof", "bbs-2023", UnsupportedCryptoError, id="another suite"),
        pytest.param("DataIntegrityProof", None, InvalidProofError, id="no suite"),
        pytest.param("DataIntegrityProof", ["eddsa-rdfc-2022"], InvalidProofError, id="a list of suites"),
        pytest.param(["DataIntegrityProof"], "eddsa-rdfc-2022", InvalidProofError, id="a list of types"),
        pytest.param(None, "eddsa-rdfc-2022", InvalidProofError, id="no type"),
    ],
)
def test_a_suite_is_named_by_type_and_cryptosuite(kind, suite, error):
    with pytest.raises(error):
        suite_of({"type": kind, "cryptosuite": suite})


def test_the_table_is_by_name():
    assert all(name == suite.name for name, suite in CRYPTOSUITES.items())
    assert {suite for suite, _ in MADE_HERE} < set(CRYPTOSUITES)


# Contexts of the proof itself


@pytest.mark.parametrize("suite", ["eddsa-jcs-2022", "ecdsa-jcs-2019"])
@pytest.mark.parametrize(
    ("own", "of_document", "fits"),
    [
        pytest.param(["a", "b"], ["a", "b"], True, id="the same"),
        pytest.param(["a", "b"], ["a", "b", "c"], True, id="one was added after signing"),
        pytest.param(["a"], "a", True, id="a list of one, and one"),
        pytest.param(["a", "b"], ["a"], False, id="one was taken away"),
        pytest.param(["a", "b"], ["b", "a"], False, id="another order"),
        pytest.param(["a"], ["c", "a"], False, id="one was put before it"),
        pytest.param(["a"], None, False, id="the document has none"),
        pytest.param([], ["a"], False, id="an empty list"),
        pytest.param(None, ["a"], False, id="null"),
    ],
)
def test_the_contexts_of_a_json_proof_begin_the_documents(suite, own, of_document, fits):
    """VC-DI-EDDSA 3.3.2 and VC-DI-ECDSA 3.3.2, step 4."""
    algorithm = EDDSA if suite.startswith("eddsa") else ES256
    [proof] = signed_with(suite, algorithm, {"@context": own or ["a"], "name": "x"})["proof"]
    assert proof["@context"] == (own or ["a"])
    proof = {**proof, "@context": own}
    document = {"@context": of_document, "name": "x"}
    if fits:
        verify_proof(document, proof, signer(algorithm).public_key)
    else:
        with pytest.raises(InvalidProofError, match="context"):
            verify_proof(document, proof, signer(algorithm).public_key)


def test_a_json_proof_needs_no_context():
    signed = signed_with("eddsa-jcs-2022", EDDSA, {"name": "x", "grade": "A"})
    assert "@context" not in signed["proof"][0]
    verify_proof(signed, signed["proof"][0], signer().public_key)
    with pytest.raises(SignatureInvalidError):
        verify_proof({**signed, "grade": "B"}, signed["proof"][0], signer().public_key)


def test_a_json_proof_covers_what_no_context_defines():
    signed = signed_with("eddsa-jcs-2022", EDDSA, {**GUIDE_DOCUMENT, "grade": "A"})
    verify_proof(signed, signed["proof"][0], signer().public_key)
    with pytest.raises(UnsafeDocumentError):
        signed_with("eddsa-rdfc-2022", EDDSA, {**GUIDE_DOCUMENT, "grade": "A"})


@pytest.mark.parametrize("value", ["\ud800", 2**53 + 1, float("inf")], ids=["half a pair", "too large", "no end"])
def test_what_is_no_json_is_not_signed(value):
    with pytest.raises(UnsafeDocumentError):
        signed_with("eddsa-jcs-2022", EDDSA, {"name": value})


def test_json_without_an_end_is_too_complex():
    deep = {}
    for _ in range(100_000):
        deep = {"a": deep}
    with pytest.raises(DocumentError):
        signed_with("eddsa-jcs-2022", EDDSA, deep)


SUITE_CONTEXT = "https://w3id.org/security/suites/ed25519-2020/v1"


def made_before_cryptosuites(document, proof_context=None):
    """An Ed25519Signature2020, made here because nobody else makes them any more."""
    proof = {
        "type": "Ed25519Signature2020",
        "created": "2023-02-24T23:36:38Z",
        "verificationMethod": METHOD,
        "proofPurpose": "assertionMethod",
        **({} if proof_context is None else {"@context": proof_context}),
    }
    to_sign = hashes(document, proof, signer().public_key, BUNDLED_CONTEXTS)
    return {**proof, "proofValue": encode_multibase(signer().sign(bytes.fromhex(to_sign)))}


@pytest.mark.parametrize("own", [SUITE_CONTEXT, [SUITE_CONTEXT], [*GUIDE_DOCUMENT["@context"], SUITE_CONTEXT]])
def test_a_proof_from_before_cryptosuites_may_name_its_own_context(own):
    proof = made_before_cryptosuites(GUIDE_DOCUMENT, own)
    verify_proof(GUIDE_DOCUMENT, proof, signer().public_key)
    with pytest.raises(SignatureInvalidError):
        verify_proof({**GUIDE_DOCUMENT, "name": "Other"}, proof, signer().public_key)


@pytest.mark.parametrize(
    "own", [None, [], "https://evil.example/", {"created": "urn:x:y"}, ["https://www.w3.org/ns/did/v1"]]
)
def test_but_not_one_that_defines_nothing(own):
    """The document of these does not define such proofs itself."""
    proof = {**made_before_cryptosuites(GUIDE_DOCUMENT, SUITE_CONTEXT), "@context": own}
    with pytest.raises(InvalidProofError):
        verify_proof(GUIDE_DOCUMENT, proof, signer().public_key)


@pytest.mark.parametrize("other", [ES256, ES384, RS256])
def test_a_proof_from_before_cryptosuites_is_one_of_ed25519(other):
    with pytest.raises(InvalidKeyError):
        verify_proof(GUIDE_DOCUMENT, made_before_cryptosuites(GUIDE_DOCUMENT, SUITE_CONTEXT), signer(other).public_key)


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "ecdsa-rdfc-2019"])
def test_a_proof_over_statements_shares_the_documents_context(suite):
    algorithm = EDDSA if suite.startswith("eddsa") else ES256
    signed = signed_with(suite, algorithm)
    [proof] = signed["proof"]
    verify_proof(signed, {**proof, "@context": signed["@context"]}, signer(algorithm).public_key)
    with pytest.raises(InvalidProofError, match="context"):
        verify_proof(signed, {**proof, "@context": signed["@context"][:1]}, signer(algorithm).public_key)
