"""Canonical forms that others have worked out: another process, or a template."""

from __future__ import annotations

import pytest

from app.errors import DocumentError, InvalidKeyError, InvalidProofError, SignatureInvalidError, TooComplexError
from app.jsonld import DEFAULT_LIMITS, Limits, canonicalize
from app.signing import sign_canonical, verify_proof
from tests.unit.signing.support import signer
from tests.unit.signing.test_cryptosuites import EDDSA, ES256, ES384, MADE_HERE, METHOD, NOW, RS256, signed_with
from tests.unit.signing.test_eddsa_rdfc_2022 import GUIDE_DOCUMENT


@pytest.mark.parametrize(("suite", "algorithm"), [item for item in MADE_HERE if "rdfc" in item[0]])
def test_a_document_that_is_read_elsewhere(suite, algorithm):
    """Another process gives the canonical form with SHA-256, whatever digest the suite has."""
    document = {**GUIDE_DOCUMENT, "name": {"@value": "Nom", "@language": "fr"}}
    signed = signed_with(suite, algorithm, document)
    elsewhere = Limits(slow_path=lambda asked, _: canonicalize(asked, limits=DEFAULT_LIMITS))
    verify_proof(signed, signed["proof"][0], signer(algorithm).public_key, limits=elsewhere)


def test_a_document_of_the_slow_path_is_refused_without_it():
    document = {**GUIDE_DOCUMENT, "name": {"@value": "Nom", "@language": "fr"}}
    for suite, algorithm in (("eddsa-rdfc-2022", EDDSA), ("ecdsa-rdfc-2019", ES384)):
        assert signed_with(suite, algorithm, document)
        with pytest.raises(DocumentError):
            signed_with(suite, algorithm, document, fallback=False)


def test_a_known_canonical_form_is_only_taken_for_its_digest():
    signed = signed_with("ecdsa-rdfc-2019", ES384)
    verify_proof(signed, signed["proof"][0], signer(ES384).public_key, known=lambda _: b"of another digest")
    signed = signed_with("ecdsa-rdfc-2019", ES256)
    with pytest.raises(SignatureInvalidError):
        verify_proof(signed, signed["proof"][0], signer(ES256).public_key, known=lambda _: b"wrong")


def test_a_canonical_form_is_signed_by_a_key_of_ed25519_alone():
    canonical = canonicalize(GUIDE_DOCUMENT)
    signed = sign_canonical(GUIDE_DOCUMENT, canonical, signer(), verification_method=METHOD, created=NOW).document
    assert signed == signed_with("eddsa-rdfc-2022", EDDSA)
    for other in (ES256, ES384, RS256):
        with pytest.raises(InvalidKeyError):
            sign_canonical(GUIDE_DOCUMENT, canonical, signer(other), verification_method=METHOD, created=NOW)


@pytest.mark.parametrize("proof", [[{"type": "DataIntegrityProof"}], [], {}, None], ids=repr)
def test_what_has_a_proof_gets_no_other(proof):
    document = {**GUIDE_DOCUMENT, "proof": proof}
    with pytest.raises(InvalidProofError, match="already"):
        signed_with("eddsa-rdfc-2022", EDDSA, document)
    with pytest.raises(InvalidProofError, match="already"):
        sign_canonical(document, b"", signer(), verification_method=METHOD, created=NOW)


def test_the_limits_are_those_of_whoever_asks():
    with pytest.raises(TooComplexError):
        signed_with("eddsa-rdfc-2022", EDDSA, limits=Limits(quads=3))
