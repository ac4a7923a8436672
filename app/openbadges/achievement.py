"""From an issuer's definition to Open Badges documents: the achievement, and the results of one completion.

Each element of the transparency card has its place in the signed document: text under headings of
`criteria.narrative`, frameworks as `alignment`, ECTS as `creditsAvailable`. Absent members are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from app.errors import FieldProblem, InvalidFieldsError
from app.openbadges.card import level_words
from app.openbadges.criteria import criteria_narrative
from app.openbadges.definition import (
    AchievementDefinition,
    Level,
    LevelDefinition,
    ResultDescriptionDefinition,
    Value,
)
from app.openbadges.plain import Slug, number_text, read_number

# The public description of the eight levels, for issuers that name an EQF level without an address.
EQF_URL: Final = "https://europass.europa.eu/en/description-eight-eqf-levels"
EQF_NAME: Final = "European Qualifications Framework (EQF)"

_STATUS = "Status"


def achievement_document(
    definition: AchievementDefinition,
    *,
    id: str,  # noqa: A002 - the member's name in Open Badges
    image_url: str | None,
    creator: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The `achievement` object of a credential. Its result descriptions have the ids `{id}#{slug}`."""
    return _stated(
        {
            "id": id,
            "type": ["Achievement"],
            "name": definition.name,
            "description": definition.description,
            "achievementType": definition.achievement_type,
            "criteria": _criteria(definition),
            "image": _image(image_url, definition.image_caption),
            "creator": dict(creator) if creator else None,
            "creditsAvailable": definition.ects,
            "fieldOfStudy": definition.field_of_study,
            "humanCode": definition.human_code,
            "inLanguage": definition.language,
            "version": definition.version,
            "tag": list(definition.tags),
            "alignment": list(_alignments(definition)),
            "resultDescription": [_result_description(item, id) for item in definition.result_descriptions],
        }
    )


def _stated(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None and value != []}


def _criteria(definition: AchievementDefinition) -> dict[str, Any]:
    """One of the two must be there (OB 3.0 Criteria); the description stands in where nothing is stated."""
    narrative = criteria_narrative(definition)
    if narrative is None and definition.criteria_url is None:
        narrative = definition.description
    return _stated({"id": definition.criteria_url, "narrative": narrative})


def _image(url: str | None, caption: str | None) -> dict[str, Any] | None:
    return None if url is None else _stated({"id": url, "type": "Image", "caption": caption})


def _alignments(definition: AchievementDefinition) -> Iterable[dict[str, Any]]:
    for outcome in definition.learning_outcomes:
        if outcome.url is not None:
            yield _alignment(outcome.text, outcome.url, code=outcome.code, framework=outcome.framework)
    if definition.level is not None:
        yield from _level_alignment(definition.level)
    if definition.quality_assurance is not None:
        assured = definition.quality_assurance
        yield _alignment(assured.name, assured.url, kind="ext:QualityAssurance")
    for item in definition.alignments:
        yield _alignment(
            item.target_name,
            item.target_url,
            code=item.target_code,
            framework=item.target_framework,
            description=item.target_description,
            kind=item.target_type,
        )


def _level_alignment(level: Level) -> Iterable[dict[str, Any]]:
    """An alignment needs an address, so a level of another framework without one stays in the narrative."""
    if level.is_eqf:
        yield _alignment(level_words(level), level.url or EQF_URL, code=level.code, framework=EQF_NAME, kind="ext:EQF")
    elif level.url is not None:
        yield _alignment(level_words(level), level.url, code=level.code, framework=level.framework, kind="ext:Level")


def _alignment(
    name: str,
    url: str,
    *,
    code: str | None = None,
    framework: str | None = None,
    description: str | None = None,
    kind: str | None = None,
) -> dict[str, Any]:
    return _stated(
        {
            "type": ["Alignment"],
            "targetName": name,
            "targetUrl": url,
            "targetCode": code,
            "targetFramework": framework,
            "targetDescription": description,
            "targetType": kind,
        }
    )


def _result_description(description: ResultDescriptionDefinition, achievement_id: str) -> dict[str, Any]:
    level_id = f"{achievement_id}#{description.id}-{{}}".format
    required = description.required_level
    least, greatest = description.value_range
    return _stated(
        {
            "id": f"{achievement_id}#{description.id}",
            "type": ["ResultDescription"],
            "name": description.name,
            "resultType": description.result_type,
            "allowedValue": list(description.allowed_values),
            "requiredValue": _written(description.required_value),
            "requiredLevel": None if required is None else level_id(required),
            "valueMin": _written(least) if description.is_numeric else None,
            "valueMax": _written(greatest) if description.is_numeric else None,
            "rubricCriterionLevel": [_level(level, level_id(level.id)) for level in description.levels],
        }
    )


def _level(level: LevelDefinition, level_id: str) -> dict[str, Any]:
    return _stated(
        {
            "id": level_id,
            "type": ["RubricCriterionLevel"],
            "name": level.name,
            "description": level.description,
            "points": _written(level.points),
        }
    )


def _written(value: str | float | None) -> str | None:
    """Values are text in Open Badges."""
    return value if value is None or isinstance(value, str) else number_text(value)


class ResultInput(BaseModel):
    """One result as a completion reports it. `value` may name a rubric level by its id or its name."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel)

    result_description: Slug
    value: Value | None = None
    status: Literal["Completed", "Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew"] | None = None
    achieved_level: Slug | None = None


def result_documents(
    definition: AchievementDefinition, achievement_id: str, results: Sequence[ResultInput]
) -> list[dict[str, Any]]:
    """The `result` objects of the credential's subject, each checked against its description.

    Raises InvalidFieldsError that names every wrong member, as `/results/{i}/value`.
    """
    documents, problems = [], []
    for index, result in enumerate(results):
        description = definition.result_description(result.result_description)
        wrong = _result_problems(result, description, definition)
        problems += [FieldProblem(f"/results/{index}/{member}", detail) for member, detail in wrong]
        if description is not None and not problems:
            documents.append(_result_document(result, description, achievement_id))
    if problems:
        raise InvalidFieldsError(tuple(problems))
    return documents


def _result_document(
    result: ResultInput, description: ResultDescriptionDefinition, achievement_id: str
) -> dict[str, Any]:
    level = _achieved_level(result, description)
    named_by_value = level is not None and result.value is not None and result.achieved_level is None
    return _stated(
        {
            "type": ["Result"],
            "resultDescription": f"{achievement_id}#{description.id}",
            "value": level.name if named_by_value and level else _written(result.value),
            "status": result.status,
            "achievedLevel": level and f"{achievement_id}#{description.id}-{level.id}",
        }
    )


def _achieved_level(result: ResultInput, description: ResultDescriptionDefinition) -> LevelDefinition | None:
    if result.achieved_level is not None:
        return next((level for level in description.levels if level.id == result.achieved_level), None)
    return None if result.value is None else description.level(_written(result.value) or "")


def _result_problems(
    result: ResultInput, description: ResultDescriptionDefinition | None, definition: AchievementDefinition
) -> list[tuple[str, str]]:
    if description is None:
        known = ", ".join(item.id for item in definition.result_descriptions) or "none"
        return [
            (
                "resultDescription",
                f"The achievement has no result description {result.result_description}; it has: {known}.",
            )
        ]
    return [*_status_problems(result, description), *_level_problems(result, description)] or [
        *_value_problems(result, description)
    ]


def _status_problems(result: ResultInput, description: ResultDescriptionDefinition) -> Iterable[tuple[str, str]]:
    if description.result_type == _STATUS:
        if result.status is None:
            yield "status", f"{description.id} is a Status: say which, for example Completed."
        if result.value is not None:
            yield "value", f"{description.id} is a Status and takes no value."
    elif result.value is None and result.status is None and result.achieved_level is None:
        yield "value", f"The result for {description.id} says nothing: give value, achievedLevel or status."


def _level_problems(result: ResultInput, description: ResultDescriptionDefinition) -> Iterable[tuple[str, str]]:
    if result.achieved_level is not None and _achieved_level(result, description) is None:
        known = ", ".join(level.id for level in description.levels) or "none"
        yield (
            "achievedLevel",
            f"{description.id} has no level {result.achieved_level}; its levels are: {known}.",
        )


def _value_problems(result: ResultInput, description: ResultDescriptionDefinition) -> Iterable[tuple[str, str]]:
    if result.value is None:
        return
    value = _written(result.value) or ""
    if description.allowed_values:
        if value not in description.allowed_values:
            yield "value", f"{value} is not allowed; allowed are: {', '.join(description.allowed_values)}."
    elif description.levels:
        yield from _named_level_problems(value, result, description)
    elif description.is_numeric:
        yield from _number_problems(value, description)


def _named_level_problems(
    value: str, result: ResultInput, description: ResultDescriptionDefinition
) -> Iterable[tuple[str, str]]:
    named = description.level(value)
    if named is None:
        # With the level stated apart, a value such as a number of points may stand beside it.
        if result.achieved_level is None or description.result_type == "RubricCriterionLevel":
            known = ", ".join(level.name for level in description.levels)
            yield "value", f"{value} is not a level of {description.id}; its levels are: {known}."
    elif result.achieved_level not in (None, named.id):
        yield "value", f"The value {value} and the achievedLevel {result.achieved_level} are two levels."


def _number_problems(value: str, description: ResultDescriptionDefinition) -> Iterable[tuple[str, str]]:
    number = read_number(value)
    if number is None:
        yield (
            "value",
            f"{description.id} is a {description.result_type}: {value} must be a number such as 85 or 3.7.",
        )
    elif not description.in_range(number):
        least, greatest = (_written(bound) or "any" for bound in description.value_range)
        yield "value", f"{value} is outside the range of {description.id}: {least} to {greatest}."
