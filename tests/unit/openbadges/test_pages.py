"""What a page prints: words that can be seen, in the order in which they are drawn."""

from __future__ import annotations

import time
import zlib

import pytest

from app.openbadges import Printed, printed_by_pdf
from app.openbadges.pages import MAX_CHARACTERS, MAX_PAGES
from tests.unit.openbadges.pdfs import deflated, one_page, pdf, stream

SAY = b"BT /F1 12 Tf 50 200 Td (Amina Haddad) Tj ET "
OTHER = b"BT /F1 12 Tf 50 200 Td (Mallory Fox) Tj ET "
FORM = b"/Subtype/Form/BBox[0 0 300 50]/Resources 5 0 R"
WITH_FORM = b"<</Font<</F1 6 0 R>>/XObject<</X 7 0 R>>>>"
IMAGE = b"/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8"
STATES = b"<</Font<</F1 6 0 R>>/ExtGState<</G<</ca .3>>/M<</BM/Multiply>>/N<</ca 1/BM/Normal>>>>>>"
NOTE = b"/Annots[8 0 R]"
BLIND = b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[]>>"


def words(raw: bytes) -> str:
    return " ".join(printed_by_pdf(raw).text.split())


SEEN = {
    "one string": (one_page(SAY), "Amina Haddad"),
    "a string in pieces": (one_page(b"BT /F1 9 Tf 9 9 Td [(Am) 20 (ina) -600 (Had) -20 (dad)] TJ ET"), "Amina Haddad"),
    "lines": (
        one_page(b"BT /F1 9 Tf 9 99 Td 12 TL (Amina) Tj T* (Haddad) Tj (4) ' 0 0 (May) \" ET"),
        "Amina Haddad 4 May",
    ),
    "moved by lines": (one_page(b"BT /F1 9 Tf 9 99 TD (Amina) Tj 0 -12 TD (Haddad) Tj T* (x) Tj ET"), "Amina Haddad x"),
    "compressed": (one_page(b"", {4: deflated(SAY, b"")}), "Amina Haddad"),
    "in two streams": (
        one_page(b"", {4: b"[9 0 R 10 0 R]", 9: stream(SAY, b""), 10: stream(OTHER, b"")}),
        "Amina Haddad Mallory Fox",
    ),
    "in a form": (one_page(b"/X Do", {5: WITH_FORM, 7: stream(SAY, FORM)}), "Amina Haddad"),
    "in a note": (
        one_page(
            SAY,
            {
                8: b"<</Subtype/FreeText/Rect[40 190 300 240]/AP<</N 7 0 R>>>>",
                7: stream(b"BT /F1 9 Tf 9 9 Td (Fox) Tj ET", FORM),
            },
            entries=NOTE,
        ),
        "Amina Haddad Fox",
    ),
    "in the state that a note is in": (
        one_page(
            b"",
            {
                8: b"<</Subtype/Widget/Rect[0 0 9 9]/AS/On/AP<</N<</On 7 0 R/Off 9 0 R>>>>>>",
                7: stream(SAY, FORM),
                9: stream(OTHER, FORM),
            },
            entries=NOTE,
        ),
        "Amina Haddad",
    ),
    "marked with what it stands for": (
        one_page(b"BT /F1 9 Tf 9 9 Td /Span<</ActualText<FEFF0627>>>BDC (x) Tj (y) Tj EMC (z) Tj ET"),
        "\u0627z",
    ),
    "marked in another place": (
        one_page(
            b"BT /F1 9 Tf 9 9 Td /Span/P BDC (x) Tj EMC ET",
            {5: b"<</Font<</F1 6 0 R>>/Properties<</P<</ActualText(Amina)>>>>>>"},
        ),
        "Amina",
    ),
    "drawn over nothing": (one_page(b"0 0 600 400 re f " + SAY), "Amina Haddad"),
    "beside a rectangle": (one_page(SAY + b"0 0 600 150 re f"), "Amina Haddad"),
    "in a frame": (one_page(SAY + b"9 9 580 380 re S"), "Amina Haddad"),
    "under a veil": (one_page(SAY + b"/G gs 0 0 600 400 re f", {5: STATES}), "Amina Haddad"),
    "under a marker": (one_page(SAY + b"/M gs 0 0 600 400 re f", {5: STATES}), "Amina Haddad"),
    "under a pattern": (one_page(SAY + b"/Pattern cs /P scn 0 0 600 400 re f"), "Amina Haddad"),
    "under a clipped rectangle": (one_page(SAY + b"q 0 0 9 9 re W n 0 0 600 400 re f Q"), "Amina Haddad"),
    "under a rectangle with a shape for a clip": (
        one_page(SAY + b"0 0 m 9 0 l 5 9 l h W n 0 0 600 400 re f"),
        "Amina Haddad",
    ),
    "under a triangle": (one_page(SAY + b"0 0 m 600 0 l 0 400 l f"), "Amina Haddad"),
    "under two rectangles, a ring": (one_page(SAY + b"0 0 600 400 re 9 9 580 380 re f*"), "Amina Haddad"),
    "under a picture with a mask": (
        one_page(SAY + b"600 0 0 400 0 0 cm /X Do", {5: WITH_FORM, 7: stream(b"x", IMAGE + b"/SMask 9 0 R")}),
        "Amina Haddad",
    ),
}

UNSEEN = {
    "drawn invisibly": one_page(b"3 Tr " + SAY),
    "left of the page": one_page(SAY.replace(b"50 200", b"-50 200")),
    "above the page": one_page(b"1 0 0 1 0 300 cm " + SAY),
    "under a white rectangle": one_page(SAY + b"1 g 40 190 200 30 re f"),
    "under a white rectangle that is moved there": one_page(SAY + b"q 1 0 0 1 40 190 cm 0 0 200 30 re f Q"),
    "under a rectangle of lines": one_page(SAY + b"40 190 m 240 190 l 240 220 l 40 220 l h f"),
    "under a rectangle, opaque again": one_page(SAY + b"/G gs /N gs 0 0 600 400 re b*", {5: STATES}),
    "under a picture": one_page(SAY + b"200 0 0 40 40 190 cm /X Do", {5: WITH_FORM, 7: stream(b"x", IMAGE)}),
    "under a note": one_page(
        SAY,
        {8: b"<</Subtype/Square/Rect[40 190 300 240]/AP<</N 7 0 R>>>>", 7: stream(b"0 0 300 50 re f", FORM)},
        entries=NOTE,
    ),
    "in a hidden note": one_page(
        b"", {8: b"<</F 2/Rect[40 190 300 240]/AP<</N 7 0 R>>>>", 7: stream(SAY, FORM)}, entries=NOTE
    ),
}


@pytest.mark.parametrize(("raw", "expected"), SEEN.values(), ids=SEEN)
def test_what_can_be_seen_is_read(raw, expected):
    assert words(raw) == expected


@pytest.mark.parametrize("raw", UNSEEN.values(), ids=UNSEEN)
def test_what_nobody_can_see_is_not(raw):
    assert words(raw) == ""


NOT_WHOLE = {
    "letters that are numbers of glyphs": one_page(SAY, {6: BLIND}),
    "no font": one_page(b"BT (Amina) Tj ET"),
    "more pages than are read": pdf({2: b"<</Type/Pages/Count 9/Kids[%b]>>" % (b"3 0 R " * (MAX_PAGES + 1))}),
    "more letters than are read": one_page(SAY * (MAX_CHARACTERS // 12)),
    "no PDF": b"%PDF-1.7\n",
    "a password": pdf({}, trailer=b"/Root 1 0 R/Encrypt<</Filter/Own/V 9>>"),
    "an instruction that is a mistake": one_page(b"BT /F1 (x) Tf Td ET " + SAY),
}


@pytest.mark.parametrize("raw", NOT_WHOLE.values(), ids=NOT_WHOLE)
def test_what_is_not_read_in_full_is_told(raw):
    assert not printed_by_pdf(raw).whole


def test_a_page_without_words_is_read_in_full():
    assert printed_by_pdf(pdf({})).whole
    small = one_page(b"60 0 0 60 0 0 cm /X Do", {5: WITH_FORM, 7: stream(b"x", IMAGE)})
    assert printed_by_pdf(small) == Printed("", whole=True)
    large = one_page(b"600 0 0 300 0 0 cm /X Do", {5: WITH_FORM, 7: stream(b"x", IMAGE)})
    assert printed_by_pdf(large) == Printed("", whole=True, pictured=True)


TABLE = b"beginbfrange " + b"<0000> <ffff> <0000>\n" * 9 + b"endbfrange"
HOSTILE = {
    "a form that draws itself": one_page(b"/X Do", {5: WITH_FORM, 7: stream(b"/X Do " * 99, FORM)}),
    "a form that draws itself, and words": one_page(
        b"/X Do", {5: WITH_FORM, 7: stream(SAY * 99 + b"/X Do " * 9, FORM)}
    ),
    "a bomb of words": one_page(b"", {4: deflated(SAY * 300_000, b"")}),
    "a bomb in a bomb": one_page(
        b"", {4: stream(zlib.compress(zlib.compress(b" " * 500_000_000, 9), 9), b"/Filter[/FlateDecode/FlateDecode]")}
    ),
    "100,000 states that are kept": one_page(b"q " * 100_000),
    "100,000 marks": one_page(b"/Span<</ActualText(x)>>BDC " * 30_000),
    "100,000 rectangles over words": one_page(SAY * 2_000 + b"0 0 1 1 re f " * 60_000),
    "100,000 brackets": one_page(b"[" * 100_000),
    "200,000 numbers": one_page(b"1 " * 200_000 + b"Tj"),
    "a string of half a million letters": one_page(b"BT /F1 9 Tf 9 9 Td (" + b"a" * 500_000 + b") Tj ET"),
    "a table for all letters, nine times": one_page(
        SAY, {6: BLIND[:-2] + b"/ToUnicode 7 0 R>>", 7: stream(TABLE, b"")}
    ),
    "a table that is a bomb": one_page(
        SAY, {6: BLIND[:-2] + b"/ToUnicode 7 0 R>>", 7: deflated(b"<00> <00> <00>\n" * 60_000, b"")}
    ),
    "a hundred fonts": one_page(
        b"BT 9 9 Td " + b"".join(b"/F%d 9 Tf (x) Tj " % number for number in range(100)) + b"ET",
        {
            5: b"<</Font<<%b>>>>" % b"".join(b"/F%d %d 0 R" % (number, 20 + number) for number in range(100)),
            **{20 + number: BLIND for number in range(100)},
        },
    ),
    "endless numbers": one_page(b"9" * 400 + b" 0 0 1 0 0 cm 1e999 0 0 1 0 0 cm " + SAY),
    "pages that are their own parents": pdf({2: b"<</Kids[2 0 R 2 0 R]>>"}),
    "contents that are themselves": one_page(b"", {4: b"[4 0 R]"}),
    "a note that is itself": one_page(
        b"", {8: b"<</Rect[0 0 9 9]/AP 8 0 R/N 8 0 R>>"}, entries=b"/Annots[%b]" % (b"8 0 R " * 999)
    ),
    "an inline picture without an end": one_page(SAY + b"BI /W 9 ID " + b"x" * 100_000),
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_what_would_never_end_or_grow_for_ever_ends(raw):
    """By bounds on work and not by the clock. A service has a clock as well."""
    before = time.thread_time()
    assert len(printed_by_pdf(raw).text) <= MAX_CHARACTERS
    assert time.thread_time() - before < 10
