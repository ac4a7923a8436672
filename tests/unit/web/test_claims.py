from __future__ import annotations

import pytest

from app.web.claims import claims_of
from tests.unit.web.samples import SIGNED, report


def told(**content):
    return {claim.label: str(claim.value) for claim in claims_of(report(**content))}


def test_what_a_good_credential_says():
    assert told() == {
        "Achievement": '<bdi dir="auto">Coaching</bdi>',
        "Awarded to": '<bdi dir="auto">Amina Haddad</bdi>',
        "Issued by": '<bdi dir="auto">Riverside Academy</bdi>',
        "Issuer’s identifier": "did:web:badges.example:issuers:riverside",
        "What it recognises": "Coaches a colleague.",
        "Awarded": '<time datetime="2026-05-04T10:00:00Z">4 May 2026</time>',
        "Valid until": '<time datetime="2029-05-04T10:00:00Z">4 May 2029</time>',
    }


def test_what_a_record_says():
    record = {"name": "Transcript", "contentCount": 3, "partial": True}
    claims = told(credential=record, achievement=None, dates={}, issuer={})
    assert claims == {
        "Name": '<bdi dir="auto">Transcript</bdi>',
        "Badges inside": "3",
        "Awarded to": '<bdi dir="auto">Amina Haddad</bdi>',
    }


def test_what_an_endorsement_says():
    endorsement = {"name": "Accredited", "endorses": "https://a.example/1", "endorsementComment": "Sound."}
    claims = told(credential=endorsement, achievement=None, recipient=None, dates={}, issuer={})
    assert claims == {
        "Name": '<bdi dir="auto">Accredited</bdi>',
        "Endorses": "https://a.example/1",
        "What it says": "Sound.",
    }


def test_a_start_of_its_own_is_told():
    assert "Valid from" in told(dates=SIGNED["dates"] | {"validFrom": "2026-06-01T00:00:00Z"})


def test_what_is_absent_is_left_out():
    assert told(achievement=None, issuer={}, recipient={"identifiers": []}, dates={}) == {}


@pytest.mark.parametrize("odd", [None, [], {"en": "x"}, True, {"@value": "x"}])
def test_members_of_the_wrong_type_are_left_out(odd):
    assert (
        told(
            achievement={"name": odd, "description": odd},
            issuer={"name": odd},
            recipient={"name": odd},
            dates={"awarded": odd},
        )
        == {}
    )


def test_only_safe_addresses_are_linked():
    hostile = report(issuer={"name": "A", "url": "javascript:alert(1)"}, achievement={"name": "B", "id": "urn:uuid:1"})
    assert [claim.url for claim in claims_of(hostile)[:1]] == [None]
    assert not any(claim.url and not claim.url.startswith("https://") for claim in claims_of(hostile))
