from __future__ import annotations

import base64
from uuid import UUID

import pytest

from app.storage import Cursor
from tests.storage.rows import NOW

CURSOR = Cursor(NOW.replace(microsecond=123456), UUID(int=7))


def test_a_cursor_survives_the_journey():
    text = CURSOR.encode()
    assert Cursor.decode(text) == CURSOR
    assert text.replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize(
    "text",
    ["", "!", "a", "é", CURSOR.encode()[:-4], base64.urlsafe_b64encode(b"2026-05-04T10:00:00 " + b"0" * 32).decode()],
    ids=["empty", "not base64", "one letter", "not ASCII", "cut short", "without a zone"],
)
def test_another_text_is_refused(text):
    with pytest.raises(ValueError, match="an earlier page"):
        Cursor.decode(text)
