"""What search engines are told of a public badge: as data that is nothing else, and without its holder."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from app.web import pages
from tests.unit.web.samples import (
    BASE,
    DID,
    REPORTS,
    UUID_TEXT,
    Reader,
    achievement,
    bare_credential,
    credential,
    issuer,
)
from tests.unit.web.samples import report as sound
from tests.unit.web.test_escaping import HOSTILE

URL = f"{BASE}/credentials/{UUID_TEXT}"
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def public(**changes):
    return credential(listed=True, **changes)


def told(view, found=None):
    """The document in the head of a page; None without one."""
    blocks = BLOCK.findall(pages.credential_page(view, found or sound()))
    assert len(blocks) <= 1
    return json.loads(blocks[0]) if blocks else None


def test_the_whole_document():
    assert told(public(image_version="abc")) == {
        "@context": "https://schema.org",
        "@type": "EducationalOccupationalCredential",
        "@id": URL,
        "url": URL,
        "name": "Differentiated Teaching",
        "description": "Plans lessons in which every learner is stretched and supported.",
        "image": f"{URL}.png?v=abc",
        "credentialCategory": "Micro-credential",
        "recognizedBy": {
            "@type": "Organization",
            "@id": DID,
            "name": "Riverside Academy",
            "url": "https://riverside.example",
        },
        "inLanguage": "en",
        "datePublished": "2026-05-04",
        "expires": "2029-05-04",
    }


def test_what_is_not_known_is_left_out():
    document = told(replace(bare_credential(), listed=True))
    assert document.keys().isdisjoint({"inLanguage", "expires"})
    assert document["recognizedBy"]["url"] == f"{BASE}/i"


def test_the_holder_and_the_evidence_are_left_out():
    text = json.dumps(told(public()))
    for word in ("Amina", "Haddad", "Lesson plan", "Okafor", "Year 5", "Exceeds"):
        assert word not in text


@pytest.mark.parametrize("state", REPORTS)
def test_only_what_is_valid_and_public_is_told(state):
    assert (told(public(), REPORTS[state]()) is not None) == (state == "valid")
    assert told(credential(), REPORTS[state]()) is None
    assert told(public(test=True), REPORTS[state]()) is None


def test_dates_are_those_of_the_issuer():
    late = datetime(2026, 4, 30, 23, 30, tzinfo=UTC)
    document = told(public(awarded=late, valid_until=late.replace(year=2027), zone=ZoneInfo("Europe/London")))
    assert (document["datePublished"], document["expires"]) == ("2026-05-01", "2027-05-01")


@pytest.mark.parametrize("case", HOSTILE)
def test_whatever_is_written_stays_data(case):
    text = HOSTILE[case]
    view = public(
        achievement=achievement(name=text, description=text, language=text),
        issuer=issuer(name=text, did=text, homepage=text),
    )
    html = pages.credential_page(view, sound())
    [block] = BLOCK.findall(html)
    assert not re.search("[<>&']", block)
    assert block.isascii()
    document = json.loads(block)
    assert document["recognizedBy"]["url"] == f"{BASE}/issuers/riverside"
    assert "inLanguage" not in document
    scripts = [attributes for _, attributes in Reader(html).all("script")]
    assert [one["type"] for one in scripts] == ["module", "application/ld+json"]


def test_what_could_end_the_element_comes_back_as_it_was():
    text = "</script><script>alert(1)</script><!-- & 'x'"
    assert told(public(achievement=achievement(name=text)))["name"] == text
