"""What the judge must be given from elsewhere, and the form in which it is given.

The judge opens no socket: `needs` says what is wanted, whoever has a network or a database answers each `Need` with
`Found` or `Missing`, or for a status list that it keeps itself with an `OwnList`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["Answer", "Evidence", "Found", "Missing", "Need", "NeedKind", "OwnList", "OwnRecord"]


class NeedKind(StrEnum):
    DID_DOCUMENT = "DID document"  # `url` is the DID itself
    CONTROLLER = "controller document"  # of an issuer that is a web address: at that address, or its host's key set
    KEY = "key"  # `url` answers one JWK, one verification method, or a set of keys
    STATUS_LIST = "status list"
    CREDENTIAL = "credential"  # for refreshed and hosted credentials
    LINKED = "linked document"  # the badge class, profile, key or revocation list of an Open Badges 2.0 assertion
    SCHEMA = "schema"
    RECORD = "record"  # what whoever judges has on record about a credential of its own; never asked of others


@dataclass(frozen=True, slots=True)
class Need:
    """One thing to fetch."""

    kind: NeedKind
    url: str


@dataclass(frozen=True, slots=True)
class Found:
    """What the address answered: untrusted bytes. `address`: where they came from in the end, if fetched.

    `date`: when, by that server's clock, as it wrote it; empty when it did not say.
    `own`: whoever judges publishes it itself, and can be asked what its issuer has on record.
    """

    content: bytes
    media_type: str
    address: str = ""
    date: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """Why there is no answer, as a sentence for people. `gone`: the address says that it was removed for good.

    `absent`: it answers that there is nothing, now or ever; so whoever asks again would not learn more.
    """

    reason: str
    gone: bool = False
    absent: bool = False


@dataclass(frozen=True, slots=True)
class OwnList:
    """A status list that whoever judges keeps itself, as it stands at this moment.

    It is believed as it is: signing the list for ourselves and checking that signature would prove nothing more.
    """

    issuer: str
    purpose: str
    bits: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """What whoever judges knows of a credential that it issued itself; nothing where there is no such credential.

    `successor`: the address of the credential by which it was replaced. `document` is what was issued, as signed; empty
    when its holder was forgotten: then `digests` are still there, SHA-256 of all that was ever signed under that id.
    """

    issuer: str = ""
    test: bool = False
    successor: str | None = None
    document: bytes = field(default=b"", repr=False)
    digests: frozenset[bytes] = frozenset()


Answer = Found | Missing | OwnList | OwnRecord
Evidence = Mapping[Need, Answer]

_NOT_LOOKED_UP = Missing("It was not looked up.")


def answer(evidence: Evidence, need: Need) -> Found | Missing:
    """What was found for `need`; nothing given is an answer too. What we know ourselves is asked for by its kind."""
    found = evidence.get(need, _NOT_LOOKED_UP)
    return _NOT_LOOKED_UP if isinstance(found, OwnList | OwnRecord) else found


def own_record(evidence: Evidence, credential: str | None) -> OwnRecord | None:
    """What is on record about the credential with this id, if it is one of ours."""
    found = evidence.get(Need(NeedKind.RECORD, credential)) if credential is not None else None
    return found if isinstance(found, OwnRecord) else None


def own_list(evidence: Evidence, url: str) -> OwnList | None:
    """The status list at `url`, if it is one that we keep ourselves."""
    found = evidence.get(Need(NeedKind.STATUS_LIST, url))
    return found if isinstance(found, OwnList) else None
