"""Whether keys, lists and credentials still are what was made, signed and published."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app import strictjson
from app.errors import AppError, ConfigurationError, InputError, KeyUnwrapError
from app.keystore import Keystore
from app.openbadges import decode_bitstring, list_bits
from app.services.instance import Instance
from app.services.status import ListForm, signed_status_list
from app.services.vc_status import signed_vc_list
from app.services.verifying import Question, verify_submission
from app.signing import Algorithm, PublicKey, did_key
from app.storage import Session, status_lists, vc_instances
from app.storage.consistency import StoredCredentialBytes, StoredKeyBytes
from app.verification import Kind, Outcome, Report

_ANYTHING: Final = frozenset(Kind)
_MAX_BYTES: Final = 16 * 1024 * 1024
_REVOKED: Final = frozenset({"status.revoked", "status.replaced"})
_TELLING: Final = _REVOKED | {"status.test"}  # what became of it, or what it is
_ENDED: Final = "dates"  # being expired is a state of life, not damage


# Keys -----------------------------------------------------------------------------------------------------------------


def key_findings(keys: Sequence[StoredKeyBytes], keystore: Keystore) -> Iterator[str]:
    """Raises ConfigurationError when none of several keys opens: then the key-encryption key is the wrong one."""
    closed = []
    for key in keys:
        try:
            wrong = _wrong_key(key, keystore)
        except KeyUnwrapError:
            closed.append(key)
        else:
            if wrong is not None:
                yield f"{key.name}: {wrong}"
    if len(closed) == len(keys) > 1:
        raise ConfigurationError("none of them opens. Is the key-encryption key the one that they were made with?")
    for key in closed:
        yield f"{key.name}: the key-encryption key does not open it; it may be damaged"


def _wrong_key(key: StoredKeyBytes, keystore: Keystore) -> str | None:
    try:
        algorithm = Algorithm(key.algorithm)
    except ValueError:
        return f"{key.algorithm!r} is no algorithm"
    signer = keystore.signer(issuer_id=str(key.issuer_id), kid=key.kid, algorithm=algorithm, ciphertext=key.ciphertext)
    try:
        published = signer.public_key.jwk() if key.public_jwk is None else _jwk(key.public_jwk)
    except AppError as error:
        return f"its public half cannot be read: {error.message}"
    if published != signer.public_key.jwk():
        return "its public half is not that of the private key"
    if key.did is not None and key.did != did_key(signer.public_key):
        return "its did:key is that of another key"
    return None


def _jwk(text: str) -> dict[str, Any]:
    raw = text.encode()
    return dict(PublicKey.from_jwk(strictjson.loads(raw, max_bytes=len(raw))).jwk())


# Lists ----------------------------------------------------------------------------------------------------------------


def list_findings(
    session: Session, list_id: UUID, *, of_vc_api: bool, instance: Instance, now: datetime
) -> Iterator[str]:
    """What is wrong with the list as it is published now. Raises KeyUnwrapError, SigningFaultError."""
    if of_vc_api:
        raw = signed_vc_list(session, list_id, instance=instance, now=now)
        recorded = vc_instances.revoked_indexes(session, list_id)
    else:
        raw, _ = signed_status_list(session, list_id, ListForm.JSON, instance=instance, now=now)
        recorded = status_lists.revoked_indexes(session, list_id)
    subject = strictjson.loads(raw, max_bytes=_MAX_BYTES)["credentialSubject"]
    bits = decode_bitstring(subject["encodedList"])
    if bits != list_bits(recorded, length=len(bits) * 8):
        yield f"status list {list_id}: what is published differs from the recorded changes"
    report = verify_submission(session, raw, Question(now, kinds=_ANYTHING), instance=instance, now=now)
    yield from (f"status list {list_id}: {problem}" for problem in _problems(report))


# Credentials ----------------------------------------------------------------------------------------------------------


def credential_findings(
    session: Session, row: StoredCredentialBytes, *, instance: Instance, now: datetime
) -> Iterator[str]:
    """What is wrong with the credential; of one that was erased nothing is left to be wrong (see `half_erased`)."""
    if row.erased:
        return
    if hashlib.sha256(row.document).digest() != row.sha256:
        yield f"{row.id}: the stored bytes have changed"
        return
    try:
        yield from _judged(session, row, row.document, instance=instance, now=now)
        if row.jwt is not None:
            yield from _judged(session, row, row.jwt.encode(), instance=instance, now=now)
        document = strictjson.loads(row.document, max_bytes=_MAX_BYTES)
    except InputError as error:
        yield f"{row.id}: {error.message}"
        return
    if not _is_of(document, row, instance):
        yield f"{row.id}: the document is of another credential, or of another status entry"


def _judged(
    session: Session, row: StoredCredentialBytes, raw: bytes, *, instance: Instance, now: datetime
) -> Iterator[str]:
    report = verify_submission(session, raw, Question(now), instance=instance, now=now)
    yield from (f"{row.id}: {problem}" for problem in _problems(report, revoked=row.revoked))


def _problems(report: Report, *, revoked: bool = False) -> Iterator[str]:
    for check in report.checks:
        if check.id == _ENDED and check.outcome is Outcome.FAILED:
            continue
        if check.id == "status" and (check.code in _REVOKED) != revoked:
            yield "status: the published list and the recorded changes contradict each other"
        elif check.outcome in (Outcome.FAILED, Outcome.UNDETERMINED) and check.code not in _TELLING:
            yield f"{check.id}: {check.detail}"


def _is_of(document: Any, row: StoredCredentialBytes, instance: Instance) -> bool:
    entry = document.get("credentialStatus") or {}
    return bool(
        document.get("id") == instance.site.credential(row.id)
        and entry.get("statusListCredential") == instance.site.status_list(row.status_list_id)
        and entry.get("statusListIndex") == str(row.status_index)
    )
