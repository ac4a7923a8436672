"""Signing what is sent (VC-API, "Issue Credential").

    1. permit    the key, or anybody where the issuer is for tests and nothing is real
    2. admit     by the rules that we apply to strangers; nothing is given out for what cannot be signed
    3. allocate  a random unused entry of the instance's own lists, and commit: from now on it is nobody else's
    4. sign, and let our own verifier judge it
    5. record    a line in the audit log, and commit before it is answered

Neither signing nor judging holds a transaction: a document with strange contexts takes as long as it takes. What fails
after 3 leaves an entry that no credential holds. The credential itself is not kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.issuance import Admitted, StatusEntry, admit, sign
from app.services.actors import Actor
from app.services.audit import record
from app.services.instance import Instance
from app.services.stops import require_issuing
from app.services.vc_instances import ISSUE, InstanceName, Permission, permission, way_of
from app.storage import Database, Session, issuers, status_lists, vc_instances


@dataclass(frozen=True, slots=True)
class IssueRequest:
    """Somebody wants `document` signed. `credential_id` is their name for it, if that is not its id."""

    document: Mapping[str, Any]
    credential_id: str | None = None


def may_issue(
    database: Database, slug: str, name: InstanceName, *, actor: Actor | None, instance: Instance
) -> Permission:
    """Raises NotFoundError, UnauthenticatedError, ForbiddenError."""
    with database.reading() as session:  # of no tenant: anybody may use an open instance
        return permission(session, slug, name, actor=actor, scope=ISSUE, instance=instance)


def issue(
    database: Database, request: IssueRequest, permitted: Permission, *, instance: Instance, now: datetime
) -> dict[str, Any]:
    """The signed credential. Raises InvalidCredentialError, InputError, IssuingStoppedError, OverloadedError,
    SigningFaultError.
    """
    now = now.replace(microsecond=0)
    admitted = admit(request.document, issuer=permitted.row.did, limits=instance.read_limits)
    detail: dict[str, Any] = {"instance": permitted.row.name, "test": permitted.test}
    if admitted.wants_entry:
        with database.transaction(permitted.issuer.id) as session:
            entry = _take_entry(session, admitted, request, permitted, instance=instance, now=now)
        admitted = admitted.with_entry(entry)
        detail |= {"list": entry.list_url, "index": entry.index}
    signed = sign(admitted, way_of(permitted.row, instance), now=now)
    with database.transaction(permitted.issuer.id) as session:
        issuers.hold_issuer(session, permitted.issuer.id)  # a stop waits for us, or we see it
        require_issuing(session, permitted.issuer.id)  # it may have been stopped meanwhile; nobody has seen it yet
        record(
            session,
            "vc.issue",
            actor=permitted.actor_name,
            issuer_id=permitted.issuer.id,
            subject=permitted.row.did,
            now=now,
            detail=detail,
        )
    return signed


def _take_entry(
    session: Session,
    admitted: Admitted,
    request: IssueRequest,
    permitted: Permission,
    *,
    instance: Instance,
    now: datetime,
) -> StatusEntry:
    issuers.hold_issuer(session, permitted.issuer.id)
    require_issuing(session, permitted.issuer.id)
    [entry] = status_lists.allocate(
        session, permitted.row.id, 1, now=now, randbelow=instance.randbelow, ledger=status_lists.VC_API
    )
    name = request.credential_id or admitted.document.get("id")
    digest = digest_of(name) if isinstance(name, str) else None
    vc_instances.hold_entry(session, entry, credential_sha256=digest, test=permitted.test, now=now)
    return StatusEntry(instance.site.vc_status_list(entry.list_id), entry.index)


def digest_of(credential_id: str) -> bytes:
    """Under which an entry is found again: the id itself may tell whose credential it is, and is not kept."""
    return hashlib.sha256(credential_id.encode()).digest()
