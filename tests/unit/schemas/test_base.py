"""Addresses and short names: what is refused, and that the schema never refuses what the API takes."""

from __future__ import annotations

import re

import pytest
from pydantic import TypeAdapter, ValidationError

from app.schemas.base import Did, Email, Line, Moment, Slug, WebAddress

TAKEN = [
    (WebAddress, "https://a.example/x?y=[1]#z"),
    (WebAddress, "http://localhost:8000"),
    (WebAddress, "http://[::1]/"),
    (WebAddress, "https://münchen.example/ü"),
    (Did, "did:web:a.example%3A8000:issuers:x"),
    (Email, "amina.o'neil+x@riverside.example"),
    (Slug, "differentiated-teaching"),
    (Line, " شعار "),
    (Moment, "2026-05-04T10:00:00.5+02:00"),
]
REFUSED = [
    ("brackets that hold no address", WebAddress, "http://[+x]/"),
    ("a bracket that never ends", WebAddress, "https://["),
    ("a port that is none", WebAddress, "http://a:b/"),
    ("a port out of range", WebAddress, "http://a:99999999/"),
    ("no host", WebAddress, "https:///x"),
    ("a user name", WebAddress, "https://a@b.example/"),
    ("another scheme", WebAddress, "ftp://a.example"),
    ("a space", WebAddress, "https://a.example/a b"),
    ("two dots", Email, "a..b@c.example"),
    ("no at sign", Email, "x"),
    ("a capital", Slug, "Teaching"),
    ("a hyphen at the end", Slug, "teaching-"),
    ("only spaces", Line, "  "),
    ("two lines", Line, "a\nb"),
    ("no zone", Moment, "2026-05-04T10:00:00"),
]


@pytest.mark.parametrize(("kind", "value"), TAKEN, ids=[row[1] for row in TAKEN])
def test_what_is_taken_fits_the_schema(kind, value):
    adapter = TypeAdapter(kind)
    adapter.validate_python(value)
    assert re.search(adapter.json_schema()["pattern"], value)


@pytest.mark.parametrize(("kind", "value"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_cannot_be_used_is_refused(kind, value):
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(value)
