"""Verifying what somebody submits: read, gather evidence, judge.

Evidence about our own addresses comes out of the database, without leaving the process. Addresses of others are not
fetched yet: the report then says so, as undetermined.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app import strictjson
from app.errors import NotFoundError
from app.services import issuers as issuing
from app.services.credentials import signed_bytes
from app.services.instance import Instance
from app.services.status import ListForm, signed_status_list
from app.storage import Session, issuers
from app.verification import (
    Found,
    Missing,
    Need,
    NeedKind,
    Policy,
    Presented,
    Report,
    judge,
    needs,
    read,
    unreachable,
)

_ROUNDS = 4
_NOT_FETCHED = Missing("Laurel cannot fetch from other sites yet.")


@dataclass(frozen=True, slots=True)
class Question:
    """What the asker wants to know beside 'is it valid?'. `at` is the moment to judge for."""

    at: datetime
    email: str | None = None
    trusted_issuers: frozenset[str] | None = None


def verify_submission(session: Session, raw: bytes, question: Question, *, instance: Instance, now: datetime) -> Report:
    """The report on `raw`. Raises InputError when no credential can be read from it. Nothing is stored."""
    trusted = question.trusted_issuers if question.trusted_issuers is not None else instance.trusted_issuers
    presented = read(raw, limits=instance.read_limits)
    return _judged(
        presented, question, trusted, lambda need: _answer(session, need, instance=instance, now=now), now=now
    )


def verify_alone(raw: bytes, question: Question, *, now: datetime) -> Report:
    """The same where there is no deployment to ask: only what proves itself (did:key) is judged to the end."""
    return _judged(read(raw), question, question.trusted_issuers, lambda _: _NOT_FETCHED, now=now)


def _judged(
    presented: Presented,
    question: Question,
    trusted: frozenset[str] | None,
    answer: Callable[[Need], Found | Missing],
    *,
    now: datetime,
) -> Report:
    evidence: dict[Need, Found | Missing] = {}
    for _ in range(_ROUNDS):
        wanted = needs(presented, evidence)
        if not wanted:
            break
        evidence |= {need: answer(need) for need in wanted}
    return judge(presented, evidence, Policy(trusted or None), now=question.at, asked_at=now, email=question.email)


def verify_address(session: Session, url: str, question: Question, *, instance: Instance, now: datetime) -> Report:
    """The report on the credential at `url`: a page, a signed file or an image of ours."""
    credential_id = instance.site.credential_at(url)
    if credential_id is None:
        return unreachable(url, "Laurel cannot fetch badges from other sites yet.")
    try:
        row = signed_bytes(session, credential_id)
    except NotFoundError:
        return unreachable(url, "There is no badge at this address.")
    return verify_submission(session, row.document, question, instance=instance, now=now)


def _answer(session: Session, need: Need, *, instance: Instance, now: datetime) -> Found | Missing:
    try:
        found = _our_own(session, need, instance=instance, now=now)
    except NotFoundError as error:
        return Missing(error.message, gone=True)
    return found or _NOT_FETCHED


def _our_own(session: Session, need: Need, *, instance: Instance, now: datetime) -> Found | None:
    match need.kind:
        case NeedKind.DID_DOCUMENT:
            return _did_document(session, need.url, instance=instance)
        case NeedKind.KEY:
            return _key(session, need.url, instance=instance)
        case NeedKind.STATUS_LIST:
            return _status_list(session, need.url, instance=instance, now=now)
    return None


def _did_document(session: Session, did: str, *, instance: Instance) -> Found | None:
    slug = instance.site.slug_of(did)
    if slug is None:
        return None
    document = issuing.issuer_did_document(session, issuing.get_issuer(session, slug), site=instance.site)
    return Found(strictjson.dumps(document), "application/did+json")


def _key(session: Session, url: str, *, instance: Instance) -> Found | None:
    named = instance.site.key_at(url)
    if named is None:
        return None
    issuer = issuers.find_issuer_by_slug(session, named[0])
    if issuer is None:
        raise NotFoundError("There is no such issuer.")
    jwk = issuing.issuer_jwk(session, issuer, named[1], site=instance.site)
    return Found(strictjson.dumps(jwk), "application/jwk+json")


def _status_list(session: Session, url: str, *, instance: Instance, now: datetime) -> Found | None:
    list_id = instance.site.status_list_at(url)
    if list_id is None:
        return None
    raw, _ = signed_status_list(session, list_id, ListForm.JSON, instance=instance, now=now)
    return Found(raw, "application/vc")
