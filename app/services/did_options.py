"""What may be asked for beside a DID: options of the resolver and parameters of DID URLs.

DID Resolution v1.0 sections 3, 4.1 and 13.2; did:key v0.9 section 3.1.1. An option that is not understood is refused,
not passed over: who asks for one expects another document (section 4.4).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

# They choose among services, of which nothing is dereferenced here; `accept` travels as a header.
_LEFT_ASIDE: Final = frozenset({"service", "serviceType", "relativeRef", "hl", "accept"})
_VERSIONS: Final = ("versionId", "versionTime")
_FLAGS: Final = frozenset(
    {"expandRelativeUrls", "noCache", "enableEncryptionKeyDerivation", "enableExperimentalPublicKeyTypes"}
)
_KNOWN: Final = _LEFT_ASIDE | _FLAGS | {*_VERSIONS, "publicKeyFormat"}
_RELATIVE: Final = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


@dataclass(frozen=True, slots=True)
class Refused:
    """`failure` in the words of DID Resolution (section 11), and a sentence."""

    failure: str
    reason: str


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked for. Without any: the document as it is now."""

    version: bool = False
    expanded: bool = False
    fresh: bool = False
    key_format: str | None = None


def read_options(pairs: Iterable[tuple[str, str]]) -> Options | Refused:
    """The options among the parameters of a request, or why they are refused."""
    given: dict[str, str] = {}
    for name, value in pairs:
        if name in given:
            return Refused("INVALID_OPTIONS", "A parameter stands there twice.")
        given[name] = value
    if given.keys() - _KNOWN:
        return Refused("FEATURE_NOT_SUPPORTED", f"Only these parameters are known: {', '.join(sorted(_KNOWN))}.")
    wrong = _what_is_wrong(given)
    if wrong is not None:
        return Refused("INVALID_OPTIONS", wrong)
    if given.get("enableEncryptionKeyDerivation") == "true":
        return Refused("FEATURE_NOT_SUPPORTED", "No key is derived from another here.")
    return Options(
        version=any(name in given for name in _VERSIONS),
        expanded=given.get("expandRelativeUrls") == "true",
        fresh=given.get("noCache") == "true",
        key_format=given.get("publicKeyFormat"),
    )


def _what_is_wrong(given: Mapping[str, str]) -> str | None:
    for name, value in given.items():
        if not value.isascii():
            return f"The parameter {name} holds other characters than ASCII."
        if name in _FLAGS and value not in {"true", "false"}:
            return f"The parameter {name} is either true or false."
    if not _RELATIVE.fullmatch(given.get("relativeRef", "")):
        return "The parameter relativeRef holds characters that must be percent-encoded."
    if "versionTime" in given and not _is_time(given["versionTime"]):
        return "The parameter versionTime is not a date and time in UTC without fractions of a second."
    if all(name in given for name in _VERSIONS):
        return "The parameters versionId and versionTime exclude each other."
    return None


def _is_time(value: str) -> bool:
    try:
        return _TIME.fullmatch(value) is not None and bool(datetime.fromisoformat(value))
    except ValueError:
        return False
