"""The cryptosuite eddsa-rdfc-2022 (W3C Data Integrity EdDSA Cryptosuites 1.0, section 3.2)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from app.errors import InvalidKeyError, InvalidProofError, UnsafeDocumentError
from app.jsonld import BUNDLED_CONTEXTS, DEFAULT_LIMITS, Contexts, Limits, canonicalize
from app.signing.algorithms import Algorithm
from app.signing.keys import PublicKey, Signer
from app.signing.multibase import decode_multibase, encode_multibase

NAME: Final = "eddsa-rdfc-2022"
_SIGNATURE_BYTES: Final = 64
_MAX_PROOF_VALUE: Final = 128  # characters; 64 bytes take at most 88

# The members that nearly all proof options have, and no others. In N-Quads `created` is one literal in a line of its
# own; what a key signs differs in nothing else.
_USUAL_OPTIONS: Final = ("type", "cryptosuite", "verificationMethod", "proofPurpose", "created")
_CREATED: Final = re.compile(r"[0-9T:.Z+-]+", re.ASCII)  # no letter of it is written otherwise in N-Quads
_SOME_DAY: Final = "9999-12-31T23:59:59Z"
_MAX_USUAL: Final = 2_048  # characters of options and contexts that are worth remembering


@dataclass(frozen=True, slots=True)
class Signed:
    """A document with its `proof`; `signature` is the signer's over `hash_data`, not yet checked by anybody."""

    document: dict[str, Any]
    hash_data: bytes = field(repr=False)
    signature: bytes = field(repr=False)


def add_proof(
    document: Mapping[str, Any],
    signer: Signer,
    *,
    verification_method: str,
    created: datetime,
    purpose: str = "assertionMethod",
    contexts: Contexts = BUNDLED_CONTEXTS,
    fallback: bool = True,
) -> dict[str, Any]:
    """A copy of `document` with a `proof` (last, a list of one) by `signer`. Section 3.2.1.

    The list is what the older strict Open Badges schema asks for; the newer one takes it too. Without `fallback` a
    document that only the slow path of canonicalisation can read is refused.
    Raises InvalidKeyError for a key that is not Ed25519, InvalidProofError for a document that has a proof
    already, and DocumentError when safe mode refuses the document.
    """
    canonical = canonicalize(document, contexts=contexts, fallback=fallback)
    return sign_canonical(
        document,
        canonical,
        signer,
        verification_method=verification_method,
        created=created,
        purpose=purpose,
        contexts=contexts,
    ).document


def sign_canonical(
    document: Mapping[str, Any],
    canonical: bytes,
    signer: Signer,
    *,
    verification_method: str,
    created: datetime,
    purpose: str = "assertionMethod",
    contexts: Contexts = BUNDLED_CONTEXTS,
) -> Signed:
    """`add_proof` for whoever has the canonical form of `document` already, as a template gives it."""
    if signer.algorithm is not Algorithm.EDDSA:
        raise InvalidKeyError(f"{NAME} needs an Ed25519 key, not one for {signer.algorithm}.")
    if "proof" in document:
        raise InvalidProofError("The document has a proof already.")
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": NAME,
        "created": _date_time_stamp(created),
        "verificationMethod": verification_method,
        "proofPurpose": purpose,
    }
    to_sign = _own_options_hash(document, options, contexts) + hashlib.sha256(canonical).digest()
    signature = signer.sign(to_sign)
    signed = {**document, "proof": [{**options, "proofValue": encode_multibase(signature)}]}
    return Signed(signed, to_sign, signature)


def verify(
    document: Mapping[str, Any],
    proof: Mapping[str, Any],
    public_key: PublicKey,
    limits: Limits,
    contexts: Contexts,
    known: Callable[[Mapping[str, Any]], bytes | None],
) -> None:
    """Section 3.2.2, steps 1 to 5; the members that all suites share are checked by `verify_proof`.

    `known` gives the canonical N-Quads of the document without its proof where they need not be worked out.
    Raises InvalidKeyError, InvalidProofError, SignatureInvalidError, and DocumentError from canonicalisation.
    """
    if public_key.algorithm is not Algorithm.EDDSA:
        raise InvalidKeyError(f"The proof needs an Ed25519 key, but its key is for {public_key.algorithm}.")
    signature = decode_multibase(proof.get("proofValue"), error=InvalidProofError, max_length=_MAX_PROOF_VALUE)
    if len(signature) != _SIGNATURE_BYTES:
        raise InvalidProofError(f"The proof value has {len(signature)} bytes instead of {_SIGNATURE_BYTES}.")
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    public_key.verify(signature, hash_data(unsecured, options, limits, contexts, canonical=known(unsecured)))


def hash_data(
    document: Mapping[str, Any],
    options: Mapping[str, Any],
    limits: Limits,
    contexts: Contexts,
    *,
    canonical: bytes | None = None,
) -> bytes:
    """The 64 bytes to sign: the hash of the proof options, then the document's (3.2.3 to 3.2.5).

    `canonical`: the canonical N-Quads of the document, if they are known.
    """
    if canonical is None:
        canonical = canonicalize(document, limits=limits, contexts=contexts)
    return options_hash(document["@context"], options, limits, contexts) + hashlib.sha256(canonical).digest()


def options_hash(context: Any, options: Mapping[str, Any], limits: Limits, contexts: Contexts) -> bytes:
    """The hash of the proof options under the document's context (3.2.5)."""
    try:
        canonical = _usual_options(context, options) if contexts is BUNDLED_CONTEXTS else None
        if canonical is None:
            canonical = canonicalize({"@context": context, **options}, limits=limits, contexts=contexts)
    except UnsafeDocumentError as error:
        # Its pointer leads into the proof options, not into the document that the caller knows.
        raise InvalidProofError(f"The proof is not safe to sign or believe. {error.message}") from error
    return hashlib.sha256(canonical).digest()


def _usual_options(context: Any, options: Mapping[str, Any]) -> bytes | None:
    """What `canonicalize` returns for options with the usual members, by filling in `created`; None for others."""
    if type(context) is not list or options.keys() != set(_USUAL_OPTIONS):
        return None
    *others, created = (options[name] for name in _USUAL_OPTIONS)
    texts = (*context, *others, created)
    if not all(type(text) is str for text in texts) or sum(map(len, texts)) > _MAX_USUAL:
        return None
    around = _around_created(tuple(context), tuple(others)) if _CREATED.fullmatch(created) else None
    return None if around is None else around[0] + created.encode() + around[1]


@lru_cache(maxsize=256)
def _around_created(context: tuple[str, ...], others: tuple[str, ...]) -> tuple[bytes, bytes] | None:
    """The canonical N-Quads of the usual options before and after the text of `created`; None if that is unclear."""
    options = dict(zip(_USUAL_OPTIONS, (*others, _SOME_DAY), strict=True))
    before, some_day, after = canonicalize({"@context": list(context), **options}).partition(f'"{_SOME_DAY}"'.encode())
    return (before + b'"', b'"' + after) if some_day and _SOME_DAY.encode() not in before + after else None


def _own_options_hash(document: Mapping[str, Any], options: Mapping[str, str], contexts: Contexts) -> bytes:
    """The same for options of our own making: all that are signed by one key in one second share them."""
    context = document.get("@context")
    if contexts is BUNDLED_CONTEXTS and isinstance(context, list) and all(type(url) is str for url in context):
        return _remembered_options_hash(tuple(context), tuple(options.items()))
    return options_hash(context, options, DEFAULT_LIMITS, contexts)


@lru_cache(maxsize=64)
def _remembered_options_hash(context: tuple[str, ...], options: tuple[tuple[str, str], ...]) -> bytes:
    return options_hash(list(context), dict(options), DEFAULT_LIMITS, BUNDLED_CONTEXTS)


def _date_time_stamp(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError("created needs a time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
