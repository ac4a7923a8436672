"""In which forms a credential may stand inside another."""

from __future__ import annotations

import pytest

from app.openbadges import bake_png
from app.verification import read
from app.verification.embedded import Allowance, contents_of
from tests.factories import PNG, as_bytes, make_credential, sign, sign_token
from tests.unit.openbadges.pdfs import attaching, stream

DOCUMENT = sign(make_credential())
TOKEN = sign_token(make_credential())
ENVELOPE = {
    "@context": "https://www.w3.org/ns/credentials/v2",
    "type": "EnvelopedVerifiableCredential",
    "id": f"data:application/vc+jwt,{TOKEN}",
}


def contents(*held):
    record = {"@context": [], "type": ["ClrCredential"], "credentialSubject": {"verifiableCredential": list(held)}}
    return contents_of(read(as_bytes(record)), Allowance()).found


@pytest.mark.parametrize(
    ("held", "form"),
    [
        pytest.param(DOCUMENT, "json", id="a document"),
        pytest.param(TOKEN, "jwt", id="a token"),
        pytest.param(as_bytes(DOCUMENT).decode(), "json", id="a document as text"),
        pytest.param(ENVELOPE, "json+jwt", id="a token in an envelope"),
    ],
)
def test_what_stands_in_a_record_is_as_if_handed_in_alone(held, form):
    [one] = contents(held)
    assert (one.format, one.document["id"]) == (form, DOCUMENT["id"])


PDF = attaching(stream(as_bytes(DOCUMENT)))


@pytest.mark.parametrize(
    "held",
    [
        pytest.param(PDF.decode("latin-1"), id="a PDF file"),
        pytest.param(bake_png(PNG, TOKEN).decode("latin-1"), id="an image"),
        pytest.param("https://badges.example/7", id="an address"),
        pytest.param("", id="nothing"),
    ],
)
def test_no_file_and_no_address_is_opened_for_the_sake_of_a_record(held):
    """A text in JSON may hold a whole PDF, which is to be opened in a process of its own or not at all."""
    assert contents(held.replace("\0", " ")) == (None,)
