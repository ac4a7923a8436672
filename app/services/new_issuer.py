"""What an issuer begins with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.services.appearance import LANGUAGE, PAPER, Paper, Visibility


@dataclass(frozen=True, slots=True)
class NewIssuer:
    """`profile` holds the Profile members but `id` and `type`, which follow from the slug."""

    slug: str
    profile: Mapping[str, Any]
    identify_learners_by: Sequence[str]
    jwt_algorithm: str
    time_zone: str
    linkedin_organization_id: str | None
    test: bool = False
    open_badges_2: bool = False
    accent_color: str | None = None
    language: str = LANGUAGE
    paper: Paper = PAPER
    visibility: str = Visibility.UNLISTED.value

    def settings(self) -> dict[str, Any]:
        """As they are stored."""
        return {
            "identifyLearnersBy": list(self.identify_learners_by),
            "jwtAlgorithm": self.jwt_algorithm,
            "timeZone": self.time_zone,
            "linkedinOrganizationId": self.linkedin_organization_id,
            "test": self.test,
            "openBadges2": self.open_badges_2,
            "accentColor": self.accent_color,
            "language": self.language,
            "paper": self.paper,
            "visibility": self.visibility,
        }
