"""The transparency card: the elements that the EU asks of every micro-credential, in plain words.

Council Recommendation on micro-credentials (2022/C 243/02), Annex I. The card of a definition holds what the
achievement states. Awarding body, country, learner, date and grade belong to the credential: the page adds
them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.language.said import COMMA, Said, listed, said_number
from app.openbadges.definition import AchievementDefinition, AlignmentDefinition, LearningOutcome, Level
from app.openbadges.duration import Duration
from app.openbadges.plain import number_text

_PARTICIPATION = {
    "online": Said("Online"),
    "onsite": Said("On site"),
    "blended": Said("Blended: partly online, partly on site"),
}


@dataclass(frozen=True, slots=True)
class CardItem:
    """One element. `value` is None when it is not stated; several entries stand on a line each.

    The label, and a value in words of ours, remember what they are in other languages (`app.language.said`).
    """

    key: str
    label: str
    value: str | None
    mandatory: bool


def transparency_card(definition: AchievementDefinition) -> tuple[CardItem, ...]:
    """Every element of the card that a definition can state, in the order in which people read it."""
    return (
        CardItem("title", Said("Title"), definition.name, mandatory=True),
        CardItem("learningOutcomes", Said("Learning outcomes"), outcomes(definition), mandatory=True),
        CardItem("workload", Said("Workload"), workload(definition), mandatory=True),
        # Annex I asks for the level "if applicable", so leaving it out is not a gap.
        CardItem("level", Said("Level"), _level(definition), mandatory=False),
        CardItem("assessment", Said("How it is assessed"), _assessment(definition), mandatory=True),
        CardItem("participation", Said("Form of participation"), participation(definition), mandatory=True),
        CardItem("qualityAssurance", Said("Quality assurance"), _quality(definition), mandatory=True),
        CardItem("prerequisites", Said("Prerequisites"), definition.prerequisites, mandatory=False),
        CardItem("supervision", Said("Supervision and identity check"), definition.supervision, mandatory=False),
        CardItem("stackability", Said("Counts towards"), definition.stackability, mandatory=False),
        CardItem("standards", Said("Standards"), _standards(definition.alignments), mandatory=False),
        CardItem("language", Said("Language"), definition.language, mandatory=False),
        CardItem("category", Said("Category"), ", ".join(definition.tags) or None, mandatory=False),
        CardItem("validity", Said("Valid for"), validity(definition), mandatory=False),
    )


def completeness(card: Sequence[CardItem]) -> tuple[int, int]:
    """How many elements are stated, of how many."""
    return sum(item.value is not None for item in card), len(card)


def outcomes(definition: AchievementDefinition) -> str | None:
    return _lines(outcome_words(outcome) for outcome in definition.learning_outcomes)


def outcome_words(outcome: LearningOutcome) -> str:
    """The outcome, with its place in a framework if it has one."""
    place = " ".join(filter(None, (outcome.framework, outcome.code)))
    return f"{outcome.text} ({place})" if place else outcome.text


def workload(definition: AchievementDefinition) -> str | None:
    hours, ects = definition.hours, definition.ects
    parts = []
    if hours:
        parts.append(said_number("{count} hour", "{count} hours", hours, count=number_text(hours)))
    if ects:
        parts.append(said_number("{count} ECTS credit", "{count} ECTS credits", ects, count=number_text(ects)))
    return listed(parts, COMMA) if parts else None


def level_words(level: Level) -> str:
    code = level.code if level.code.lower().startswith("level") else f"level {level.code}"
    words = f"{level.framework} {code}"
    return f"{words}: {level.name}" if level.name else words


def participation(definition: AchievementDefinition) -> str | None:
    return definition.participation and _PARTICIPATION[definition.participation]


def validity(definition: AchievementDefinition) -> str | None:
    return definition.validity and Duration.parse(definition.validity).words()


def _level(definition: AchievementDefinition) -> str | None:
    return None if definition.level is None else level_words(definition.level)


def _assessment(definition: AchievementDefinition) -> str | None:
    assessment = definition.assessment
    return None if assessment is None else _lines((assessment.type, assessment.description))


def _quality(definition: AchievementDefinition) -> str | None:
    return None if definition.quality_assurance is None else definition.quality_assurance.name


def _standards(alignments: Iterable[AlignmentDefinition]) -> str | None:
    return _lines(
        f"{alignment.target_framework}: {alignment.target_name}"
        if alignment.target_framework
        else alignment.target_name
        for alignment in alignments
    )


def _lines(values: Iterable[str | None]) -> str | None:
    return "\n".join(value for value in values if value) or None
