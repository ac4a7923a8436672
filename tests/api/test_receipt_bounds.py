"""Whatever was verified, its receipt has room in 32 KiB, and says what had none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.services import receipts
from app.services.receipt_pages import receipt_page
from app.services.receipts import MOST_BYTES, make_receipt, read_own_receipt, receipt_bytes
from app.services.verifying import Verified
from app.verification import Report
from app.verification.report import completed, say
from tests.api.conftest import NOW

pytestmark = pytest.mark.anyio


def hostile_report(texts="\U0001f600" * 5_000, inside=10_000):
    members = {"id": f"urn:x:{texts}", "name": texts}
    checks = tuple(
        replace(check, detail='"\\' * 4_000, remedy=texts) for check in completed([say("format.token", form="x")])
    )
    one = Report("json", checks, credential=members, issuer=members, recipient=members, achievement=members)
    return replace(one, endorsements=(one,) * inside, contents=(one,) * inside)


@pytest.mark.anyio
async def test_whatever_the_report_a_receipt_is_bounded_and_says_what_was_cut(issuer, laurel):
    verified = Verified(hostile_report(), b"x", "https://example.org/" + "x" * 2_000)
    made = make_receipt(verified, laurel.database, instance=laurel.instance, now=NOW)
    raw = receipt_bytes(made)
    assert len(raw) <= MOST_BYTES
    assert made["omitted"]["contents"] > 9_900
    assert made["omitted"]["texts"] > 10
    assert "id" not in made["credential"]  # a part of an identifier is another identifier
    assert read_own_receipt(raw, laurel.database, instance=laurel.instance) == made
    assert receipt_page(made).startswith(b"%PDF-")


def test_rooms_only_get_smaller():
    rooms = receipts._ROOMS
    assert list(rooms) == sorted(rooms, key=lambda room: (-room.text, -room.inside))
