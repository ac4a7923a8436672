"""Achievements: the definition is the domain's own model; here it gets a name and an issuer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from app.openbadges import AchievementDefinition
from app.schemas import examples
from app.schemas.base import Answer, Slug, example


class AchievementIn(AchievementDefinition):
    """A new achievement: its definition, a slug, and the issuer when the API key is not bound to one."""

    model_config = example(examples.ACHIEVEMENT)

    slug: Slug = Field(description="Names it in completions; unique per issuer.")
    issuer: Slug | None = None

    def definition(self) -> AchievementDefinition:
        members = self.model_dump(by_alias=True, exclude={"slug", "issuer"}, exclude_unset=True)
        return AchievementDefinition.model_validate(members)


class AchievementResource(Answer):
    id: str
    slug: str
    issuer: str
    revision: int
    definition: dict[str, Any]
    completeness: dict[str, int] = Field(description="How much of the transparency card is stated: `stated` of `of`.")
    image: str
    created_at: datetime
    updated_at: datetime
    document: dict[str, Any] = Field(description="The Open Badges Achievement as it is signed.")


class AchievementPage(Answer):
    items: list[AchievementResource]
    next: str | None
