from __future__ import annotations

import io
import struct
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from PIL import Image, ImageChops

from app.errors import MalformedImageError
from app.rendering import PREVIEW_SIZE, BadgeArt, PreviewCard, badge_png, check_image, contrast, preview_png
from app.rendering.preview import TONES

CARD = PreviewCard(
    title="Differentiated Teaching in Mixed-Ability Classrooms",
    issuer="Riverside Academy",
    recipient="Amina Haddad",
    state="Valid",
    tone="good",
    line="Awarded 4 May 2026 · Valid until 4 May 2029",
)
ART = badge_png(BadgeArt("Differentiated Teaching", "Riverside Academy", "teaching", "s"), pixels=600)
LOGO = check_image(
    b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle cx="4" cy="4" r="4" fill="#0b6e4f"/></svg>'
).content
CARDS = {
    "a credential": CARD,
    "the same from right to left": replace(CARD, title="التدريس المتمايز", recipient="أمينة حداد", direction="rtl"),
    "Chinese": replace(CARD, title="差异化教学与课堂评估", recipient="王小明", state="已过期", tone="caution"),
    "revoked": PreviewCard("This credential was revoked", "badges.example", state="Revoked", tone="bad"),
    "unknown": PreviewCard("There is no such credential", "badges.example", state="Unknown"),
    "a test": replace(CARD, state="Test. This is not a real credential.", tone="test"),
    "an issuer": PreviewCard("Riverside Academy", accent="#ffcc00"),
    "the site": PreviewCard("Micro-credentials anybody can check", "Laurel"),
}
HARD = {
    "long names": replace(CARD, title="Word " * 90, recipient="Name " * 90, issuer="Issuer " * 90, line="Line " * 90),
    "one long word": replace(CARD, title="x" * 5_000, recipient="y" * 5_000, issuer="z" * 5_000, line="w" * 5_000),
    "a long state": replace(CARD, state="Nicht mehr gültig, weil ersetzt " * 9),
    "wide letters": replace(CARD, title="Ｗ" * 300, recipient="漢" * 300, issuer="W" * 300, state="Ｗ" * 90),
    "nothing": PreviewCard(""),
    "typst code": replace(CARD, title='#panic("x") $ ] ) \\ " @a <b> // /* *bold*', recipient="{x} %s \u202e\x00"),
    "letters that no font has": replace(CARD, title="ᏣᎳᎩ 😀"),
}


def picture(raw: bytes) -> Image.Image:
    return Image.open(io.BytesIO(raw)).convert("RGB")


@pytest.mark.parametrize("art", [None, ART], ids=["no art", "art"])
@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
def test_a_card_is_what_sites_want(card, art):
    raw = preview_png(card, art=art, logo=LOGO)
    assert raw.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack_from(">II", raw, 16) == PREVIEW_SIZE == (1200, 627)
    assert len(raw) < 300_000
    assert raw == preview_png(card, art=art, logo=LOGO)


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("card", HARD.values(), ids=HARD)
def test_nothing_runs_into_the_margins(card, direction):
    """40 pixels around the words stay white, and nothing of them reaches the panel."""
    image = picture(preview_png(replace(card, direction=direction), art=ART, logo=LOGO))
    words = (456, 0, 1200, 627) if direction == "ltr" else (0, 0, 744, 627)
    column = image.crop(words)
    ground = Image.new("RGB", column.size, "white")
    box = ImageChops.difference(column, ground).getbbox()
    if box is not None:
        left, top, right, bottom = box
        assert (left >= 50, top >= 40, right <= 744 - 50, bottom <= 627 - 40) == (True,) * 4, box


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Other"},
        {"issuer": "Other"},
        {"recipient": None},
        {"state": "Expired"},
        {"tone": "caution"},
        {"line": None},
        {"accent": "#a00"},
        {"direction": "rtl"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_value_shows(change):
    assert preview_png(replace(CARD, **change)) != preview_png(CARD)


def test_a_card_from_right_to_left_is_mirrored():
    for direction, panel_at in (("ltr", 0), ("rtl", 1199)):
        image = picture(preview_png(replace(CARD, direction=direction, accent="#aa0000")))
        assert image.getpixel((panel_at, 300)) == (0xAA, 0, 0)
        assert image.getpixel((1199 - panel_at, 300)) == (255, 255, 255)


def test_a_state_is_told_by_its_sign_too():
    """In grey, with the same word, every tone of another meaning looks different."""
    signs = {
        tone: picture(preview_png(PreviewCard("x", state="x", tone=tone)))
        .convert("L")
        .crop((130, 200, 340, 430))
        .tobytes()
        for tone in ("good", "caution", "bad", "neutral")
    }
    assert len(set(signs.values())) == len(signs)


@pytest.mark.parametrize("tone", TONES)
def test_the_word_of_a_state_can_be_read(tone):
    ground, letters, _sign = TONES[tone]
    assert contrast(ground, letters) >= 7


def test_wrong_values_are_refused():
    with pytest.raises(ValueError, match="hexadecimal"):
        preview_png(replace(CARD, accent="javascript:"))
    with pytest.raises(MalformedImageError):
        preview_png(CARD, art=b"<svg")


def test_many_threads_at_once():
    cards = [replace(CARD, recipient=f"Name {number % 4}") for number in range(12)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(preview_png, cards)) == [preview_png(card) for card in cards]
