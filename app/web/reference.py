"""The API reference as values: what the OpenAPI document says, in the order and the words in which people read it.

>>> reference(app.openapi(), "https://badges.example").groups[0].operations[0].path
'/v1/completions'
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

JSON: Final = "application/json"
MULTIPART: Final = "multipart/form-data"
PROBLEM: Final = "application/problem+json"
_SCOPE = re.compile(r"\s*Needs\s+the\s+scopes?\s+`([a-z:]+)`(?: and\s+`([a-z:]+)`)?\.")
_IN_PATH = re.compile(r"\{([a-z_]+)\}")
_DEEPEST: Final = 4
# What stands for the parameters of a path in the curl lines.
_SAMPLE_ID: Final = "3f0c1e52-8a3b-4f5e-9a55-0d1b7f6f2c11"
_SAMPLES: Final = {
    "slug": "riverside",
    "form": "png",
    "kid": "20260510-3205429e",
    "prefix": "abcdefghij",
    "code": "invalid-fields",
    "name": "laurel.css",
    "instance": "eddsa-rdfc-2022",
    "did": "did:key:z6MkkrRkkqDwUzPRHgnrbSwLVpJJnx49USBcU254Q9fSJdkX",
}
_FILES: Final = {"image/png": "badge.png", "image/svg+xml": "badge.svg"}


@dataclass(frozen=True, slots=True)
class Member:
    """A parameter, or a member of a body; one inside another is named by its path, such as `results[].value`."""

    name: str
    where: str
    kind: str
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Body:
    media_types: tuple[str, ...]
    members: tuple[Member, ...]
    example: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """`problems` are codes: `/problems/{code}` explains each."""

    status: str
    description: str
    media_types: tuple[str, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """`scope` is what the API key needs, None where no key is asked for."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    scope: str | None
    parameters: tuple[Member, ...]
    body: Body | None
    answers: tuple[Answer, ...]
    curl: str


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    description: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    version: str
    description: str
    groups: tuple[Group, ...]


def reference(document: Mapping[str, Any], base_url: str) -> Reference:
    """What `document` (OpenAPI 3.1) describes, by tag; `base_url` is where the curl lines go."""
    found = [
        (described["tags"][0], _operation(document, method, path, described, base_url))
        for path, item in document["paths"].items()
        for method, described in item.items()
    ]
    groups = (
        Group(tag["name"], tag["description"], tuple(operation for name, operation in found if name == tag["name"]))
        for tag in document["tags"]
    )
    return Reference(document["info"]["version"], document["info"]["description"], tuple(groups))


def _operation(
    document: Mapping[str, Any], method: str, path: str, described: Mapping[str, Any], base_url: str
) -> Operation:
    description = described.get("description", "")
    scope = _SCOPE.search(description)
    guarded = bool(described.get("security"))
    return Operation(
        id=described["operationId"],
        method=method.upper(),
        path=path,
        summary=described["summary"],
        description=_SCOPE.sub("", description).strip(),
        scope=" + ".join(filter(None, scope.groups())) if scope else None,
        parameters=tuple(_parameter(item) for item in described.get("parameters", ())),
        body=_body(document, described.get("requestBody")),
        answers=tuple(_answer(status, answer) for status, answer in sorted(described["responses"].items())),
        curl=_curl(method.upper(), base_url + _filled(path), _sent(document, described), guarded=guarded),
    )


def _parameter(described: Mapping[str, Any]) -> Member:
    schema = described["schema"]
    return Member(
        name=described["name"],
        where=described["in"],
        kind=_kind(schema).removesuffix(" or null"),  # a parameter is left out, never null
        required=described.get("required", False),
        description=described.get("description", ""),
    )


def _answer(status: str, described: Mapping[str, Any]) -> Answer:
    media_types = tuple(name for name in described.get("content", ()) if name != PROBLEM)
    return Answer(status, described["description"], media_types, tuple(described.get("x-problems", ())))


def _body(document: Mapping[str, Any], described: Mapping[str, Any] | None) -> Body | None:
    if described is None:
        return None
    content = described["content"]
    chosen = _chosen(content)
    example = _example(document, content[chosen])
    return Body(
        media_types=tuple(content),
        members=tuple(_members(document, content[chosen].get("schema", {}), "", 1)),
        example=None if example is None else json.dumps(example, indent=2, ensure_ascii=False),
    )


def _chosen(content: Mapping[str, Any]) -> str:
    """The media type that the reference explains: JSON where it is taken."""
    return JSON if JSON in content else next(iter(content))


def _example(document: Mapping[str, Any], content: Mapping[str, Any]) -> Any:
    if "example" in content:
        return content["example"]
    return next(iter(_resolved(document, content.get("schema", {})).get("examples", ())), None)


def _resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in schema:
        return schema
    found: Mapping[str, Any] = document["components"]["schemas"][_name(schema)]
    return found


def _name(schema: Mapping[str, Any]) -> str:
    return str(schema["$ref"]).rsplit("/", 1)[1]


def _members(document: Mapping[str, Any], schema: Mapping[str, Any], prefix: str, depth: int) -> Iterator[Member]:
    """Every member, and those of the objects inside, a line each."""
    whole = _resolved(document, schema)
    if whole.get("type") == "array":
        yield from _members(document, whole["items"], f"{prefix}[].", depth)
        return
    for name, member in whole.get("properties", {}).items():
        required = name in whole.get("required", ())
        yield Member(prefix + name, "body", _kind(member), required, member.get("description", ""))
        if depth < _DEEPEST:
            for inner in _variants(member):
                joint = "[]." if inner.get("type") == "array" else "."
                below = inner["items"] if inner.get("type") == "array" else inner
                yield from _members(document, below, f"{prefix}{name}{joint}", depth + 1)


def _variants(schema: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = schema.get("anyOf", [schema])
    return found


def _kind(schema: Mapping[str, Any]) -> str:
    """The type of a value in a few words, with the limits that a sender must know."""
    words = list(dict.fromkeys(_word(variant) for variant in _variants(schema)))
    if "default" in schema and schema["default"] is not None:
        words[-1] += f", {json.dumps(schema['default'])} when left out"
    return " or ".join(words)


def _word(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return "object" if not _name(schema).endswith(("Scope", "Form")) else "word"
    if "enum" in schema or "const" in schema:
        return ", ".join(str(value) for value in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    word = schema.get("format", schema.get("type", "any value"))
    most = schema.get("maxLength", schema.get("maximum"))
    return f"{word}, at most {most:,}" if most is not None else str(word)


def _filled(path: str) -> str:
    return _IN_PATH.sub(lambda found: _SAMPLES.get(found[1], _SAMPLE_ID), path)


def _sent(document: Mapping[str, Any], described: Mapping[str, Any]) -> tuple[str, ...]:
    """The options with which curl sends the body."""
    content = described.get("requestBody", {}).get("content", {})
    if not content:
        return ()
    chosen = _chosen(content)
    if chosen == MULTIPART:
        return ("-F file=@badge.png",)
    example = _example(document, content[chosen])
    data = "--data-binary @" + _FILES.get(chosen, "file") if example is None else "-d " + _quoted(example)
    return (f"-H 'Content-Type: {chosen}'", data)


def _quoted(example: Any) -> str:
    return shlex.quote(json.dumps(example, ensure_ascii=False))


def _curl(method: str, url: str, sent: Sequence[str], *, guarded: bool) -> str:
    key = ('-H "Authorization: Bearer $KEY"',) if guarded else ()
    verb = "curl" if method == "GET" else f"curl -X {method}"
    return " \\\n  ".join((f"{verb} {shlex.quote(url)}", *key, *sent))
