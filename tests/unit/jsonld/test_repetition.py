"""A long identifier that every statement repeats: a small document must not become gigabytes."""

from __future__ import annotations

import tracemalloc

import pytest

from app.errors import TooComplexError
from app.jsonld import canonicalize
from tests.factories import make_credential

LONG = 500_000


def test_a_long_id_with_many_values_is_refused_before_it_is_written_out():
    document = make_credential()
    achievement = document["credentialSubject"]["achievement"]
    achievement["id"] = "urn:x:" + "a" * LONG
    achievement["tag"] = [f"tag {number}" for number in range(1_900)]
    tracemalloc.start()
    with pytest.raises(TooComplexError):
        canonicalize(document, fallback=False)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 64 * 1024 * 1024


def test_an_image_that_is_its_own_id_passes():
    document = make_credential()
    image = "data:image/png;base64," + "A" * LONG
    document["credentialSubject"]["achievement"]["image"] = {"id": image, "type": "Image", "caption": "A badge"}
    assert image.encode() in canonicalize(document, fallback=False)
