"""What a holder takes away from a badge's page by the page's own buttons."""

from __future__ import annotations

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
