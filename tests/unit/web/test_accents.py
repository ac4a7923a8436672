"""Sheets of issuers' colours: any six digits have one, which goes with the tokens and the grounds of laurel.css."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import NotFoundError
from app.web import pages
from app.web.accents import DARK_GROUNDS, LIGHT_GROUNDS, accent_css, accent_name, accent_of
from app.web.assets import accent_url, static_file
from tests.unit.web import samples
from tests.unit.web.test_style import DARK, LIGHT, contrast

COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)
TOKENS = {"accent", "accent-strong", "accent-ink", "accent-soft"}


def parts(css):
    """What the sheet sets in light, in dark and on paper."""
    blocks = re.findall(r":root \{ ([^}]*) \}", css)
    return [dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block)) for block in blocks]


@settings(deadline=None)  # other tests run beside
@given(colour=COLOURS)
def test_whatever_the_colour_words_can_be_read(colour):
    light, dark, paper = parts(accent_css(colour))
    assert set(light) - {"brand"} == set(dark) == set(paper) == TOKENS
    assert light["brand"] == colour
    for theme, sheet in ((light, LIGHT), (dark, DARK), (paper, LIGHT)):
        for ground in (sheet["paper"], sheet["surface"], sheet["sunken"], theme["accent-soft"]):
            assert contrast(theme["accent"], ground) >= 4.5
            assert contrast(theme["accent-strong"], ground) >= 4.5
        for ground in (theme["accent"], theme["accent-strong"]):
            assert contrast(theme["accent-ink"], ground) >= 4.5
        assert contrast(sheet["ink"], theme["accent-soft"]) >= 4.5
        assert contrast(sheet["ink-soft"], theme["accent-soft"]) >= 4.5


def test_the_grounds_are_those_of_the_sheet_of_the_site():
    assert tuple(LIGHT[name] for name in ("surface", "sunken", "paper")) == LIGHT_GROUNDS
    assert tuple(DARK[name] for name in ("surface", "sunken", "paper")) == DARK_GROUNDS


@settings(deadline=None)  # other tests run beside
@given(colour=COLOURS)
def test_it_is_small_and_found_by_its_name(colour):
    assert accent_of(accent_name(colour)) == colour
    found = static_file(accent_name(colour))
    assert found.media_type == "text/css; charset=utf-8"
    assert len(found.content) < 600
    assert accent_url(colour) == f"/static/{found.name}?v={found.digest}"


@pytest.mark.parametrize("name", [
    "accent-.css", "accent-fff.css", "accent-1d5c8f", "accent-1D5C8F.css", "accent-1d5c8g.css", "accent-1d5c8f.css/",
    "accent-#1d5c8.css", "accent-1d5c8f.css\n", "accent-{};*{}.css",
])  # fmt: skip
def test_no_other_name_has_one(name):
    assert accent_of(name) is None
    with pytest.raises(NotFoundError):
        static_file(name)


def test_pages_of_an_issuer_with_a_colour_and_a_logo():
    issuer = replace(samples.issuer(), accent="#1d5c8f", logo_url=f"{samples.BASE}/issuers/riverside/logo.png")
    for html in (
        pages.credential_page(samples.credential(issuer=issuer), samples.report()),
        pages.achievement_page(samples.achievement_view(issuer=issuer)),
        pages.issuer_page(samples.issuer_view(issuer=issuer)),
    ):
        reader = samples.Reader(html)
        sheets = [a["href"].partition("?")[0] for _, a in reader.all("link") if a["rel"] == "stylesheet"]
        assert sheets == ["/static/laurel.css", "/static/accent-1d5c8f.css"]
        assert [a["alt"] for _, a in reader.all("img") if a["src"] == issuer.logo_url] == [""]


def test_a_page_that_vouches_for_nothing_wears_no_colours():
    issuer = replace(samples.issuer(), accent="#1d5c8f", logo_url=f"{samples.BASE}/issuers/riverside/logo.png")
    html = pages.credential_page(samples.credential(issuer=issuer), samples.REPORTS["altered"]())
    assert "accent-" not in html
    assert "logo" not in html
