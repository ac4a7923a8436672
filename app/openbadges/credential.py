"""The OpenBadgeCredential of Open Badges 3.0, and the check that a document is one.

The models refuse whatever the official JSON schema refuses, and more where the text of the standard asks for
more: contexts in order, criteria that say something, a subject that can be recognised, real dates in order,
results that belong to the achievement. They never change a document: callers keep the mapping that arrived.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Annotated, Any, Self

import orjson
from pydantic import ValidationError, model_validator
from pydantic_core import PydanticCustomError

from app.errors import FieldProblem
from app.openbadges.fields import (
    URI,
    CompactJWS,
    DataModel,
    DateTime,
    LanguageTag,
    Many,
    Maybe,
    Number,
    OpenNode,
    PlainText,
    Text,
    TypeNames,
    contains,
    listed,
)
from app.openbadges.problems import Location, problem_at, problems_of
from app.openbadges.profile import (
    Credential,
    EndorsementCredential,
    IdentifierEntry,
    IdentityObject,
    Image,
    Profile,
)
from app.openbadges.vcdm import OPEN_BADGES, ContextList, contexts
from app.openbadges.vocabulary import ACHIEVEMENT_TYPES, RESULT_STATUSES, RESULT_TYPES, TARGET_TYPES


class Alignment(OpenNode):
    type: Annotated[TypeNames, contains("Alignment")]
    target_name: Text
    target_url: PlainText
    target_code: Maybe[Text] = None
    target_description: Maybe[Text] = None
    target_framework: Maybe[Text] = None
    target_type: Maybe[Annotated[PlainText, listed(TARGET_TYPES)]] = None


class Criteria(OpenNode):
    id: Maybe[URI] = None
    narrative: Maybe[Text] = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.id and not self.narrative:
            raise PydanticCustomError("value", "needs an id (the address of a page) or a narrative")
        return self


class RubricCriterionLevel(OpenNode):
    id: URI
    type: Annotated[TypeNames, contains("RubricCriterionLevel")]
    name: Text
    description: Maybe[Text] = None
    level: Maybe[Text] = None
    points: Maybe[Text] = None
    alignment: Maybe[Many[Alignment]] = None


class ResultDescription(OpenNode):
    id: URI
    type: Annotated[TypeNames, contains("ResultDescription")]
    name: Text
    result_type: Annotated[PlainText, listed(RESULT_TYPES)]
    allowed_value: Maybe[Many[Text]] = None
    required_value: Maybe[Text] = None
    required_level: Maybe[PlainText] = None
    value_min: Maybe[Text] = None
    value_max: Maybe[Text] = None
    rubric_criterion_level: Maybe[Many[RubricCriterionLevel]] = None
    alignment: Maybe[Many[Alignment]] = None


class Related(OpenNode):
    id: URI
    type: Annotated[TypeNames, contains("Related")]
    in_language: Maybe[LanguageTag] = None
    version: Maybe[Text] = None


class Achievement(OpenNode):
    id: URI
    type: Annotated[TypeNames, contains("Achievement")]
    name: Text
    description: Text
    criteria: Criteria
    achievement_type: Maybe[Annotated[PlainText, listed(ACHIEVEMENT_TYPES)]] = None
    alignment: Maybe[Many[Alignment]] = None
    creator: Maybe[Profile] = None
    credits_available: Maybe[Number] = None
    endorsement: Maybe[Many[EndorsementCredential]] = None
    endorsement_jwt: Maybe[Many[CompactJWS]] = None
    field_of_study: Maybe[Text] = None
    human_code: Maybe[Text] = None
    image: Maybe[Image] = None
    in_language: Maybe[LanguageTag] = None
    other_identifier: Maybe[Many[IdentifierEntry]] = None
    related: Maybe[Many[Related]] = None
    result_description: Maybe[Many[ResultDescription]] = None
    specialization: Maybe[Text] = None
    tag: Maybe[Many[Text]] = None
    version: Maybe[Text] = None


class Result(OpenNode):
    type: Annotated[TypeNames, contains("Result")]
    result_description: Maybe[PlainText] = None
    value: Maybe[Text] = None
    achieved_level: Maybe[PlainText] = None
    status: Maybe[Annotated[PlainText, listed(RESULT_STATUSES, extensible=False)]] = None
    alignment: Maybe[Many[Alignment]] = None


class AchievementSubject(OpenNode):
    id: Maybe[URI] = None
    type: Annotated[TypeNames, contains("AchievementSubject")]
    achievement: Achievement
    identifier: Maybe[Many[IdentityObject]] = None
    activity_start_date: Maybe[DateTime] = None
    activity_end_date: Maybe[DateTime] = None
    credits_earned: Maybe[Number] = None
    image: Maybe[Image] = None
    license_number: Maybe[Text] = None
    narrative: Maybe[Text] = None
    result: Maybe[Many[Result]] = None
    role: Maybe[Text] = None
    source: Maybe[Profile] = None
    term: Maybe[Text] = None

    @model_validator(mode="after")
    def _recognisable(self) -> Self:
        if self.id is None and not self.identifier:
            raise PydanticCustomError("value", "needs an id or an identifier that says whose achievement it is")
        return self


class AchievementCredential(Credential):
    """The root. `OpenBadgeCredential` is another name of the same class."""

    context: Annotated[ContextList, contexts(OPEN_BADGES)]
    id: URI
    type: Annotated[
        TypeNames, contains("VerifiableCredential"), contains("OpenBadgeCredential", "AchievementCredential")
    ]
    image: Maybe[Image] = None
    credential_subject: AchievementSubject
    endorsement: Maybe[Many[EndorsementCredential]] = None
    endorsement_jwt: Maybe[Many[CompactJWS]] = None


def check_credential(document: Mapping[str, Any]) -> tuple[FieldProblem, ...]:
    """What is wrong with `document` as an OpenBadgeCredential on VC 2.0; empty when its structure is right.

    Proofs, status and dates are only looked at, not judged: an expired badge has the right structure.
    """
    return _check(document, DataModel.V2)


def check_old_credential(document: Mapping[str, Any]) -> tuple[FieldProblem, ...]:
    """The same on VC 1.1."""
    return _check(document, DataModel.V1)


def _check(document: Mapping[str, Any], version: DataModel) -> tuple[FieldProblem, ...]:
    plain = dict(document)
    try:
        credential = AchievementCredential.model_validate(plain, context=version)
    except ValidationError as error:
        return problems_of(error, plain)
    return tuple(problem_at(location, sentence, plain) for location, sentence in _contradictions(credential))


def check_award(document: Mapping[str, Any]) -> tuple[FieldProblem, ...]:
    """`check_credential` for many documents that share issuer and achievement: equal ones are read once.

    For objects whose issuer is a Profile and whose subject holds the achievement, as we write them.
    """
    try:
        subject = {**document["credentialSubject"]}
        subject["achievement"] = _read_once(Achievement, orjson.dumps(subject["achievement"]))
        issuer = _read_once(Profile, orjson.dumps(document["issuer"]))
        credential = AchievementCredential.model_validate({**document, "issuer": issuer, "credentialSubject": subject})
    except (ValidationError, KeyError, TypeError):
        return check_credential(document)  # whose problems name the places in the document
    if any(True for _ in _contradictions(credential)):
        return check_credential(document)
    return ()


@lru_cache(maxsize=256)
def _read_once(model: type[OpenNode], content: bytes) -> OpenNode:
    return model.model_validate(orjson.loads(content))


def _contradictions(credential: AchievementCredential) -> Iterable[tuple[Location, str]]:
    """Rules that compare members far from each other."""
    subject = credential.credential_subject
    descriptions = {item.id: item for item in subject.achievement.result_description or ()}
    for index, result in enumerate(subject.result or ()):
        for member, sentence in _result_contradictions(result, descriptions):
            yield ("credentialSubject", "result", index, member), sentence


def _result_contradictions(result: Result, descriptions: Mapping[str, ResultDescription]) -> Iterable[tuple[str, str]]:
    """OB 3.0 Result: it refers to a description of this achievement; a Status needs a status."""
    if result.result_description is None:
        return
    description = descriptions.get(result.result_description)
    if description is None:
        yield "resultDescription", "is not the id of a resultDescription of the achievement"
    elif description.result_type == "Status" and result.status is None:
        yield "status", "is missing, and the result is a Status"
