"""What lines of the audit log tell beyond who did what, so that it can be done again from the journal.

Ids, places, digests and times; not a word of what a credential says.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.models import Credential
from app.storage import NewCredential
from app.storage.adopting import Lost
from app.storage.credentials import Place

_REVOKED: Final = "revoked"


def revoked(row: Credential | NewCredential | Place) -> dict[str, Any]:
    """The detail of every line by which a credential is revoked, whatever else is done to it."""
    return {
        _REVOKED: {
            "id": str(row.id),
            "list": str(row.status_list_id),
            "index": row.status_index,
            "achievement": str(row.achievement_id),
            "revision": str(row.revision_id),
            "key": str(row.signing_key_id),
            "sha256": row.sha256.hex(),
            "test": row.test,
            "awardedAt": row.awarded_at.isoformat(),
            "validFrom": row.valid_from.isoformat(),
            "validUntil": row.valid_until.isoformat() if row.valid_until else None,
            "issuedAt": row.issued_at.isoformat(),
        }
    }


def find_revoked(detail: Mapping[str, Any]) -> Lost | None:
    """The credential that a line revokes, if it does. Raises KeyError, TypeError, ValueError for what is none."""
    stated = detail.get(_REVOKED)
    if stated is None:
        return None
    until = stated["validUntil"]
    return Lost(
        id=UUID(stated["id"]),
        list_id=UUID(stated["list"]),
        index=int(stated["index"]),
        achievement_id=UUID(stated["achievement"]),
        revision_id=UUID(stated["revision"]),
        key_id=UUID(stated["key"]),
        sha256=bytes.fromhex(stated["sha256"]),
        test=bool(stated["test"]),
        awarded_at=datetime.fromisoformat(stated["awardedAt"]),
        valid_from=datetime.fromisoformat(stated["validFrom"]),
        valid_until=datetime.fromisoformat(until) if until else None,
        issued_at=datetime.fromisoformat(stated["issuedAt"]),
    )
