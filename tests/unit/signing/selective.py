"""The halves of ecdsa-sd-2023 that issuer and holder do (VC-DI-ECDSA 1.0, sections 3.5 and 3.6); ours is verifying.

Each function takes apart what one step needs, so that a test can break exactly one.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from typing import Any

from app.errors import InvalidProofError
from app.jsonld import BUNDLED_CONTEXTS, Contexts, blank_nodes, quads_in, relabelled, selected_statements, written
from app.jsonld.rdfc import issue_labels
from app.jsonld.selection import select
from app.signing import Algorithm, LocalSigner, PrivateKey
from app.signing.ecdsa_sd_2023 import hmac_label
from app.signing.multibase import decode_base64url, encode_base64url
from app.signing.rdfc_hash import options_hash
from app.signing.suite import Unsecured
from tests.unit.signing.support import signer

BASE, DERIVED = b"\xd9\x5d\x00", b"\xd9\x5d\x01"
HMAC_KEY = bytes(range(32))
SINGLE = LocalSigner(PrivateKey.generate(Algorithm.ES256), "single")  # another than the issuer's own
OPTIONS = {
    "type": "DataIntegrityProof",
    "cryptosuite": "ecdsa-sd-2023",
    "created": "2026-05-04T10:00:00Z",
    "verificationMethod": "did:web:example.org#key-1",
    "proofPurpose": "assertionMethod",
}


def cbor(value):
    """The shortest form (RFC 8949 section 4.1)."""
    if isinstance(value, int):
        return head(0, value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    return head(5, len(value)) + b"".join(cbor(key) + cbor(member) for key, member in value.items())


def head(kind, number):
    for information, size in ((None, 0), (24, 1), (25, 2), (26, 4), (27, 8)):
        if information is None and number < 24:
            return bytes([kind << 5 | number])
        if information is not None and number < 1 << (8 * size):
            return bytes([kind << 5 | information]) + number.to_bytes(size)
    raise AssertionError


@dataclass(frozen=True)
class Issued:
    """A document and all that its base proof is made of."""

    document: dict[str, Any]
    pointers: list[str]
    by: LocalSigner = field(default_factory=lambda: signer(Algorithm.ES256))
    single: LocalSigner = SINGLE
    hmac_key: bytes = HMAC_KEY
    options: dict[str, Any] = field(default_factory=lambda: OPTIONS)
    contexts: Contexts = BUNDLED_CONTEXTS

    @cached_property
    def unsecured(self) -> Unsecured:
        return Unsecured(self.document, self.options, contexts=self.contexts)

    def statements(self, pointers: list[str]) -> set[Any]:
        unsecured = self.unsecured
        return selected_statements(
            self.document, pointers, unsecured.canonical(), unsecured.canonicalize, unsecured.limits
        )

    @cached_property
    def labels(self) -> dict[str, str]:
        quads = quads_in(self.unsecured.canonical())
        return {label: hmac_label(self.hmac_key, label) for label in blank_nodes(quads)}

    def lines(self, pointers: list[str] | None = None) -> list[str]:
        """The statements under the issuer's names: all of them, or those that the pointers select."""
        quads = quads_in(self.unsecured.canonical()) if pointers is None else self.statements(pointers)
        return written(relabelled(quads, self.labels))

    @cached_property
    def mandatory(self) -> list[str]:
        return self.lines(self.pointers)

    @cached_property
    def others(self) -> list[str]:
        return [line for line in self.lines() if line not in self.mandatory]

    @cached_property
    def key_bytes(self) -> bytes:
        return b"\x80\x24" + self.single.public_key.material

    def base_signature(self, **changes: bytes) -> bytes:
        parts = {
            "options": options_hash(self.unsecured, Algorithm.ES256),
            "key": self.key_bytes,
            "mandatory": sha256("".join(self.mandatory).encode()).digest(),
        }
        return self.by.sign(b"".join((parts | changes).values()))

    def signatures(self) -> list[bytes]:
        return self._signatures

    @cached_property
    def _signatures(self) -> list[bytes]:
        return [self.single.sign(line.encode()) for line in self.others]

    def base_parts(self) -> list[Any]:
        return [self.base_signature(), self.key_bytes, self.hmac_key, self.signatures(), self.pointers]

    def secured(self, value: str) -> dict[str, Any]:
        return {**self.document, "proof": {**self.options, "proofValue": value}}

    def base(self) -> dict[str, Any]:
        return self.secured(proof_value(BASE, self.base_parts()))

    def revealed(self, pointers: list[str]) -> Revealed:
        """What the holder shows of it: what is mandatory, and what `pointers` select."""
        return Revealed(self, [*self.pointers, *pointers])


@dataclass(frozen=True)
class Revealed:
    """A part of an issued document and all that its derived proof is made of."""

    issued: Issued
    pointers: list[str]

    @cached_property
    def document(self) -> dict[str, Any]:
        return select(self.issued.document, self.pointers)

    @cached_property
    def labels(self) -> dict[str, str]:
        """The issuer's names by the canonical labels of the part; these differ from those of the whole."""
        statements = self.issued.statements(self.pointers)
        of_part = issue_labels({quad for quad in statements if blank_nodes([quad])})
        return {label: self.issued.labels[of_whole] for of_whole, label in of_part.items()}

    @cached_property
    def lines(self) -> list[str]:
        part = replace(self.issued, document=self.document)
        return written(relabelled(quads_in(part.unsecured.canonical()), self.labels))

    @cached_property
    def mandatory(self) -> list[int]:
        return [index for index, line in enumerate(self.lines) if line in self.issued.mandatory]

    def signatures(self) -> list[bytes]:
        known = dict(zip(self.issued.others, self.issued.signatures(), strict=True))
        return [known[line] for index, line in enumerate(self.lines) if index not in self.mandatory]

    def parts(self) -> list[Any]:
        numbers = {int(label.removeprefix("_:c14n")): unlabelled(name) for label, name in self.labels.items()}
        return [self.issued.base_signature(), self.issued.key_bytes, self.signatures(), numbers, self.mandatory]

    def secured(self, value: str | None = None) -> dict[str, Any]:
        value = proof_value(DERIVED, self.parts()) if value is None else value
        return {**self.document, "proof": {**self.issued.options, "proofValue": value}}


def unlabelled(name: str) -> bytes:
    """The bytes behind an issuer's name for a node."""
    return decode_base64url(name.removeprefix("_:u"), error=InvalidProofError, max_length=64)


def proof_value(header: bytes, parts: Any) -> str:
    return "u" + encode_base64url(header + cbor(parts))
