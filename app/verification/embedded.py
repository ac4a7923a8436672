"""Credentials inside a credential: endorsements, and what a learner record holds. Each is judged for itself.

They lie within what the outer signature covers, so whoever signed that has chosen them; whether they hold is for their
own proofs to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, final

from app import strictjson
from app.errors import InputError, TooComplexError
from app.jsonld import Limits
from app.verification.kinds import Kind
from app.verification.members import mapping, several, text
from app.verification.reading import Presented, ReadLimits, read_bare

__all__ = [
    "HELD", "MAX_CONTENTS", "MAX_DEPTH", "MAX_ENDORSEMENTS", "MAX_INSIDE",
    "Allowance", "Inner", "contents_of", "endorsable", "endorsements_of", "holds_others", "with_room",
]  # fmt: skip

MAX_ENDORSEMENTS: Final = 16
MAX_CONTENTS: Final = 100
MAX_DEPTH: Final = 2  # the badges of a record, and their endorsements
MAX_INSIDE: Final = 200  # in all, however they are nested: each takes a millisecond
HELD: Final = (Kind.BADGE, Kind.RECORD, Kind.ENDORSEMENT, Kind.CREDENTIAL)
"""What a learner record may hold."""

_MAX_ACHIEVEMENTS: Final = 100
_OF_RECORD: Final = 4  # times the statements of a badge
_MAX_WORK: Final = 512  # steps of RDFC-1.0 for each of so many


@final
class Allowance:
    """How many credentials may still be looked at inside the one that was handed in."""

    __slots__ = ("left",)

    def __init__(self, left: int = MAX_INSIDE) -> None:
        self.left = left

    def take(self, wanted: int) -> int:
        """As many of `wanted` as there are left."""
        taken = min(wanted, self.left)
        self.left -= taken
        return taken


@dataclass(frozen=True, slots=True)
class Inner:
    """The credentials inside another that are looked at, and how many there are. None: one that cannot be read."""

    found: tuple[Presented | None, ...] = ()
    count: int = 0

    def __bool__(self) -> bool:
        return self.count > 0


def endorsements_of(outer: Presented, allowance: Allowance) -> Inner:
    """The endorsements of the credential, and of the people, institutions and achievements that it names."""
    found = [item for place in _places(outer.document) for item in _endorsements_at(place)]
    return _inner(found, allowance.take(min(len(found), MAX_ENDORSEMENTS)), outer)


def contents_of(outer: Presented, allowance: Allowance) -> Inner:
    """The credentials that a learner record holds, as objects or as tokens."""
    held = several(mapping(outer.document.get("credentialSubject")).get("verifiableCredential"))
    return _inner(held, allowance.take(min(len(held), MAX_CONTENTS)), outer)


def holds_others(outer: Presented) -> bool:
    """Whether other credentials stand inside, each of which takes as long to judge again."""
    nothing = Allowance(0)
    return bool(endorsements_of(outer, nothing) or contents_of(outer, nothing))


def endorsable(outer: Presented, contents: Inner) -> frozenset[str]:
    """The ids of all that an endorsement in this credential can be about: what it names, and what it holds names."""
    documents = [outer.document, *(one.document for one in contents.found if one is not None)]
    ids = (text(place.get("id")) for document in documents for place in _places(document))
    return frozenset(name for name in ids if name is not None)


def _places(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Whatever in a credential may be endorsed: itself, profiles and achievements."""
    subject = mapping(document.get("credentialSubject"))
    issuer = document.get("issuer")
    yield document
    yield {"id": issuer} if isinstance(issuer, str) else mapping(issuer)
    yield mapping(subject.get("source"))
    for achievement in map(mapping, several(subject.get("achievement"))[:_MAX_ACHIEVEMENTS]):
        yield achievement
        yield mapping(achievement.get("creator"))


def _endorsements_at(place: Mapping[str, Any]) -> Iterator[Any]:
    yield from several(place.get("endorsement"))
    yield from several(place.get("endorsementJwt"))


def _inner(items: list[Any], most: int, outer: Presented) -> Inner:
    return Inner(tuple(_presented(item, outer) for item in items[:most]), len(items))


def _presented(item: Any, outer: Presented) -> Presented | None:
    """`item` as if it had been handed in alone. One without a context of its own has that of the outer document."""
    if isinstance(item, Mapping) and "@context" not in item and "@context" in outer.document:
        item = {"@context": outer.document["@context"], **item}
    raw = item.strip().encode() if isinstance(item, str) else strictjson.dumps(item)
    try:
        return read_bare(raw, limits=ReadLimits(work=_bounded(outer.work), contexts=outer.contexts))
    except InputError:
        return None


def with_room(outer: Presented, kind: Kind) -> Presented:
    """The same, and for a learner record the work of the many badges that it holds and signs with itself."""
    if kind is not Kind.RECORD:
        return outer
    work = outer.work
    more = replace(work, quads=work.quads * _OF_RECORD, blank_nodes=work.blank_nodes * _OF_RECORD)
    return replace(outer, work=more)


def _bounded(work: Limits) -> Limits:
    """Of many documents in one, none may take long."""
    return replace(work, work=min(work.work, _MAX_WORK), slow_path=_too_slow)


def _too_slow(_document: Mapping[str, Any], _limits: Limits, /, *, generic: bool = False) -> bytes:  # noqa: ARG001
    raise TooComplexError("A credential inside another takes longer to read than there is time.")
