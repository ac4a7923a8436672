from __future__ import annotations

import copy

import pytest

from app.errors import (
    DocumentError,
    InvalidKeyError,
    InvalidProofError,
    SignatureInvalidError,
    TooComplexError,
    UnsafeDocumentError,
    UnsupportedCryptoError,
)
from app.jsonld import Limits
from app.signing import CRYPTOSUITES, PrivateKey, verify_proof
from app.signing.algorithms import Algorithm
from app.signing.multibase import encode_base64url, encode_multibase
from tests.cost import within
from tests.unit.signing.support import signer
from tests.unit.signing.test_eddsa_rdfc_2022 import GUIDE_DOCUMENT, sign

PUBLIC = signer().public_key
CREDENTIALS = "https://www.w3.org/2018/credentials#"
SECURITY = "https://w3id.org/security#"


def signed_with(**members):
    document = sign({**GUIDE_DOCUMENT, **members})
    return document, document["proof"][0]


DOCUMENT, PROOF = signed_with()


def verify(document=DOCUMENT, proof=PROOF, **options):
    verify_proof(document, proof, PUBLIC, **options)


def test_a_good_proof_passes_with_and_without_the_proof_in_the_document():
    verify()
    verify({name: value for name, value in DOCUMENT.items() if name != "proof"})


def test_the_order_of_members_does_not_matter():
    verify(dict(reversed(DOCUMENT.items())), dict(reversed(PROOF.items())))


def test_a_proof_that_repeats_the_documents_context_passes():
    verify(proof={**PROOF, "@context": DOCUMENT["@context"]})


def test_another_key_does_not_fit():
    with pytest.raises(SignatureInvalidError):
        verify_proof(DOCUMENT, PROOF, PrivateKey.generate(Algorithm.EDDSA).public_key)


def strings(value, path=()):
    """Where the texts of a document are; contexts decide what is read at all and have cases of their own."""
    if isinstance(value, dict):
        for name, member in value.items():
            if name not in {"@context", "proof"}:
                yield from strings(member, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from strings(item, (*path, index))
    elif isinstance(value, str):
        yield path


def with_text(document, path, change):
    changed = copy.deepcopy(document)
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = change(place[path[-1]])
    return changed


def is_plain(path):
    """Neither a type nor an address: those may turn into what safe mode refuses before any signature is looked at."""
    return not {"type", "id", "url"} & set(path[-2:])


@pytest.mark.parametrize("path", list(strings(DOCUMENT)), ids=lambda path: "/".join(map(str, path)))
@pytest.mark.parametrize("position", [0, -1])
def test_one_changed_character_anywhere_is_refused(path, position):
    changed = with_text(DOCUMENT, path, lambda text: replaced(text, position))
    with pytest.raises(SignatureInvalidError if is_plain(path) else (SignatureInvalidError, DocumentError)):
        verify(changed)


def replaced(text, position):
    letters = list(text)
    letters[position] = "x" if letters[position] != "x" else "y"
    return "".join(letters)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("an added term", {"description": "added"}),
        ("a term that the context does not know", {"grade": "A"}),
        ("a later date of expiry", {"validUntil": "2040-01-01T00:00:00Z"}),
        ("a context more", {"@context": [*DOCUMENT["@context"], {"name": "https://evil.example/"}]}),
        ("a member removed", {"name": None}),
    ],
)
def test_changed_documents_are_refused(name, change):
    with pytest.raises((SignatureInvalidError, DocumentError)):
        verify({member: value for member, value in {**DOCUMENT, **change}.items() if value is not None})


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"created": "2026-05-04T10:00:01Z"}, SignatureInvalidError),
        ({"verificationMethod": "did:web:example.org#key-2"}, SignatureInvalidError),
        ({"expires": "2030-01-01T00:00:00Z"}, SignatureInvalidError),
        ({"domain": "example.org"}, SignatureInvalidError),
        ({"challenge": "1"}, SignatureInvalidError),
        ({"id": "urn:uuid:1f0ed33c-1f6f-4a3c-9f43-111111111111"}, SignatureInvalidError),
        ({"proofPurpose": "authentication"}, InvalidProofError),
        ({"proofPurpose": ["assertionMethod"]}, InvalidProofError),
        ({"proofPurpose": ...}, InvalidProofError),
        ({"verificationMethod": ...}, InvalidProofError),
        ({"verificationMethod": {"id": "did:web:example.org#key-1"}}, InvalidProofError),
        ({"created": "2026-05-04T10:00:00"}, InvalidProofError),
        ({"created": "2026-05-04"}, InvalidProofError),
        ({"created": "2026-02-30T10:00:00Z"}, InvalidProofError),
        ({"created": "2026-05-04T10:00:00+02:00:30"}, InvalidProofError),
        ({"created": "2026-05-04T10:00:00Z\n"}, InvalidProofError),
        ({"created": "２026-05-04T10:00:00Z"}, InvalidProofError),
        ({"created": None}, InvalidProofError),
        ({"created": 5}, InvalidProofError),
        ({"expires": "never"}, InvalidProofError),
        ({"expires": []}, InvalidProofError),
        ({"@context": "https://www.w3.org/ns/credentials/v2"}, InvalidProofError),
        ({"@context": None}, InvalidProofError),
        ({"undefined": "x"}, InvalidProofError),
        ({"@id": "urn:x:y"}, InvalidProofError),
        ({"type": ...}, InvalidProofError),
        ({"type": ["DataIntegrityProof"]}, InvalidProofError),
        ({"type": "Ed25519Signature2020"}, InvalidProofError),
        ({"type": "RsaSignature2018"}, UnsupportedCryptoError),
        ({"cryptosuite": ...}, InvalidProofError),
        ({"cryptosuite": None}, InvalidProofError),
        ({"cryptosuite": "eddsa-jcs-2022"}, SignatureInvalidError),
        ({"cryptosuite": "ecdsa-rdfc-2019"}, InvalidKeyError),
        ({"cryptosuite": "bbs-2023"}, UnsupportedCryptoError),
        ({"cryptosuite": "EDDSA-RDFC-2022"}, UnsupportedCryptoError),
        ({"previousProof": "urn:uuid:1"}, InvalidProofError),
        ({"previousProof": []}, InvalidProofError),
        ({"previousProof": None}, InvalidProofError),
        ({"proofValue": ...}, InvalidProofError),
        ({"proofValue": None}, InvalidProofError),
        ({"proofValue": ""}, InvalidProofError),
        ({"proofValue": "z"}, InvalidProofError),
        ({"proofValue": PROOF["proofValue"] + "1"}, InvalidProofError),
        ({"proofValue": "z1" + PROOF["proofValue"][1:]}, InvalidProofError),
        ({"proofValue": " " + PROOF["proofValue"]}, InvalidProofError),
        ({"proofValue": "u" + encode_base64url(bytes(64))}, InvalidProofError),
        ({"proofValue": encode_multibase(b"\1" * 63)}, InvalidProofError),
        ({"proofValue": encode_multibase(b"\1" * 65)}, InvalidProofError),
        ({"proofValue": "z" + "2" * 1_000_000}, InvalidProofError),
        ({"proofValue": encode_multibase(bytes(64))}, SignatureInvalidError),
        ({"proofValue": replaced(PROOF["proofValue"], 40)}, SignatureInvalidError),
        ({"proofValue": [PROOF["proofValue"]]}, InvalidProofError),
    ],
    # The value of a proof is another one in each process.
    ids=lambda value: str(value)[:16] if isinstance(value, dict) else "",
)
def test_changed_proofs_are_refused(change, error):
    proof = {name: value for name, value in {**PROOF, **change}.items() if value is not ...}
    with within(0.2), pytest.raises(error):
        verify(proof=proof)


@pytest.mark.parametrize("name", ["validUntil", "credentialStatus"])
def test_a_member_cannot_hide_behind_its_iri(name):
    """The same statements, so the same signature; but nobody who looks for the term would see the member."""
    status = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "7",
        "statusListCredential": "https://example.org/status/1",
    }
    members = {"validUntil": "2027-01-01T00:00:00Z", "credentialStatus": status}
    document, proof = signed_with(**{name: members[name]})
    hidden = {"@value": members[name], "@type": "http://www.w3.org/2001/XMLSchema#dateTime"}
    value = hidden if name == "validUntil" else status
    renamed = {member: content for member, content in document.items() if member != name}
    verify(document, proof)
    with pytest.raises(UnsafeDocumentError) as caught:
        verify({**renamed, CREDENTIALS + name: value}, proof)
    assert caught.value.pointer == f"/https:~1~1www.w3.org~12018~1credentials#{name}"


def test_nor_can_a_member_of_the_proof():
    with pytest.raises(InvalidProofError, match="term"):
        verify(proof={**PROOF, SECURITY + "expiration": "2020-01-01T00:00:00Z"})


def test_the_callers_limits_hold():
    with pytest.raises(TooComplexError):
        verify(limits=Limits(quads=3))


def test_the_purpose_is_the_callers():
    document = sign(GUIDE_DOCUMENT, purpose="authentication")
    verify_proof(document, document["proof"][0], PUBLIC, purpose="authentication")
    with pytest.raises(InvalidProofError):
        verify_proof(document, document["proof"][0], PUBLIC)


def test_the_suites_are_the_callers():
    with pytest.raises(UnsupportedCryptoError):
        verify(suites={})
    with pytest.raises(TypeError):
        CRYPTOSUITES["mine"] = print
