"""The same journeys without a mouse, and without JavaScript."""

from __future__ import annotations

import pytest

from tests.browser.chromium import PHONE

PLACES = ("/", "/verify", "valid", "revoked", "differentiated-teaching", "issuer")
# What the focused element is, and whether somebody who looks can tell.
_FOCUSED = """() => {
    const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
    // In the middle of what can be seen of it: a text field is scrolled to its first line, no further.
    const middle = (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2;
    const on = document.elementFromPoint(box.x + box.width / 2, middle);
    return {
        place: [...document.querySelectorAll('*')].indexOf(one),
        what: one.outerHTML.slice(0, 120),
        outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
        seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
        covered: !(on && (one.contains(on) || on.contains(one))),
    }
}"""
_REACHABLE = """() => [...document.querySelectorAll(
        'a[href], summary, input, textarea, select, button, iframe, [tabindex="0"]')]
    .filter(one => one.checkVisibility() && one.tabIndex >= 0 && !one.disabled).length"""


def _go(page, town, place):
    page.goto(town.base + place if place.startswith("/") else town.url(place))


@pytest.mark.parametrize("place", PLACES)
def test_tab_reaches_everything_in_order_and_shows_where_it_is(page, town, place):
    _go(page, town, place)
    stops = []
    for _ in range(page.evaluate(_REACHABLE)):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(_FOCUSED))
    assert [stop["place"] for stop in stops] == sorted({stop["place"] for stop in stops})
    assert [stop["what"] for stop in stops if not stop["outlined"] or not stop["seen"] or stop["covered"]] == []


@pytest.mark.parametrize("place", PLACES)
def test_the_first_stop_skips_to_the_content(page, town, place):
    _go(page, town, place)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.getElementById('main').contains(document.activeElement)")


def test_checks_open_and_close_with_the_keyboard(page, town):
    page.goto(town.url("valid"))
    first = page.locator("section[aria-labelledby=checks] details").first
    for key in ("Enter", "Space"):
        first.locator("summary").focus()
        assert first.get_attribute("open") is None
        page.keyboard.press(key)
        assert first.get_attribute("open") is not None
        page.keyboard.press(key)


def test_the_form_is_sent_with_the_keyboard(page, town):
    page.goto(f"{town.base}/verify")
    page.locator("#text").focus()
    page.keyboard.insert_text(town.url("valid"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "email"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "Valid" in page.locator("#status").inner_text()


def test_a_mistake_is_told_beside_the_field_and_keeps_what_was_written(page, town):
    page.goto(f"{town.base}/verify")
    page.locator("#text").fill("no badge at all")
    page.locator("#text").press("Tab")
    page.keyboard.press("Enter")
    told = page.get_by_role("alert")
    told.wait_for()
    described = page.locator("#text").get_attribute("aria-describedby").split()
    assert any(told.locator(f"#{name}").count() for name in described)
    assert page.locator("#text").input_value() == "no badge at all"


@pytest.mark.parametrize("form", ["png", "svg", "pdf", "json", "jwt"])
def test_the_whole_journey_without_javascript(visit, town, tmp_path, form):
    """From the badge's page, by its own links and forms, to the result for the file that was taken."""
    page, witness = visit(java_script_enabled=False, viewport=PHONE)
    page.goto(town.url("valid"))
    assert "Valid" in page.locator("#status").inner_text()
    with page.expect_download() as download:
        page.locator(f"section[aria-labelledby=take] a[href*='.{form}']").first.click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.suffix == f".{form}"
    page.locator("a[href^='/verify']").first.click()
    page.wait_for_url("**/verify*")
    page.locator("#file").set_input_files(file)
    page.locator("form button[type=submit]").click()
    page.locator("#status").wait_for()
    assert "Valid" in page.locator("#status").inner_text()
    assert "Amina Haddad" in page.locator("main").inner_text()
    assert (witness.elsewhere, witness.refused, page.context.cookies()) == ([], [], [])


def test_details_open_without_javascript(visit, town):
    page, _ = visit(java_script_enabled=False)
    page.goto(town.url("valid"))
    first = page.locator("section[aria-labelledby=checks] details").first
    first.locator("summary").click()
    assert first.locator("summary ~ *").first.is_visible()
