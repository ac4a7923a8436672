"""A QR code before the camera. The camera is Chromium's own test card; what reads codes is a stand-in, since Chromium
on Linux brings nothing that does: it is called as the real one is (Shape Detection API), and only reads no picture.
"""

from __future__ import annotations

import pytest

from tests.browser.chromium import PHONE

# Reads what the test puts into `code`, once there is a picture to be read.
READER = """
window.code = ''
window.BarcodeDetector = class {
    constructor({formats}) { if (String(formats) !== 'qr_code') throw new TypeError('formats') }
    static async getSupportedFormats() { return ['ean_13', 'qr_code'] }
    async detect(video) {
        if (video.readyState < 2) throw new DOMException('', 'InvalidStateError')
        window.looked = (window.looked ?? 0) + 1
        return window.code ? [{rawValue: window.code, format: 'qr_code'}] : []
    }
}
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
window.streams = []
navigator.mediaDevices.getUserMedia = async (wanted) => {
    window.wanted = wanted
    const stream = await ask(wanted)
    window.streams.push(stream)
    return stream
}
"""
LIVE = "streams.flatMap(stream => stream.getTracks()).filter(track => track.readyState === 'live').length"
SCANS = "streams.length && document.querySelector('video').readyState >= 2 && window.looked > 0"


@pytest.fixture
def phone(visit, town):
    """The form on a phone that can read codes; the camera is allowed."""
    page, witness = visit(viewport=PHONE, permissions=["camera"])
    page.add_init_script(READER)
    page.goto(f"{town.base}/verify")
    sent = []
    page.on("request", lambda request: sent.append(request.url))
    yield page
    assert page.evaluate(LIVE) == 0
    assert [url for url in sent if "/static/" not in url] == []
    assert (witness.elsewhere, witness.refused, page.context.cookies()) == ([], [], [])


def opened(page):
    page.locator("#scan").click()
    page.wait_for_function(f"() => {SCANS}")
    return page.locator("#scanner")


def test_what_the_code_says_is_shown_and_not_sent(phone, town):
    dialog = opened(phone)
    assert "Hold the QR code" in dialog.get_by_role("status").inner_text()
    assert phone.evaluate("wanted") == {"video": {"facingMode": "environment"}}
    phone.evaluate("address => { window.code = address }", town.url("valid"))
    dialog.wait_for(state="hidden")
    phone.wait_for_function(f"() => {LIVE} === 0")
    assert phone.locator("#text").input_value() == town.url("valid")
    assert town.url("valid") in phone.locator("#taken").inner_text()
    assert phone.evaluate("document.activeElement.id") == "text"
    assert phone.url.endswith("/verify")


@pytest.mark.parametrize("way", ["Escape", "Enter"])
def test_the_keyboard_closes_it_and_the_camera_is_off(phone, way):
    dialog = opened(phone)
    assert phone.evaluate("document.activeElement.innerText") == "Close"  # so Enter is enough
    phone.keyboard.press("Tab")
    phone.keyboard.press("Shift+Tab")
    assert phone.evaluate("document.activeElement.innerText") == "Close"
    phone.keyboard.press(way)
    dialog.wait_for(state="hidden")
    phone.wait_for_function(f"() => {LIVE} === 0")
    assert phone.evaluate("document.activeElement.id") == "scan"
    looked = phone.evaluate("looked")
    phone.evaluate("window.code = 'too late'")
    phone.wait_for_timeout(400)
    assert phone.evaluate("looked") <= looked + 1
    assert phone.locator("#text").input_value() == ""


def test_whoever_leaves_the_page_takes_the_camera_away(phone):
    opened(phone)
    phone.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    phone.wait_for_function(f"() => {LIVE} === 0")
    assert not phone.locator("#scanner").is_visible()


def test_a_permission_that_comes_too_late_turns_nothing_on(phone):
    """Closed while the browser asks, and opened anew: of two cameras one is on, and then none."""
    phone.evaluate("""() => { const ask = navigator.mediaDevices.getUserMedia
        navigator.mediaDevices.getUserMedia = async wanted => {
            await new Promise(resolve => setTimeout(resolve, 300)); return ask(wanted) } }""")
    phone.locator("#scan").click()
    phone.keyboard.press("Escape")
    phone.locator("#scan").click()
    phone.wait_for_function("() => streams.length === 2")
    phone.wait_for_function(f"() => {LIVE} === 1")
    phone.keyboard.press("Escape")
    phone.wait_for_function(f"() => {LIVE} === 0")


@pytest.mark.parametrize(("name", "told"), [("NotAllowedError", "may not be used"), ("NotFoundError", "No camera")])
def test_without_a_camera_it_says_so_and_what_to_do(phone, name, told):
    refuse = "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', name) }"
    phone.evaluate(f"name => {{ {refuse} }}", name)
    phone.locator("#scan").click()
    said = phone.locator("#scanner").get_by_role("status")
    phone.wait_for_function(
        "told => document.querySelector('#scanner [role=status]').innerText.includes(told)", arg=told
    )
    assert "paste the address" in said.inner_text().lower()
    phone.keyboard.press("Escape")
    assert not phone.locator("#scanner").is_visible()


def test_the_page_says_to_the_browser_that_it_may_use_the_camera(phone, town):
    """With the header of all other pages Chromium refuses before anybody is asked."""
    phone.evaluate("navigator.mediaDevices.getUserMedia({video: true}).then(one => one.getTracks()[0].stop())")


@pytest.mark.parametrize(
    "lack",
    [
        "delete window.BarcodeDetector",
        "BarcodeDetector.getSupportedFormats = async () => ['ean_13']",
        "BarcodeDetector.getSupportedFormats = async () => { throw new Error('no service') }",
        "Object.defineProperty(navigator, 'mediaDevices', {value: undefined})",
    ],
)
def test_where_no_code_can_be_read_there_is_no_button(visit, town, lack):
    page, _ = visit(permissions=["camera"])
    page.add_init_script(f"{READER};{lack}")
    page.goto(f"{town.base}/verify", wait_until="load")
    page.locator("[data-scripted]").wait_for()
    page.wait_for_timeout(50)
    assert not page.locator("#scan").is_visible()
    assert page.evaluate("streams") == []


def test_the_camera_is_not_asked_for_until_somebody_wants_it(phone):
    assert phone.locator("#scan").is_visible()
    assert phone.evaluate("streams") == []
    assert not phone.locator("#scanner").is_visible()
