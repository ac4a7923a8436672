"""Achievements and what they said at each revision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from app.errors import NotFoundError
from app.models import Achievement, AchievementRevision, Issuer
from app.storage.paging import Cursor, Page, read_page

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import Select
    from sqlalchemy.orm import Session


# Built once: every award asks, and building a statement costs as much as running it.
_CURRENT = (
    select(Achievement, AchievementRevision, Issuer)
    .join(
        AchievementRevision,
        (AchievementRevision.achievement_id == Achievement.id) & (AchievementRevision.number == Achievement.revision),
    )
    .join(Issuer, Issuer.id == Achievement.issuer_id)
)
_OF_ISSUER = Achievement.issuer_id == bindparam("issuer_id")
_BY_ID = _CURRENT.where(Achievement.id == bindparam("achievement_id"))
_BY_ID_OF_ISSUER = _BY_ID.where(_OF_ISSUER)

_ACHIEVEMENTS, _REVISIONS, _ISSUERS = (
    model.metadata.tables[model.__tablename__].c for model in (Achievement, AchievementRevision, Issuer)
)
_VERSIONS = (
    select(
        _ACHIEVEMENTS.id,
        _ACHIEVEMENTS.revision,
        _ACHIEVEMENTS.image_sha256,
        _ACHIEVEMENTS.updated_at,
        _ISSUERS.id,
        _ISSUERS.revision,
    )
    .select_from(_ACHIEVEMENTS.id.table.join(_ISSUERS.id.table, _ISSUERS.id == _ACHIEVEMENTS.issuer_id))
    .order_by(_ACHIEVEMENTS.id)
)
_VERSIONS_BY_ID = _VERSIONS.where(_ACHIEVEMENTS.id == bindparam("achievement_id"))
_VERSIONS_BY_SLUG = _VERSIONS.where(_ACHIEVEMENTS.slug == bindparam("slug"))


# Columns only: pages of badges ask, and need neither rows nor issuers.
_OTHERS = (
    select(_ACHIEVEMENTS.id, _REVISIONS.definition)
    .join_from(
        _ACHIEVEMENTS.id.table,
        _REVISIONS.id.table,
        (_REVISIONS.achievement_id == _ACHIEVEMENTS.id) & (_REVISIONS.number == _ACHIEVEMENTS.revision),
    )
    .where(_ACHIEVEMENTS.issuer_id == bindparam("issuer_id"))
    .limit(bindparam("most"))
)
_SLUGS_AFTER = _OTHERS.where(_ACHIEVEMENTS.slug > bindparam("slug")).order_by(_ACHIEVEMENTS.slug)
_SLUGS_BEFORE = _OTHERS.where(_ACHIEVEMENTS.slug < bindparam("slug")).order_by(_ACHIEVEMENTS.slug.desc())


@dataclass(frozen=True, slots=True)
class Version:
    """What an achievement and its issuer say at a moment: where two are equal, nothing has changed in between."""

    achievement_id: UUID
    revision: int
    image_sha256: bytes | None
    updated_at: datetime
    issuer_id: UUID
    issuer_revision: int


@dataclass(frozen=True, slots=True)
class CurrentAchievement:
    """An achievement with its issuer and the revision that is awarded now."""

    achievement: Achievement
    revision: AchievementRevision
    issuer: Issuer

    @property
    def version(self) -> Version:
        mine = self.achievement
        return Version(mine.id, mine.revision, mine.image_sha256, mine.updated_at, self.issuer.id, self.issuer.revision)


def add_achievement(
    session: Session,
    *,
    achievement_id: UUID,
    issuer_id: UUID,
    slug: str,
    revision_id: UUID,
    definition: Mapping[str, Any],
    now: datetime,
) -> CurrentAchievement:
    """An achievement with its first revision. Raises IntegrityError when the issuer has one of that slug."""
    achievement = Achievement(
        id=achievement_id, issuer_id=issuer_id, slug=slug, revision=1, created_at=now, updated_at=now
    )
    session.add(achievement)
    session.flush()  # before the revision, which refers to it
    return _with_revision(session, achievement, revision_id, definition, now)


def add_revision(
    session: Session,
    achievement: Achievement,
    *,
    revision_id: UUID,
    definition: Mapping[str, Any],
    now: datetime,
) -> CurrentAchievement:
    """A new definition, current from now on. Raises IntegrityError when somebody else was faster."""
    achievement.revision += 1
    achievement.updated_at = now
    return _with_revision(session, achievement, revision_id, definition, now)


def set_image(session: Session, achievement: Achievement, *, sha256: bytes | None, now: datetime) -> None:
    """The image (one that `images.add_image` knows), or None for the drawn one."""
    achievement.image_sha256 = sha256
    achievement.updated_at = now
    session.flush()


def find_achievement(session: Session, achievement_id: UUID, *, issuer_id: UUID | None) -> CurrentAchievement | None:
    """The achievement if it belongs to the issuer; anybody's when `issuer_id` is None."""
    if issuer_id is None:
        return _one(session, _BY_ID, {"achievement_id": achievement_id})
    return _one(session, _BY_ID_OF_ISSUER, {"achievement_id": achievement_id, "issuer_id": issuer_id})


def get_achievement(session: Session, achievement_id: UUID, *, issuer_id: UUID | None) -> CurrentAchievement:
    return _required(find_achievement(session, achievement_id, issuer_id=issuer_id))


def find_achievement_by_slug(session: Session, issuer_id: UUID, slug: str) -> CurrentAchievement | None:
    return find_achievements_by_slug(session, issuer_id, [slug]).get(slug)


def get_achievement_by_slug(session: Session, issuer_id: UUID, slug: str) -> CurrentAchievement:
    return _required(find_achievement_by_slug(session, issuer_id, slug))


def find_achievements_by_slug(session: Session, issuer_id: UUID, slugs: Iterable[str]) -> dict[str, CurrentAchievement]:
    """Those of the slugs that the issuer has: what a batch of completions needs, in one query."""
    query = _CURRENT.where(Achievement.issuer_id == issuer_id, Achievement.slug.in_(sorted(set(slugs))))
    return {row[0].slug: CurrentAchievement(*row) for row in session.execute(query)}


def list_versions(
    session: Session, *, achievement_id: UUID | None, slug: str, issuer_id: UUID | None
) -> tuple[Version, ...]:
    """Which achievements there are of that id, or else of that slug, and what they say now.

    The issuer's only, or every issuer's when `issuer_id` is None.
    """
    query, values = (
        (_VERSIONS_BY_SLUG, {"slug": slug})
        if achievement_id is None
        else (_VERSIONS_BY_ID, {"achievement_id": achievement_id})
    )
    found = (Version(*row) for row in session.execute(query, values))
    return tuple(version for version in found if issuer_id in (None, version.issuer_id))


def list_achievements(
    session: Session, *, issuer_id: UUID | None, after: Cursor | None = None, limit: int = 100
) -> Page[CurrentAchievement]:
    """Achievements of the issuer; of everybody when `issuer_id` is None."""
    query = select(Achievement)
    if issuer_id is not None:
        query = query.where(Achievement.issuer_id == issuer_id)
    page = read_page(session, query, at=Achievement.created_at, id_=Achievement.id, after=after, limit=limit)
    rows = session.execute(_CURRENT.where(Achievement.id.in_([row.id for row in page.items])))
    found = {row[0].id: CurrentAchievement(*row) for row in rows}
    return Page(tuple(found[row.id] for row in page.items), page.next)


def list_neighbours(
    session: Session, issuer_id: UUID, slug: str, *, most: int
) -> tuple[tuple[UUID, Mapping[str, Any]], ...]:
    """Ids and current definitions of the issuer's achievements whose slugs come next after and before `slug`.

    At most `most` of each side, read in the order of the index, however many the issuer has.
    """
    values = {"issuer_id": issuer_id, "slug": slug, "most": most}
    return tuple((row[0], row[1]) for query in (_SLUGS_AFTER, _SLUGS_BEFORE) for row in session.execute(query, values))


def get_revision(session: Session, revision_id: UUID) -> AchievementRevision:
    """A revision, current or not: the one a credential was issued under."""
    revision = session.get(AchievementRevision, revision_id)
    if revision is None:
        raise NotFoundError("There is no such revision.")
    return revision


def list_revisions(session: Session, achievement_id: UUID) -> tuple[AchievementRevision, ...]:
    """All of them, newest first."""
    query = select(AchievementRevision).where(AchievementRevision.achievement_id == achievement_id)
    return tuple(session.scalars(query.order_by(AchievementRevision.number.desc())))


def _with_revision(
    session: Session,
    achievement: Achievement,
    revision_id: UUID,
    definition: Mapping[str, Any],
    now: datetime,
) -> CurrentAchievement:
    revision = AchievementRevision(
        id=revision_id,
        issuer_id=achievement.issuer_id,
        achievement_id=achievement.id,
        number=achievement.revision,
        definition=dict(definition),
        created_at=now,
    )
    session.add(revision)
    session.flush()  # so that two revisions of one number are noticed here
    return CurrentAchievement(achievement, revision, session.get_one(Issuer, achievement.issuer_id))


def _one(
    session: Session, query: Select[Achievement, AchievementRevision, Issuer], values: Mapping[str, UUID]
) -> CurrentAchievement | None:
    row = session.execute(query, values).one_or_none()
    return None if row is None else CurrentAchievement(*row)


def _required(achievement: CurrentAchievement | None) -> CurrentAchievement:
    if achievement is None:
        raise NotFoundError("There is no such achievement.")
    return achievement
