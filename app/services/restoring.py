"""Going on from a copy that was restored (docs/decisions/0025).

1. no place in a status list of the copy is given out again
2. what the journal tells beyond the copy is done again: revocations, ends of API keys
3. the rest of it is named, for somebody who knows what to do
4. each chain of the audit log says that it goes on from a copy, and where the copy ended
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app import strictjson
from app.errors import InputError
from app.services.audit import record
from app.services.journalled import find_revoked
from app.storage import Database, Entry, Session, adopting, api_keys, audit, status_lists, vc_instances
from app.storage.audit_chain import EMPTY, NO_ISSUER, Line, is_sound

ACTOR: Final = "restore"
_REASON: Final = "Revoked before the service was restored from a copy, which did not know the reason."
_MOST_NAMED: Final = 1_000
_MAX_BYTES: Final = 64 * 1024


@dataclass(slots=True)
class Adopted:
    """What was done to the copy, and what remains to be done by people."""

    lists_closed: int = 0
    revoked: int = 0
    lost: int = 0  # of them those that only the journal knew
    keys_ended: int = 0
    unreadable: int = 0
    not_done: int = 0
    named: list[str] = field(default_factory=list)  # the first of those

    def leave(self, line: Line, why: str = "") -> None:
        self.not_done += 1
        if len(self.named) < _MOST_NAMED:
            self.named.append(f"{line['at']} {line['action']} {line['subject']}{why}")


def adopt(database: Database, journal: Iterable[bytes], *, now: datetime) -> Adopted:
    """All of it or nothing. May be done again, with another journal too: what was done stays as it is."""
    adopted = Adopted()
    with database.transaction() as session:
        heads = audit.heads(session)
        adopted.lists_closed = adopting.close_lists(session)
        for line in _beyond(session, journal, adopted):
            _do_again(session, line, adopted, now=now)
        for chain in sorted({*heads, NO_ISSUER}):
            head = heads.get(chain, EMPTY)
            record(
                session,
                "service.restore",
                actor=ACTOR,
                subject="copy",
                issuer_id=chain if chain != NO_ISSUER else None,
                detail={"length": head.length, "sha256": head.sha256.hex()},
                now=now,
            )
    return adopted


def _beyond(session: Session, journal: Iterable[bytes], adopted: Adopted) -> Iterator[Line]:
    """The lines that the chains do not hold, each once. Others of the same numbers may stand there by now."""
    seen: set[str] = set()
    for raw in journal:
        line = _read(raw)
        if line is None:
            adopted.unreadable += 1
            continue
        chain = UUID(line["issuer"]) if line["issuer"] else NO_ISSUER
        held = audit.find_digest(session, chain, line["sequence"])
        if (held is None or held.hex() != line["sha256"]) and line["sha256"] not in seen:
            seen.add(line["sha256"])
            yield line


def _read(raw: bytes) -> Line | None:
    try:
        line = strictjson.loads(raw, max_bytes=_MAX_BYTES)
        if not is_sound(line) or (line["issuer"] is not None and str(UUID(line["issuer"])) != line["issuer"]):
            return None
        return dict(line)
    except (InputError, ValueError, TypeError, AttributeError):
        return None


def _do_again(session: Session, line: Line, adopted: Adopted, *, now: datetime) -> None:
    try:
        done = _AGAIN.get(line["action"], _revoke)(session, line, adopted, now)
    except (KeyError, TypeError, ValueError, AttributeError):
        adopted.unreadable += 1
    else:
        if not done and line["action"] != "service.restore":
            adopted.leave(line)


def _revoke(session: Session, line: Line, adopted: Adopted, now: datetime) -> bool:
    """Whatever the action: what revokes a credential says so in its detail."""
    lost = find_revoked(line["detail"])
    if lost is None:
        return False
    if not adopting.knows_credential(session, lost.id):
        if not adopting.hold_lost(session, lost, now=now):
            return False
        adopted.lost += 1
    result = status_lists.revoke(
        session, lost.id, issuer_id=None, reason=_REASON, actor=line["actor"], now=_moment(line)
    )
    if not result.already:
        adopted.revoked += 1
        _record(session, line, "credential.revoke", str(lost.id), now=now)
    # A replacement or the like is more than the revocation that is part of it.
    return bool(line["action"] == "credential.revoke")


def _revoke_vc(session: Session, line: Line, adopted: Adopted, now: datetime) -> bool:
    entries = [Entry(UUID(list_id), int(index)) for list_id, index in line["detail"]["entries"]]
    known = [entry for entry in entries if adopting.hold_vc_entry(session, entry, now=now)]
    revoked = vc_instances.revoke(session, known, actor=line["actor"], now=_moment(line))
    if revoked:
        adopted.revoked += revoked
        _record(session, line, "vc.revoke", line["subject"], now=now)
    return len(known) == len(entries)


def _end_key(session: Session, line: Line, adopted: Adopted, now: datetime) -> bool:
    key = api_keys.find_api_key_by_prefix(session, line["subject"])
    if key is not None and key.revoked_at is None:
        api_keys.revoke_api_key(session, key, now=_moment(line))
        adopted.keys_ended += 1
        _record(session, line, "apikey.revoke", line["subject"], now=now)
    return True  # a key that the copy does not know opens nothing


_AGAIN: Final[Mapping[str, Callable[[Session, Line, Adopted, datetime], bool]]] = {
    "vc.revoke": _revoke_vc,
    "apikey.revoke": _end_key,
}


def _record(session: Session, line: Line, action: str, subject: str, *, now: datetime) -> None:
    detail: dict[str, Any] = {**line["detail"], "from": line["sha256"]}
    issuer_id = UUID(line["issuer"]) if line["issuer"] else None
    record(session, action, actor=ACTOR, subject=subject, issuer_id=issuer_id, detail=detail, now=now)


def _moment(line: Line) -> datetime:
    return datetime.fromisoformat(line["at"]).replace(microsecond=0)
