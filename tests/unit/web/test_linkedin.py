from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from app.web.linkedin import ProfileEntry, certificate_id, copy_fields, linkedin_url, share_url

ENTRY = ProfileEntry(
    name="Differentiated Teaching",
    organization_name="Riverside Academy",
    issued=datetime(2026, 5, 4, 10, tzinfo=UTC),
    expires=datetime(2029, 5, 4, 10, tzinfo=UTC),
    url="https://badges.example/credentials/0198c2f0-7f3e-4c51-9b1e-2d1f6a7b8c9d",
    certificate_id="06CC5W3Z7S65",
)


def entry(**changes):
    return replace(ENTRY, **changes)


def sent(**changes):
    return dict(parse_qsl(urlsplit(linkedin_url(entry(**changes))).query, strict_parsing=True))


def test_the_whole_address():
    assert linkedin_url(ENTRY) == (
        "https://www.linkedin.com/profile/add?startTask=CERTIFICATION_NAME&name=Differentiated%20Teaching"
        "&organizationName=Riverside%20Academy&issueYear=2026&issueMonth=5&expirationYear=2029&expirationMonth=5"
        "&certUrl=https%3A%2F%2Fbadges.example%2Fcredentials%2F0198c2f0-7f3e-4c51-9b1e-2d1f6a7b8c9d"
        "&certId=06CC5W3Z7S65"
    )


MONTHS = {
    "the last evening of April in London is still April there": (
        datetime(2026, 4, 30, 22, 59, tzinfo=UTC), "Europe/London", ("2026", "4"),
    ),
    "an hour later it is May in London, though April in UTC": (
        datetime(2026, 4, 30, 23, 30, tzinfo=UTC), "Europe/London", ("2026", "5"),
    ),
    "the first of May in UTC is still April in New York": (
        datetime(2026, 5, 1, 1, tzinfo=UTC), "America/New_York", ("2026", "4"),
    ),
    "New Year comes first in Auckland": (
        datetime(2026, 12, 31, 12, tzinfo=UTC), "Pacific/Auckland", ("2027", "1"),
    ),
    "New Year comes last in Honolulu": (
        datetime(2027, 1, 1, 9, tzinfo=UTC), "Pacific/Honolulu", ("2026", "12"),
    ),
    "no zero before a month": (datetime(2026, 1, 9, tzinfo=UTC), "UTC", ("2026", "1")),
}  # fmt: skip


@pytest.mark.parametrize("case", MONTHS)
def test_month_edges(case):
    moment, zone, (year, month) = MONTHS[case]
    parameters = sent(issued=moment, expires=moment, zone=ZoneInfo(zone))
    assert (parameters["issueYear"], parameters["issueMonth"]) == (year, month)
    assert (parameters["expirationYear"], parameters["expirationMonth"]) == (year, month)


def test_what_does_not_expire_says_nothing_of_it():
    assert not [key for key in sent(expires=None) if key.startswith("expiration")]
    assert "Expiration date" not in dict(copy_fields(entry(expires=None)))


def test_the_page_id_replaces_the_name():
    parameters = sent(organization_id="1234567")
    assert parameters["organizationId"] == "1234567"
    assert "organizationName" not in parameters


@pytest.mark.parametrize("odd", ["", "riverside", "12a", "１２３", "1&x=2"])
def test_an_id_that_is_not_digits_is_not_sent(odd):
    parameters = sent(organization_id=odd)
    assert "organizationId" not in parameters
    assert parameters["organizationName"] == "Riverside Academy"


NAMES = {
    "signs of the query": "Maths & Art: 100% = fun? #1 + more",
    "quotation marks and brackets": "\"Teaching\" <script>'x'</script>",
    "Arabic": "التدريس المتمايز",
    "Chinese": "差异化教学",
    "emoji": "Coaching 🏅",
    "accents": "Évaluation formative à l’école",
}


@pytest.mark.parametrize("case", NAMES)
def test_odd_names_arrive_unchanged(case):
    url = linkedin_url(entry(name=NAMES[case], organization_name=NAMES[case]))
    parameters = dict(parse_qsl(urlsplit(url).query, strict_parsing=True))
    assert parameters["name"] == parameters["organizationName"] == NAMES[case]
    assert url.isascii()
    assert " " not in url


def test_names_are_one_line_of_at_most_a_hundred_characters():
    assert sent(name="a\r\nb\u202e")["name"] == "a b"
    assert len(sent(name="x" * 10_000)["name"]) == 100


def test_the_address_is_encoded_once():
    assert sent(url="https://b.example/c?x=1&y=%20")["certUrl"] == "https://b.example/c?x=1&y=%20"


def test_certificate_id_is_crockford_base32_of_the_first_sixty_bits():
    assert certificate_id(UUID(int=0)) == "0" * 12
    assert certificate_id(UUID(int=2**128 - 1)) == "Z" * 12
    assert certificate_id(UUID("00443214-c742-54b0-0000-000000000000")) == "0123456789AB"


def test_certificate_ids_of_two_awards_differ():
    ids = {certificate_id(UUID(int=i << 68)) for i in range(1000)}
    assert len(ids) == 1000
    assert not set("".join(ids)) & set("ILOU")  # read over a telephone they are other characters


def test_copy_fields_are_those_of_the_form():
    assert copy_fields(ENTRY) == (
        ("Name", "Differentiated Teaching"),
        ("Issuing organization", "Riverside Academy"),
        ("Issue date", "May 2026"),
        ("Expiration date", "May 2029"),
        ("Credential ID", "06CC5W3Z7S65"),
        ("Credential URL", ENTRY.url),
    )


def test_share_url_carries_the_address_only():
    assert share_url("https://b.example/c?x=1&y") == (
        "https://www.linkedin.com/sharing/share-offsite/?url=https%3A%2F%2Fb.example%2Fc%3Fx%3D1%26y"
    )
