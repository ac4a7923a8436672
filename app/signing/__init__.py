"""Keys, identifiers and signatures: secures *a document*, and knows nothing of badges.

    key = PrivateKey.generate(Algorithm.EDDSA)
    signer = LocalSigner(key, key_id="key-1")
    signed = add_proof(document, signer, verification_method=did_key_method(key.public_key), created=now)

    did, public = resolve_did_key(signed["proof"][0]["verificationMethod"])
    verify_proof(signed, signed["proof"][0], public)        # returns, or raises SignatureInvalidError

The key decides the algorithm, everywhere. What is malformed or weak is refused when it is read.
"""

from __future__ import annotations

from app.signing.adding import Signed, add_proof, sign_canonical
from app.signing.algorithms import Algorithm
from app.signing.chains import chain
from app.signing.controlled import key_in_document, listed_methods, method_in_document, references_elsewhere
from app.signing.did_document import PublishedKey, did_document, jwk_with_kid, jwks
from app.signing.did_jwk import did_jwk, did_jwk_members, did_jwk_method, resolve_did_jwk
from app.signing.did_key import did_key, did_key_method, resolve_did_key
from app.signing.did_structure import with_absolute_urls
from app.signing.did_web import did_web, did_web_url
from app.signing.ecdsa_sd_2023 import shows_a_part
from app.signing.jws import (
    CREDENTIAL_TYPES,
    PRESENTATION_TYPES,
    UnverifiedJWT,
    read_jwt,
    sign_jwt,
    token_beginning,
    verify_jwt,
)
from app.signing.keys import LocalSigner, PrivateKey, PublicKey, Signer
from app.signing.proofs import CRYPTOSUITES, suite_of, verify_proof
from app.signing.resolution import (
    DID_DOCUMENT_TYPES,
    NOT_FOUND,
    Elsewhere,
    Failure,
    Resolved,
    Unresolved,
    resolve,
    resolve_fetched,
)
from app.signing.suite import Cryptosuite
from app.signing.vc_jwt import check_claims, credential_in, jwt_claims
from app.signing.verification_method import key_of_method

__all__ = [
    "CREDENTIAL_TYPES",
    "CRYPTOSUITES",
    "DID_DOCUMENT_TYPES",
    "NOT_FOUND",
    "PRESENTATION_TYPES",
    "Algorithm",
    "Cryptosuite",
    "Elsewhere",
    "Failure",
    "LocalSigner",
    "PrivateKey",
    "PublicKey",
    "PublishedKey",
    "Resolved",
    "Signed",
    "Signer",
    "Unresolved",
    "UnverifiedJWT",
    "add_proof",
    "chain",
    "check_claims",
    "credential_in",
    "did_document",
    "did_jwk",
    "did_jwk_members",
    "did_jwk_method",
    "did_key",
    "did_key_method",
    "did_web",
    "did_web_url",
    "jwk_with_kid",
    "jwks",
    "jwt_claims",
    "key_in_document",
    "key_of_method",
    "listed_methods",
    "method_in_document",
    "read_jwt",
    "references_elsewhere",
    "resolve",
    "resolve_did_jwk",
    "resolve_did_key",
    "resolve_fetched",
    "shows_a_part",
    "sign_canonical",
    "sign_jwt",
    "suite_of",
    "token_beginning",
    "verify_jwt",
    "verify_proof",
    "with_absolute_urls",
]
