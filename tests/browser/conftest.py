"""A town, and a browser in it. The browser is a module's own: while it runs, nothing else in the process may start an
event loop, and other folders' tests do.
"""

from __future__ import annotations

import os

import pytest

from tests.browser.chromium import LAPTOP, MISSING, PROGRAM, Witness, launched
from tests.browser.town import open_town

# `make test` visits a third of the states in each of the two great tests, `make browser` all of them, BROWSER=long all
# of them in every language, window and colour scheme.
LONG = os.environ.get("BROWSER") == "long"
STEP = 1 if os.environ.get("BROWSER") in ("long", "whole") else 3


@pytest.fixture(scope="session")
def town(tmp_path_factory):
    with open_town(tmp_path_factory.mktemp("town")) as opened:
        yield opened


@pytest.fixture(scope="module")
def browser():
    if not PROGRAM.is_file():
        pytest.skip(MISSING)
    with launched() as opened:
        yield opened


@pytest.fixture
def visit(browser, town):
    """A function that opens a clean window: `(page, witness)`."""
    opened = []

    def window(**options):
        context = browser.new_context(**{"viewport": LAPTOP, "locale": "en-GB", **options})
        context.set_default_timeout(10_000)
        opened.append(context)
        witness = Witness(context, town.base)
        return context.new_page(), witness

    yield window
    for context in opened:
        context.close()


@pytest.fixture
def page(visit):
    return visit()[0]
