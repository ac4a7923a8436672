"""The page /verify with a script: dropping, pasting, sending once. What is dropped comes through the browser's own drag
and drop, what is pasted through its clipboard.
"""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.browser.chromium import PHONE

VERIFY = "#verify button[type=submit]"
TOO_LARGE = 5 * 1_048_576 + 1
_PASTE = """([name, content]) => {
    const clipboardData = new DataTransfer()
    clipboardData.items.add(new File([Uint8Array.from(content)], name))
    document.activeElement.dispatchEvent(new ClipboardEvent('paste', {clipboardData, bubbles: true, cancelable: true}))
}"""
_COPY_PICTURE = """async () => {
    const canvas = new OffscreenCanvas(9, 9)
    canvas.getContext('2d').fillRect(0, 0, 9, 9)
    await navigator.clipboard.write([new ClipboardItem({'image/png': await canvas.convertToBlob()})])
}"""
# All at once, since Playwright waits with everything for a page that is on its way.
_PRESS_OFTEN = """() => {
    const button = document.querySelector('#verify button[type=submit]')
    button.focus()
    button.click()
    button.click()
    setTimeout(() => {
        button.click()
        console.log([button.getAttribute('aria-busy'), button.innerText.trim(),
            document.getElementById('taken').innerText, document.activeElement.type].join(', '))
    }, 50)
}"""


@pytest.fixture
def window(visit, town):
    """The empty form on a laptop, and the witness: nobody else was asked and nothing was refused."""
    page, witness = visit(permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"{town.base}/verify")
    yield page
    assert (witness.elsewhere, witness.refused, page.context.cookies()) == ([], [], [])


@pytest.fixture
def file(town, tmp_path):
    def saved(name):
        called, content = town.files[name]
        path = tmp_path / called
        path.write_bytes(content)
        return path

    return saved


class Drag:
    """Somebody who drags `files`, or `items` that are {mimeType, data}, from elsewhere to the middle of `target`."""

    def __init__(self, page, target, files=(), items=()):
        self._session = page.context.new_cdp_session(page)
        box = page.locator(target).bounding_box()
        self._at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        self._data = {"items": list(items), "files": [str(file) for file in files], "dragOperationsMask": 1}
        self.to("dragEnter", "dragOver")

    def to(self, *kinds):
        for kind in kinds:
            self._session.send("Input.dispatchDragEvent", {"type": kind, "data": self._data, **self._at})

    def leave(self):
        self._at = {"x": -5, "y": -5}
        self.to("dragOver")


def text_item(mime_type, data):
    return {"mimeType": mime_type, "data": data}


def chosen(page):
    return page.locator("#file").evaluate("one => [...one.files].map(file => file.name)")


def taken(page):
    return page.locator("#taken").inner_text()


def is_target(page):
    return page.locator("#verify").evaluate("one => one.classList.contains('is-target')")


# Dropping -------------------------------------------------------------------------------------------------------------


def test_a_file_is_dropped_on_the_form_and_verified(window, file):
    window.locator("#text").fill("something else")
    drag = Drag(window, "#verify .or", [file("svg")])
    assert is_target(window)
    drag.to("drop")
    assert not is_target(window)
    assert chosen(window) == [file("svg").name]
    assert file("svg").name in taken(window)
    assert window.locator("#text").input_value() == ""
    assert window.locator("#taken").get_attribute("role") == "status"
    window.locator(VERIFY).click()
    window.locator("#status").wait_for()
    assert "Valid" in window.locator("#status").inner_text()


def test_a_file_beside_the_form_is_taken_too_and_the_page_stays(window, file):
    Drag(window, ".masthead", [file("png"), file("pdf")]).to("drop")
    assert window.url.endswith("/verify")
    assert chosen(window) == [file("png").name]
    assert "Of several files" in taken(window)


def test_who_drags_on_leaves_nothing_behind(window, file):
    drag = Drag(window, "#verify .or", [file("png")])
    drag.leave()
    assert not is_target(window)
    assert chosen(window) == []


def test_a_folder_is_none(window, tmp_path):
    (tmp_path / "badges").mkdir()
    Drag(window, "#verify .or", [tmp_path / "badges"]).to("drop")
    assert "folder" in taken(window)
    assert chosen(window) == []


def test_a_link_is_dropped_on_the_form_and_waits_to_be_sent(window, town, file):
    window.locator("#file").set_input_files(file("png"))
    drag = Drag(window, "#verify .or", items=[text_item("text/uri-list", town.url("valid"))])
    assert is_target(window)
    drag.to("drop")
    assert window.locator("#text").input_value() == town.url("valid")
    assert chosen(window) == []
    assert town.url("valid") in taken(window)
    assert window.url.endswith("/verify")


def test_words_beside_the_form_are_not_meant_for_it(window):
    drag = Drag(window, "h1", items=[text_item("text/plain", "Hello")])
    assert not is_target(window)
    drag.to("drop")
    assert window.locator("#text").input_value() == ""


# Pasting --------------------------------------------------------------------------------------------------------------


def paste(page):
    page.keyboard.press("Control+V")


def test_an_address_is_pasted_anywhere(window, town):
    window.evaluate("words => navigator.clipboard.writeText(words)", f" {town.url('valid')}\n")
    window.locator("h1").click()
    paste(window)
    assert window.locator("#text").input_value() == town.url("valid")
    assert town.url("valid") in taken(window)


def test_in_a_field_words_are_pasted_as_ever(window):
    window.evaluate("navigator.clipboard.writeText('amina@riverside.example')")
    window.locator("#email").focus()
    paste(window)
    assert window.locator("#email").input_value() == "amina@riverside.example"
    assert window.locator("#text").input_value() == taken(window) == ""


def test_a_picture_is_pasted_as_a_file_even_in_a_field(window):
    window.evaluate(_COPY_PICTURE)
    window.locator("#text").focus()
    paste(window)
    assert chosen(window) == ["image.png"]
    assert "image.png" in taken(window)


def test_a_pasted_file_is_verified(window, town):
    name, content = town.files["json"]
    window.evaluate(_PASTE, [name, list(content)])
    assert chosen(window) == [name]
    window.locator(VERIFY).click()
    window.locator("#status").wait_for()
    assert "Valid" in window.locator("#status").inner_text()


# Sizes ----------------------------------------------------------------------------------------------------------------


def test_what_is_too_large_is_said_beside_the_field_and_not_sent(window, tmp_path, file):
    large = tmp_path / "large.png"
    large.write_bytes(bytes(TOO_LARGE))
    sent = []
    window.on("request", lambda request: sent.append(request.method))
    window.locator("#file").set_input_files(large)
    told = window.locator("#file-problem")
    assert told.inner_text() == "This file has 5.1 MB. At most 5 MB can be checked."
    assert "file-problem" in window.locator("#file").get_attribute("aria-describedby").split()
    assert window.locator("#file").get_attribute("aria-invalid") == "true"
    window.locator(VERIFY).click()
    assert "POST" not in sent
    assert window.locator(VERIFY).get_attribute("aria-busy") == "false"
    window.locator("#file").set_input_files(file("png"))
    assert not told.is_visible()
    assert window.locator("#file").get_attribute("aria-invalid") == "false"
    window.locator(VERIFY).click()
    window.locator("#status").wait_for()


def test_a_word_on_size_leaves_when_words_take_the_place_of_the_file(window, town, tmp_path):
    large = tmp_path / "large.png"
    large.write_bytes(bytes(TOO_LARGE))
    Drag(window, "#verify .or", [large]).to("drop")
    assert "At most 5 MB" in taken(window)
    Drag(window, "#verify .or", items=[text_item("text/plain", town.url("valid"))]).to("drop")
    assert not window.locator("#file-problem").is_visible()
    window.locator(VERIFY).click()
    window.locator("#status").wait_for()


# Sending --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def held(window):
    """What was sent, and is not answered until somebody says so."""
    routes = []
    window.route(
        "**/verify", lambda route: routes.append(route) if route.request.method == "POST" else route.continue_()
    )
    return routes


def test_the_button_shows_its_work_and_sends_once(window, town, held):
    said = []
    window.on("console", lambda message: said.append(message.text))
    window.locator("#text").fill(town.url("valid"))
    window.evaluate(_PRESS_OFTEN)
    window.wait_for_timeout(200)
    assert len(held) == 1
    assert said == ["true, Verifying…, Verifying…, submit"]  # not disabled: the focus stays
    held[0].continue_()
    window.locator("#status").wait_for()


def test_whoever_comes_back_can_press_it_again(window, town, held):
    window.locator("#text").fill(town.url("valid"))
    button = window.locator(VERIFY)
    button.click(no_wait_after=True)
    window.wait_for_timeout(100)
    held[0].abort("aborted")
    window.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    assert (button.get_attribute("aria-busy"), button.inner_text()) == ("false", "Verify")
    assert taken(window) == ""


# The result -----------------------------------------------------------------------------------------------------------


def test_the_result_has_the_focus_and_is_seen_on_a_phone(visit, town):
    page, _ = visit(viewport=PHONE)
    page.goto(f"{town.base}/verify")
    assert page.evaluate("document.activeElement === document.body")
    page.locator("#text").fill(town.url("revoked"))
    page.locator(VERIFY).click()
    page.locator("#status").wait_for()
    page.wait_for_function("() => document.activeElement.id === 'status'")
    assert page.title().startswith("Revoked – ")
    box = page.locator("#status").bounding_box()
    assert box["y"] + box["height"] < PHONE["height"] / 2
    levels = page.locator("h1, h2, h3, h4").evaluate_all("all => all.map(one => Number(one.tagName[1]))")
    assert levels[0] == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#checks"


def test_a_receipt_leads_to_the_badge_as_it_is_now(window, file):
    Drag(window, "#verify .or", [file("receipt")]).to("drop")
    window.locator(VERIFY).click()
    window.wait_for_function("() => document.activeElement.id === 'status'")
    assert "receipt, signed by this service" in window.locator("#status").inner_text()
    window.get_by_role("button", name="Verify the badge again").click()
    window.locator("#checks").wait_for()
    assert window.locator("#status").inner_text().endswith("Valid")


def test_what_could_not_be_read_has_the_focus(window):
    window.locator("#text").fill("no badge at all")
    window.locator(VERIFY).click()
    window.wait_for_function("() => document.activeElement.getAttribute('role') === 'alert'")


@pytest.mark.parametrize("part", ["#taken", "[data-scripted]"])
def test_without_javascript_nothing_is_offered_that_does_not_work(visit, town, part):
    page, _ = visit(java_script_enabled=False)
    page.goto(f"{town.base}/verify")
    assert not page.locator(part).first.is_visible()
