"""The languages there are, and the one for a visitor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Literal

_MAX_HEADER: Final = 500
_MAX_RANGES: Final = 20


@dataclass(frozen=True, slots=True)
class Language:
    """`tag` is BCP 47; `name` is what its speakers call it; `locale` says how dates and numbers are written."""

    tag: str
    name: str
    locale: str
    direction: Literal["ltr", "rtl"] = "ltr"

    @property
    def is_rtl(self) -> bool:
        return self.direction == "rtl"


ENGLISH: Final = Language("en", "English", "en_GB")
LANGUAGES: Final[Mapping[str, Language]] = MappingProxyType(
    {
        language.tag: language
        for language in (
            ENGLISH,
            Language("es", "Español", "es_ES"),
            Language("fr", "Français", "fr_FR"),
            Language("ar", "العربية", "ar_001", "rtl"),
        )
    }
)
"""By tag, in the order in which a page offers them."""


def find_language(tag: str | None) -> Language | None:
    """The language that `tag` names, with or without a region: `fr-CA` is French."""
    return LANGUAGES.get(tag.partition("-")[0].strip().lower()) if tag else None


def choose(*, asked: str | None = None, accepted: str | None = None, fallback: str | None = None) -> Language:
    """The visitor's choice, else the best of an Accept-Language header (RFC 9110 section 12.5.4), else the page's own,
    else English. What is not spoken here, or cannot be read, is passed over.
    """
    return find_language(asked) or find_accepted(accepted or "") or find_language(fallback) or ENGLISH


def find_accepted(header: str) -> Language | None:
    """The language that an Accept-Language header likes best of those spoken here; None when it likes none."""
    return _accepted(header[:_MAX_HEADER])


@lru_cache(maxsize=512)
def _accepted(header: str) -> Language | None:
    best = max(_ranges(header), key=lambda item: item[0], default=None)
    return best[1] if best else None


def _ranges(header: str) -> Iterator[tuple[float, Language]]:
    """(weight, language) of what is spoken here; of equal weights the first counts."""
    for item in header.split(",")[:_MAX_RANGES]:
        tag, _, weight = item.partition(";")
        language, quality = find_language(tag), _quality(weight)
        if language is not None and quality > 0:
            yield quality, language


def _quality(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return min(1.0, float(value)) if value.strip() else 0.0
    except ValueError:
        return 0.0
