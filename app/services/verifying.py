"""Verifying what somebody submits: read, gather evidence, judge.

Evidence about our own addresses comes out of the database, without leaving the process, as it stands at the moment of
asking. Addresses of others are not fetched yet: the report then says so, as undetermined.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from app import strictjson
from app.errors import NotFoundError, TooComplexError
from app.jsonld import Limits as WorkLimits
from app.openbadges import sniff
from app.services.instance import Instance
from app.services.site import Site
from app.services.status import own_status_list
from app.signing import PublicKey, PublishedKey, did_document, jwk_with_kid
from app.storage import Database, Session
from app.storage.live import IssuerKeys, Live, asking
from app.verification import (
    Answer,
    Evidence,
    Found,
    Missing,
    Need,
    NeedKind,
    OwnList,
    Policy,
    Presented,
    ReadLimits,
    Report,
    gathered,
    issuer_id,
    judge,
    read,
    unreachable,
)

_SHORT = 16 * 1024
_TEXTS = ("json", "jwt")
_LITTLE_WORK = 128  # steps of RDFC-1.0; an honest badge takes a handful, and so many two milliseconds
_NOT_FETCHED = Missing("Laurel cannot fetch from other sites yet.")


@dataclass(frozen=True, slots=True)
class Question:
    """What the asker wants to know beside 'is it valid?'. `at` is the moment to judge for."""

    at: datetime
    email: str | None = None
    trusted_issuers: frozenset[str] | None = None


def verify_submission(
    source: Session | Database, raw: bytes, question: Question, *, instance: Instance, now: datetime
) -> Report:
    """The report on `raw`. Raises InputError when no credential can be read from it. Nothing is stored.

    `source` is the database, or a session that has read already and holds its connection meanwhile. A badge that names
    nothing of ours never touches either.
    """
    with asking(source) as live:
        badge = _gathered(live, raw, instance=instance, limits=instance.read_limits)
    return _judged(badge, question, instance=instance, now=now)


def verify_address(
    source: Session | Database, url: str, question: Question, *, instance: Instance, now: datetime
) -> Report:
    """The report on the credential at `url`: a page, a signed file or an image of ours."""
    with asking(source) as live:
        found = _bytes_at(live, url, instance.site)
        if isinstance(found, Report):
            return found
        badge = _gathered(live, found, instance=instance, limits=instance.read_limits)
    return _judged(badge, question, instance=instance, now=now)


def verify_at_once(
    source: Session | Database, what: bytes | str, question: Question, *, instance: Instance, now: datetime
) -> Report | None:
    """The same for bytes or an address, if it takes a millisecond or so; None if it might not, and nothing is decided.

    For a caller that keeps others waiting. Where asking the database means waiting for a network, it should not be one.
    """
    with asking(source) as live:
        found = _bytes_at(live, what, instance.site) if isinstance(what, str) else what
        if isinstance(found, Report):
            return found
        # An image may hold more than it weighs, and each signature takes its time.
        if len(found) > _SHORT or sniff(found) not in _TEXTS or found.count(b'"proofValue"') > 1:
            return None
        badge = _gathered(live, found, instance=instance, limits=_hurried(instance.read_limits))
    report = _judged(badge, question, instance=instance, now=now)
    return None if report.check("proof").code == "proof.too-complex" else report


def verify_alone(raw: bytes, question: Question, *, now: datetime) -> Report:
    """The same where there is no deployment to ask: only what proves itself (did:key) is judged to the end."""
    presented = read(raw)
    evidence = gathered(presented, lambda _: _NOT_FETCHED)
    policy = Policy(question.trusted_issuers or None)
    return judge(presented, evidence, policy, now=question.at, asked_at=now, email=question.email)


@dataclass(frozen=True, slots=True)
class _Badge:
    """What was submitted and all that is needed to judge it: no more questions to the database."""

    presented: Presented
    evidence: Evidence


def _gathered(live: Live, raw: bytes, *, instance: Instance, limits: ReadLimits) -> _Badge:
    presented = read(raw, limits=limits)
    return _Badge(presented, gathered(presented, lambda need: _answer(live, need, instance=instance)))


def _judged(badge: _Badge, question: Question, *, instance: Instance, now: datetime) -> Report:
    """The report. It may take seconds, so whoever calls has given the database back."""
    trusted = question.trusted_issuers if question.trusted_issuers is not None else instance.trusted_issuers
    return judge(
        badge.presented,
        badge.evidence,
        Policy(trusted or None),
        now=question.at,
        asked_at=now,
        email=question.email,
        memo=instance.fitted,
        templates=instance.templates if _is_familiar(badge.presented, instance.site) else None,
    )


def _is_familiar(presented: Presented, site: Site) -> bool:
    """Whether it names an issuer of ours, and is of a usual length: of such badges it is remembered what they share."""
    issuer = issuer_id(presented.document)
    return issuer is not None and len(presented.raw) <= _SHORT and site.slug_of(issuer) is not None


@lru_cache(maxsize=8)
def _hurried(limits: ReadLimits) -> ReadLimits:
    """The same limits with little work: what needs more, or another process, is too complex."""
    return replace(limits, work=replace(limits.work, work=min(limits.work.work, _LITTLE_WORK), slow_path=_too_slow))


def _too_slow(_document: Mapping[str, Any], _limits: WorkLimits, /) -> bytes:
    raise TooComplexError("The document takes longer to read than there is time now.")


def _bytes_at(live: Live, url: str, site: Site) -> bytes | Report:
    """The signed bytes at an address of ours, or the report that there are none."""
    credential_id = site.credential_at(url)
    if credential_id is None:
        return unreachable(url, "Laurel cannot fetch badges from other sites yet.")
    return live.find_signed_bytes(credential_id) or unreachable(url, "There is no badge at this address.")


def _answer(live: Live, need: Need, *, instance: Instance) -> Answer:
    try:
        found = _our_own(live, need, instance=instance)
    except NotFoundError as error:
        return Missing(error.message, gone=True)
    return found or _NOT_FETCHED


def _our_own(live: Live, need: Need, *, instance: Instance) -> Found | OwnList | None:
    match need.kind:
        case NeedKind.DID_DOCUMENT:
            return _did_document(live, need.url, instance=instance)
        case NeedKind.KEY:
            return _key(live, need.url, instance=instance)
        case NeedKind.STATUS_LIST:
            list_id = _list_id(instance.site, need.url)
            return own_status_list(live, list_id, instance=instance) if list_id is not None else None
    return None


def _did_document(live: Live, did: str, *, instance: Instance) -> Found | None:
    slug = instance.site.slug_of(did)
    if slug is None:
        return None
    known = live.find_issuer_keys(slug)
    if known is None:
        raise NotFoundError(f"There is no issuer '{slug}'.")
    return _written_did_document(known, instance.site.issuer(slug))


def _key(live: Live, url: str, *, instance: Instance) -> Found | None:
    named = instance.site.key_at(url)
    if named is None:
        return None
    slug, kid = named
    known = live.find_issuer_keys(slug)
    if known is None:
        raise NotFoundError("There is no such issuer.")
    jwk = dict(known.keys).get(kid)
    if jwk is None:
        raise NotFoundError(f"Issuer '{slug}' has no key '{kid}'.")
    return _written_key(jwk, instance.site.key(slug, kid))


# Taking an address apart costs as much as asking the database. Addresses in needs are of bounded length.
_list_id = lru_cache(maxsize=256)(Site.status_list_at)


# Pure functions of what the database said a moment ago: other rows, other bytes.


@lru_cache(maxsize=256)
def _written_did_document(known: IssuerKeys, address: str) -> Found:
    """The DID document as it is published."""
    published = [PublishedKey(kid, _public_key(jwk)) for kid, jwk in known.keys]
    document = did_document(known.did, published, also_known_as=(address,))
    return Found(strictjson.dumps(document), "application/did+json")


@lru_cache(maxsize=256)
def _written_key(jwk: str, url: str) -> Found:
    """The JWK as the address of a key answers it."""
    return Found(strictjson.dumps(jwk_with_kid(_public_key(jwk), url)), "application/jwk+json")


def _public_key(jwk: str) -> PublicKey:
    raw = jwk.encode()
    return PublicKey.from_jwk(strictjson.loads(raw, max_bytes=len(raw)))
