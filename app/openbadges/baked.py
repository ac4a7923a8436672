"""What a file that carries a credential gives, whatever kind of file it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

NO_LETTER: Final = "\u25a1"


@dataclass(frozen=True, slots=True)
class Baked:
    """The one credential in a file, as text: JSON, a compact JWS, or the address of an Open Badges 2.0 assertion.

    `place` says where in the file it was, for people who look into files; a name in it is the file's own. `beside` says
    the same of a badge of version 2 that stands beside a newer credential, and does not count.
    """

    text: str = field(repr=False)
    place: str
    beside: str | None = None


@dataclass(frozen=True, slots=True)
class Printed:
    """What the pages of a file print, as far as it was read: words in the order in which they are drawn.

    Between two words is a space; there may be more spaces than words. Right-to-left words are spelt from the left, as
    they are drawn. NO_LETTER stands for what a font draws in place of a letter that it lacks. `whole` is False when
    more stands there than was read, or cannot be read; `pictured` when the greater part of a page is a picture, which
    may show words as well. Personal data.
    """

    text: str = field(repr=False)
    whole: bool
    pictured: bool = False


@dataclass(frozen=True, slots=True)
class Twin:
    """The same badge as a hosted assertion of Open Badges 2.0: where it is hosted, and what it says there (JSON)."""

    address: str
    text: str = field(repr=False)


def is_address(text: str) -> bool:
    """Whether `text` is meant as a web address, good or bad."""
    return text[:8].lower().startswith(("https://", "http://"))
