"""The pinned JSON-LD contexts: data files in `contexts/`, each known by its SHA-256, never fetched.

A signature covers the statements that a document makes, and the context decides what they are. So a context that can
change after signing, or that a stranger wrote, is as good as an unsigned document (see `contexts/README.md` for where
each file comes from and how to rebuild the folder).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

from app.errors import ConfigurationError, TooComplexError, UnknownContextError, UnsafeDocumentError
from app.jsonld.limits import DEFAULT_LIMITS, Limits
from app.jsonld.places import Place, pointer_to

# url, file in contexts/, SHA-256 of its bytes
_FILES = (
    (
        "https://www.w3.org/ns/credentials/v2",
        "credentials-v2.jsonld",
        "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
    ),
    (
        "https://www.w3.org/2018/credentials/v1",
        "credentials-v1.jsonld",
        "ab4ddd9a531758807a79a5b450510d61ae8d147eab966cc9a200c07095b0cdcc",
    ),
    (
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        "ob-v3p0-context-3.0.3.json",
        "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84",
    ),
    (
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json",
        "ob-v3p0-context-3.0.2.json",
        "00666ad080ba407687ed1846b7f5e7495f5019042b202a727de47c48a1755c53",
    ),
    (
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
        "ob-v3p0-context-3.0.1.json",
        "5f3d9dd6288ef437ff8286cf95ffbff609c748a66f24a1e9450c45ca64be1571",
    ),
    (
        "https://purl.imsglobal.org/spec/ob/v3p0/context.json",
        "ob-v3p0-context-3.0.0.json",
        "b077fa134d909d92c1dcd1c153f2af1b244aeb415967fdc1467d7fc5dd48ac10",
    ),
    (
        "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
        "ob-v3p0-extensions.json",
        "87c06c81bc2317663bf288d740d94fddd2818c4342b186270ff6371dfaa63f93",
    ),
    (
        "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
        "clr-v2p0-context-2.0.1.json",
        "880f1902d4158f2f33ce06af41b90719977cd1ea337a9de2e41edb3ff5e543d6",
    ),
    (
        "https://purl.imsglobal.org/spec/clr/v2p0/context.json",
        "clr-v2p0-context-2.0.0.json",
        "e198d7b517d74c5036434ce495086f67b10244709e9a3df9dcb7f8b1579b6167",
    ),
    (
        "https://w3id.org/openbadges/v2",
        "ob-v2p0-context.json",
        "3c0c25a0e581c64cbe632197377c4f334c6c0b95f0d90e3b74449781612b153d",
    ),
    (
        "https://w3id.org/security/data-integrity/v1",
        "data-integrity-v1.jsonld",
        "b5d829bd09aa7c42abc6efa0c8ed7635313b5487f37ccfce3ecd149ca9418554",
    ),
    (
        "https://w3id.org/security/data-integrity/v2",
        "data-integrity-v2.jsonld",
        "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4",
    ),
    (
        "https://w3id.org/security/suites/ed25519-2020/v1",
        "ed25519-2020-v1.jsonld",
        "b9e1ab971fd8bf2c7553e0c4a9438e0b9450afde1ea1ca5b2492368b9f549588",
    ),
    (
        "https://w3id.org/security/suites/x25519-2020/v1",
        "x25519-2020-v1.jsonld",
        "b234f84fe7cebb0efef37cad82667eeacb6d414f6c51ac37f5dc803a4a0c728a",
    ),
    (
        "https://w3id.org/security/multikey/v1",
        "multikey-v1.jsonld",
        "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597",
    ),
    (
        "https://w3id.org/security/jwk/v1",
        "jwk-v1.jsonld",
        "0f14b62f6071aafe00df265770ea0c7508e118247d79b7d861a406d2aa00bece",
    ),
    (
        "https://www.w3.org/ns/did/v1",
        "did-v1.jsonld",
        "62c1054bf404d6dd3a4b26b64f830fd72095f6a26edc4469908c94351352ce5f",
    ),
    (
        "https://www.w3.org/ns/credentials/status/v1",
        "vc-bitstring-status-list-v1.jsonld",
        "fd08cbf28ddd829ab2f1978c48f43ab07a112c1c90245a0cfac7ba721c65170c",
    ),
    (
        "https://w3id.org/vc/status-list/2021/v1",
        "vc-status-list-2021-v1.jsonld",
        "634d71c159289f068c96012e4511c657fdf82ac4231900081bda3ba24e2e1160",
    ),
)

# Each gives every name a meaning, so that nothing is undefined: for the examples of others, never for badges.
_CATCH_ALL_FILES = (
    (
        "https://www.w3.org/ns/credentials/examples/v2",
        "credentials-examples-v2.jsonld",
        "57393fbc69d6efb9b9b5dc9cb6b9880b0944360abfe2eaf459c9e58cf2279d7c",
    ),
    (
        "https://www.w3.org/ns/credentials/undefined-terms/v2",
        "credentials-undefined-terms-v2.jsonld",
        "82dab514ba44eb18f5d1b0f638c5e140c6a556fbfb5089601bdc0fa5eb8b2581",
    ),
)


@dataclass(frozen=True, slots=True)
class BundledContext:
    """One pinned context: the exact bytes published at `url`."""

    url: str
    sha256: str
    raw: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if hashlib.sha256(self.raw).hexdigest() != self.sha256:
            raise ConfigurationError(f"The bundled context {self.url} does not have the digest {self.sha256}.")

    def parsed(self) -> dict[str, Any]:
        """The document, made anew on each call: JSON-LD processors like to write into what they are given."""
        document = json.loads(self.raw)
        if not isinstance(document, dict) or "@context" not in document:
            raise ConfigurationError(f"The bundled context {self.url} has no @context.")
        return document


class Contexts(Mapping[str, BundledContext]):
    """An immutable set of contexts by URL. Two sets are equal only if they are the same object.

    `inline`: documents may hold contexts of their own beside these, as long as they rename nothing (see `renaming`).
    """

    __slots__ = ("_by_url", "inline", "memory")

    def __init__(self, contexts: Iterable[BundledContext], *, inline: bool = False) -> None:
        self._by_url = {context.url: context for context in contexts}
        self.inline = inline
        # What the room's other files made of these contexts, by their own names; it lives as long as the set does.
        self.memory: dict[str, Any] = {}

    def __getitem__(self, url: str) -> BundledContext:
        return self._by_url[url]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_url)

    def __len__(self) -> int:
        return len(self._by_url)

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other

    def plus(self, *contexts: BundledContext) -> Contexts:
        """A larger set; tests use it for the example contexts that W3C's vectors name."""
        return Contexts([*self._by_url.values(), *contexts])


def _load(files: Iterable[tuple[str, str, str]]) -> Iterator[BundledContext]:
    folder = resources.files("app.jsonld") / "contexts"
    for url, name, sha256 in files:
        yield BundledContext(url=url, sha256=sha256, raw=(folder / name).read_bytes())


BUNDLED_CONTEXTS = Contexts(_load(_FILES))

GENERIC_CONTEXTS = Contexts([*BUNDLED_CONTEXTS.values(), *_load(_CATCH_ALL_FILES)], inline=True)
"""What the VC-API processes beside badges: the examples of the W3C, and contexts that documents hold themselves."""


def context_urls(
    value: object, contexts: Contexts, limits: Limits = DEFAULT_LIMITS, pointer: str = "/@context"
) -> tuple[str, ...]:
    """The URLs that one `@context` member names.

    Raises UnknownContextError for a URL outside `contexts`, and for an inline context unless these allow it;
    TooComplexError past the limit.
    """
    entries = value if isinstance(value, list) else [value]
    if len(entries) > limits.contexts:
        raise TooComplexError(f"The document names {len(entries)} contexts; the limit is {limits.contexts}.", pointer)
    for entry in entries:
        if isinstance(entry, Mapping) and contexts.inline:
            continue
        if not isinstance(entry, str):
            raise UnknownContextError("inline context", pointer)
        if entry not in contexts:
            raise UnknownContextError(entry, pointer)
    return tuple(entry for entry in entries if isinstance(entry, str))


def check_contexts(
    document: Mapping[str, Any], *, contexts: Contexts = BUNDLED_CONTEXTS, limits: Limits = DEFAULT_LIMITS
) -> tuple[str, ...]:
    """The context URLs at the top of `document`; those of embedded documents are checked as well.

    Raises UnknownContextError (inline, where that is not allowed, or not pinned), UnsafeDocumentError (no context at
    all), TooComplexError.
    """
    if "@context" not in document:
        raise UnsafeDocumentError("The document has no @context, so nothing in it has a meaning.", "/@context")
    found = context_urls(document["@context"], contexts, limits)
    for place, value in _embedded(document, limits):
        try:
            context_urls(value, contexts, limits)
        except (UnknownContextError, TooComplexError) as error:
            error.pointer = pointer_to(place) + error.pointer
            raise
    return found


def _embedded(document: Mapping[str, Any], limits: Limits) -> Iterator[tuple[Place, Any]]:
    """Every `@context` below the top, with what it stands in; level by level, so no depth exhausts the stack."""
    level: list[tuple[Place, Any]] = [(None, document)]
    for depth in range(limits.depth):
        below: list[tuple[Place, Any]] = []
        for place, item in level:
            if isinstance(item, Mapping):
                if depth and "@context" in item:
                    yield place, item["@context"]
                below.extend(
                    ((place, key), member) for key, member in item.items() if isinstance(member, Mapping | list)
                )
            else:
                inner = enumerate(item)
                below.extend(((place, index), member) for index, member in inner if isinstance(member, Mapping | list))
        level = below
        if not level:
            return
    raise TooComplexError(f"The document is nested deeper than {limits.depth} levels.")
