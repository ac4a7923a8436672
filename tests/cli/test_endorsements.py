"""laurel endorsement: taken in, listed, removed."""

from __future__ import annotations

import re

from tests.cli.conftest import BASE_URL
from tests.factories import as_bytes, key_issuer, sign
from tests.unit.verification.inner import make_endorsement

BODY = key_issuer("an accrediting body")


def test_an_endorsement_is_taken_in_listed_and_removed(laurel):
    [achievement] = re.findall(rf"{BASE_URL}/achievements/[0-9a-f-]+", laurel("achievement", "list").out)
    file = laurel.folder / "endorsement.json"
    file.write_bytes(as_bytes(sign(make_endorsement(BODY, about=achievement), BODY)))
    name = laurel("endorsement", "add", file.name).out.strip()
    row = laurel("endorsement", "list").out.strip().split("\t")
    assert row == [name, "standing", achievement, BODY.did]
    assert laurel("endorsement", "remove", name).out == ""
    assert laurel("endorsement", "list").out.split("\t")[1] == "removed"


def test_one_that_does_not_hold_is_refused_in_words(laurel):
    file = laurel.folder / "endorsement.json"
    file.write_bytes(as_bytes(make_endorsement(BODY)))
    assert "The endorsement was not taken in." in laurel("endorsement", "add", file.name, status=3).err
    assert laurel("endorsement", "list").out == ""
