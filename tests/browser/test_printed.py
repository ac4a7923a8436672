"""On paper: one page, with what somebody needs who holds it without a screen."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import unicodedata

import pytest
from pypdf import PdfReader

from app.language import LANGUAGES
from tests.browser.states import BADGES, BY_NAME

TYPICAL = ("badge, valid", "badge, expired", "badge, revoked", "badge, test", "badge, altered", "badge, arabic content")


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("name", TYPICAL)
def test_a_badge_prints_on_one_page(page, town, name, paper):
    BY_NAME[name].open(page, town)
    printed = PdfReader(io.BytesIO(page.pdf(format=paper, prefer_css_page_size=False)))
    assert len(printed.pages) == 1
    assert town.url(BY_NAME[name].at) in _letters(printed)  # where to see whether it still holds


@pytest.mark.parametrize("language", [tag for tag in LANGUAGES if tag != "en"])
def test_it_does_in_longer_words_too(page, town, language):
    BY_NAME["badge, valid"].open(page, town, language)
    assert len(PdfReader(io.BytesIO(page.pdf(format="Letter", prefer_css_page_size=False))).pages) == 1


@pytest.mark.skipif(shutil.which("zbarimg") is None, reason="zbarimg is missing: apt install zbar-tools")
@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm is missing: apt install poppler-utils")
def test_a_telephone_finds_the_way_back_from_paper(visit, town, tmp_path):
    """The code is fetched when the page is printed, and not before."""
    page, witness = visit()
    BY_NAME["badge, valid"].open(page, town)
    assert not [one.url for one in witness.responses if "/qr." in one.url]
    (tmp_path / "page.pdf").write_bytes(page.pdf(format="A4"))
    subprocess.run(["pdftoppm", "-r", "150", "-png", "page.pdf", "page"], cwd=tmp_path, check=True)
    read = subprocess.run(["zbarimg", "--quiet", "--raw", "page-1.png"], cwd=tmp_path, capture_output=True, check=True)
    assert read.stdout.decode().strip() == town.url("valid")


def test_what_is_for_screens_is_not_printed(page, town):
    BY_NAME["badge, valid"].open(page, town)
    page.emulate_media(media="print")
    for selector in ("#take", "#linkedin", "#related", ".yourself", ".check-body", ".technical", ".tongues"):
        assert page.locator(selector).count(), selector
        assert not [one for one in page.locator(selector).all() if one.is_visible()], selector
    page.emulate_media(media="screen")
    assert not page.locator(".on-paper").is_visible()


def test_the_page_is_printed_in_black_on_white_from_a_dark_screen(visit, town):
    page, _ = visit(color_scheme="dark")
    page.goto(town.url("valid"))
    page.emulate_media(media="print", color_scheme="dark")
    light = "[...getComputedStyle(document.body).backgroundColor.matchAll(/\\d+/g)].every(one => +one[0] >= 250)"
    assert page.evaluate(light) or page.evaluate("getComputedStyle(document.body).backgroundColor.includes(', 0)')")


@pytest.mark.parametrize("state", [one for one in BADGES if "long" in one.name], ids=lambda state: state.name)
def test_a_long_one_prints_whole(page, town, state):
    state.open(page, town)
    printed = PdfReader(io.BytesIO(page.pdf(format="A4")))
    assert 1 < len(printed.pages) < 15
    assert "Outcome29" in _letters(printed)


def _letters(printed):
    """Without spaces, and with two letters where the font has one for "ff"."""
    text = "".join(one.extract_text() for one in printed.pages)
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
