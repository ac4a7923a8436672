"""What a holder takes away from a badge's page by the page's own buttons."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.browser.chromium import PHONE

SAID = "p[role=status]"
CLIPBOARD = ["clipboard-read", "clipboard-write"]


@pytest.fixture
def holder(visit, town):
    page, witness = visit(viewport=PHONE)
    page.context.grant_permissions(CLIPBOARD, origin=town.base)
    page.goto(town.url("valid"))
    yield page
    assert (witness.elsewhere, witness.refused) == ([], [])


def test_every_field_has_a_button_that_copies_it_and_says_so(holder):
    fields = holder.locator("main [readonly]").all()
    assert fields
    for field in fields:
        name = field.get_attribute("id")
        label = holder.locator(f"label[for={name}]").inner_text()
        button = holder.get_by_role("button", name=f"Copy {label}", exact=True)
        assert button.count() == 1, label
        assert holder.locator(SAID).inner_text() in ("", "Copied")
        button.click()
        holder.locator(f"#{name}-button", has_text="Copied").wait_for()
        assert holder.evaluate("navigator.clipboard.readText()") == field.input_value()
    holder.wait_for_function(f"document.querySelector('{SAID}').textContent === 'Copied'")


def test_where_there_is_no_clipboard_the_field_is_selected(visit, town):
    page, _ = visit()
    page.add_init_script("Object.defineProperty(Navigator.prototype, 'clipboard', { value: undefined })")
    page.goto(town.url("valid"))
    field = page.locator("main input[readonly]").first
    name = field.get_attribute("id")
    page.locator(f"#{name}-button").click()
    page.locator(f"#{name}-button", has_text="Selected").wait_for()
    selected = "one => one.value.slice(one.selectionStart, one.selectionEnd)"
    assert field.evaluate(selected) == field.input_value()
    page.wait_for_function(f"document.querySelector('{SAID}').textContent.startsWith('Selected. Copy it')")


def test_without_javascript_the_fields_are_there_without_buttons(visit, town):
    page, _ = visit(java_script_enabled=False)
    page.goto(town.url("valid"))
    assert page.locator("main [readonly]").count() >= 6
    assert page.locator(".copy-button").count() == 0


def test_what_is_not_vouched_for_offers_nothing_to_copy(page, town):
    page.goto(town.url("altered"))
    assert page.locator("script, [readonly], .copy-button").count() == 0


@pytest.fixture
def school(visit):
    """A function that shows HTML as a page of somebody else's: `(page, the first frame in it, what was refused)`."""
    page, _ = visit()
    with standin_page() as (address, show):

        def framed(html):
            refused = []
            page.on("requestfailed", lambda request: refused.append(request.failure))
            show(html)
            page.goto(address)
            page.wait_for_load_state("networkidle")
            return page, page.frames[1], refused

        yield framed


@contextmanager
def standin_page():
    """A server on another host than the town's, as a browser sees it, for one page."""
    shown = []

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(f"<!doctype html><title>School</title>{shown[-1]}".encode())

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/", shown.append
        server.shutdown()
        thread.join(10)


def test_the_card_that_was_copied_shows_on_anothers_page_and_leads_to_ours(school, page, town):
    page.goto(town.url("valid"))
    around, frame, refused = school(page.locator("#embed").input_value())
    assert (frame.url, refused) == (f"{town.url('valid')}/embed", [])
    assert frame.locator(".embed-state").inner_text() == "Valid"
    assert "Amina Haddad" in frame.locator("main").inner_text()
    assert frame.evaluate("[...document.images].every(one => one.complete && one.naturalWidth > 0)")
    assert frame.evaluate("getComputedStyle(document.querySelector('.embed-card')).display") == "grid"
    frame.locator("a").click()
    around.wait_for_url(town.url("valid"))


def test_a_page_of_ours_cannot_be_put_within_anothers(school, town):
    _, frame, refused = school(f'<iframe src="{town.url("valid")}"></iframe>')
    assert frame.url.startswith("chrome-error:")
    assert refused == ["net::ERR_BLOCKED_BY_RESPONSE"]


@pytest.mark.parametrize("name", ["valid", "test", "revoked", "everything, long", "hostile", "erased"])
def test_a_card_fits_into_a_narrow_place(school, town, name):
    _, frame, _ = school(f'<iframe src="{town.url(name)}/embed?lang=ar" width="280" height="400"></iframe>')
    assert frame.url.startswith(town.base)
    assert frame.evaluate("innerWidth") <= 280
    assert frame.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
