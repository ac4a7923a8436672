"""What people read about a wrong member: JSON's words, and a whole sentence."""

from __future__ import annotations

import pytest

from app.routers.wording import sentence

CASES = [
    ("missing", "Field required", {}, "This member is required."),
    ("tuple_type", "Input should be a valid tuple", {}, "Must be a list, in square brackets."),
    ("string_too_short", "…", {"min_length": 1}, "Must not be empty."),
    ("string_too_short", "…", {"min_length": 3}, "Must have at least 3 characters."),
    ("too_long", "…", {"actual_length": 51, "max_length": 50}, "Has 51 items; 50 are taken at the most."),
    ("literal_error", "…", {"expected": "'online' or 'onsite'"}, "Must be 'online' or 'onsite'."),
    ("string_pattern_mismatch", "…", {"pattern": "^[0-9]{2}$"}, "Must have the form ^[0-9]{2}$"),
    ("value_error", "Value error, must be an e-mail address", {"error": ValueError()}, "Must be an e-mail address."),
    ("value", "has x twice in tags", {}, "It has x twice in tags."),
    ("never seen", "Something is off.", {}, "Something is off."),
]


@pytest.mark.parametrize(("kind", "message", "details", "said"), CASES)
def test_a_finding_becomes_a_sentence(kind, message, details, said):
    assert sentence(kind, message, details) == said
