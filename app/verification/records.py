"""What an issuer that we run ourselves has on record, when one of its keys is in other hands.

Whoever has a key writes into a proof whatever date pleases, so the date alone says nothing about a key that leaked.
About issuers elsewhere nothing better is to be had. Our own know what they issued: what they did not, others did.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from app import strictjson
from app.errors import DocumentError
from app.jsonld import canonical_json_bytes
from app.signing import PublicKey
from app.verification.claims import without_claims
from app.verification.evidence import Evidence, Found, Need, NeedKind, OwnRecord
from app.verification.issuer_documents import issuer_document
from app.verification.members import issuer_id, text
from app.verification.outcome import Outcome
from app.verification.report import CheckResult, say

__all__ = ["issued_need", "unless_not_on_record"]

_MAX_DOCUMENT = 4 * 1024 * 1024


def issued_need(document: Mapping[str, Any], issuer: str, evidence: Evidence) -> Need | None:
    """The record to ask for: of an issuer of our own, and only if one of its keys does not count any more."""
    found = evidence.get(Need(NeedKind.DID_DOCUMENT, issuer))
    if not isinstance(found, Found) or not found.own:
        return None
    listed = issuer_document(issuer, evidence)
    if isinstance(listed, CheckResult) or all(stated.retired is None for stated in listed.keys):
        return None
    return _need(document)


def unless_not_on_record(
    bound: CheckResult, key: PublicKey, document: Mapping[str, Any], raw: bytes, evidence: Evidence
) -> CheckResult:
    """`bound`, or the finding that the issuer has never said such a thing. `raw` are the bytes that were read.

    About another day than today too: what leaked since may bear any date.
    """
    record, issuer = evidence.get(_need(document)), issuer_id(document)
    if not isinstance(record, OwnRecord) or issuer is None or bound.outcome is not Outcome.PASSED:
        return bound
    if not _is_given_up(key, issuer, evidence) or _holds(record, document, raw):
        return bound
    erased = not record.document and record.digests
    return say("issuer.record-erased" if erased else "issuer.not-on-record", issuer=issuer)


def _is_given_up(key: PublicKey, issuer: str, evidence: Evidence) -> bool:
    listed = issuer_document(issuer, evidence)
    return not isinstance(listed, CheckResult) and any(
        stated.retired is not None and stated.key == key for stated in listed.keys
    )


def _holds(record: OwnRecord, document: Mapping[str, Any], raw: bytes) -> bool:
    if hashlib.sha256(raw).digest() in record.digests:
        return True
    if not record.document:
        return False
    issued = strictjson.loads(record.document, max_bytes=_MAX_DOCUMENT)
    try:
        return _statement(document) == _statement(issued)
    except DocumentError:  # numbers that JSON cannot be sure of, which we issue none of
        return False


def _need(document: Mapping[str, Any]) -> Need:
    return Need(NeedKind.RECORD, text(document.get("id")) or "")


def _statement(document: Mapping[str, Any]) -> bytes:
    """What is said, however it is signed and written: wallets change the order of members, and make tokens."""
    return canonical_json_bytes({name: value for name, value in without_claims(document).items() if name != "proof"})
