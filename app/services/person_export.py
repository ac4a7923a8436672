"""All that is stored about one person, as one ZIP file: `person.json`, and each credential in every form.

It is written as it is read, some credentials at a time, so that it takes little memory however much there is.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson

from app.models import Succession
from app.services.actors import Actor
from app.services.audit import record_all
from app.services.badges import baked_badge
from app.services.certificates import certificate
from app.services.credentials import StoredCredential, get_credentials
from app.services.holdings import HOLDINGS
from app.services.instance import Instance
from app.services.people import find_ids
from app.services.site import Site
from app.storage import Database, Session, people, successions
from app.storage.people import PersonKey, Traces

INDEX: Final = "person.json"
_AT_ONCE = 20
_COMPRESSED = (".png", ".pdf")  # by themselves; doing it again takes as long as drawing them
_READABLE = orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z
_NOT_STORED: Final = (
    "What somebody sends to be verified is not stored, and logs hold nothing of it. Neither do they hold names, "
    "e-mail addresses or the addresses of visitors."
)


def export_person(
    database: Database, who: PersonKey, *, actor: Actor, instance: Instance, now: datetime
) -> Iterator[bytes]:
    """The file, piece by piece. That it was made is in the audit log before the first one.

    Raises InvalidFieldsError when they cannot be one person's, before anything is returned.
    """
    with database.transaction(actor.issuer_id) as session:
        ids = find_ids(session, who, actor=actor)
        stored = get_credentials(session, ids)
        for issuer_id in sorted({each.row.issuer_id for each in stored.values()}):
            subjects = [str(each.row.id) for each in stored.values() if each.row.issuer_id == issuer_id]
            record_all(session, "credential.export", actor=actor.name, issuer_id=issuer_id, subjects=subjects, now=now)
    return _Archive(database, actor.issuer_id, who, instance.site, now).written(ids)


class _Archive:
    """One export on its way."""

    def __init__(self, database: Database, tenant: UUID | None, who: PersonKey, site: Site, now: datetime) -> None:
        self._database = database
        self._tenant = tenant
        self._who = who
        self._site = site
        self._now = now

    def written(self, ids: Sequence[UUID]) -> Iterator[bytes]:
        """The ZIP file. What is erased meanwhile is left out."""
        sink = _Sink()
        records: list[dict[str, Any]] = []
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
            for start in range(0, len(ids), _AT_ONCE):
                for stored, record in self._read(ids[start : start + _AT_ONCE]):
                    for form, raw in self._files(stored):
                        name = f"credentials/{stored.row.id}.{form}"
                        archive.writestr(self._entry(name), raw)
                        record["files"].append(name)
                    records.append(record)
                    yield sink.taken()
            archive.writestr(self._entry(INDEX), orjson.dumps(self._index(records), option=_READABLE))
        yield sink.taken()

    def _read(self, ids: Sequence[UUID]) -> Iterator[tuple[StoredCredential, dict[str, Any]]]:
        with self._database.reading(self._tenant) as session:
            known = get_credentials(session, ids)
            traces = people.find_traces(session, ids)
            read = [
                (stored, _record(session, stored, traces, self._site, self._now))
                for stored in (known[credential_id] for credential_id in ids)
                if not stored.erased
            ]
        yield from read

    def _files(self, stored: StoredCredential) -> Iterator[tuple[str, bytes]]:
        yield "json", stored.row.document
        if stored.row.jwt is not None:
            yield "jwt", stored.row.jwt.encode()
        with self._database.reading(self._tenant) as session:
            made = {
                "png": baked_badge(session, stored, "png", site=self._site),
                "svg": baked_badge(session, stored, "svg", site=self._site),
                "pdf": certificate(session, stored, site=self._site),
            }
        yield from made.items()

    def _index(self, records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        return {
            "service": self._site.base_url,
            "exportedAt": self._now,
            "askedFor": {name: value for name, value in asdict(self._who).items() if value is not None},
            "credentials": records,
            "purposes": [
                {"what": each.what, "where": each.column, "purpose": each.purpose, "kept": each.kept}
                for each in HOLDINGS
                if each.whose == "learner"
            ],
            "notStored": _NOT_STORED,
        }

    def _entry(self, name: str) -> zipfile.ZipInfo:
        entry = zipfile.ZipInfo(name, self._now.timetuple()[:6])
        entry.compress_type = zipfile.ZIP_STORED if name.endswith(_COMPRESSED) else zipfile.ZIP_DEFLATED
        return entry


class _Sink(io.RawIOBase):
    """Where the archive is written, until it is taken."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, raw: Any, /) -> int:
        self._pieces.append(bytes(raw))
        return len(raw)

    def taken(self) -> bytes:
        """All since the last time."""
        raw, self._pieces = b"".join(self._pieces), []
        return raw


def _record(session: Session, stored: StoredCredential, traces: Traces, site: Site, now: datetime) -> dict[str, Any]:
    """Every column of the row but the documents, and every row that belongs to it."""
    row, edition, change = stored.row, stored.edition, stored.revocation
    return {
        "id": site.credential(row.id),
        "status": stored.standing.state(now),
        "issuer": {"slug": edition.issuer.slug, "did": edition.issuer.did, "name": edition.issuer.profile["name"]},
        "achievement": {"id": site.achievement(row.achievement_id), "name": edition.definition.name},
        "learner": row.learner,
        "source": row.source,
        "externalId": row.external_id,
        "test": row.test,
        "visibility": row.visibility,
        "awardedAt": row.awarded_at,
        "issuedAt": row.issued_at,
        "validFrom": row.valid_from,
        "validUntil": row.valid_until,
        "sha256": row.sha256.hex(),
        "requestSha256": row.request_sha256.hex(),
        "statusListEntry": {"list": site.status_list(row.status_list_id), "index": row.status_index},
        "statusChange": {"value": change.value, "reason": change.reason, "by": change.actor, "at": change.at}
        if change
        else None,
        "followedBy": _succession(stored.successor, site, successor=True),
        "follows": _succession(successions.find_predecessor(session, row.id), site, successor=False),
        "signedBefore": [
            {"sha256": each.sha256.hex(), "replacedAt": each.at, "by": each.actor} for each in traces.superseded[row.id]
        ],
        "requests": [
            {"idempotencyKey": each.key, "requestSha256": each.request_sha256.hex(), "createdAt": each.created_at}
            for each in traces.requests[row.id]
        ],
        "audit": [
            {"at": each.at, "action": each.action, "by": each.actor, "outcome": each.outcome, "detail": each.detail}
            for each in traces.events[str(row.id)]
        ],
        "files": [],
    }


def _succession(row: Succession | None, site: Site, *, successor: bool) -> dict[str, Any] | None:
    if row is None:
        return None
    other = row.successor_id if successor else row.predecessor_id
    return {"credential": site.credential(other), "kind": row.kind, "reason": row.reason, "by": row.actor, "at": row.at}
