"""Somebody who has never seen this site does what they came for, with what the page itself offers."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.browser.chromium import PHONE

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NAME = "Differentiated Teaching in Mixed-Ability Classes"


@pytest.fixture
def badge(visit, town):
    page, _ = visit(viewport=PHONE)
    page.goto(town.url("valid"))
    return page


def certificate_id(address):
    """The first twelve letters of the id in Crockford's base32, reckoned by other means than the page's."""
    bits = f"{int(address.rpartition('/')[2].replace('-', ''), 16):0128b}"
    return "".join(ALPHABET[int(bits[at : at + 5], 2)] for at in range(0, 60, 5))


def test_is_it_real(badge):
    """What it is, whose, by whom, and whether that is proven, within two screens of a phone."""
    status = badge.locator("#status")
    assert "Valid" in status.inner_text()
    soon = badge.evaluate("""most => [...document.querySelectorAll('main *')].filter(one => !one.children.length
        && one.checkVisibility() && one.getBoundingClientRect().top < most).map(one => one.textContent).join('\\n')""",
        2 * PHONE["height"])  # fmt: skip
    for fact in (NAME, "Amina Haddad", "Riverside Teaching Academy", "localhost", "4 May 2026", "10 May 2026"):
        assert fact in soon, fact


def test_why_can_be_read_for_each_check(badge):
    checks = badge.locator("section[aria-labelledby=checks] details")
    assert checks.count() >= 5
    for check in checks.all():
        check.locator("summary").click()
        assert len(check.inner_text()) > len(check.locator("summary").inner_text()) + 20


def test_add_it_to_linkedin(badge, town):
    link = badge.locator("a[href^='https://www.linkedin.com/profile/add']")
    link.wait_for()
    url = urlsplit(link.get_attribute("href"))
    assert (url.netloc, url.path) == ("www.linkedin.com", "/profile/add")
    assert parse_qsl(url.query, keep_blank_values=True) == [
        ("startTask", "CERTIFICATION_NAME"),
        ("name", NAME),
        ("organizationId", "1337"),
        ("issueYear", "2026"),
        ("issueMonth", "5"),
        ("expirationYear", "2029"),
        ("expirationMonth", "5"),
        ("certUrl", town.url("valid")),
        ("certId", certificate_id(town.url("valid"))),
    ]


def test_copy_each_field_for_linkedin(badge, town):
    """Each with a label of its own, in the order of LinkedIn's form."""
    fields = badge.locator("section[aria-labelledby=linkedin] input[readonly]")
    values = [field.input_value() for field in fields.all()]
    assert values == [
        NAME,
        "Riverside Teaching Academy",
        "May 2026",
        "May 2029",
        certificate_id(town.url("valid")),
        town.url("valid"),
    ]
    for field in fields.all():
        label = badge.locator(f"label[for={field.get_attribute('id')}]")
        assert label.inner_text().strip()


def test_without_an_end_none_is_given_to_linkedin(badge, town):
    badge.goto(town.url("valid, does not expire"))
    href = badge.locator("a[href^='https://www.linkedin.com/profile/add']").get_attribute("href")
    assert "expiration" not in href
    assert "organizationName=Bare%20Hands" in href


def test_share_it(badge, town):
    href = badge.locator("a[href^='https://www.linkedin.com/sharing/']").get_attribute("href")
    assert dict(parse_qsl(urlsplit(href).query)) == {"url": town.url("valid")}


@pytest.mark.parametrize("form", ["png", "svg", "pdf", "json", "jwt"])
def test_download_it_and_verify_the_file(badge, town, tmp_path, form):
    with badge.expect_download() as download:
        badge.locator(f"section[aria-labelledby=take] a[href*='.{form}']").first.click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    badge.goto(f"{town.base}/verify")
    badge.locator("#file").set_input_files(file)
    badge.locator("#email").fill("somebody@else.example")
    badge.locator("#verify button[type=submit]").click()
    badge.locator("#status").wait_for()
    assert re.search("somebody else", badge.locator("#status").inner_text())
    badge.locator("#file").set_input_files(file)
    badge.locator("#verify button[type=submit]").click()
    badge.get_by_text(re.compile("^(Status: )?Valid$")).first.wait_for()
    assert NAME in badge.locator("main").inner_text()
