"""Reads back everything that was issued and judges it as a stranger would. Repairs nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.errors import AppError
from app.services.instance import Instance
from app.services.verifying import Question, verify_submission
from app.storage import Cursor, Database, Session, credentials
from app.verification import Outcome

_PAGE = 500


@dataclass(slots=True)
class Findings:
    credentials: int = 0
    findings: list[str] = field(default_factory=list)


def check_everything(database: Database, instance: Instance, *, now: datetime) -> Findings:
    """Each stored credential: its digest, every check of its report, and that no two share a status entry."""
    found = Findings()
    after: Cursor | None = None
    seen: set[tuple[UUID, int]] = set()
    while True:
        with database.reading() as session:
            page = credentials.list_credentials(session, issuer_id=None, after=after, limit=_PAGE)
            for row in page.items:
                found.credentials += 1
                entry = (row.status_list_id, row.status_index)
                if entry in seen:
                    found.findings.append(f"{row.id}: its status entry belongs to another credential too")
                seen.add(entry)
                if row.erased_at is not None:  # nothing is left to be verified
                    continue
                found.findings += _problems(session, row.id, row.document, row.sha256, instance=instance, now=now)
        after = page.next
        if after is None:
            return found


def _problems(
    session: Session,
    credential_id: UUID,
    document: bytes,
    sha256: bytes,
    *,
    instance: Instance,
    now: datetime,
) -> list[str]:
    if hashlib.sha256(document).digest() != sha256:
        return [f"{credential_id}: the stored bytes have changed"]
    try:
        report = verify_submission(session, document, Question(now), instance=instance, now=now)
    except AppError as error:
        return [f"{credential_id}: {error.message}"]
    # Being expired or revoked is a state of life, not damage.
    bad = [check for check in report.checks if check.outcome in (Outcome.FAILED, Outcome.UNDETERMINED)]
    return [f"{credential_id}: {check.id}: {check.detail}" for check in bad if check.id not in ("dates", "status")]
