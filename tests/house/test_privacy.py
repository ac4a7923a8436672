"""Every column of the database that could tell of a person is in docs/privacy.md, with its purpose and its time."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import Boolean, Column, DateTime, Enum, Integer, Uuid

from app.models import Base
from app.services.holdings import HOLDINGS

PAGE = (Path(__file__).parents[2] / "docs" / "privacy.md").read_text("utf-8")
ROW = re.compile(r"^\| `(\w+\.\w+)` \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
SAYS_NOTHING = (Boolean, DateTime, Enum, Integer, Uuid)  # by itself: an erased credential keeps such

# Texts, JSON and bytes that tell of nobody, each with what it holds instead.
OF_NOBODY = {
    "achievements.slug": "what can be earned",
    "achievements.image_sha256": "a picture of an achievement",
    "achievement_revisions.definition": "what can be earned",
    "api_keys.prefix": "random",
    "api_keys.secret_sha256": "random",
    "api_keys.scopes": "rights",
    "audit_events.action": "one of our words",
    "audit_events.outcome": "one of our words",
    "audit_events.sha256": "a digest over ids, words and times",
    "audit_heads.sha256": "the same",
    "endorsements.sha256": "a digest of what somebody published",
    "images.sha256": "a picture of an achievement or an organisation",
    "images.content": "the same, re-encoded without metadata",
    "images.media_type": "one of two words",
    "issuers.slug": "an organisation",
    "issuers.did": "an organisation",
    "issuers.logo_sha256": "a picture of an organisation",
    "issuers.settings": "switches and colours",
    "issuers.pepper": "random",
    "receipt_keys.kid": "a number",
    "receipt_keys.public_jwk": "a key",
    "receipt_keys.ciphertext": "a key",
    "signing_keys.kid": "a date and something random",
    "signing_keys.public_jwk": "a key",
    "signing_keys.ciphertext": "a key",
    "vc_instances.name": "a cryptosuite",
    "vc_instances.did": "a key",
    "vc_instances.kid": "something random",
    "vc_instances.ciphertext": "a key",
}


def could_tell(column: Column[object]) -> bool:
    return not isinstance(getattr(column.type, "impl", column.type), SAYS_NOTHING)


def columns() -> set[str]:
    return {str(column) for table in Base.metadata.tables.values() for column in table.columns if could_tell(column)}


def test_every_column_is_one_or_the_other():
    """A new column that holds text, JSON or bytes is a decision: in app/services/holdings.py, or above."""
    held = [holding.column for holding in HOLDINGS]
    assert len(held) == len(set(held))
    assert set(held) & set(OF_NOBODY) == set()
    assert columns() - set(held) - set(OF_NOBODY) == set()
    assert set(held) - columns() == set()
    assert set(OF_NOBODY) - columns() == set()


def test_the_page_says_what_the_code_says():
    """So does an export."""
    rows = ROW.findall(PAGE)
    assert rows == [(each.column, each.whose, each.what, each.purpose, each.kept) for each in HOLDINGS]
