"""The front page, and what is said of problems."""

from __future__ import annotations

from app.web import pages
from tests.unit.web.samples import BASE, Reader, every_page

PAGES = every_page()


def test_problems():
    reader = Reader(PAGES["problem"])
    for part in ("404", "Not found", "There is no such badge.", "r-1"):
        assert part in reader.text
    assert reader.meta("robots") == "noindex"
    assert "request:" not in pages.problem_page(500, "Something went wrong", "Try again later.")


def test_problem_types():
    html = PAGES["problem type"]
    for part in ("<code>conflict</code>", "The name is taken", "<em>another</em>", "HTTP 409"):
        assert part in html


def test_the_home_page_knows_its_address():
    assert f"{BASE}/v1/completions" in PAGES["home"]
