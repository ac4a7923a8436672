"""Evidence about our own addresses: out of the database, without leaving the process, as it stands when it is asked."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from app import strictjson
from app.errors import NotFoundError
from app.services import twins
from app.services.credentials import ERASED
from app.services.instance import Instance
from app.services.receipt_keys import service_did_document
from app.services.site import Site
from app.services.status import own_status_list
from app.services.vc_status import own_vc_list
from app.signing import PublicKey, PublishedKey, did_document, jwk_with_kid
from app.storage.live import IssuerKeys, Live
from app.verification import Answer, Found, Missing, Need, NeedKind, OwnList, OwnRecord

__all__ = ["Needed", "answer_of_our_own", "answered_by_us", "badge_at"]

Evidence = dict[Need, Answer]

Needed = Callable[[Evidence], tuple[Need, ...]]
"""What is still missing, such as `needs` of what was presented."""


def answered_by_us(live: Live, needed: Needed, evidence: Evidence, *, instance: Instance) -> tuple[Need, ...]:
    """Adds all that we know ourselves to `evidence`; what only others know is returned."""
    while wanted := needed(evidence):
        known = {need: answer_of_our_own(live, need, instance=instance) for need in wanted}
        ours = {need: answer for need, answer in known.items() if answer is not None}
        evidence |= ours
        if len(ours) < len(wanted):
            return tuple(need for need in wanted if need not in ours)
    return ()


def answer_of_our_own(live: Live, need: Need, *, instance: Instance) -> Answer | None:
    """What we know ourselves of `need`; None for an address of somebody else."""
    try:
        return _our_own(live, need, instance=instance)
    except NotFoundError as error:
        return Missing(error.message, gone=True)


def badge_at(live: Live, url: str, site: Site) -> bytes | Missing | None:
    """The signed bytes behind an address of ours, or the assertion of version 2; None if it is none of ours."""
    if not site.is_ours(url):
        return None
    credential_id = site.credential_at(url)
    if credential_id is None:
        return _assertion_at(live, url, site)
    found = live.find_signed_bytes(credential_id)
    if found is None:
        return Missing("There is no badge at this address.", absent=True)
    return found or Missing(ERASED, gone=True)


def _assertion_at(live: Live, url: str, site: Site) -> bytes | Missing:
    """What our own address answers. Not `gone` where it answers 404: that an assertion never was is no revocation."""
    credential_id = site.assertion_at(url)
    try:
        if credential_id is not None:
            return twins.assertion(live, credential_id, site=site).raw
    except NotFoundError as error:
        return Missing(error.message, absent=True)
    return Missing("There is no badge at this address.", absent=True)


def _our_own(live: Live, need: Need, *, instance: Instance) -> Answer | None:
    found: Answer | None = None
    match need.kind:
        case NeedKind.DID_DOCUMENT:
            return _did_document(live, need.url, instance=instance)
        case NeedKind.KEY:
            found = _key(live, need.url, instance=instance)
        case NeedKind.STATUS_LIST:
            found = _list(live, need.url, instance=instance)
        case NeedKind.RECORD:
            return _record(live, need.url, site=instance.site)
        case NeedKind.CREDENTIAL:
            raw = badge_at(live, need.url, instance.site)
            found = Found(raw, "application/vc") if isinstance(raw, bytes) else raw
        case NeedKind.LINKED:
            found = _linked(live, need.url, site=instance.site)
    if found is None and instance.site.is_ours(need.url):  # nothing of ours is fetched from ourselves
        return Missing("There is nothing of this kind at this address.")
    return found


def _record(live: Live, url: str, *, site: Site) -> OwnRecord:
    """What was issued under this id; nothing for an id that none of our credentials has."""
    credential_id = site.credential_at(url)
    known = live.find_record(credential_id) if credential_id is not None else None
    if credential_id is None or known is None:
        return OwnRecord()
    return OwnRecord(
        known.issuer_did,
        test=known.test,
        successor=site.credential(known.replaced_by) if known.replaced_by is not None else None,
        document=live.find_signed_bytes(credential_id) or b"",
        digests=frozenset(live.signed_digests(credential_id)),
    )


def _list(live: Live, url: str, *, instance: Instance) -> OwnList | None:
    list_id = _list_id(instance.site, url)
    if list_id is not None:
        return own_status_list(live, list_id, instance=instance)
    vc_list_id = instance.site.vc_status_list_at(url)
    return own_vc_list(live, vc_list_id, instance=instance) if vc_list_id is not None else None


def _did_document(live: Live, did: str, *, instance: Instance) -> Found | Missing | None:
    if did == instance.site.own_did:
        keys = [(key.kid, _public_key(key.jwk)) for key in live.list_receipt_keys()]
        document = strictjson.dumps(service_did_document(keys, instance.site))
        return Found(document, "application/did+json", own=True)
    slug = instance.site.slug_of(did)
    if slug is None:
        return Missing("There is no issuer of this DID here.") if instance.site.would_hold(did) else None
    known = live.find_issuer_keys(slug)
    if known is None:
        raise NotFoundError(f"There is no issuer '{slug}'.")
    return _written_did_document(known, instance.site.issuer(slug))


def _linked(live: Live, url: str, *, site: Site) -> Answer | None:
    """What an assertion of ours leads to."""
    achieved, slug = site.badge_class_at(url), site.profile_2_at(url)
    try:
        if achieved is not None:
            return Found(twins.badge_class(live, *achieved, site=site), "application/ld+json")
        return Found(twins.issuer_profile(live, slug, site=site), "application/ld+json") if slug is not None else None
    except NotFoundError as error:
        return Missing(error.message, absent=True)


def _key(live: Live, url: str, *, instance: Instance) -> Found | None:
    named = instance.site.key_at(url)
    if named is None:
        return None
    slug, kid = named
    known = live.find_issuer_keys(slug)
    if known is None:
        raise NotFoundError("There is no such issuer.")
    jwk = next((key.jwk for key in known.keys if key.kid == kid), None)
    if jwk is None:
        raise NotFoundError(f"Issuer '{slug}' has no key '{kid}'.")
    return _written_key(jwk, instance.site.key(slug, kid))


# Taking an address apart costs as much as asking the database. Addresses in needs are of bounded length.
_list_id = lru_cache(maxsize=256)(Site.status_list_at)


# Pure functions of what the database said a moment ago: other rows, other bytes.


@lru_cache(maxsize=256)
def _written_did_document(known: IssuerKeys, address: str) -> Found:
    """The DID document as it is published."""
    published = [PublishedKey(key.kid, _public_key(key.jwk), revoked=key.revoked) for key in known.keys]
    document = did_document(known.did, published, also_known_as=(address,))
    return Found(strictjson.dumps(document), "application/did+json", own=True)


@lru_cache(maxsize=256)
def _written_key(jwk: str, url: str) -> Found:
    """The JWK as the address of a key answers it."""
    return Found(strictjson.dumps(jwk_with_kid(_public_key(jwk), url)), "application/jwk+json")


def _public_key(jwk: str) -> PublicKey:
    raw = jwk.encode()
    return PublicKey.from_jwk(strictjson.loads(raw, max_bytes=len(raw)))
