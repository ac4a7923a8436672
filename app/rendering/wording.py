"""Other people's words, made fit to be drawn: one line, bounded, nothing in it that steers the text around it."""

from __future__ import annotations

import unicodedata
from typing import Any, Final, Literal

_JOINERS: Final = "\u200c\u200d"  # Persian and Indic spelling needs them
_LONGEST_WORD: Final = 40
_BREAK: Final = "\u200b"


def said(text: str, limit: int) -> dict[str, Any]:
    """`text` as the templates take it: made plain, with its direction and the words that must stay in one piece."""
    line = plain_line(text, limit)
    pieces = line.replace(_BREAK, " ").split(" ")
    return {
        "text": line,
        "direction": direction(line),
        "unbreakable": [piece for piece in pieces if not any(map(_breaks_anywhere, piece))],
    }


def plain_line(text: str, limit: int) -> str:
    """`text` on one line without control or formatting characters, shortened to `limit` characters with "…".

    Formatting characters (bidi overrides among them) go: a name must not turn round what stands beside it.
    A word past 40 letters gets invisible places to break, so that it cannot run over an edge.
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


def _is_drawn(character: str) -> bool:
    return character in _JOINERS or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _breaks_anywhere(character: str) -> bool:
    """Whether lines may end beside this letter without a space: Han, kana, Hangul, Thai and their neighbours."""
    return character >= "\u2e80" or "\u0e00" <= character <= "\u0eff"


def _breakable(word: str) -> str:
    pieces = (word[start : start + _LONGEST_WORD] for start in range(0, len(word), _LONGEST_WORD))
    return _BREAK.join(pieces)
