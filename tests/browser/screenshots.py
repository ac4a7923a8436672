"""Pictures of every page in every state, to be looked at: `make screenshots`, or

    python -m tests.browser.screenshots --out var/screenshots [--only WORD ...]

`index.html` in that folder shows them all, a row for each state.
"""

from __future__ import annotations

import argparse
import html
import logging
import re
import sys
import tempfile
from pathlib import Path

import structlog

from tests.browser.chromium import LAPTOP, MISSING, PHONE, PROGRAM, launched
from tests.browser.states import LANGUAGES, STATES
from tests.browser.town import open_town

# A4 less the margins, in CSS pixels.
PAPER = {"width": 718, "height": 1040}
LOOKS = {
    "phone": {"viewport": PHONE, "device_scale_factor": 2, "is_mobile": True, "has_touch": True},
    "laptop": {"viewport": LAPTOP},
    "dark": {"viewport": PHONE, "color_scheme": "dark"},
    "dark laptop": {"viewport": LAPTOP, "color_scheme": "dark"},
    "print": {"viewport": PAPER},
    "arabic": {"viewport": PHONE, "locale": "ar"},
    "arabic laptop": {"viewport": LAPTOP, "locale": "ar"},
}
TALLEST = 16_000  # pixels; Chromium paints what is beyond as it likes
_SIZE = "() => ({width: document.documentElement.clientWidth, height: document.documentElement.scrollHeight})"
_STYLE = """body{font:14px/1.4 sans-serif;margin:16px;background:#eee}section{margin:0 0 32px}
div{display:flex;gap:12px;overflow-x:auto}figure{margin:0}img{height:420px;max-width:420px;object-fit:cover;
object-position:top;background:#fff;border:1px solid #999}"""


def main(arguments):
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("var/screenshots"))
    parser.add_argument("--only", nargs="*", default=[], help="states whose name holds one of these words")
    asked = parser.parse_args(arguments)
    if not PROGRAM.is_file():
        sys.exit(f"screenshots need a browser: {MISSING}")
    states = [one for one in STATES if not asked.only or any(word in one.name for word in asked.only)]
    asked.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, open_town(Path(folder)) as town, launched() as browser:
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
        for look in _looks():
            _take(browser, town, look, states, asked.out)
    (asked.out / "index.html").write_text(_index(states), "utf-8")
    print(f"{len(states) * len(_looks())} pictures: {asked.out / 'index.html'}")  # noqa: T201


def _looks():
    return [look for look in LOOKS if "arabic" not in look or "ar" in LANGUAGES]


def _take(browser, town, look, states, folder):
    """One window for all states of a look."""
    context = browser.new_context(**{"locale": "en-GB", **LOOKS[look]})
    page = context.new_page()
    for state in states:
        page.emulate_media(media="screen")
        state.open(page, town, "ar" if "arabic" in look else "en")
        if look == "print":
            page.emulate_media(media="print")
        # What is lazy comes when it is scrolled to.
        page.evaluate("() => { for (const one of document.images) one.loading = 'eager' }")
        page.wait_for_function("() => [...document.images].every(one => one.complete)")
        clip = {"x": 0, "y": 0, **page.evaluate(_SIZE)}
        clip["height"] = min(clip["height"], TALLEST / (LOOKS[look].get("device_scale_factor") or 1))
        page.screenshot(path=folder / _file(state, look), full_page=True, clip=clip, animations="disabled")
    context.close()


def _file(state, look):
    return re.sub(r"[^a-z0-9]+", "-", f"{state.name} {look}".lower()).strip("-") + ".png"


def _index(states):
    rows = "".join(
        f"<section><h2>{html.escape(state.name)}</h2><div>"
        + "".join(
            f'<figure><a href="{_file(state, look)}"><img loading="lazy" src="{_file(state, look)}" alt="{look}"></a>'
            f"<figcaption>{look}</figcaption></figure>"
            for look in _looks()
        )
        + "</div></section>"
        for state in states
    )
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Every page</title><style>{_STYLE}</style>'
    return f"{head}<h1>Every page in every state</h1>{rows}"


if __name__ == "__main__":
    main(sys.argv[1:])
