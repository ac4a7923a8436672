"""Credentials inside a credential: endorsements, and what a learner record holds. Each is judged for itself.

They lie within what the outer signature covers, so whoever signed that has chosen them; whether they hold is for their
own proofs to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from app import strictjson
from app.errors import InputError, TooComplexError
from app.jsonld import Limits
from app.verification.kinds import Kind
from app.verification.members import mapping, several
from app.verification.reading import Presented, ReadLimits, read_bare

__all__ = ["HELD", "MAX_CONTENTS", "MAX_DEPTH", "MAX_ENDORSEMENTS", "contents_of", "endorsements_of"]

MAX_ENDORSEMENTS: Final = 16
MAX_CONTENTS: Final = 100
MAX_DEPTH: Final = 2  # the badges of a record, and their endorsements
HELD: Final = (Kind.BADGE, Kind.RECORD, Kind.ENDORSEMENT, Kind.CREDENTIAL)
"""What a learner record may hold."""

_MAX_WORK: Final = 512  # steps of RDFC-1.0 for each of so many


def endorsements_of(outer: Presented, kind: Kind) -> tuple[Presented | None, ...]:
    """The endorsements of the credential, of its issuer and of its achievement; None for one that cannot be read."""
    document = outer.document
    subject = mapping(document.get("credentialSubject"))
    places = [document, mapping(document.get("issuer"))]
    if kind is Kind.BADGE:
        achievement = mapping(subject.get("achievement"))
        places += [achievement, mapping(achievement.get("creator"))]
    found = [item for place in places for item in _endorsements_at(place)]
    return tuple(_presented(item, outer) for item in found[:MAX_ENDORSEMENTS])


def contents_of(outer: Presented) -> tuple[Presented | None, ...]:
    """The credentials that a learner record holds, as objects or as tokens."""
    held = several(mapping(outer.document.get("credentialSubject")).get("verifiableCredential"))
    return tuple(_presented(item, outer) for item in held[:MAX_CONTENTS])


def _endorsements_at(place: Mapping[str, Any]) -> Iterator[Any]:
    yield from several(place.get("endorsement"))
    yield from several(place.get("endorsementJwt"))


def _presented(item: Any, outer: Presented) -> Presented | None:
    """`item` as if it had been handed in alone. One without a context of its own has that of the outer document."""
    if isinstance(item, Mapping) and "@context" not in item and "@context" in outer.document:
        item = {"@context": outer.document["@context"], **item}
    raw = item.strip().encode() if isinstance(item, str) else strictjson.dumps(item)
    try:
        return read_bare(raw, limits=ReadLimits(work=_bounded(outer.work)))
    except InputError:
        return None


def _bounded(work: Limits) -> Limits:
    """Of many documents in one, none may take long."""
    return replace(work, work=min(work.work, _MAX_WORK), slow_path=_too_slow)


def _too_slow(_document: Mapping[str, Any], _limits: Limits, /) -> bytes:
    raise TooComplexError("A credential inside another takes longer to read than there is time.")
