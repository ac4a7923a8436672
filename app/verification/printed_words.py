"""Looking for what was signed among the words that a page prints, which no two programs write down alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Final

from app.openbadges import NO_LETTER

__all__ = ["Likeness", "Page", "joined", "letters", "same_script"]

_LOOKED_FOR: Final = 120  # characters of a text; a page that has no room for more ends with dots
_MAX_PLACES: Final = 50  # of one word on a page
_MAX_WORDS: Final = 40
_FIRST_CLUSTERED: Final = "\u0590"  # from here on a letter may be drawn in several pieces, each of which stands for it
_TATWEEL: Final = "\u0640"
_PLAIN: Final = str.maketrans({
    "ø": "o", "đ": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", _TATWEEL: "",
})  # fmt: skip
_WORDS: Final = re.compile(r"\w+")


class Likeness(IntEnum):
    """How much of a text stands on a page."""

    NONE = 0
    PARTLY = 1
    ALL = 2


def letters(text: str) -> str:
    """`text` as small letters and digits alone: no accents, vowel signs, ligatures, forms, spaces or marks.

    Of one letter several times over, in scripts whose letters are drawn in pieces, one is left.
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold()).translate(_PLAIN)
    kept: list[str] = []
    for character in plain:
        if not character.isalnum():
            continue
        digit = unicodedata.digit(character, None)
        one = character if digit is None else str(digit)
        if one < _FIRST_CLUSTERED or not kept or kept[-1] != one:
            kept.append(one)
    return "".join(kept)


def same_script(text: str, page: str) -> bool:
    """Whether `page` has letters of all scripts in which `text` is written; both as `letters` gives them."""
    return _scripts(text) <= _scripts(page)


def _scripts(text: str) -> set[str]:
    """The first words of the names of letters are those of their scripts. Hangul and Han count as what they are."""
    return {unicodedata.name(one, "?").split()[0] for one in set(text) if one.isalpha()}


@dataclass(frozen=True)
class Page:
    """What is printed, ready to be searched. Personal data."""

    text: str

    @cached_property
    def boxes(self) -> int:
        """How often the page has a box where a letter should be."""
        return self.text.count(NO_LETTER)

    def without_boxes(self, text: str) -> str:
        """`text` without the letters that can only be among the boxes: those that stand nowhere on the page."""
        missing = {one for one in set(text) if one.isalpha() and not set(letters(one)) <= set(self.letters)}
        if not missing or sum(one in missing for one in text) > self.boxes:
            return text
        return "".join(" " if one in missing else one for one in text)

    @cached_property
    def letters(self) -> str:
        return self._squeezed[0]

    @cached_property
    def _squeezed(self) -> tuple[str, frozenset[int]]:
        """All letters, and the places where a word may begin or end."""
        squeezed: list[str] = []
        edges, length = {0}, 0
        for word in _WORDS.findall(unicodedata.normalize("NFKC", self.text)):
            kept = letters(word)
            kept = _without_repetition(squeezed[-1] if squeezed else "", kept)
            if kept:
                squeezed.append(kept)
                length += len(kept)
            edges.add(length)
        return "".join(squeezed), frozenset(edges)

    def holds(self, text: str) -> bool:
        """Whether `text` stands there word for word: broken anywhere, in whatever capitals, from either side.

        A text without letters is on every page.
        """
        words = _wanted(text)
        if not words or any(self._stands(side) for side in _sides("".join(words))):
            return True
        # Line by line, and each line from its end.
        return _is_drawn_from_the_right(text) and self._near(words, len(words))

    def holds_name(self, name: str) -> Likeness:
        """The same of a person's name, whose words may stand in another order.

        PARTLY where some of three or more words are missing, or only their first letters are there: one of two is not
        enough, since families share it.
        """
        words = _wanted(name)
        if self.holds(name) or self._near(words, len(words)):
            return Likeness.ALL
        if self._near(words, max(2, len(words) // 2 + 1)):
            return Likeness.PARTLY
        return Likeness.PARTLY if self._with_initials(words) else Likeness.NONE

    def _near(self, words: list[str], enough: int) -> bool:
        """Whether at least `enough` of `words` stand close together."""
        places = sorted((place, index) for index, word in enumerate(words) for place in self._places(word))
        reach = 2 * sum(map(len, words)) + 20
        first = 0
        for last, (place, _) in enumerate(places):
            while place - places[first][0] > reach:
                first += 1
            if len({index for _, index in places[first : last + 1][-4 * _MAX_WORDS :]}) >= enough:
                return True
        return False

    def _with_initials(self, words: list[str]) -> bool:
        """A. Haddad, or Amina H., of Amina Haddad."""
        if len(words) < 2:  # noqa: PLR2004
            return False
        short = [[words[0][0], *words[1:]], [*words[:-1], words[-1][0]], [words[0][0], words[-1]]]
        return any(self._stands("".join(one)) for one in short)

    def _places(self, word: str) -> Iterator[int]:
        for side in _sides(word):
            yield from self._standing(side)

    def _stands(self, wanted: str) -> bool:
        return next(self._standing(wanted), None) is not None

    def _standing(self, wanted: str) -> Iterator[int]:
        """Where it begins, as a word or words of its own. Scripts that do without spaces have no such edges."""
        text, edges = self._squeezed
        place = text.find(wanted)
        for _ in range(_MAX_PLACES):
            if place < 0:
                return
            end = place + len(wanted)
            if (place in edges or _is_spaceless(wanted[0])) and (end in edges or _is_spaceless(wanted[-1])):
                yield place
            place = text.find(wanted, place + 1)


def joined(words: Iterable[str]) -> str:
    """Words as `letters` gives them, as it would give all of them together."""
    pieces: list[str] = []
    for word in words:
        if kept := _without_repetition(pieces[-1] if pieces else "", word):
            pieces.append(kept)
    return "".join(pieces)


def _without_repetition(before: str, word: str) -> str:
    repeated = word[:1] >= _FIRST_CLUSTERED and before.endswith(word[0])
    return word.lstrip(word[0]) if repeated else word


def _wanted(text: str) -> list[str]:
    line = " ".join(unicodedata.normalize("NFC", text).split())
    if len(line) > _LOOKED_FOR:
        line = line[:_LOOKED_FOR].rpartition(" ")[0] or line[:_LOOKED_FOR]
    words = [kept for word in re.split(r"[\s\-–—/.,;:]+", line) if (kept := letters(word))]
    return words[:_MAX_WORDS]


def _sides(wanted: str) -> tuple[str, ...]:
    return (wanted, letters(wanted[::-1])) if _is_drawn_from_the_right(wanted) else (wanted,)


def _is_drawn_from_the_right(text: str) -> bool:
    return any(unicodedata.bidirectional(character) in ("R", "AL") for character in text)


def _is_spaceless(character: str) -> bool:
    """Thai and its neighbours, Han, kana: words have no space between them."""
    return character >= "\u2e80" or "\u0e00" <= character <= "\u109f" or "\u1780" <= character <= "\u17ff"
