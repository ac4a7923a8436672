"""Achievements: what can be earned. A revision is never changed, so a badge always shows what was promised then."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from app import strictjson
from app.errors import ConflictError, InvalidFieldsError
from app.models import Achievement, AchievementRevision, Issuer
from app.openbadges import AchievementDefinition, achievement_document
from app.rendering import CheckedImage
from app.services import issuers as issuing
from app.services.actors import Actor
from app.services.appearance import Appearance, appearance_of
from app.services.audit import record
from app.services.endorsed import NOBODY_ENDORSES, Endorsed, endorsed, members
from app.services.instance import Instance
from app.services.pictures import keep_picture
from app.services.site import Site
from app.storage import Cursor, IntegrityError, Page, Session, achievements, issuers


@dataclass(frozen=True, slots=True)
class Edition:
    """An achievement in one of its revisions, with its issuer."""

    achievement: Achievement
    revision: AchievementRevision
    issuer: Issuer
    definition: AchievementDefinition
    endorsed: Endorsed = NOBODY_ENDORSES

    def document(self, site: Site) -> dict[str, Any]:
        """The OB 3.0 Achievement as it is signed."""
        document = achievement_document(
            self.definition,
            id=site.achievement(self.achievement.id),
            image_url=site.achievement_image(self.achievement.id),
        )
        return document | members(self.endorsed.of_achievement)

    @property
    def appearance(self) -> Appearance:
        """How its issuer has it look."""
        return appearance_of(self.issuer)

    def profile(self) -> dict[str, Any]:
        """The OB 3.0 Profile of its issuer as it is signed."""
        return issuing.profile_document(self.issuer) | members(self.endorsed.of_issuer)


def create_achievement(
    session: Session,
    definition: AchievementDefinition,
    *,
    slug: str,
    issuer_slug: str | None,
    instance: Instance,
    actor: Actor,
    now: datetime,
) -> Edition:
    """Revision 1. Raises InvalidFieldsError (unknown issuer), ConflictError (slug taken)."""
    issuer = owning_issuer(session, actor, issuer_slug)
    taken = ConflictError(f"The issuer '{issuer.slug}' has an achievement '{slug}' already.")
    if achievements.find_achievement_by_slug(session, issuer.id, slug) is not None:
        raise taken
    try:
        current = achievements.add_achievement(
            session,
            achievement_id=instance.new_id(),
            issuer_id=issuer.id,
            slug=slug,
            revision_id=instance.new_id(),
            definition=_stored(definition),
            now=now,
        )
    except IntegrityError:
        raise taken from None  # somebody else took the slug since we looked
    subject = str(current.achievement.id)
    record(session, "achievement.create", actor=actor.name, issuer_id=issuer.id, subject=subject, now=now)
    return Edition(current.achievement, current.revision, issuer, definition)


def revise_achievement(
    session: Session,
    achievement_id: UUID,
    definition: AchievementDefinition,
    *,
    slug: str,
    instance: Instance,
    actor: Actor,
    now: datetime,
) -> Edition:
    """The next revision; badges already issued keep theirs. An unchanged definition makes no new one."""
    edition = current_edition(session, achievement_id, actor=actor)
    if slug != edition.achievement.slug:
        raise InvalidFieldsError.one("/slug", f"The slug stays '{edition.achievement.slug}': platforms name it.")
    if edition.definition == definition:
        return edition
    try:
        current = achievements.add_revision(
            session, edition.achievement, revision_id=instance.new_id(), definition=_stored(definition), now=now
        )
    except IntegrityError:
        raise ConflictError("Somebody else revised this achievement at the same moment; look at it again.") from None
    record(
        session,
        "achievement.revise",
        actor=actor.name,
        issuer_id=edition.issuer.id,
        subject=str(achievement_id),
        detail={"revision": current.revision.number},
        now=now,
    )
    return Edition(current.achievement, current.revision, edition.issuer, definition)


def set_image(session: Session, achievement_id: UUID, image: CheckedImage, *, actor: Actor, now: datetime) -> Edition:
    """The badge's picture from now on."""
    edition = current_edition(session, achievement_id, actor=actor)
    sha256 = keep_picture(session, image, now=now)
    achievements.set_image(session, edition.achievement, sha256=sha256, now=now)
    record(
        session,
        "achievement.image",
        actor=actor.name,
        issuer_id=edition.issuer.id,
        subject=str(achievement_id),
        detail={"sha256": sha256.hex()},
        now=now,
    )
    return edition


def list_achievements(session: Session, *, actor: Actor, after: Cursor | None, limit: int) -> Page[Edition]:
    """The achievements that the key may see, newest first."""
    return _editions(session, actor.issuer_id, after, limit)


def issuer_editions(session: Session, issuer_id: UUID, *, after: Cursor | None, limit: int) -> Page[Edition]:
    """What can be earned from one issuer, newest first."""
    return _editions(session, issuer_id, after, limit)


def _editions(session: Session, issuer_id: UUID | None, after: Cursor | None, limit: int) -> Page[Edition]:
    page = achievements.list_achievements(session, issuer_id=issuer_id, after=after, limit=limit)
    return Page(tuple(edition(current) for current in page.items), page.next)


def current_edition(session: Session, achievement_id: UUID, *, actor: Actor | None = None) -> Edition:
    """The newest revision. Raises NotFoundError, also when it belongs to an issuer that `actor` may not see."""
    issuer_id = actor.issuer_id if actor else None
    return endorsed_edition(session, achievements.get_achievement(session, achievement_id, issuer_id=issuer_id))


def address_or_slug(name: str, site: Site) -> tuple[UUID | None, str]:
    """The id of an achievement that is named by address or UUID, or else None; and the name, a slug then."""
    return site.achievement_at(name) or _uuid(name), name


def issued_edition(session: Session, achievement_id: UUID, revision_id: UUID) -> Edition:
    """The revision that a credential was issued under."""
    current = achievements.get_achievement(session, achievement_id, issuer_id=None)
    revision = achievements.get_revision(session, revision_id)
    return edition(replace(current, revision=revision))


def endorsed_edition(session: Session, current: achievements.CurrentAchievement) -> Edition:
    """The row as it is awarded now: with its definition, and what others say of it."""
    standing = endorsed(session, current.issuer.id, current.achievement.id)
    return replace(edition(current), endorsed=standing)


def edition(current: achievements.CurrentAchievement) -> Edition:
    """The row with its definition, validated."""
    definition = read_definition(strictjson.dumps(current.revision.definition))
    return Edition(current.achievement, current.revision, current.issuer, definition)


@lru_cache(maxsize=256)
def read_definition(stored: bytes) -> AchievementDefinition:
    """Definitions are read for every award and every page; those read before are remembered, by their bytes."""
    return AchievementDefinition.model_validate(strictjson.loads(stored, max_bytes=len(stored)))


def owning_issuer(session: Session, actor: Actor, slug: str | None) -> Issuer:
    """The issuer that a new thing belongs to: the key's own, or for an admin the named one.

    Raises InvalidFieldsError.
    """
    if actor.issuer_id is not None:
        issuer = issuers.get_issuer(session, actor.issuer_id)
        if slug not in (None, issuer.slug):
            raise InvalidFieldsError.one("/issuer", "This key belongs to another issuer; leave the member out.")
        return issuer
    if slug is None:
        raise InvalidFieldsError.one("/issuer", "Name the issuer; this key is not bound to one.")
    named = issuers.find_issuer_by_slug(session, slug)
    if named is None:
        raise InvalidFieldsError.one("/issuer", f"There is no issuer '{slug}'.")
    return named


def _stored(definition: AchievementDefinition) -> dict[str, Any]:
    return definition.model_dump(mode="json", by_alias=True, exclude_none=True)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
