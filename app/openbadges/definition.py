"""What an issuer tells about an achievement: the fields of the transparency card, bounded and checked.

An `AchievementDefinition` is the body of our API, what is stored for a revision, and the source of the signed
document (`achievement.py`) and of the card that people read (`card.py`). It is the same after a round trip:
`AchievementDefinition.model_validate(definition.model_dump(mode="json", by_alias=True, exclude_none=True))`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from app.openbadges.duration import PATTERN as DURATION_PATTERN
from app.openbadges.duration import Duration
from app.openbadges.plain import (
    Amount,
    Code,
    Markdown,
    Name,
    Number,
    Paragraph,
    Says,
    Sentence,
    Slug,
    Url,
    number_text,
    read_number,
)
from app.openbadges.vocabulary import (
    ACHIEVEMENT_TYPES,
    LANGUAGE_PATTERN,
    NUMERIC_RESULT_TYPES,
    RESULT_TYPES,
    TARGET_TYPES,
)

# Together these keep a signed credential below the limits of canonicalisation (2,000 quads, 500 blank nodes).
MAX_OUTCOMES: Final = 30
MAX_ALIGNMENTS: Final = 30
MAX_RESULT_DESCRIPTIONS: Final = 10
MAX_LEVELS: Final = 10
MAX_ALLOWED_VALUES: Final = 30
MAX_TAGS: Final = 20

_EXTENSION = r"ext:[a-zA-Z0-9._]+"
_EQF_LEVELS: Final = frozenset("12345678")


def _one_of(names: Iterable[str]) -> str:
    return rf"^({'|'.join((*names, _EXTENSION))})$"


def _check_duration(text: str) -> str:
    Duration.parse(text)
    return text


AchievementType = Annotated[
    str,
    StringConstraints(max_length=64, pattern=_one_of(ACHIEVEMENT_TYPES)),
    Says("must be an Open Badges achievementType such as MicroCredential, or begin with ext:"),
]
ResultType = Annotated[
    str,
    StringConstraints(max_length=64, pattern=_one_of(RESULT_TYPES)),
    Says("must be an Open Badges resultType such as RubricCriterionLevel or Percent, or begin with ext:"),
]
TargetType = Annotated[
    str,
    StringConstraints(max_length=64, pattern=_one_of(TARGET_TYPES)),
    Says("must be an Open Badges targetType such as CFItem or ceasn:Competency, or begin with ext:"),
]
Language = Annotated[
    str,
    StringConstraints(pattern=LANGUAGE_PATTERN),
    Says("must be a language tag such as en, en-GB or zh-Hans"),
]
Validity = Annotated[
    str,
    StringConstraints(max_length=24, pattern=DURATION_PATTERN),
    AfterValidator(_check_duration),
    Says("must be a duration such as P3Y, P18M, P52W or P90D, from one day to 100 years"),
]
Value = Annotated[Name | Number, Says("must be one line of text (1 to 200 characters) or a number")]


class Definition(BaseModel):
    """Base of everything an issuer writes: frozen, camelCase, unknown members refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel)


class LearningOutcome(Definition):
    """What the learner can do afterwards; with `url` (and `framework`, `code`) it is an alignment as well."""

    text: Sentence
    framework: Name | None = None
    code: Code | None = None
    url: Url | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"text": value} if isinstance(value, str) else value


class Level(Definition):
    """A level in a qualifications framework: EQF, a national one or the issuer's own."""

    framework: Name
    code: Code
    name: Name | None = None
    url: Url | None = None

    @property
    def is_eqf(self) -> bool:
        return self.framework.upper() == "EQF"

    @model_validator(mode="after")
    def _eqf_code(self) -> Self:
        if self.is_eqf and self.code not in _EQF_LEVELS:
            raise PydanticCustomError("value", "has a code that is not one of the EQF levels 1 to 8")
        return self


class Assessment(Definition):
    type: Name
    description: Paragraph | None = None


class QualityAssurance(Definition):
    """Who or what vouches for the quality: an accreditation, a review, a procedure with a public page."""

    name: Name
    url: Url


class AlignmentDefinition(Definition):
    """A place in somebody's public framework that the achievement corresponds to."""

    target_name: Name
    target_url: Url
    target_code: Code | None = None
    target_framework: Name | None = None
    target_description: Paragraph | None = None
    target_type: TargetType | None = None


class LevelDefinition(Definition):
    """One level of a rubric criterion."""

    id: Slug
    name: Name
    description: Paragraph | None = None
    points: Value | None = None


class ResultDescriptionDefinition(Definition):
    """A result that a completion may report. `id` is a short name within the achievement."""

    id: Slug
    name: Name
    result_type: ResultType
    allowed_values: Annotated[tuple[Name, ...], Field(max_length=MAX_ALLOWED_VALUES)] = ()
    required_value: Value | None = None
    value_min: Number | None = None
    value_max: Number | None = None
    levels: Annotated[tuple[LevelDefinition, ...], Field(max_length=MAX_LEVELS)] = ()
    required_level: Slug | None = None

    @property
    def is_numeric(self) -> bool:
        """Whether a value must be a number within the range."""
        return self.result_type in NUMERIC_RESULT_TYPES and not self.allowed_values and not self.levels

    @property
    def value_range(self) -> tuple[float | None, float | None]:
        """The least and the greatest value. A percent lies between 0 and 100 unless stated otherwise."""
        if self.result_type == "Percent":
            return self.value_min or 0, 100 if self.value_max is None else self.value_max
        return self.value_min, self.value_max

    def level(self, name: str) -> LevelDefinition | None:
        """The level with that id, else with that name (capitals do not matter), or None."""
        by_id = (level for level in self.levels if level.id == name)
        by_name = (level for level in self.levels if level.name.casefold() == name.strip().casefold())
        return next(by_id, None) or next(by_name, None)

    def in_range(self, number: float) -> bool:
        least, greatest = self.value_range
        return (least is None or number >= least) and (greatest is None or number <= greatest)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _refuse(self._contradictions())
        return self

    def _contradictions(self) -> Iterable[str]:
        yield from _twice("allowedValues", self.allowed_values)
        yield from self._wrong_for_type()
        yield from self._wrong_levels()
        yield from self._wrong_range()

    def _wrong_for_type(self) -> Iterable[str]:
        scale = (self.allowed_values, self.levels, self.required_value, self.value_min, self.value_max)
        if self.result_type == "Status" and any(item not in (None, ()) for item in scale):
            yield "is a Status, which has no values, range or levels"
        if self.result_type == "RubricCriterionLevel" and not self.levels:
            yield "is a RubricCriterionLevel and needs levels"

    def _wrong_levels(self) -> Iterable[str]:
        names = [level.name.casefold() for level in self.levels]
        yield from _twice("levels", [level.id for level in self.levels])
        yield from _twice("levels", names)
        if any(level.id in names and level.id != level.name.casefold() for level in self.levels):
            yield "names a level like the id of another level"
        if self.required_level is not None and self.required_level not in {level.id for level in self.levels}:
            yield f"has the requiredLevel {self.required_level}, which is not among its levels"

    def _wrong_range(self) -> Iterable[str]:
        least, greatest = self.value_range
        if not self.is_numeric and (self.value_min, self.value_max) != (None, None):
            yield "has valueMin or valueMax, but its values are not plain numbers"
        elif least is not None and greatest is not None and least > greatest:
            yield "has a valueMin above its valueMax"
        elif self.required_value is not None and not self._may_be(self.required_value):
            yield "has a requiredValue that is not one of its possible values"

    def _may_be(self, value: str | float) -> bool:
        written = value if isinstance(value, str) else number_text(value)
        if self.allowed_values:
            return written in self.allowed_values
        if self.is_numeric:
            number = read_number(written)
            return number is not None and self.in_range(number)
        return not self.levels or self.level(written) is not None


class AchievementDefinition(Definition):
    """All that an issuer states about one achievement. What is left out is shown as not stated."""

    name: Name
    description: Paragraph
    achievement_type: AchievementType = "MicroCredential"
    criteria_narrative: Markdown | None = None
    criteria_url: Url | None = None
    learning_outcomes: Annotated[tuple[LearningOutcome, ...], Field(max_length=MAX_OUTCOMES)] = ()
    hours: Amount | None = None
    ects: Amount | None = None
    level: Level | None = None
    assessment: Assessment | None = None
    participation: Literal["online", "onsite", "blended"] | None = None
    quality_assurance: QualityAssurance | None = None
    prerequisites: Paragraph | None = None
    supervision: Paragraph | None = None
    stackability: Paragraph | None = None
    alignments: Annotated[tuple[AlignmentDefinition, ...], Field(max_length=MAX_ALIGNMENTS)] = ()
    result_descriptions: Annotated[
        tuple[ResultDescriptionDefinition, ...], Field(max_length=MAX_RESULT_DESCRIPTIONS)
    ] = ()
    language: Language | None = None
    tags: Annotated[
        tuple[Annotated[Code, Says("must be one line of at most 64 characters")], ...],
        Field(max_length=MAX_TAGS),
    ] = ()
    validity: Validity | None = None
    field_of_study: Name | None = None
    human_code: Code | None = None
    version: Code | None = None
    image_caption: Sentence | None = None

    def expires(self, start: datetime) -> datetime | None:
        """When what is earned at `start` lapses, or None when it does not.

        Raises InvalidFieldsError when that lies beyond the year 9999.
        """
        return None if self.validity is None else Duration.parse(self.validity).after(start)

    def result_description(self, slug: str) -> ResultDescriptionDefinition | None:
        return next((description for description in self.result_descriptions if description.id == slug), None)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _refuse(self._contradictions())
        return self

    def _contradictions(self) -> Iterable[str]:
        yield from _twice("tags", self.tags)
        # Fragments of the achievement's id: a description "a-b" and the level "b" of "a" would be one IRI.
        fragments = [description.id for description in self.result_descriptions]
        fragments += [f"{item.id}-{level.id}" for item in self.result_descriptions for level in item.levels]
        yield from _twice("resultDescriptions", fragments)


def _twice(member: str, values: Sequence[str]) -> Iterable[str]:
    repeated = next((value for value, count in Counter(values).items() if count > 1), None)
    if repeated is not None:
        yield f"has {repeated} twice in {member}"


def _refuse(contradictions: Iterable[str]) -> None:
    """Raises the first contradiction. In a context, not in the template: a value may hold braces."""
    for contradiction in contradictions:
        raise PydanticCustomError("value", "{contradiction}", {"contradiction": contradiction})
