"""Whom the asker recognises. Always given, never assumed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from app import strictjson
from app.errors import MalformedDocumentError
from app.verification.members import mapping, text

__all__ = ["MAX_REGISTRY", "NOBODY", "Policy", "read_registry"]

MAX_REGISTRY: Final = 5 * 1_048_576  # bytes; the DCC's registries have some 100 KB
YOUR_LIST: Final = "your list"


@dataclass(frozen=True, slots=True)
class Policy:
    """`recognised`: ids of issuers, each with the list that it is on. None: the question is not asked.

    An empty one recognises nobody.
    """

    recognised: Mapping[str, str] | None

    @classmethod
    def of(cls, issuers: Iterable[str]) -> Policy:
        """A policy that recognises the issuers with these ids."""
        return cls(dict.fromkeys(issuers, YOUR_LIST))


NOBODY = Policy(None)


def read_registry(raw: bytes, *, name: str = YOUR_LIST) -> Mapping[str, str]:
    """The issuers in a list or registry, each with the registry's name: what a Policy takes.

    Either the form of the Digital Credentials Consortium, `{"meta": …, "registry": {"did:…": {"name": …}}}`, or a JSON
    array of ids. Raises MalformedDocumentError, MalformedJSONError, TooLargeError.
    """
    value = strictjson.loads(raw, max_bytes=MAX_REGISTRY)
    if isinstance(value, list):
        ids: list[Any] = value
    elif isinstance(value, dict) and isinstance(value.get("registry"), dict):
        ids = list(value["registry"])
        name = text(mapping(value.get("meta")).get("name")) or name
    else:
        raise MalformedDocumentError(
            "A list of issuers is a JSON array of ids, or a registry with a member `registry`."
        )
    if not all(isinstance(issuer, str) and issuer for issuer in ids):
        raise MalformedDocumentError("A list of issuers holds something that is no id.")
    return dict.fromkeys(ids, name)
