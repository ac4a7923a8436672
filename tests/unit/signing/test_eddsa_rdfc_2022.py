"""Known answers: W3C vc-di-eddsa TestVectors (commit abb673e, also appendix B.1 of the specification) and the
Linked Data Proof vector of the Open Badges 3.0 implementation guide."""

from __future__ import annotations

import copy
import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from app.errors import InvalidKeyError, InvalidProofError, UnknownContextError, UnsafeDocumentError
from app.jsonld import BUNDLED_CONTEXTS
from app.signing import Algorithm, LocalSigner, PublicKey, add_proof, verify_proof
from app.signing.multibase import decode_multibase
from app.signing.rdfc_hash import hash_data
from app.signing.suite import Unsecured
from tests.unit.jsonld.support import EXAMPLES
from tests.unit.signing.support import ed25519_from_seed, signer, vector

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)

W3C_KEY = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
W3C_SEED = bytes.fromhex("c96ef9ea10c5e414c471723aff9de72c35fa5b70fae97e8832ecac7d2e2b8ed6")
W3C_METHOD = f"did:key:{W3C_KEY}#{W3C_KEY}"
W3C_CREATED = datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)
W3C_PROOF_HASH = "bea7b7acfbad0126b135104024a5f1733e705108f42d59668b05c0c50004c6b0"
W3C_DOCUMENT_HASH = "517744132ae165a5349155bef0bb0cf2258fff99dfe1dbd914b938d775a36017"
W3C_PROOF_VALUE = "z2YwC8z3ap7yx1nZYCg4L3j3ApHsF8kgPdSb5xoS1VR7vPG3F561B52hYnQF9iseabecm3ijx4K1FBTQsCZahKZme"
W3C_DOCUMENT = {
    "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
}
W3C_OPTIONS = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-rdfc-2022",
    "created": "2023-02-24T23:36:38Z",
    "verificationMethod": W3C_METHOD,
    "proofPurpose": "assertionMethod",
}

GUIDE_KEY = "z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi"
GUIDE_SEED = bytes.fromhex("6241a409e6707bb640a0140a8a32bc3d193c33a661747284d6adfa4ed4180be4")
GUIDE_HASHES = (
    "d34009cea0dbc1ca941e09dc01c8c9d3e3ce3c5b853f67ee44698dcea10f5d19"
    "87f65a76d40146205e3b3e06cb0fbd153f97f9ce70372390f52566bb7f9e0773"
)
GUIDE_PROOF_VALUE = "z5x9aCBYovW3CQCbKdNyhEm7ffYSw1YpEdPywQJoNbzDD2gkzQDKJ1sYKJaWvqZtkMtSbz35HcbgXVEDYHxCzgkCr"
GUIDE_DOCUMENT = {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ],
    "id": "http://example.com/credentials/3527",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {
        "id": "https://example.edu/issuers/565049",
        "type": ["Profile"],
        "url": "https://www.imsglobal.org",
        "name": "Example Corp",
    },
    "validFrom": "2010-01-01T00:00:00Z",
    "name": "Teamwork Badge",
    "credentialSubject": {
        "id": "did:example:ebfeb1f712ebc6f1c276e12ec21",
        "type": ["AchievementSubject"],
        "achievement": {
            "id": "https://example.com/achievements/21st-century-skills/teamwork",
            "type": ["Achievement"],
            "criteria": {
                "narrative": "Team members are nominated for this badge by their peers and recognized upon review "
                "by Example Corp management."
            },
            "description": "This badge recognizes the development of the capacity to collaborate within a group "
            "environment.",
            "name": "Teamwork",
        },
    },
}
GUIDE_METHOD = f"https://example.edu/issuers/565049#{GUIDE_KEY}"
GUIDE_CREATED = datetime(2010, 1, 1, 19, 23, 24, tzinfo=UTC)


def hashes_of(document, options, contexts=EXAMPLES):
    return hash_data(Unsecured(document, options, contexts=contexts), Algorithm.EDDSA)


def test_w3c_hashes():
    assert hashes_of(W3C_DOCUMENT, W3C_OPTIONS).hex() == W3C_PROOF_HASH + W3C_DOCUMENT_HASH


def test_w3c_signature():
    key = ed25519_from_seed(W3C_SEED)
    assert key.public_key.multikey() == W3C_KEY
    signed = add_proof(
        W3C_DOCUMENT,
        LocalSigner(key, "k"),
        verification_method=W3C_METHOD,
        created=W3C_CREATED,
        contexts=EXAMPLES,
    )
    assert signed == {**W3C_DOCUMENT, "proof": [{**W3C_OPTIONS, "proofValue": W3C_PROOF_VALUE}]}
    verify_proof(signed, signed["proof"][0], PublicKey.from_multikey(W3C_KEY), contexts=EXAMPLES)


def test_the_example_context_is_unknown_where_nobody_adds_it():
    with pytest.raises(UnknownContextError):
        verify_proof(W3C_DOCUMENT, {**W3C_OPTIONS, "proofValue": W3C_PROOF_VALUE}, PublicKey.from_multikey(W3C_KEY))


def test_implementation_guide_hashes_and_signature():
    key = ed25519_from_seed(GUIDE_SEED)
    assert key.public_key.multikey() == GUIDE_KEY
    signed = add_proof(GUIDE_DOCUMENT, LocalSigner(key, "k"), verification_method=GUIDE_METHOD, created=GUIDE_CREATED)
    proof = signed["proof"][0]
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    assert hashes_of(GUIDE_DOCUMENT, options, BUNDLED_CONTEXTS).hex() == GUIDE_HASHES
    assert proof["proofValue"] == GUIDE_PROOF_VALUE
    verify_proof(signed, proof, PublicKey.from_multikey(GUIDE_KEY))


def test_published_w3c_files():
    folder = "vc-di-eddsa/TestVectors"
    signed = vector(f"{folder}/eddsa-rdfc-2022/signedDataInt.json")
    combined = vector(f"{folder}/eddsa-rdfc-2022/combinedHashDataInt.txt")
    public = PublicKey.from_multikey(vector(f"{folder}/keyPair.json")["publicKeyMultibase"])
    options = {name: value for name, value in signed["proof"].items() if name != "proofValue"}
    unsigned = vector(f"{folder}/unsigned.json")
    assert hashes_of(unsigned, options).hex() == combined.strip()
    verify_proof(signed, signed["proof"], public, contexts=EXAMPLES)


def test_published_w3c_employment_document():
    """Its context (citizenship/v4rc1) is not pinned; but the signature is over the published canonical forms."""
    folder = "vc-di-eddsa/TestVectors/eddsa-rdfc-2022/employ"
    proof = vector(f"{folder}/signedDataInt.json")["proof"]
    hashes = [
        hashlib.sha256(vector(f"{folder}/{name}.txt").encode()).digest()
        for name in ("proofCanonDataInt", "canonDocDataInt")
    ]
    assert b"".join(hashes).hex() == vector(f"{folder}/combinedHashDataInt.txt").strip()
    signature = decode_multibase(proof["proofValue"], error=InvalidProofError)
    assert signature.hex() == vector(f"{folder}/sigHexDataInt.txt").strip()
    PublicKey.from_multikey(W3C_KEY).verify(signature, b"".join(hashes))


def sign(document=GUIDE_DOCUMENT, by=None, **changes):
    arguments = {"verification_method": "did:web:example.org#key-1", "created": NOW} | changes
    return add_proof(document, by or signer(), **arguments)


def test_the_document_is_copied_and_the_proof_is_a_list_of_one_at_the_end():
    before = copy.deepcopy(GUIDE_DOCUMENT)
    signed = sign()
    assert before == GUIDE_DOCUMENT
    assert list(signed)[-1] == "proof"
    [proof] = signed["proof"]
    assert list(proof) == ["type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "proofValue"]
    assert json.loads(json.dumps(signed)) == signed


@pytest.mark.parametrize(
    ("created", "expected"),
    [
        (NOW, "2026-05-04T10:00:00Z"),
        (NOW.replace(microsecond=999_999), "2026-05-04T10:00:00Z"),
        (datetime(2026, 5, 4, 12, 0, tzinfo=timezone(timedelta(hours=2))), "2026-05-04T10:00:00Z"),
    ],
)
def test_created_is_utc_in_whole_seconds(created, expected):
    assert sign(created=created)["proof"][0]["created"] == expected


def test_a_moment_without_a_zone_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="time zone"):
        sign(created=datetime(2026, 5, 4, 10, 0))  # noqa: DTZ001


@pytest.mark.parametrize("algorithm", [Algorithm.RS256, Algorithm.ES256, Algorithm.ES384])
def test_other_keys_neither_sign_nor_verify(algorithm):
    other = signer(algorithm)
    with pytest.raises(InvalidKeyError):
        sign(by=other)
    signed = sign()
    with pytest.raises(InvalidKeyError):
        verify_proof(signed, signed["proof"][0], other.public_key)


def test_a_document_is_not_signed_twice():
    with pytest.raises(InvalidProofError):
        sign(sign())


def test_an_undefined_term_is_not_signed():
    with pytest.raises(UnsafeDocumentError):
        sign({**GUIDE_DOCUMENT, "grade": "with highest honours"})
