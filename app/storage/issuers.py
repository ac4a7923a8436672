"""Issuers, and the lock that puts the awards of one issuer in a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from app.errors import NotFoundError
from app.models import Issuer
from app.storage.paging import Cursor, Page, read_page

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

# Built once, for every award and verification asks.
_BY_SLUG = select(Issuer).where(Issuer.slug == bindparam("slug"))
# FOR NO KEY UPDATE: rows that merely refer to the issuer may still be added.
_LOCKED = select(Issuer).with_for_update(key_share=True).execution_options(populate_existing=True)
_LOCKED_ONE = _LOCKED.where(Issuer.id == bindparam("issuer_id"))
_TABLE = Issuer.metadata.tables["issuers"]
_AWAITED = select(_TABLE.c.id).order_by(_TABLE.c.id).with_for_update(key_share=True)  # in the order of `lock_issuers`
_HELD = select(_TABLE.c.pepper).where(_TABLE.c.id == bindparam("issuer_id")).with_for_update(key_share=True)


def add_issuer(
    session: Session,
    *,
    issuer_id: UUID,
    slug: str,
    did: str,
    profile: Mapping[str, Any],
    settings: Mapping[str, Any],
    now: datetime,
) -> Issuer:
    """Raises IntegrityError when the slug or the DID is taken."""
    issuer = Issuer(
        id=issuer_id,
        slug=slug,
        did=did,
        profile=dict(profile),
        settings=dict(settings),
        revision=1,
        created_at=now,
        updated_at=now,
    )
    session.add(issuer)
    session.flush()  # so that a taken slug is noticed here, and rows that refer to this one find it
    return issuer


def update_issuer(
    session: Session,
    issuer: Issuer,
    *,
    profile: Mapping[str, Any] | None = None,
    settings: Mapping[str, Any] | None = None,
    now: datetime,
) -> Issuer:
    """Replaces what is given and counts a revision up. `issuer` comes from `lock_issuer` of this session."""
    if profile is not None:
        issuer.profile = dict(profile)
    if settings is not None:
        issuer.settings = dict(settings)
    issuer.revision += 1
    issuer.updated_at = now
    session.flush()
    return issuer


def set_logo(
    session: Session, issuer: Issuer, *, sha256: bytes | None, profile: Mapping[str, Any], now: datetime
) -> Issuer:
    """As `update_issuer`, with the logo that the profile names: one that `images.add_image` knows, or None."""
    issuer.logo_sha256 = sha256
    return update_issuer(session, issuer, profile=profile, now=now)


def find_issuer(session: Session, issuer_id: UUID) -> Issuer | None:
    return session.get(Issuer, issuer_id)


def get_issuer(session: Session, issuer_id: UUID) -> Issuer:
    return _required(find_issuer(session, issuer_id))


def find_issuer_by_slug(session: Session, slug: str) -> Issuer | None:
    if "\0" in slug:  # a path can hold one; PostgreSQL's texts cannot, not even one that is looked for
        return None
    return session.scalar(_BY_SLUG, {"slug": slug})


def get_issuer_by_slug(session: Session, slug: str) -> Issuer:
    return _required(find_issuer_by_slug(session, slug))


def find_issuer_by_did(session: Session, did: str) -> Issuer | None:
    return session.scalar(select(Issuer).where(Issuer.did == did))


def list_issuers(session: Session, *, after: Cursor | None = None, limit: int = 100) -> Page[Issuer]:
    return read_page(session, select(Issuer), at=Issuer.created_at, id_=Issuer.id, after=after, limit=limit)


def find_slugs(session: Session, issuer_ids: Collection[UUID]) -> dict[UUID, str]:
    """The slugs of those that exist; for a page of things that name their issuers."""
    if not issuer_ids:
        return {}
    query = select(_TABLE.c.id, _TABLE.c.slug).where(_TABLE.c.id.in_(sorted(issuer_ids)))
    return {row.id: row.slug for row in session.execute(query)}


def lock_issuer(session: Session, issuer_id: UUID) -> Issuer:
    """The issuer as it stands now, kept so until the transaction ends. Raises NotFoundError."""
    return _required(session.scalar(_LOCKED_ONE, {"issuer_id": issuer_id}))


def hold_issuer(session: Session, issuer_id: UUID) -> bytes | None:
    """The same lock for whoever knows the issuer already, and its pepper if it has one. It must exist.

    The first thing an award does: awards of one issuer then follow one another, so that two cannot both find
    that a completion has no credential yet. On SQLite the transaction itself is the lock.
    """
    # SQLite knows no FOR UPDATE, and needs none.
    return session.execute(_HELD, {"issuer_id": issuer_id}).scalar_one()  # type: ignore[no-any-return]


def await_issuers(session: Session) -> None:
    """Returns when nobody holds an issuer's lock who held it before, and has them all until the transaction ends."""
    session.execute(_AWAITED).all()


def lock_issuers(session: Session, issuer_ids: Iterable[UUID]) -> dict[UUID, Issuer]:
    """As `lock_issuer` for several at once, without deadlock between callers; those that exist."""
    query = _LOCKED.where(Issuer.id.in_(sorted(set(issuer_ids)))).order_by(Issuer.id)  # everybody in the same order
    return {issuer.id: issuer for issuer in session.scalars(query)}


def _required(issuer: Issuer | None) -> Issuer:
    if issuer is None:
        raise NotFoundError("There is no such issuer.")
    return issuer
