from __future__ import annotations

import pytest

from app.rendering.wording import direction, plain_line, said

LINES = {
    "plain": ("Digital Literacy", "Digital Literacy"),
    "white space of every kind": (" a\n\tb\u2028c\u00a0d  ", "a b c d"),
    "control characters": ("a\x00b\x1b[31mc", "a b [31mc"),
    "bidi overrides": ("safe\u202egnp.exe", "safe gnp.exe"),
    "joiners of Persian": ("می\u200cخواهم", "می\u200cخواهم"),
    "composed letters": ("e\u0301", "é"),
    "half a surrogate pair": ("a\ud800b", "a b"),
    "too long": ("word " * 9, "word word word word…"),
    "nothing": ("", ""),
}


@pytest.mark.parametrize(("text", "expected"), LINES.values(), ids=LINES)
def test_one_plain_line(text, expected):
    assert plain_line(text, 20) == expected


def test_a_word_without_end_gets_places_to_break():
    assert plain_line("x" * 90, 100) == "\u200b".join(("x" * 30, "x" * 30, "x" * 30))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("abc", "ltr"), ("שלום", "rtl"), ("123 عربي abc", "rtl"), ("(a) ש", "ltr"), ("123", "ltr"), ("", "ltr")],
)
def test_the_first_letter_tells_the_direction(text, expected):
    assert direction(text) == expected


def test_words_that_may_break_anywhere_are_not_kept_in_one_piece():
    assert said("Kurs 差异化教学 การสอน 특수", 99)["unbreakable"] == ["Kurs"]
