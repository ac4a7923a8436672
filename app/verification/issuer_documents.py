"""The documents in which issuers list their keys.

A kind of issuer is one function here: from its identifier to its document. What is then asked of the document is the
same for all, and stands in `issuers.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, final

from app.errors import InvalidKeyError, UnsupportedCryptoError
from app.language.said import Said
from app.signing import (
    PublicKey,
    did_jwk_members,
    did_web_url,
    listed_methods,
    method_in_document,
    references_elsewhere,
)
from app.verification.evidence import Evidence, Found, Missing, Need, NeedKind, answer
from app.verification.keys import MAX_URL, StatedKey, is_web_url, json_object, remembered, small, stated_key
from app.verification.members import mapping, several, text, texts
from app.verification.outcome import Outcome
from app.verification.report import CheckResult, say

MAX_DOCUMENT: Final = 256 * 1024
MAX_DID_JWK: Final = 4_096
DID: Final = "did:"
DID_KEY: Final = "did:key:"
DID_JWK: Final = "did:jwk:"
DID_WEB: Final = "did:web:"
_KEY_SET: Final = "/.well-known/jwks.json"
_MAX_KEYS: Final = 256
_ORIGIN: Final = re.compile(r"https?://[^/?#\\]+")
_PROFILES: Final = frozenset({"Profile", "Issuer"})
_RELATIONSHIPS: Final = ("assertionMethod", "authentication", "capabilityInvocation", "capabilityDelegation")


@final
class IssuerDocument:
    """A document that lists keys, as it was read. Each key is read once, since that takes as long as using it.

    Nothing here outlives a change: the document is remembered by its bytes, and other bytes are another document.
    `references` are the addresses that it names for assertions without holding what is there. `doubt` is the finding
    on keys that it does not list; None when these are not the issuer's.
    """

    __slots__ = ("_by_name", "_keys", "doubt", "members", "references")

    def __init__(self, members: Mapping[str, Any], doubt: CheckResult | None = None) -> None:
        self.members = members
        self.doubt = doubt
        self.references = references_elsewhere(members)
        self._by_name: dict[str, PublicKey] = {}
        self._keys: tuple[StatedKey, ...] | None = None

    def key(self, method: str) -> PublicKey:
        """The key that it lists for assertions as `method`. Raises InvalidKeyError, UnsupportedCryptoError."""
        known = self._by_name.get(method)
        if known is None:  # no more than it lists, since the others raise
            known = self._by_name[method] = stated_key(method_in_document(self.members, method)).key
        return known

    @property
    def keys(self) -> tuple[StatedKey, ...]:
        """The usable keys that it lists for assertions; others are passed over."""
        if self._keys is None:
            self._keys = tuple(_usable(listed_methods(self.members)))
        return self._keys

    @property
    def lists_any(self) -> bool:
        """Whether it says anything about who may sign."""
        return bool(self.references) or any(True for _ in listed_methods(self.members))


def _usable(methods: Iterable[Mapping[str, Any]]) -> Iterator[StatedKey]:
    for method in methods:
        try:
            yield stated_key(method)
        except (InvalidKeyError, UnsupportedCryptoError):
            continue


def issuer_document(issuer: str, evidence: Evidence) -> IssuerDocument | CheckResult:
    """The document that lists the issuer's keys, or the finding that it cannot be had."""
    for prefix, resolve in ISSUER_KINDS.items():
        if issuer.startswith(prefix):
            return resolve(issuer, evidence)
    return say("issuer.unsupported" if issuer.startswith(DID) else "issuer.unnamed", issuer=issuer)


def document_needs(issuer: str, evidence: Evidence) -> Iterator[Need]:
    """What has to be fetched to have the issuer's document."""
    if issuer.startswith(DID_WEB) and origin_of(issuer) is not None:
        yield Need(NeedKind.DID_DOCUMENT, issuer)
    if is_web_url(issuer) and origin_of(issuer) is not None:
        home = _home_need(issuer)
        yield home
        if home in evidence and not _is_settled(_home_document(issuer, evidence)):
            yield _key_set_need(issuer)


def is_address(issuer: str) -> bool:
    return issuer.startswith(DID) or is_web_url(issuer)


def _did_key_document(did: str, evidence: Evidence) -> IssuerDocument:  # noqa: ARG001  one signature for all kinds
    return _of_did_key(did)


@remembered(MAX_URL)
def _of_did_key(did: str) -> IssuerDocument:
    """did:key is its own document (did:key v0.9 section 3.1.1): one method, named by the key itself."""
    entry = {"type": "Multikey", "controller": did, "publicKeyMultibase": did.removeprefix(DID_KEY)}
    return _of_one_method(did, entry)


def _did_jwk_document(did: str, evidence: Evidence) -> IssuerDocument | CheckResult:  # noqa: ARG001  as above
    return _of_did_jwk(did)


@remembered(MAX_DID_JWK)
def _of_did_jwk(did: str) -> IssuerDocument | CheckResult:
    """did:jwk likewise, with its one method called 0."""
    try:
        jwk = did_jwk_members(did)
    except InvalidKeyError as error:
        return say("issuer.not-listed", issuer=did, reason=error.message)
    return _of_one_method(did, {"type": "JsonWebKey", "controller": did, "publicKeyJwk": jwk})


def _of_one_method(did: str, entry: Mapping[str, Any]) -> IssuerDocument:
    method = with_fragment(did)
    return IssuerDocument({"id": did, "verificationMethod": [{"id": method, **entry}], "assertionMethod": [method]})


def with_fragment(method: str) -> str:
    """A method that is called by its DID alone, as in published samples: it is the only one there."""
    if "#" not in method and method.startswith(DID_KEY):
        return f"{method}#{method.removeprefix(DID_KEY)}"
    if "#" not in method and method.startswith(DID_JWK):
        return f"{method}#0"
    return method


def _did_web_document(did: str, evidence: Evidence) -> IssuerDocument | CheckResult:
    if origin_of(did) is None:
        return say("issuer.unnamed")
    found = answer(evidence, Need(NeedKind.DID_DOCUMENT, did))
    if isinstance(found, Missing):
        return say("issuer.unreachable", issuer=did, reason=found.reason)
    document = _did_document(found.content)
    if isinstance(document, str):
        return say("issuer.unreachable", issuer=did, reason=document)
    return document if document.members.get("id") == did else _somebody_elses(did)


def _web_document(issuer: str, evidence: Evidence) -> IssuerDocument | CheckResult:
    """What the address answers (Controlled Identifiers 1.0, section 3.3; an Open Badges profile).

    If that lists no key at all, the key set of the site may, as the implementation guide of Open Badges advises.
    """
    if not is_web_url(issuer) or origin_of(issuer) is None:
        return say("issuer.unnamed")
    home = _home_document(issuer, evidence)
    if _is_settled(home):
        return home
    key_set = answer(evidence, _key_set_need(issuer))
    doubt = home if isinstance(home, CheckResult) else None
    if isinstance(key_set, Found):
        return _of_key_set(key_set.content, issuer, doubt) or home
    # A server that is away might have the key; one that answers that there is no such set has not.
    return home if key_set.absent else doubt or say("issuer.unreachable", issuer=issuer, reason=key_set.reason)


def _home_document(issuer: str, evidence: Evidence) -> IssuerDocument | CheckResult:
    need = _home_need(issuer)
    found = answer(evidence, need)
    if isinstance(found, Missing):
        return say("issuer.unreachable", issuer=issuer, reason=found.reason)
    document = _profile(found.content)
    if isinstance(document, str):
        return say("issuer.unreachable", issuer=issuer, reason=document)
    return document if document.members.get("id") in {issuer, need.url} else _somebody_elses(issuer)


def _is_settled(home: IssuerDocument | CheckResult) -> bool:
    """Whether it is known what the issuer lists: something, or that there is nothing of the issuer's."""
    return home.lists_any if isinstance(home, IssuerDocument) else home.outcome is Outcome.FAILED


def _somebody_elses(issuer: str) -> CheckResult:
    return say("issuer.not-listed", issuer=issuer, reason=Said("The document found there is about somebody else."))


def _home_need(issuer: str) -> Need:
    return Need(NeedKind.CONTROLLER, issuer.partition("#")[0])


def _key_set_need(issuer: str) -> Need:
    return Need(NeedKind.CONTROLLER, f"{origin_of(issuer)}{_KEY_SET}")


ISSUER_KINDS: Final[Mapping[str, Callable[[str, Evidence], IssuerDocument | CheckResult]]] = {
    DID_KEY: _did_key_document,
    DID_JWK: _did_jwk_document,
    DID_WEB: _did_web_document,
    "https://": _web_document,
    "http://": _web_document,
}


# Reading documents


@small
def _did_document(content: bytes) -> IssuerDocument | str:
    """The document in `content`, or a sentence that says why it cannot be used."""
    members = json_object(content, MAX_DOCUMENT)
    return members if isinstance(members, str) else IssuerDocument(members)


@small
def _profile(content: bytes) -> IssuerDocument | str:
    """The same of a web address. An Open Badges profile may hold keys without saying what for: they sign badges."""
    members = json_object(content, MAX_DOCUMENT)
    if isinstance(members, str):
        return members
    if text(members.get("id")) is None:
        return "The document found there does not say whose it is."
    if _PROFILES.isdisjoint(texts(members.get("type"))) or any(name in members for name in _RELATIONSHIPS):
        return IssuerDocument(members)
    methods = [*several(members.get("verificationMethod")), *several(members.get("publicKey"))]
    return IssuerDocument({**members, "assertionMethod": methods})


def _of_key_set(content: bytes, issuer: str, doubt: CheckResult | None) -> IssuerDocument | None:
    """The keys of a set that are the issuer's: a key of a host that serves many says whose it is by `iss`."""
    members = json_object(content, MAX_DOCUMENT)
    keys = [] if isinstance(members, str) else several(members.get("keys"))[:_MAX_KEYS]
    methods = [_method_of(jwk, issuer) for jwk in map(mapping, keys) if jwk and jwk.get("iss", issuer) == issuer]
    return IssuerDocument({"id": issuer, "assertionMethod": methods}, doubt) if methods else None


def _method_of(jwk: Mapping[str, Any], issuer: str) -> Mapping[str, Any]:
    kid = text(jwk.get("kid"))
    name = kid if kid is None or ":" in kid else f"{issuer.partition('#')[0]}#{kid}"
    return {"id": name, "type": "JsonWebKey", "publicKeyJwk": jwk}


@remembered(MAX_URL)
def origin_of(issuer: str) -> str | None:
    """The scheme, host and port that answer for the issuer; None for what has no web address."""
    if issuer.startswith(DID_WEB):
        try:
            issuer = did_web_url(issuer)
        except InvalidKeyError:
            return None
    origin = _ORIGIN.match(issuer)
    return origin[0].lower() if origin else None
