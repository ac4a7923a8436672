"""Receipts that somebody hands in: whether this service stands by what they say (docs/decisions/0032)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from app import strictjson
from app.errors import InputError, InvalidFieldsError, InvalidKeyError
from app.services.instance import Instance
from app.services.receipts import MOST_BYTES, MOST_DEPTH, read_own_receipt
from app.signing import did_web_url
from app.storage import Database

__all__ = ["ForeignReceipt", "GivenReceipt", "NoReceipt", "OwnReceipt", "look_at_receipt"]


@dataclass(frozen=True, slots=True)
class OwnReceipt:
    """This service signed it, once: with a key that is in use or was."""

    receipt: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ForeignReceipt:
    """It says that another service made it, at `host`. Nothing of it was checked, and nobody was asked."""

    host: str


@dataclass(frozen=True, slots=True)
class NoReceipt:
    """It calls itself one, and no service can be held to it."""

    why: str


GivenReceipt = OwnReceipt | ForeignReceipt | NoReceipt


def look_at_receipt(raw: bytes, database: Database, *, instance: Instance) -> GivenReceipt:
    """Whose receipt `raw` is, whatever is in it. Nothing is stored."""
    try:
        return OwnReceipt(read_own_receipt(raw, database, instance=instance))
    except InvalidFieldsError as error:
        host = _host_of_another(raw, instance.site.own_did)
        return ForeignReceipt(host) if host else NoReceipt(error.message)


def _host_of_another(raw: bytes, own_did: str) -> str | None:
    """The host of the service that it names, in one voice: as the one that checked and as the one that signed."""
    try:
        receipt = strictjson.loads(raw, max_bytes=MOST_BYTES, max_depth=MOST_DEPTH)
    except InputError:
        return None
    if not isinstance(receipt, dict):
        return None
    verifier, proof = receipt.get("verifier"), receipt.get("proof")
    did = verifier.get("id") if isinstance(verifier, dict) else None
    method = proof.get("verificationMethod") if isinstance(proof, dict) else None
    if not isinstance(did, str) or not isinstance(method, str) or method.partition("#")[0] != did or did == own_did:
        return None
    try:
        return urlsplit(did_web_url(did)).netloc
    except InvalidKeyError:
        return None
