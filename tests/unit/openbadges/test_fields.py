"""The types of members: what each takes, and what comes near to it and is refused."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from app.openbadges.fields import URI, CompactJWS, Date, DateTime, LanguageTag, Number, PlainText, Text, TypeNames

TAKEN = [
    (DateTime, "2026-05-04T10:00:00Z"),
    (DateTime, "2026-05-04T10:00:00.123456789-11:30"),
    (Date, "1990-05-04"),
    (URI, "urn:x"),
    (URI, "https://a.example/ü?x=1#y"),
    (PlainText, ""),
    (Text, {"en": "Badge", "de-DE": "Abzeichen"}),
    (Number, 1),
    (Number, 1.5),
    (CompactJWS, "eyJhbGciOiJub25lIn0..c2ln"),
    (LanguageTag, "en-GB"),
    (TypeNames, "A"),
    (TypeNames, ["A", "B"]),
]


@pytest.mark.parametrize(("kind", "value"), TAKEN, ids=lambda value: repr(value) if isinstance(value, str) else "")
def test_taken(kind, value):
    TypeAdapter(kind).validate_python(value)


REFUSED = [
    (DateTime, "2026-05-04T10:00Z"),
    (DateTime, "2026-05-04T10:00:00"),
    (DateTime, "2026-05-04T10:00:00z"),
    (DateTime, "2026-05-04t10:00:00Z"),
    (DateTime, "2026-05-04 10:00:00Z"),
    (DateTime, "2026-05-04T10:00:00+02"),
    (DateTime, "2026-05-04T10:00:00+02:00:30"),
    (DateTime, "2026-05-04T10:00:00Z\n"),
    (DateTime, "2026-05-04T10:00:00,5Z"),
    (DateTime, "2026-02-30T10:00:00Z"),
    (DateTime, "2026-05-04T25:00:00Z"),
    (DateTime, "20260504T100000Z"),
    (DateTime, 1_777_888_800),
    (Date, "19900504"),
    (Date, "1990-W18-5"),
    (Date, "1990-02-30"),
    (Date, "1990-05-04\n"),
    (Date, "1990-05-04T10:00:00Z"),
    (URI, "a.example/x"),
    (URI, "https:"),
    (URI, ":x"),
    (URI, "1a:x"),
    (URI, "urn:a b"),
    (URI, "urn:a\n"),
    (URI, "urn:{a}"),
    (URI, "urn:<a>"),
    (URI, "urn:a|b"),
    (URI, "urn:a^b"),
    (URI, "urn:a`b"),
    (URI, "urn:a\\b"),
    (URI, 'urn:"a"'),
    (URI, b"urn:a"),
    (PlainText, 5),
    (PlainText, b"a"),
    (Text, {"English": "Badge"}),
    (Text, {"en": 5}),
    (Text, ["a"]),
    (Number, "1"),
    (Number, True),
    (CompactJWS, "a.b"),
    (CompactJWS, "a.b.c.d"),
    (CompactJWS, "a.b."),
    (CompactJWS, "a.b.c="),
    (LanguageTag, "English"),
    (LanguageTag, "EN"),
    (TypeNames, [5]),
    (TypeNames, None),
]


@pytest.mark.parametrize(("kind", "value"), REFUSED, ids=lambda value: repr(value) if isinstance(value, str) else "")
def test_refused(kind, value):
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(value)
