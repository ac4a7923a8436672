"""Other people's words, made fit to be drawn: one line, bounded, nothing in it that steers the text around it."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final, Literal

_JOINERS: Final = "\u200c\u200d"  # Persian and Indic spelling needs them
_LONGEST_WORD: Final = 30
_CANDIDATES: Final = 4  # for the longest word: which one it is depends on the letters' true widths
_WIDEST: Final = 1.6  # of a letter of any other script
_WIDTHS: Final = (
    dict.fromkeys(" .,:;'|!ijl()[]-", 0.45)
    | dict.fromkeys("abcdefghknopqrstuvxyz0123456789", 0.66)
    | dict.fromkeys("ABCDEFGHIJKLNOPQRSTUVXYZ", 0.84)
    | dict.fromkeys("mwMW–&", 1.05)
)
_LANGUAGE: Final = re.compile(r"([A-Za-z]{2,3})(?:-[A-Za-z]{4})?(?:-([A-Za-z]{2}))?(?:-.*)?")
_LONGEST_ADDRESS: Final = 200
_SCHEME: Final = re.compile(r"https?://")
_FROM_THE_RIGHT: Final = frozenset(("ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "syr", "ug", "ur", "yi"))
_BREAK: Final = "\u200b"


def said(text: str, limit: int) -> dict[str, Any]:
    """`text` as the templates take it: made plain, with its direction, the width in em that it surely fits into, and
    the longest of the words that must stay in one piece. Templates measure only where these leave a doubt.
    """
    line = plain_line(text, limit)
    pieces = line.replace(_BREAK, " ").split(" ")
    unbreakable = {piece for piece in pieces if not any(map(_breaks_anywhere, piece))}
    return {
        "text": line,
        "direction": direction(line),
        "ems": width(line),
        "unbreakable": sorted(unbreakable, key=lambda piece: (-width(piece), piece))[:_CANDIDATES],
    }


def width(text: str) -> float:
    """At most how wide `text` is in any of our fonts, in em; a good deal too much for most."""
    return round(sum(_WIDTHS.get(character, _WIDEST) for character in text), 2)


def plain_line(text: str, limit: int) -> str:
    """`text` on one line without control or formatting characters, shortened to `limit` characters with "…".

    Formatting characters (bidi overrides among them) go: a name must not turn round what stands beside it.
    A word past 30 letters gets invisible places to break, so that it cannot run over an edge.
    """
    kept = "".join(character if _is_drawn(character) else " " for character in unicodedata.normalize("NFC", text))
    line = " ".join(kept.split())
    if len(line) > limit:
        line = line[: limit - 1].rstrip() + "…"
    return " ".join(_breakable(word) for word in line.split(" "))


def direction(text: str) -> Literal["ltr", "rtl"]:
    """The direction of the first letter that has one (Unicode Bidirectional Algorithm, rules P2 and P3)."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in ("L", "R", "AL"):
            return "ltr" if kind == "L" else "rtl"
    return "ltr"


def language_and_region(tag: str, *, otherwise: str | None = "en") -> tuple[str | None, str | None]:
    """The language and the region of a BCP 47 tag, as far as templates take them; `otherwise` for what is none."""
    match = _LANGUAGE.fullmatch(tag)
    if match is None:
        return otherwise, None
    return match[1].lower(), match[2].upper() if match[2] else None


def direction_of_language(language: str | None) -> Literal["ltr", "rtl"]:
    """How pages in `language` run."""
    return "rtl" if language in _FROM_THE_RIGHT else "ltr"


def shown_address(address: str) -> list[str]:
    """A web address without its scheme, in pieces between which a line may end: after each slash, or 30 letters."""
    pieces = re.split(r"(?<=/)", without_scheme(address))
    return [piece[start : start + _LONGEST_WORD] for piece in pieces for start in range(0, len(piece), _LONGEST_WORD)]


def without_scheme(address: str) -> str:
    """As people write an address, on one line of bounded length."""
    return _SCHEME.sub("", plain_line(address, _LONGEST_ADDRESS)).replace(_BREAK, "")


def _is_drawn(character: str) -> bool:
    return character in _JOINERS or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _breaks_anywhere(character: str) -> bool:
    """Whether lines may end beside this letter without a space: Han, kana, Hangul, Thai and their neighbours."""
    return character >= "\u2e80" or "\u0e00" <= character <= "\u0eff"


def _breakable(word: str) -> str:
    pieces = (word[start : start + _LONGEST_WORD] for start in range(0, len(word), _LONGEST_WORD))
    return _BREAK.join(pieces)
