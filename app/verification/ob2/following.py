"""From an assertion to its badge class, its issuer, keys and revocation list, as far as the evidence reaches.

`assertion_needs` and the judge go the same way, so that what is asked for is what is looked at. What is found on it is
as untrusted as the assertion.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from app.openbadges import ob2
from app.signing import UnverifiedJWT
from app.verification.addresses import secured
from app.verification.evidence import Evidence, Missing, Need, NeedKind, answer
from app.verification.keys import is_web_url, json_object
from app.verification.members import mapping, several, text, texts
from app.verification.reading import Presented

__all__ = ["Linked", "Trail", "Way", "follow", "stated_key"]

_MAX_KEYS: Final = 4
_MAX_LISTED: Final = 64
_MAX_DOCUMENT: Final = 256 * 1024
_NO_ADDRESS: Final = Missing("It has no web address.")
_PEM: Final = b"-----BEGIN "


class Way(Enum):
    """How an issuer vouches for an assertion. The values are what `verification.type` says."""

    HOSTED = frozenset({"HostedBadge", "hosted"})
    SIGNED = frozenset({"SignedBadge", "signed"})
    UNKNOWN = frozenset[str]()


@dataclass(frozen=True, slots=True)
class Linked:
    """A document by its address or other id (None: it stands inside another and has none).

    `absence` says why there is no document, `answered_by` which address answered in the end, if that is known.
    """

    id: str | None
    document: Mapping[str, Any] = field(default_factory=dict)
    absence: Missing | None = None
    answered_by: str = ""


@dataclass(frozen=True, slots=True)
class Trail:
    """What was found, and every need on the way to it. What was not reached is None.

    `assertion` is the copy that counts: the hosted one, or what the `token` holds that is said to sign it. `keys` are
    those of the issuer's that may have signed, `revocations` is the address of its list.
    """

    way: Way
    assertion: Linked
    needs: tuple[Need, ...]
    badge: Linked | None = None
    issuer: Linked | None = None
    revocations: str | None = None
    token: UnverifiedJWT | None = None
    keys: tuple[Linked, ...] = ()

    @property
    def is_old(self) -> bool:
        """Of version 1.1, where some members are otherwise."""
        contexts = texts(self.assertion.document.get("@context"))
        return ob2.OB_1_CONTEXT in contexts and ob2.OB_2_CONTEXTS.isdisjoint(contexts)


def follow(presented: Presented, evidence: Evidence) -> Trail:
    library = _Library(evidence)
    way, token = way_of(presented.document), presented.token
    if way is Way.HOSTED:
        # What is in hand is only a pointer: the copy at its address counts, and no token around the pointer.
        assertion, token = library.at(_address(presented.document), NeedKind.CREDENTIAL), None
        way = way_of(assertion.document)
    else:
        assertion = Linked(text(presented.document.get("id")), presented.document)
    if assertion.absence is not None or way is Way.UNKNOWN or (way is Way.SIGNED and token is None):
        return Trail(way, assertion, library.needs)
    badge = library.linked(assertion.document.get("badge"))
    issuer = library.linked(badge.document.get("issuer"))
    revocations = _id_of(issuer.document.get("revocationList"))
    if revocations is not None:
        library.ask_for(revocations)
    keys = tuple(library.keys(issuer.document, stated_key(assertion.document))) if token else ()
    return Trail(way, assertion, library.needs, badge, issuer, revocations, token, keys)


def way_of(assertion: Mapping[str, Any]) -> Way:
    """How it says that it can be verified; hosted if it says nothing, as the oldest ones do."""
    stated = _verification(assertion).get("type")
    if stated is None:
        return Way.HOSTED
    names = ob2.type_names({"type": stated})
    return next((way for way in (Way.HOSTED, Way.SIGNED) if not way.value.isdisjoint(names)), Way.UNKNOWN)


def stated_key(assertion: Mapping[str, Any]) -> str | None:
    """The id of the key that the assertion says it is signed with; version 1.1 has it in `url`."""
    verification = _verification(assertion)
    return _id_of(verification.get("creator")) or text(verification.get("url"))


def _verification(assertion: Mapping[str, Any]) -> Mapping[str, Any]:
    return mapping(assertion.get("verification")) or mapping(assertion.get("verify"))


def _address(assertion: Mapping[str, Any]) -> str | None:
    """Where the assertion says it is hosted: at its id, in version 1.1 also at the `url` of `verify`."""
    own = text(assertion.get("id"))
    return own if own is not None and is_web_url(own) else text(_verification(assertion).get("url")) or own


def _id_of(value: object) -> str | None:
    return text(value) or text(mapping(value).get("id"))


class _Library:
    """The documents behind addresses, and a list of what was asked for."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._needs: dict[Need, None] = {}

    @property
    def needs(self) -> tuple[Need, ...]:
        return tuple(self._needs)

    def linked(self, value: object) -> Linked:
        """The object that a member holds. Where it has an address, what stands there counts, as for all hosted ones."""
        name = _id_of(value)
        if isinstance(value, Mapping) and (name is None or not is_web_url(name)):
            return Linked(name, value)
        return self.at(name)

    def at(self, url: str | None, kind: NeedKind = NeedKind.LINKED) -> Linked:
        if url is None or not is_web_url(url):
            return Linked(url, absence=_NO_ADDRESS)
        found = answer(self._evidence, self.ask_for(url, kind))
        if isinstance(found, Missing):
            return Linked(url, absence=found)
        document = _read(found.content)
        if isinstance(document, Missing):
            return Linked(url, absence=document)
        return Linked(url, document, answered_by=found.address)

    def ask_for(self, url: str, kind: NeedKind = NeedKind.LINKED) -> Need:
        """The need for what is at `url`, noted if it is a web address. Old badges have addresses without TLS."""
        need = Need(kind, secured(url.partition("#")[0]))
        if is_web_url(url):
            self._needs[need] = None
        return need

    def keys(self, profile: Mapping[str, Any], stated: str | None) -> Iterator[Linked]:
        """The keys that the profile lists: the stated one, or the first few where none is stated."""
        listed = several(profile.get("publicKey"))[:_MAX_LISTED]
        wanted = [key for key in listed if stated is None or _id_of(key) == stated]
        for key in wanted[:_MAX_KEYS]:
            if isinstance(key, Mapping) and "publicKeyPem" in key:
                yield Linked(_id_of(key), key)
            else:
                yield _key_inside(self.at(_id_of(key)))


def _key_inside(found: Linked) -> Linked:
    """The key that a document holds under the id that it was looked up by, if that has a fragment."""
    if "#" not in (found.id or "") or found.document.get("id") == found.id:
        return found
    inside = [key for key in several(found.document.get("publicKey")) if mapping(key).get("id") == found.id]
    return Linked(found.id, inside[0]) if inside else found


def _read(content: bytes) -> Mapping[str, Any] | Missing:
    """The JSON object in `content`; a bare key file (version 1.1) is read as what it would be in JSON."""
    if content.startswith(_PEM):
        return {"publicKeyPem": content[:_MAX_DOCUMENT].decode("ascii", "replace")}
    document = json_object(content, _MAX_DOCUMENT)
    return Missing(document) if isinstance(document, str) else document
