"""RFC 8785."""

from __future__ import annotations

import json

import pytest

from app.errors import UnsafeDocumentError
from app.jsonld.jcs import canonical_json
from tests.unit.jsonld.support import ABSENT, VECTORS

INPUTS = sorted((VECTORS / "jcs").glob("**/input/*.json"))


@pytest.mark.parametrize(
    "path", INPUTS or [pytest.param(None, marks=pytest.mark.skip(reason=ABSENT))], ids=lambda path: path and path.stem
)
def test_published_vectors(path):
    expected = path.parent.parent / "output" / path.name
    assert canonical_json(json.loads(path.read_text())) == expected.read_text().rstrip("\n")


@pytest.mark.parametrize(
    ("number", "text"),
    # RFC 8785 appendix B, as far as an application may hold these numbers.
    [
        (0, "0"),
        (-0.0, "0"),
        (5e-324, "5e-324"),
        (1e-7, "1e-7"),
        (1e-6, "0.000001"),
        (9007199254740992, "9007199254740992"),
        (295147905179352830000.0, "295147905179352830000"),
        (1e21, "1e+21"),
        (9.999999999999997e22, "9.999999999999997e+22"),
        (333333333.33333329, "333333333.3333333"),
        (-1e-9, "-1e-9"),
        (4.5, "4.5"),
    ],
)
def test_numbers_are_written_as_ecmascript_does(number, text):
    assert canonical_json(number) == text


def test_members_are_sorted_by_utf16_units():
    assert (
        canonical_json({"\ue000": 1, "\U0001f600": 2, "a": [True, None]})
        == '{"a":[true,null],"\U0001f600":2,"\ue000":1}'
    )


@pytest.mark.parametrize("value", [2**53 + 1, float("inf"), float("nan"), object()])
def test_what_json_cannot_say_is_refused(value):
    with pytest.raises(UnsafeDocumentError):
        canonical_json([value])
