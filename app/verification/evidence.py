"""What the judge must be given from elsewhere, and the form in which it is given.

The judge opens no socket: `needs` says what is wanted, whoever has a network or a database answers each `Need` with
`Found` or `Missing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Evidence", "Found", "Missing", "Need", "NeedKind"]


class NeedKind(StrEnum):
    DID_DOCUMENT = "DID document"  # `url` is the DID itself
    KEY = "key"  # `url` answers one JWK
    STATUS_LIST = "status list"
    CREDENTIAL = "credential"  # for refreshed and hosted credentials


@dataclass(frozen=True, slots=True)
class Need:
    """One thing to fetch."""

    kind: NeedKind
    url: str


@dataclass(frozen=True, slots=True)
class Found:
    """What the address answered: untrusted bytes."""

    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Missing:
    """Why there is no answer, as a sentence for people. `gone`: the address says that it was removed for good."""

    reason: str
    gone: bool = False


Evidence = Mapping[Need, Found | Missing]

_NOT_LOOKED_UP = Missing("It was not looked up.")


def answer(evidence: Evidence, need: Need) -> Found | Missing:
    """The answer to `need`; nothing given is an answer too."""
    return evidence.get(need, _NOT_LOOKED_UP)
