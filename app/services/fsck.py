"""Reads back everything that was stored and judges it as a stranger would. Repairs nothing, and changes nothing.

    1. file         what the database says about its own file and references
    2. rows         rows that must agree with each other: places and counts, successions, erasures, states of keys
    3. keys         each stored key opens, and is the one whose public half is published
    4. lists        each published list says what the recorded changes say
    5. credentials  each one's digest, every check of its report, and that its row says the same
    6. endorsements their digests
    7. audit        the chains, their heads, and that what they tell of is there

Findings come one at a time and rows a page at a time, so a million credentials need no more memory than a thousand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from app.errors import AppError
from app.services import audit_reading
from app.services.fsck_rows import row_findings
from app.services.fsck_signed import credential_findings, key_findings, list_findings
from app.services.instance import Instance
from app.storage import Database, audit, consistency
from app.storage.audit_chain import ChainReader, Line

_GROUP: Final = 500
_ISSUE: Final = "credential.issue"
_REVOKE: Final = "credential.revoke"

Progress = Callable[[str, int, int], None]
"""Told of each step: its name, how much of it is done, and of how much."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something is wrong; or it could not be checked, and then nobody knows."""

    text: str
    checked: bool = True


@dataclass(slots=True)
class Counts:
    """How much was looked at."""

    credentials: int = 0
    lists: int = 0
    keys: int = 0
    endorsements: int = 0
    audit_lines: int = 0


@dataclass(slots=True)
class Check:
    """One run over a database. `counts` grows with it."""

    database: Database
    instance: Instance
    now: datetime
    progress: Progress
    counts: Counts = field(default_factory=Counts)

    def findings(self) -> Iterator[Finding]:
        """Everything that is wrong, as it is found. A step that cannot be taken is one finding; the others go on."""
        for step, name in (
            (self._file, "the database file"),
            (self._rows, "rows that belong together"),
            (self._keys, "the keys"),
            (self._lists, "the status lists"),
            (self._credentials, "the credentials"),
            (self._endorsements, "the endorsements"),
            (self._audit, "the audit log"),
        ):
            try:
                yield from (Finding(text) for text in step())
            except AppError as error:
                yield Finding(f"{name}: could not be checked: {error.message}", checked=False)
            except (ValueError, LookupError) as error:  # a column holds what its type cannot read
                yield Finding(f"{name}: could not be read to the end: {error}", checked=False)

    def _file(self) -> Iterator[str]:
        self.progress("file", 0, 1)
        with self.database.reading() as session:
            for damage in consistency.file_damage(session):
                yield f"database: {damage}"

    def _rows(self) -> Iterator[str]:
        self.progress("rows", 0, 1)
        with self.database.reading() as session:
            yield from row_findings(session)

    def _keys(self) -> Iterator[str]:
        with self.database.reading() as session:
            keys = list(consistency.stored_keys(session))
        self.counts.keys = len(keys)
        yield from key_findings(keys, self.instance.keystore)

    def _lists(self) -> Iterator[str]:
        with self.database.reading() as session:
            lists = consistency.list_ids(session)
        for number, (list_id, of_vc_api) in enumerate(lists):
            self.progress("lists", number, len(lists))
            with self.database.reading() as session:
                yield from list_findings(session, list_id, of_vc_api=of_vc_api, instance=self.instance, now=self.now)
            self.counts.lists += 1

    def _credentials(self) -> Iterator[str]:
        with self.database.reading() as session:
            total = consistency.count(session, "credentials")
        after: UUID | None = None
        while True:
            with (
                self.database.reading() as session
            ):  # of each page: a reader of hours would keep the file from shrinking
                page = consistency.credentials_after(session, after, limit=_GROUP)
                for row in page:
                    yield from credential_findings(session, row, instance=self.instance, now=self.now)
                    self.counts.credentials += 1
                    self.progress("credentials", self.counts.credentials, total)
            if len(page) < _GROUP:
                return
            after = page[-1].id

    def _endorsements(self) -> Iterator[str]:
        with self.database.reading() as session:
            for endorsement_id, document, sha256 in consistency.endorsements(session):
                self.counts.endorsements += 1
                if hashlib.sha256(document).digest() != sha256:
                    yield f"endorsement {endorsement_id}: the stored bytes have changed"

    def _audit(self) -> Iterator[str]:
        reader = ChainReader()
        told: dict[str, list[UUID]] = {_ISSUE: [], _REVOKE: []}
        with self.database.reading() as session:
            total = audit.count_lines(session, chained=True)
            for line, wrong in audit_reading.check_log(session, reader):
                self.counts.audit_lines += 1
                self.progress("audit", self.counts.audit_lines, total)
                if wrong is not None:
                    yield f"{audit_reading.line_name(line)}: {wrong}"
                elif line["action"] in told:
                    yield from self._told_of(told, line)
            for action, ids in told.items():
                yield from self._missing(action, ids)
            yield from audit_reading.head_findings(session, reader)

    def _told_of(self, told: dict[str, list[UUID]], line: Line) -> Iterator[str]:
        """Gathers what lines tell of, and asks for it when there is enough to ask for at once."""
        action = line["action"]
        told[action].append(UUID(line["subject"]))
        if len(told[action]) == _GROUP:
            yield from self._missing(action, told[action])
            told[action].clear()

    def _missing(self, action: str, ids: list[UUID]) -> Iterator[str]:
        known, what = {
            _ISSUE: (consistency.known_credentials, "was issued, and is not there"),
            _REVOKE: (consistency.revoked_credentials, "was revoked, and is not any more"),
        }[action]
        with self.database.reading() as session:
            missing = set(ids) - known(session, ids)
        for credential_id in sorted(missing):
            yield f"{credential_id}: according to the audit log it {what}"


__all__ = ["Check", "Counts", "Finding", "Progress"]
