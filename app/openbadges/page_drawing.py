"""The drawing instructions of a page that matter to its words (ISO 32000-2, annex A)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from pypdf.generic import NameObject

from app.openbadges.page_letters import UNKNOWN, Font, as_drawn, text_string
from app.openbadges.page_places import UNMOVED, Box, Matrix, common, matrix, moved, product

_GAP: Final = -180.0  # thousandths of the letter size; more than any letters of one word are spread
_INVISIBLE: Final = frozenset({3, 7})  # text rendering modes (9.3.6)
_MOST_OPEN: Final = 512  # states that are kept, and marks; more than any reader takes
_MOST_POINTS: Final = 6  # a rectangle has four corners, and perhaps the first once more


@dataclass(frozen=True, slots=True)
class State:
    """What `q` keeps and `Q` brings back (8.4.2), as far as it matters here. `clip` None: of a shape not followed."""

    matrix: Matrix
    clip: Box | None
    font: Font | None = None
    mode: int = 0
    leading: float = 0.0
    opaque: bool = True
    patterned: bool = False


class Page(Protocol):
    """What is drawn on. `member` and `looked_up` find objects of the file, within bounds."""

    def say(self, text: str, place: tuple[float, float]) -> None: ...
    def cover(self, covered: Box, state: State) -> None: ...
    def show_picture(self, picture: Any, state: State) -> None: ...
    def draw_form(self, form: Any, resources: Any, state: State, depth: int) -> None: ...
    def font(self, resources: Any, name: Any) -> Font | None: ...
    def looked_up(self, resources: Any, kind: str, name: Any) -> Any: ...
    def member(self, holder: Any, name: str) -> Any: ...
    def doubt(self) -> None: ...


class Drawing:
    """One stream of drawing instructions (8.2, 9.4)."""

    def __init__(self, page: Page, resources: Any, state: State, depth: int) -> None:
        self._page, self._resources, self._depth = page, resources, depth
        self._state, self._saved = state, list[State]()
        self._line = self._pen = UNMOVED
        self._moved = True
        self._path: list[tuple[float, float]] = []
        self._plain = True  # the path is one rectangle
        self._clipping = False
        self._marks: list[str | None] = []  # the text that stands for what is drawn, None where there is none

    def follow(self, operations: list[tuple[Any, bytes]]) -> None:
        for operands, operator in operations:
            handle = _HANDLERS.get(operator)
            if handle is None:
                continue
            try:
                handle(self, operands)
            except (IndexError, TypeError, ValueError, KeyError, AttributeError):
                self._page.doubt()  # a mistake in the file; a reader passes over it, too

    # State

    def save(self, _: Any) -> None:
        if len(self._saved) < _MOST_OPEN:
            self._saved.append(self._state)

    def restore(self, _: Any) -> None:
        if self._saved:
            self._state = self._saved.pop()

    def transform(self, operands: Any) -> None:
        self._state = replace(self._state, matrix=product(matrix(operands), self._state.matrix))
        self._moved = True

    def set_state(self, operands: Any) -> None:
        found = self._page.looked_up(self._resources, "/ExtGState", operands[0])
        opacity, blend = self._page.member(found, "/ca"), self._page.member(found, "/BM")
        if opacity is not None:
            self._state = replace(self._state, opaque=float(opacity) >= 1)
        if blend is not None and blend not in ("/Normal", "/Compatible"):
            self._state = replace(self._state, opaque=False)

    def set_colour(self, operands: Any) -> None:
        patterned = bool(operands) and isinstance(operands[-1], NameObject)
        self._state = replace(self._state, patterned=patterned)

    # Paths

    def rectangle(self, operands: Any) -> None:
        x, y, width, height = map(float, operands)
        self._plain = not self._path
        self._path += [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]

    def point(self, operands: Any) -> None:
        if len(self._path) < _MOST_POINTS:
            self._path.append((float(operands[0]), float(operands[1])))
        else:
            self._plain = False

    def curve(self, _: Any) -> None:
        self._plain = False

    def clip(self, _: Any) -> None:
        self._clipping = True

    def fill(self, _: Any) -> None:
        covered = self._rectangle()
        if covered is not None and not self._state.patterned:
            self._page.cover(covered, self._state)
        self.end_path(_)

    def end_path(self, _: Any) -> None:
        if self._clipping:
            inside, clip = self._rectangle(), self._state.clip
            self._state = replace(self._state, clip=common(inside, clip) if inside and clip else None)
        self._path, self._plain, self._clipping = [], True, False

    def _rectangle(self) -> Box | None:
        """The path, if it is one rectangle that stands upright."""
        points = [moved(point, self._state.matrix) for point in self._path]
        if not self._plain or len(points) < 4:  # noqa: PLR2004
            return None
        across, up = {round(x, 2) for x, _ in points}, {round(y, 2) for _, y in points}
        return (min(across), min(up), max(across), max(up)) if len(across) == len(up) == 2 else None  # noqa: PLR2004

    # Text

    def begin_text(self, _: Any) -> None:
        self._line = self._pen = UNMOVED
        self._moved = True

    def set_font(self, operands: Any) -> None:
        self._state = replace(self._state, font=self._page.font(self._resources, operands[0]))

    def set_mode(self, operands: Any) -> None:
        self._state = replace(self._state, mode=int(operands[0]))

    def set_leading(self, operands: Any) -> None:
        self._state = replace(self._state, leading=float(operands[0]))

    def move(self, operands: Any) -> None:
        self._line = self._pen = product((1, 0, 0, 1, float(operands[0]), float(operands[1])), self._line)
        self._moved = True

    def move_and_lead(self, operands: Any) -> None:
        self.set_leading([-float(operands[1])])
        self.move(operands)

    def place(self, operands: Any) -> None:
        self._line = self._pen = matrix(operands)
        self._moved = True

    def next_line(self, _: Any) -> None:
        self.move([0.0, -self._state.leading])

    def show(self, operands: Any) -> None:
        self._say(self._decoded(operands[-1]))

    def show_on_next_line(self, operands: Any) -> None:
        self.next_line(operands)
        self.show(operands)

    def show_spread(self, operands: Any) -> None:
        signs: list[str] = []
        for item in operands[0]:
            if isinstance(item, bytes | str):
                signs += self._decoded(item)
            elif float(item) <= _GAP:
                signs.append(" ")
        self._say(signs)

    def _decoded(self, shown: Any) -> list[str]:
        raw = shown if isinstance(shown, bytes) else str(shown).encode("latin-1", "replace")
        return self._state.font.decoded(raw) if self._state.font else [UNKNOWN]

    def _say(self, signs: list[str]) -> None:
        standing = next((index for index, mark in enumerate(self._marks) if mark is not None), None)
        if standing is not None:
            signs, self._marks[standing] = [self._marks[standing] or ""], ""  # said once, for all of what it marks
        if self._state.mode in _INVISIBLE:
            return
        text = "".join(as_drawn(sign) for sign in signs)
        place = moved((self._pen[4], self._pen[5]), self._state.matrix)
        if all(map(math.isfinite, place)):
            self._page.say(" " + text if self._moved else text, place)
        self._moved = False

    # What is marked, and what is drawn elsewhere

    def begin_mark(self, operands: Any) -> None:
        properties = operands[1] if len(operands) > 1 else None
        if isinstance(properties, NameObject):
            properties = self._page.looked_up(self._resources, "/Properties", properties)
        text = self._page.member(properties, "/ActualText")
        if len(self._marks) < _MOST_OPEN:
            self._marks.append(None if text is None else text_string(text))

    def end_mark(self, _: Any) -> None:
        if self._marks:
            self._marks.pop()

    def draw_object(self, operands: Any) -> None:
        found = self._page.looked_up(self._resources, "/XObject", operands[0])
        kind = self._page.member(found, "/Subtype")
        if kind == "/Image":
            self._page.show_picture(found, self._state)
        elif kind == "/Form":
            self._page.draw_form(found, self._resources, self._state, self._depth)
        self._moved = True

    def draw_picture(self, operands: Any) -> None:
        settings = operands.get("settings", {}) if isinstance(operands, dict) else {}
        self._page.show_picture({"/ImageMask": True} if "/IM" in settings else settings, self._state)


_HANDLERS: Final[Mapping[bytes, Callable[[Drawing, Any], None]]] = {
    b"q": Drawing.save, b"Q": Drawing.restore, b"cm": Drawing.transform, b"gs": Drawing.set_state,
    b"g": Drawing.set_colour, b"rg": Drawing.set_colour, b"k": Drawing.set_colour,
    b"sc": Drawing.set_colour, b"scn": Drawing.set_colour,
    b"re": Drawing.rectangle, b"m": Drawing.point, b"l": Drawing.point,
    b"c": Drawing.curve, b"v": Drawing.curve, b"y": Drawing.curve,
    b"W": Drawing.clip, b"W*": Drawing.clip, b"n": Drawing.end_path, b"S": Drawing.end_path,
    b"s": Drawing.end_path, b"f": Drawing.fill, b"F": Drawing.fill, b"f*": Drawing.fill,
    b"B": Drawing.fill, b"B*": Drawing.fill, b"b": Drawing.fill, b"b*": Drawing.fill,
    b"BT": Drawing.begin_text, b"Tf": Drawing.set_font, b"Tr": Drawing.set_mode, b"TL": Drawing.set_leading,
    b"Td": Drawing.move, b"TD": Drawing.move_and_lead, b"Tm": Drawing.place, b"T*": Drawing.next_line,
    b"Tj": Drawing.show, b"'": Drawing.show_on_next_line, b'"': Drawing.show_on_next_line,
    b"TJ": Drawing.show_spread, b"BDC": Drawing.begin_mark, b"BMC": Drawing.begin_mark,
    b"EMC": Drawing.end_mark, b"Do": Drawing.draw_object, b"INLINE IMAGE": Drawing.draw_picture,
}  # fmt: skip
