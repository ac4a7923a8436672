"""No page in any state has a fault that axe-core finds: WCAG 2.2 AA and its good practice.

Each state is looked at in one language, window and colour scheme, and all of these take turns; of the many results for
other people's badges, which differ in words, every fourth. `make test` looks at a third of all, BROWSER=long at every
state in all of them.
"""

from __future__ import annotations

import pytest

from tests.browser import axe
from tests.browser.chromium import LAPTOP, PHONE
from tests.browser.conftest import LONG, STEP
from tests.browser.states import LANGUAGES, STATES, STRANGERS

EVERY_LOOK = ((PHONE, "light"), (LAPTOP, "dark"), (PHONE, "dark"), (LAPTOP, "light"))
ELSEWHERE = [state for state in STRANGERS if not LONG]
LOOKED_AT = ([state for state in STATES if state not in ELSEWHERE] + ELSEWHERE[::4])[::STEP]
CASES = [
    (state, language, EVERY_LOOK if LONG else (EVERY_LOOK[turn // len(LANGUAGES) % len(EVERY_LOOK)],))
    for turn, state in enumerate(LOOKED_AT)
    for language in (LANGUAGES if LONG else (LANGUAGES[turn % len(LANGUAGES)],))
]


@pytest.mark.parametrize(
    ("state", "language", "looks"), CASES, ids=[f"{state.name}-{language}" for state, language, _ in CASES]
)
def test_axe_finds_nothing(visit, town, state, language, looks):
    axe.source()
    page, _ = visit(viewport=PHONE, color_scheme="light")
    state.open(page, town, language)
    found = {}
    for window, scheme in looks:
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
