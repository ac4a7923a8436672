"""Files that people bring to /verify which are not ours: of other issuers, of no issuer, of enemies."""

from __future__ import annotations

import json

from tests.browser import people
from tests.browser.art import badge_png
from tests.elsewhere import CASES, ISSUER
from tests.factories import as_bytes, make_credential, make_subject, put, sign

HOSTILE_TEXT = f"{people.TAGS} {people.BIDI} {people.QUOTES}"


def files():
    """name: (file name, content)."""
    elsewhere = {f"elsewhere, {name}": ("badge.json", case.what) for name, case in CASES.items()}
    return {
        **elsewhere,
        "elsewhere, hostile": ("hostile.json", _hostile()),
        "elsewhere, names of 10,000 characters": ("long.json", _long()),
        "a picture without a badge": ("photo.png", badge_png()),
        "json that is no credential": ("list.json", json.dumps({"@context": HOSTILE_TEXT, "a": [1, 2]}).encode()),
        "broken json": ("broken.json", b'{"a": ' + people.TAGS.encode()),
        "nothing known": (f"{people.TAGS}.bin"[:100].replace("/", "_"), b"\x00\x01\x02" * 50),
        "svg with script": (
            "script.svg",
            f'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script>'
            f'<image href="https://{people.CANARY}/x.png"/></svg>'.encode(),
        ),
    }


def _hostile():
    """Properly signed: what it says is meant to be shown, harmlessly."""
    subject = make_subject()
    subject["identifier"][0]["identityHash"] = HOSTILE_TEXT
    subject["achievement"] |= {
        "name": HOSTILE_TEXT,
        "description": people.MARKDOWN,
        "criteria": {"narrative": people.MARKDOWN, "id": "https://canary.example/criteria"},
        "image": {"id": f"https://{people.CANARY}/badge.png", "type": "Image"},
    }
    issuer = ISSUER.profile | {"name": HOSTILE_TEXT, "url": f"https://{people.CANARY}/issuer"}
    return as_bytes(_signed(issuer, HOSTILE_TEXT, subject))


def _long():
    subject = make_subject()
    subject["identifier"][0]["identityHash"] = "W" * 10_000
    subject["achievement"] |= {"name": "M" * 10_000, "description": "Long. " * 1_700}
    issuer = ISSUER.profile | {"name": "مرحبا" * 2_000}
    return as_bytes(_signed(issuer, "N" * 10_000, subject))


def _signed(issuer, name, subject):
    return sign(put(make_credential(ISSUER, name=name, credentialSubject=subject), "/issuer", issuer), ISSUER)
