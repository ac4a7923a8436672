"""The little CBOR that proof values hold (RFC 8949): whole numbers, bytes, texts, arrays and maps of definite length.

Strangers write it, so nothing is believed before it is there: bytes are taken only as far as they reach, levels and
items are counted whatever a length says, and whatever a proof value has no use for (tags, floats, null, indefinite
lengths) is refused.
"""

from __future__ import annotations

from typing import Final, NoReturn

from app.errors import InvalidProofError

CBOR = int | bytes | str | list["CBOR"] | dict["CBOR", "CBOR"]

_MAX_DEPTH: Final = 4
_UNSIGNED, _BYTES, _TEXT, _ARRAY, _MAP = 0, 2, 3, 4, 5
_SHORT: Final = 24  # additional information below this is the number itself
_LENGTHS: Final = {24: 1, 25: 2, 26: 4, 27: 8}  # above: how many bytes the number takes


def read_cbor(raw: bytes, *, max_items: int) -> CBOR:
    """The one value that `raw` holds, with nothing after it.

    Raises InvalidProofError for all else, and past `max_items` values in all.
    """
    reader = _Reader(raw, max_items)
    value = reader.value(_MAX_DEPTH)
    if not reader.at_end:
        _refuse("something follows its value")
    return value


class _Reader:
    __slots__ = ("_items", "_place", "_raw")

    def __init__(self, raw: bytes, max_items: int) -> None:
        self._raw = raw
        self._place = 0
        self._items = max_items

    @property
    def at_end(self) -> bool:
        return self._place == len(self._raw)

    def value(self, levels: int) -> CBOR:
        self._items -= 1
        if self._items < 0:
            _refuse("it holds too many values")
        if levels == 0:
            _refuse("it is nested too deep")
        kind, number = self._head()
        if kind == _UNSIGNED:
            return number
        if kind == _BYTES:
            return self._take(number)
        if kind == _TEXT:
            return self._text(number)
        if kind == _ARRAY:
            return self._array(number, levels)
        if kind != _MAP:
            _refuse("it holds a value of a kind that has no place in it")
        return self._map(number, levels)

    def _head(self) -> tuple[int, int]:
        """The major type, and the number or length that stands with it (section 3)."""
        first = self._take(1)[0]
        kind, information = first >> 5, first & 0x1F
        if information < _SHORT:
            return kind, information
        if information not in _LENGTHS:
            _refuse("it has a length that is not known beforehand")
        return kind, int.from_bytes(self._take(_LENGTHS[information]), "big")

    def _take(self, length: int) -> bytes:
        start, self._place = self._place, self._place + length
        if self._place > len(self._raw):
            _refuse("it ends too soon")
        return self._raw[start : self._place]

    def _text(self, length: int) -> str:
        try:
            return self._take(length).decode()
        except UnicodeDecodeError:
            _refuse("a text in it is not UTF-8")

    def _array(self, length: int, levels: int) -> list[CBOR]:
        return [self.value(levels - 1) for _ in range(length)]

    def _map(self, length: int, levels: int) -> dict[CBOR, CBOR]:
        members: dict[CBOR, CBOR] = {}
        for _ in range(length):
            key = self.value(levels - 1)
            if isinstance(key, list | dict) or key in members:
                _refuse("a map in it has a key twice, or one that is no key")
            members[key] = self.value(levels - 1)
        return members


def _refuse(why: str) -> NoReturn:
    raise InvalidProofError(f"The proof value cannot be read: {why}.")
