"""No page in any state has a fault that axe-core finds: WCAG 2.2 AA and its good practice.

Between the languages every pair of window and colour scheme is looked at; BROWSER=long looks at all four in each.
"""

from __future__ import annotations

import pytest

from tests.browser import axe
from tests.browser.chromium import LAPTOP, PHONE
from tests.browser.conftest import LONG
from tests.browser.states import LANGUAGES, STATES

EVERY_LOOK = ((PHONE, "light"), (LAPTOP, "dark"), (PHONE, "dark"), (LAPTOP, "light"))
LOOKS = {"en": EVERY_LOOK[:2], "ar": EVERY_LOOK[2:]}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_axe_finds_nothing(visit, town, state, language):
    axe.source()
    page, _ = visit(viewport=PHONE, color_scheme="light")
    state.open(page, town, language)
    found = {}
    for window, scheme in EVERY_LOOK if LONG else LOOKS[language]:
        page.set_viewport_size(window)
        page.emulate_media(color_scheme=scheme)
        if lines := axe.violations(page):
            found[f"{window['width']} px, {scheme}"] = lines
    assert found == {}


def test_axe_would_find_something(page, town):
    """A picture without words and grey on white, in a page of ours."""
    axe.source()
    page.goto(town.url("valid"))
    page.evaluate("""() => { document.querySelector('img').removeAttribute('alt');
        document.getElementById('status').style.color = '#ccc' }""")
    rules = {line.partition(":")[0] for line in axe.violations(page)}
    assert {"image-alt", "color-contrast"} <= rules


def test_exceptions_have_reasons():
    assert all(axe.EXCEPTIONS.values())
