"""Reading the audit log: pages for people, whole chains for whoever keeps a copy, and whether it is still the log
that was written (docs/decisions/0025).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app import strictjson
from app.errors import InputError, MalformedDocumentError, NotFoundError
from app.models import AuditEvent
from app.services.actors import Actor
from app.storage import Database, Session, audit, issuers
from app.storage.audit_chain import EMPTY, NO_ISSUER, ChainReader, Head, Line

MAX_LINE_BYTES = 64 * 1024  # of an exported line; ours have some 400
_MAX_HEADS_BYTES = 16 * 1024 * 1024
_SHA256_HEX = 64


@dataclass(frozen=True, slots=True)
class EventView:
    """A line, and by which slug its issuer is known."""

    row: AuditEvent
    issuer: str | None


@dataclass(frozen=True, slots=True)
class EventPage:
    items: tuple[EventView, ...]
    next: int | None  # None on the last page


def list_events(
    session: Session, *, actor: Actor, action: str | None, since: datetime | None, before: int | None, limit: int
) -> EventPage:
    """What the key may see, latest first."""
    rows = audit.list_events(
        session, issuer_id=actor.issuer_id, action=action, since=since, before=before, limit=limit + 1
    )
    slugs = issuers.find_slugs(session, {row.issuer_id for row in rows if row.issuer_id is not None})
    items = tuple(EventView(row, slugs.get(row.issuer_id) if row.issuer_id else None) for row in rows[:limit])
    return EventPage(items, items[-1].row.id if len(rows) > limit else None)


def export(session: Session, *, issuer_slug: str | None = None) -> Iterator[Line]:
    """Every line, chain by chain from its first; of one issuer if it is named. Raises NotFoundError."""
    if issuer_slug is None:
        yield from audit.read_unchained(session)
        chains = audit.chains(session)
    else:
        issuer = issuers.find_issuer_by_slug(session, issuer_slug)
        if issuer is None:
            raise NotFoundError(f"There is no issuer '{issuer_slug}'.")
        yield from (line for line in audit.read_unchained(session) if line["issuer"] == str(issuer.id))
        chains = [issuer.id]
    for chain in chains:
        yield from audit.read_chain(session, chain)


# Heads, to be written down elsewhere ----------------------------------------------------------------------------------


def heads_document(session: Session, *, now: datetime) -> dict[str, Any]:
    """How long each chain is, and the digest of its last line."""
    found = [
        {"issuer": str(chain) if chain != NO_ISSUER else None, "length": head.length, "sha256": head.sha256.hex()}
        for chain, head in sorted(audit.heads(session).items())
    ]
    return {"at": now.replace(microsecond=0).isoformat(), "heads": found}


def read_heads(raw: bytes) -> dict[str | None, Head]:
    """What `heads_document` said at some time, by issuer. Raises MalformedDocumentError."""
    try:
        stated = strictjson.loads(raw, max_bytes=_MAX_HEADS_BYTES)
        return {each["issuer"]: _head(each) for each in stated["heads"]}
    except (InputError, KeyError, TypeError, ValueError) as error:
        raise MalformedDocumentError("This is not what `laurel audit head` prints.") from error


def _head(stated: Mapping[str, Any]) -> Head:
    if type(stated["length"]) is not int or len(stated["sha256"]) != _SHA256_HEX:
        raise ValueError("a length and a digest in hexadecimal")
    return Head(stated["length"], bytes.fromhex(stated["sha256"]))


# Checking -------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Checked:
    """What was looked at, and what is wrong with it."""

    lines: int = 0
    chains: int = 0
    unchained: int = 0
    findings: list[str] = field(default_factory=list)


def check_file(lines: Iterable[bytes], *, known: Mapping[str | None, Head] | None = None) -> Checked:
    """An exported file by itself, and against heads that were written down. Names the first bad line of each chain."""
    reader, findings = ChainReader(known), []
    for number, raw in enumerate(lines, 1):
        try:
            line = strictjson.loads(raw, max_bytes=MAX_LINE_BYTES)
        except InputError as error:
            line = None
            wrong: str | None = error.message
            reader.lines += 1
        else:
            wrong = reader.take(line)
        if wrong is not None:
            findings.append(f"line {number} of the file: {wrong}")
    return _checked(reader, findings)


def check_log(session: Session, reader: ChainReader) -> Iterator[tuple[Line, str | None]]:
    """Every chained line of the database with what is wrong with it; `reader` knows afterwards how far it came."""
    for chain in audit.chains(session):
        issuer = str(chain) if chain != NO_ISSUER else None
        for line in audit.read_chain(session, chain):
            if line["issuer"] == issuer:
                yield line, reader.take(line)
            else:
                yield line, reader.refuse(issuer, "it says that it is another issuer's")


def check_database(database: Database, *, known: Mapping[str | None, Head] | None = None) -> Checked:
    """The log as it stands: every line, the stored heads, and heads that were written down."""
    reader, findings = ChainReader(known), []
    with database.reading() as session:
        for line, wrong in check_log(session, reader):
            if wrong is not None:
                findings.append(f"{line_name(line)}: {wrong}")
        reader.unchained = audit.count_lines(session, chained=False)
        findings += head_findings(session, reader)
    return _checked(reader, findings)


def line_name(line: Line) -> str:
    return f"audit log of {chain_name(line['issuer'])}, line {line['sequence']}"


def chain_name(issuer: str | None) -> str:
    return f"issuer {issuer}" if issuer else "no issuer"


def head_findings(session: Session, reader: ChainReader) -> list[str]:
    """Chains whose end is not where their head says."""
    stored = {(str(chain) if chain != NO_ISSUER else None): head for chain, head in audit.heads(session).items()}
    return [
        f"audit log of {chain_name(issuer)}: {_end(stored.get(issuer, EMPTY), reader.heads.get(issuer, EMPTY))}"
        for issuer in sorted({*stored, *reader.heads} - reader.broken, key=str)
        if stored.get(issuer, EMPTY) != reader.heads.get(issuer, EMPTY)
    ]


def _end(stored: Head, found: Head) -> str:
    if stored.length == found.length:
        return f"its last line is not the one that its head names, line {stored.length}"
    return f"it ends with line {found.length}, and its head says {stored.length}"


def _checked(reader: ChainReader, findings: list[str]) -> Checked:
    findings += [f"audit log of {chain_name(issuer)}: {wrong}" for issuer, wrong in reader.missing()]
    return Checked(reader.lines, len({*reader.heads, *reader.broken}), reader.unchained, findings)


__all__ = [
    "MAX_LINE_BYTES",
    "Checked",
    "EventPage",
    "EventView",
    "chain_name",
    "check_database",
    "check_file",
    "check_log",
    "export",
    "head_findings",
    "heads_document",
    "line_name",
    "list_events",
    "read_heads",
]
