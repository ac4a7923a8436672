"""The form in which a line of the audit log is chained and exported, and what is wrong with lines in that form.

    {"action": …, "actor": …, "at": …, "detail": {…}, "issuer": … or null, "outcome": …, "previous": … or null,
     "sequence": 1, "subject": …, "version": 1}        and, in the log and its exports only, "sha256"

`sha256` is of these members as RFC 8785 (JCS) writes them; `previous` is that of line `sequence - 1` of the same
chain, null in the first. The lines of an issuer are a chain, and those that concern no issuer are one. So an exported
file proves itself to anybody who can hash JSON. Texts are moments in UTC, UUIDs and hexadecimal digests in lower case;
`detail` holds no fractions, which not every writer of JSON spells as RFC 8785 does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import orjson

VERSION: Final = 1
NO_ISSUER: Final = UUID(int=0)  # names the chain of what concerns no issuer
_MEMBERS: Final = frozenset(
    "action actor at detail issuer outcome previous sequence sha256 subject version".split()  # noqa: SIM905 - one line
)

Line = Mapping[str, Any]
"""A line as it is exported."""


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain: how many lines it has, and the digest of the last."""

    length: int
    sha256: bytes


EMPTY: Final = Head(0, b"")


def chained(members: Mapping[str, Any], *, issuer_id: UUID | None, at: datetime, after: Head) -> dict[str, Any]:
    """The line of these members (action, actor, subject, outcome, detail) that follows the head `after`."""
    previous = after.sha256 if after.length else None
    line = unsigned(members, issuer_id=issuer_id, at=at, sequence=after.length + 1, previous=previous)
    line["sha256"] = _digest(line).hexdigest()
    return line


def unsigned(
    members: Mapping[str, Any], *, issuer_id: UUID | None, at: datetime, sequence: int | None, previous: bytes | None
) -> dict[str, Any]:
    """The line without its digest."""
    return {
        **members,
        "version": VERSION,
        "issuer": str(issuer_id) if issuer_id else None,
        "at": _moment(at),
        "sequence": sequence,
        "previous": previous.hex() if previous else None,
    }


@lru_cache(maxsize=8)
def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def line_digest(line: Line) -> bytes:
    """What `sha256` should say. Raises TypeError for what no JSON text can hold."""
    return _digest({name: value for name, value in line.items() if name != "sha256"}).digest()


def _digest(members: Line) -> hashlib._Hash:
    return hashlib.sha256(orjson.dumps(members, option=orjson.OPT_SORT_KEYS))


def is_sound(line: object) -> bool:
    """Whether it is a chained line whose words are those that its digest was made of; wherever it belongs."""
    return (
        isinstance(line, dict)
        and line.keys() == _MEMBERS
        and type(line["sequence"]) is int
        and isinstance(line["detail"], dict)
        and line["sha256"] == line_digest(line).hex()
    )


def head_of(line: Line) -> Head:
    return Head(line["sequence"], bytes.fromhex(line["sha256"]))


class ChainReader:
    """Takes lines in their order and says what is wrong with each. Knows only how far it has come in each chain.

    `known`: heads that were written down earlier, by issuer (None: the chain of no issuer). A log that is true now
    still holds those lines.
    """

    def __init__(self, known: Mapping[str | None, Head] | None = None) -> None:
        self.heads: dict[str | None, Head] = {}
        self.lines = 0
        self.unchained = 0  # lines from before there were chains
        self.broken: set[str | None] = set()
        self._known = dict(known or {})

    def take(self, line: object) -> str | None:
        """What is wrong with the line; None when it follows. After the first wrong one, its chain is not looked at."""
        self.lines += 1
        if not isinstance(line, dict) or line.keys() != _MEMBERS:
            return "it is not a line of the audit log"
        chain = line["issuer"]
        if chain is not None and not isinstance(chain, str):
            return "it names no issuer"
        if line["sequence"] is None and line["sha256"] is None:
            return self._take_unchained(chain)
        if chain in self.broken:
            return None
        wrong = self._wrong(line, self.heads.get(chain, EMPTY), self._known.get(chain))
        if wrong is not None:
            return self.refuse(chain, wrong)
        self.heads[chain] = head_of(line)
        return None

    def refuse(self, chain: str | None, wrong: str) -> str | None:
        """Ends the chain with a line that is wrong; None when it had ended before."""
        if chain in self.broken:
            return None
        self.broken.add(chain)
        return wrong

    def _take_unchained(self, chain: str | None) -> str | None:
        self.unchained += 1
        return "it is not chained, and stands after lines that are" if chain in self.heads else None

    @staticmethod
    def _wrong(line: Line, after: Head, known: Head | None) -> str | None:
        if line["version"] != VERSION:
            return f"it is of version {line['version']!r}, which this release does not know"
        if type(line["sequence"]) is not int or line["sequence"] != after.length + 1:
            return f"it says that it is line {line['sequence']!r} of its chain, where line {after.length + 1} belongs"
        if line["previous"] != (after.sha256.hex() if after.length else None):
            return "it does not follow the line before it"
        digest = line_digest(line)
        if line["sha256"] != digest.hex():
            return "its words are not those that its digest was made of"
        if known is not None and known.length == after.length + 1 and known.sha256 != digest:
            return "another line was there when the head of the chain was written down"
        return None

    def missing(self) -> list[tuple[str | None, str]]:
        """What the heads that were written down say is missing at the ends: issuer and sentence."""
        return [
            (chain, f"it has {have} lines, and had {head.length} when its head was written down")
            for chain, head in self._known.items()
            if chain not in self.broken and (have := self.heads.get(chain, EMPTY).length) < head.length
        ]


__all__ = [
    "EMPTY",
    "NO_ISSUER",
    "VERSION",
    "ChainReader",
    "Head",
    "Line",
    "chained",
    "head_of",
    "is_sound",
    "line_digest",
    "unsigned",
]
