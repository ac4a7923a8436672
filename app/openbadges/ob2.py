"""Open Badges 2.0 and 2.1: how an assertion and what it links to are built. Version 1.1 where it is the same.

Extensions and endorsements may stand in these documents; they are not looked into.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, BeforeValidator, Field, Strict, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from app.errors import FieldProblem
from app.openbadges.fields import URI, Many, Maybe, OpenNode, PlainText, TypeNames, contains
from app.openbadges.plain import Says
from app.openbadges.problems import problem_at, problems_of

__all__ = [
    "OB_1_CONTEXT",
    "OB_2_CONTEXTS",
    "check_assertion",
    "check_badge_class",
    "check_issuer",
    "is_assertion",
    "is_of_oldest_kind",
    "read_time",
    "type_names",
]

OB_1_CONTEXT: Final = "https://w3id.org/openbadges/v1"
OB_2_CONTEXTS: Final = frozenset(
    {
        "https://w3id.org/openbadges/v2",
        "https://openbadgespec.org/v2/context.json",
        "https://purl.imsglobal.org/spec/ob/v2p1/context/ob_v2p1.jsonld",
    }
)
_PREFIXES: Final = ("obi:", "https://w3id.org/openbadges#")
_HASHES: Final = re.compile(r"sha256\$[0-9a-f]{64}|md5\$[0-9a-f]{32}", re.IGNORECASE)
# ISO 8601 with a zone; the seconds may be left out.
_TIME: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)"
)


def read_time(value: object) -> datetime | None:
    """The moment that an ISO 8601 text with a zone names, in UTC; None for anything else."""
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def is_assertion(document: Mapping[str, Any]) -> bool:
    """Whether it is meant as an assertion of version 1.1 or 2.x, by its type; the oldest ones write that small."""
    names = type_names(document)
    return "VerifiableCredential" not in names and ("Assertion" in names or "assertion" in names)


def is_of_oldest_kind(document: Mapping[str, Any]) -> bool:
    """Whether it looks like an assertion of version 0.5 or 1.0, which had neither contexts nor types."""
    return "@context" not in document and "type" not in document and {"recipient", "badge"} <= document.keys()


def type_names(document: Mapping[str, Any]) -> list[str]:
    """The types of a document by their plain names, whether written as they are, as compact IRIs or as IRIs."""
    types = document.get("type")
    names = [name for name in (types if isinstance(types, list) else [types]) if isinstance(name, str)]
    return [_plain_name(name) for name in names]


def _plain_name(name: str) -> str:
    prefix = next((prefix for prefix in _PREFIXES if name.startswith(prefix)), "")
    return name.removeprefix(prefix)


def _time(value: str) -> str:
    if read_time(value) is None:
        raise PydanticCustomError("value", "must be a real date and time with a zone, such as 2026-05-04T10:00:00Z")
    return value


def _words(value: object) -> object:
    """Text, with or without its language, in one or several."""
    several = value if isinstance(value, list) else [value]
    if not all(isinstance(one, str | Mapping) for one in several):
        raise PydanticCustomError("value", "must be text")
    return value


def _link(value: object) -> object:
    """A linked object is written as its address, or as itself."""
    if isinstance(value, str | Mapping):
        return value.get("id", "_:") if isinstance(value, Mapping) else value
    raise PydanticCustomError("value", "must be a web address or an object")


def _no_data(value: str) -> str:
    if value.startswith("data:"):
        raise PydanticCustomError("value", "must be an address and not the picture itself")
    return value


Time = Annotated[PlainText, AfterValidator(_time)]
Reference = Annotated[
    str,
    Field(pattern=r"^[A-Za-z_][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]*$"),
    BeforeValidator(_link),
    Says("must be an address, or an object with one"),
]
Words = Annotated[Any, AfterValidator(_words)]
Flag = Annotated[bool, Strict(), Says("must be true or false")]


class IdentityObject(OpenNode):
    """`type` names the property of a profile that `identity` is the value of; usually it is email."""

    type: PlainText
    identity: PlainText
    hashed: Flag
    salt: Maybe[PlainText] = None

    @model_validator(mode="after")
    def _hash(self) -> Self:
        if self.hashed and not _HASHES.fullmatch(self.identity):
            raise PydanticCustomError("value", "says that it is hashed, and holds no SHA-256 or MD5 hash")
        return self


class Verification(OpenNode):
    """`type` is HostedBadge or SignedBadge, or one that somebody added: how to check it is asked elsewhere."""

    type: TypeNames
    creator: Maybe[Reference] = None


class _AnyAssertion(OpenNode):
    """What versions 1.1 and 2.0 have in common."""

    recipient: IdentityObject
    badge: Reference
    verification: Verification
    image: Maybe[Annotated[Reference, AfterValidator(_no_data)]] = None
    evidence: Maybe[Many[Reference]] = None
    revoked: Maybe[Flag] = None
    revocation_reason: Maybe[Words] = None


class Assertion(_AnyAssertion):
    id: URI
    type: Annotated[TypeNames, contains("Assertion")]
    issued_on: Time
    expires: Maybe[Time] = None
    narrative: Maybe[Words] = None


class OldAssertion(_AnyAssertion):
    """In version 1.1 dates may be without time or zone, or seconds since 1970: those are left to who judges dates."""

    uid: PlainText
    type: TypeNames
    issued_on: str | int
    expires: Maybe[str | int] = None


class Alignment(OpenNode):
    target_name: Words
    target_url: URI


class BadgeClass(OpenNode):
    id: Maybe[URI] = None
    type: Annotated[TypeNames, contains("BadgeClass")]
    name: Words
    description: Words
    criteria: Reference
    issuer: Reference
    image: Maybe[Reference] = None
    alignment: Maybe[Many[Alignment]] = None
    tags: Maybe[Many[Words]] = None


class OldBadgeClass(BadgeClass):
    alignment: Any = None


class OldIssuer(OpenNode):
    id: Maybe[URI] = None
    type: Annotated[TypeNames, contains("Issuer", "Profile", "IssuerOrganization")]
    name: Words
    url: URI
    email: Maybe[Many[PlainText]] = None
    image: Maybe[Reference] = None
    revocation_list: Maybe[Reference] = None


class Issuer(OldIssuer):
    """A Profile that issues badges; `Issuer` is the older name."""

    id: URI
    type: Annotated[TypeNames, contains("Issuer", "Profile")]
    email: Many[PlainText]
    public_key: Maybe[Many[Reference]] = None


def check_assertion(document: Mapping[str, Any], *, old: bool = False) -> tuple[FieldProblem, ...]:
    """What is wrong with `document` as an assertion (`old`: of version 1.1); empty when its structure is right."""
    plain = _plain(document)
    problems = _problems(OldAssertion if old else Assertion, plain)
    start, end = read_time(plain.get("issuedOn")), read_time(plain.get("expires"))
    if not problems and start is not None and end is not None and end < start:
        return (problem_at(("expires",), "is before issuedOn", plain),)
    return problems


def check_badge_class(document: Mapping[str, Any], *, old: bool = False) -> tuple[FieldProblem, ...]:
    """The same for a badge class. One without a picture is accepted, as 1EdTech's validator does."""
    return _problems(OldBadgeClass if old else BadgeClass, _plain(document))


def check_issuer(document: Mapping[str, Any], *, old: bool = False) -> tuple[FieldProblem, ...]:
    """The same for the profile of an issuer."""
    return _problems(OldIssuer if old else Issuer, _plain(document))


def _plain(document: Mapping[str, Any]) -> dict[str, Any]:
    """`document` with plain names: `verify` is the older one of `verification`."""
    plain = dict(document)
    if "verify" in plain:
        plain.setdefault("verification", plain.pop("verify"))
    if isinstance(plain.get("type"), str | list):
        types = plain["type"] if isinstance(plain["type"], list) else [plain["type"]]
        plain["type"] = [_plain_name(name) if isinstance(name, str) else name for name in types]
    return plain


def _problems(model: type[OpenNode], plain: dict[str, Any]) -> tuple[FieldProblem, ...]:
    try:
        model.model_validate(plain)
    except ValidationError as error:
        return problems_of(error, plain)
    return ()
