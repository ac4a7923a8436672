"""What else can be earned from the same issuer that has to do with an achievement: shared topics, shared frameworks.

An issuer may have thousands of achievements, and every page of a badge asks. So only those are looked at whose slugs
stand next to it, which names of a series do; nothing is computed beforehand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from app.services.achievements import Edition
from app.storage import Session, achievements

__all__ = ["MOST", "Related", "related_achievements"]

MOST: Final = 4
_LOOKED_AT: Final = 40  # on either side


@dataclass(frozen=True, slots=True)
class Related:
    """One that shares something, as its current revision has it."""

    achievement_id: UUID
    name: str
    description: str
    language: str | None


def related_achievements(session: Session, edition: Edition) -> tuple[Related, ...]:
    """At most `MOST`, those first that share most; none for an achievement without topics and frameworks."""
    mine = frozenset(_marks(edition.definition.model_dump(mode="json", by_alias=True, include={"tags", "alignments"})))
    if not mine:
        return ()
    achievement = edition.achievement
    near = achievements.list_neighbours(session, achievement.issuer_id, achievement.slug, most=_LOOKED_AT)
    shared = [(len(mine & set(_marks(definition))), other, definition) for other, definition in near]
    best = sorted((one for one in shared if one[0]), key=lambda one: one[0], reverse=True)[:MOST]
    return tuple(
        Related(other, definition["name"], definition["description"], definition.get("language"))
        for _, other, definition in best
    )


def _marks(definition: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What an achievement may share with another: topics whatever their capitals, and places in frameworks."""
    yield from (("tag", tag.casefold()) for tag in definition.get("tags", ()))
    yield from (("alignment", item["targetUrl"]) for item in definition.get("alignments", ()))
