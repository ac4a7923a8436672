"""What the pages of a PDF print, by way of pypdf (ISO 32000-2, 8 and 9). Imported when the first PDF comes.

Nothing is laid out: the words are taken in the order in which they are drawn, with a space wherever the pen was moved.
That is enough to look for a name. Left out is what nobody can see in the simplest ways: text drawn invisibly, beside
the page, or under a plain rectangle or picture. Whoever means to hide text from people still can.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from pypdf import apply_configuration
from pypdf.generic import ContentStream

from app.errors import TooLargeError
from app.openbadges.attachments import CONTENT, STRUCTURE, Objects, opened
from app.openbadges.baked import Printed
from app.openbadges.page_drawing import Drawing, State
from app.openbadges.page_letters import UNKNOWN, Font, font
from app.openbadges.page_places import UNMOVED, Box, area, box, common, matrix, moved_box, product

__all__ = ["MAX_CHARACTERS", "MAX_PAGES", "printed"]

MAX_PAGES: Final = 4
MAX_CHARACTERS: Final = 50_000
_CONTENT_BYTES: Final = 1024 * 1024  # of all that is drawn; a certificate has some ten thousand
_FONT_BYTES: Final = 512 * 1024  # of tables from codes to letters; that of a Chinese font has a hundred thousand
_MAX_FONTS: Final = 64
_MAX_FORMS: Final = 200
_MAX_DEPTH: Final = 8
_MAX_NOTES: Final = 64
_COVERING_WORK: Final = 500_000  # pieces of text that are held against what is drawn over them
_PICTURE_OF_A_PAGE: Final = 0.5  # of its area


def printed(raw: bytes) -> Printed:
    """What the first pages of `raw` print."""
    reading = _Reading()
    try:
        with apply_configuration(STRUCTURE):
            reader = opened(raw)
            for page, inherited in _pages(reader.root_object, reading):
                with apply_configuration(CONTENT):
                    _Page(page, inherited, reader, reading).read()
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a damaged file can make pypdf raise nearly anything, and this is no matter then
        reading.whole = False
    return Printed("".join(reading.pieces)[:MAX_CHARACTERS], reading.whole, reading.pictured)


@dataclass(slots=True)
class _Reading:
    """One file, and how much more of it may be read."""

    pieces: list[str] = field(default_factory=list)
    whole: bool = True
    pictured: bool = False
    characters: int = MAX_CHARACTERS
    content: int = _CONTENT_BYTES
    tables: int = _FONT_BYTES
    forms: int = _MAX_FORMS
    covering: int = _COVERING_WORK
    objects: Objects = field(default_factory=Objects)
    fonts: dict[int, Font] = field(default_factory=dict)
    kept: list[Any] = field(default_factory=list)  # so that no other object has the identity of one in `fonts`


def _pages(root: Any, reading: _Reading) -> Iterator[tuple[Any, dict[str, Any]]]:
    """The first pages, each with what it inherits (7.7.3.4). Without recursion, and `objects` ends loops."""
    of, left = reading.objects.of, MAX_PAGES
    waiting: list[tuple[Any, dict[str, Any]]] = [(of(root, "/Pages"), {})]
    while waiting:
        node, inherited = waiting.pop()
        own = {name: value for name in ("/Resources", "/MediaBox") if (value := of(node, name)) is not None}
        inherited = inherited | own
        if isinstance(node, dict) and "/Kids" in node:
            waiting += [(kid, inherited) for kid in reversed(reading.objects.several(node, "/Kids"))]
        elif left == 0:
            reading.whole = False
            return
        elif isinstance(node, dict):
            left -= 1
            yield node, inherited


@dataclass(slots=True)
class _Piece:
    text: str
    place: tuple[float, float]
    seen: bool = True


class _Page:
    """One page: what is drawn on it, and then what its notes draw over that."""

    def __init__(self, page: Any, inherited: Mapping[str, Any], reader: Any, reading: _Reading) -> None:
        self._page, self._resources = page, inherited.get("/Resources")
        self._reader, self._reading = reader, reading
        self._box = box(inherited.get("/MediaBox")) or (0.0, 0.0, 612.0, 792.0)
        self._pieces: list[_Piece] = []

    def read(self) -> None:
        try:
            if "/Contents" in self._page:
                state = State(UNMOVED, self._box)
                self.draw(self._page["/Contents"], self._resources, state, _MAX_DEPTH)
            for note in self._reading.objects.several(self._page, "/Annots")[:_MAX_NOTES]:
                self._draw_note(note)
        finally:
            self._reading.pieces += [piece.text for piece in self._pieces if piece.seen]

    def draw(self, stream: Any, resources: Any, state: State, depth: int) -> None:
        """`depth`: how many forms there may be inside each other."""
        content = ContentStream(stream, self._reader, "bytes")
        self._reading.content -= len(content.get_data())
        if self._reading.content < 0:
            raise TooLargeError("The pages hold more than is read of them.")
        Drawing(self, resources, state, depth).follow(content.operations)

    def _draw_note(self, note: Any) -> None:
        """The appearance of a note (12.5.5), fitted into its rectangle."""
        of = self._reading.objects.of
        form, place = of(of(note, "/AP"), "/N"), box(of(note, "/Rect"))
        flags = of(note, "/F")
        if isinstance(flags, int) and flags & 0b10:  # hidden
            return
        if isinstance(form, dict) and not hasattr(form, "get_data"):  # one for each state that it may have
            form = of(form, str(of(note, "/AS")))
        if place is None or not hasattr(form, "get_data"):
            return
        extent = moved_box(box(of(form, "/BBox")) or place, matrix(of(form, "/Matrix")))
        width, height = extent[2] - extent[0], extent[3] - extent[1]
        across = (place[2] - place[0]) / width if width else 1.0
        up = (place[3] - place[1]) / height if height else 1.0
        fitted = (across, 0.0, 0.0, up, place[0] - extent[0] * across, place[1] - extent[1] * up)
        self.draw_form(form, self._resources, State(fitted, self._box), _MAX_DEPTH)

    def draw_form(self, form: Any, resources: Any, state: State, depth: int) -> None:
        self._reading.forms -= 1
        if depth == 0 or self._reading.forms < 0:
            self._reading.whole = False
            return
        own = self._reading.objects.of(form, "/Resources")
        inside = replace(state, matrix=product(matrix(self._reading.objects.of(form, "/Matrix")), state.matrix))
        self.draw(form, resources if own is None else own, inside, depth - 1)

    def say(self, text: str, place: tuple[float, float]) -> None:
        left, bottom, right, top = self._box
        if left <= place[0] <= right and bottom <= place[1] <= top:
            self._reading.characters -= len(text)
            if self._reading.characters < 0:
                raise TooLargeError("The pages print more than is read of them.")
            self._reading.whole &= UNKNOWN not in text
            self._pieces.append(_Piece(text, place))

    def doubt(self) -> None:
        self._reading.whole = False

    def cover(self, covered: Box, state: State) -> None:
        """What was drawn before cannot be seen there any more."""
        if not state.opaque or state.clip is None:
            return
        self._reading.covering -= len(self._pieces)
        if self._reading.covering < 0:
            self._reading.whole = False
            return
        left, bottom, right, top = common(covered, state.clip)
        for piece in self._pieces:
            if left - 1 <= piece.place[0] <= right and bottom - 1 <= piece.place[1] <= top:
                piece.seen = False

    def show_picture(self, picture: Any, state: State) -> None:
        covered = moved_box((0.0, 0.0, 1.0, 1.0), state.matrix)
        if area(common(covered, self._box)) > _PICTURE_OF_A_PAGE * area(self._box):
            self._reading.pictured = True
        if not any(name in picture for name in ("/SMask", "/Mask", "/ImageMask", "/SMaskInData")):
            self.cover(covered, state)

    def font(self, resources: Any, name: Any) -> Font | None:
        reading = self._reading
        found = reading.objects.of(reading.objects.of(resources, "/Font"), str(name))
        if not isinstance(found, dict):
            return None
        if id(found) not in reading.fonts:
            if len(reading.fonts) >= _MAX_FONTS:
                raise TooLargeError("The pages use more fonts than are read.")
            table = reading.objects.of(found, "/ToUnicode")
            reading.tables -= len(table.get_data()) if hasattr(table, "get_data") else 0
            if reading.tables < 0:
                raise TooLargeError("The fonts of the pages tell more than is read of them.")
            reading.fonts[id(found)] = font(found)
            reading.kept.append(found)
        return reading.fonts[id(found)]

    def looked_up(self, resources: Any, kind: str, name: Any) -> Any:
        of = self._reading.objects.of
        return of(of(resources, kind), str(name))

    def member(self, holder: Any, name: str) -> Any:
        return self._reading.objects.of(holder, name)
