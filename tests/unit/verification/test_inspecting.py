from __future__ import annotations

import json

import pytest

from app.errors import MalformedDocumentError
from app.openbadges import Twin, bake_png, bake_svg
from app.verification import inspect
from tests.factories import PNG, SVG, as_bytes, base64url, judged, make_credential, sign, sign_token
from tests.unit.openbadges.pdfs import attaching, stream
from tests.unit.openbadges.pngs import itxt, png

DOCUMENT = sign(make_credential())
TEXT = as_bytes(DOCUMENT).decode()
TOKEN = sign_token(make_credential())
ASSERTION = {
    "@context": "https://w3id.org/openbadges/v2",
    "type": "Assertion",
    "id": "https://badges.example/assertions/7",
    "badge": {"id": "https://badges.example/badges/1", "issuer": {"id": "https://badges.example", "name": "Example"}},
    "issuedOn": "2019-05-04T10:00:00Z",
}


def test_a_signed_document():
    found = inspect(TEXT.encode())
    assert found["notice"] == "Nothing was checked."
    assert (found["format"], found["kind"]) == ("json", "badge")
    assert found["bytes"] == {"file": len(TEXT.encode()), "credential": len(TEXT.encode())}
    assert found["types"] == DOCUMENT["type"]
    assert found["contexts"] == DOCUMENT["@context"]
    assert found["claims"]["id"] == DOCUMENT["id"]
    assert found["claimedIssuer"]["id"] == DOCUMENT["issuer"]["id"]
    assert found["claimedAchievement"]["name"] == DOCUMENT["credentialSubject"]["achievement"]["name"]
    [proof] = found["proofs"]
    assert (proof["cryptosuite"], proof["proofPurpose"]) == ("eddsa-rdfc-2022", "assertionMethod")
    assert "proofValue" not in proof
    [entry] = found["status"]
    assert entry["statusListIndex"] == DOCUMENT["credentialStatus"]["statusListIndex"]
    assert not found.keys() & {"container", "place", "header", "address", "refused", "endorsements", "contents"}


def test_a_token():
    found = inspect(TOKEN.encode() + b"\n")
    assert (found["format"], found["kind"], found["header"]["alg"]) == ("jwt", "badge", "ES256")
    assert "proofs" not in found


@pytest.mark.parametrize(
    ("raw", "container", "place"),
    [
        pytest.param(bake_png(PNG, TEXT), "png", "iTXt chunk “openbadgecredential”", id="PNG"),
        pytest.param(
            bake_svg(SVG, TEXT),
            "svg",
            "element {https://purl.imsglobal.org/ob/v3p0}credential",
            id="SVG",
        ),
        pytest.param(attaching(stream(TEXT.encode())), "pdf", "attached file “file0.json”", id="PDF"),
    ],
)
def test_where_in_a_file_it_was(raw, container, place):
    found = inspect(raw)
    assert (found["container"], found["place"], found["format"]) == (container, place, f"{container}+json")
    assert found["bytes"] == {"file": len(raw), "credential": len(TEXT.encode())}
    assert found["claims"] == inspect(TEXT.encode())["claims"]


def test_a_twin_of_version_2_beside_it_is_told():
    twin = Twin("https://badges.example/7", "{}")
    assert inspect(bake_png(PNG, TEXT, twin=twin))["beside"] == "iTXt chunk “openbadges”"
    assert inspect(bake_svg(SVG, TEXT, twin=twin))["beside"] == "element {http://openbadges.org}assertion"
    assert "beside" not in inspect(bake_png(PNG, TEXT))


def test_an_address_is_told_and_not_fetched():
    found = inspect(png(itxt(b"https://badges.example/7", keyword=b"openbadges")))
    assert (found["format"], found["address"]) == ("png+url", "https://badges.example/7")
    assert "kind" not in found


def test_a_badge_of_version_2():
    found = inspect(as_bytes(ASSERTION))
    assert found["kind"] == "ob-2"
    assert found["claims"] == {"id": ASSERTION["id"], "issuedOn": ASSERTION["issuedOn"]}
    assert found["claimedIssuer"] == {
        "id": "https://badges.example",
        "name": "Example",
        "badgeClass": "https://badges.example/badges/1",
    }


def test_what_is_inside_is_counted():
    record = {**DOCUMENT, "type": ["VerifiableCredential", "ClrCredential"], "endorsementJwt": [TOKEN]}
    record["credentialSubject"] = {"verifiableCredential": [DOCUMENT, TOKEN, DOCUMENT]}
    found = inspect(as_bytes(record))
    assert (found["kind"], found["contents"], found["endorsements"]) == ("clr", 3, 1)


@pytest.mark.parametrize("header", [{"alg": "none"}, {"alg": "PS256"}, {"alg": "ES256", "crit": ["exp"]}])
def test_the_header_of_a_token_that_is_refused_is_told_with_the_reason(header):
    found = inspect(sign_token(make_credential(), header=header).encode())
    assert found["header"].items() >= header.items()
    assert found["refused"]
    assert not found.keys() & {"claims", "types"}


def test_a_forgery_looks_as_good_as_anything():
    """Which is why it is said that nothing was checked."""
    forged = {**DOCUMENT, "name": "Forged", "issuer": {**DOCUMENT["issuer"], "name": "Ministry of Education"}}
    assert inspect(as_bytes(forged))["claimedIssuer"]["name"] == "Ministry of Education"
    assert judged(as_bytes(forged)).verdict == "invalid"


def test_no_text_of_the_file_moves_a_terminal_or_goes_on_for_ever():
    document = {
        **DOCUMENT,
        "name": "\x1b[31mred\x07\u202e" + "x" * 10_000,
        "type": ["\x1b]0;title\x07"] * 1_000,
        "proof": [{"type": {"deep": [[[[[["\x1b[2J"]]]]]]}, "created": "\r\n"}] * 500,
        "credentialStatus": [{"type": {f"\x1b{number}": 1 for number in range(1_000)}}],
    }
    header = {"alg": "ES256", "x": "\x1b[31m"}
    for raw in (as_bytes(document), sign_token(make_credential(), header=header).encode()):
        written = json.dumps(inspect(raw), ensure_ascii=False)
        assert all(character.isprintable() for character in written)
        assert "\\u001b" not in written
        assert len(written) < 100_000


STRANGE = [
    b"{}",
    b'{"type":7,"@context":{"a":1},"proof":"x","credentialStatus":[null,7],"issuer":[],"badge":7}',
    b'{"credentialSubject":[{"achievement":[]}],"issuer":{"id":7,"name":{}},"proof":{"type":null}}',
    base64url(b'{"alg":"none"}').encode() + b".e30.",
    base64url(b'{"alg":"HS256","alg2":[{"a":{}}]}').encode() + b".e30.",
]


@pytest.mark.parametrize("raw", STRANGE)
def test_members_of_the_wrong_type_are_left_out(raw):
    assert inspect(raw)["notice"]


def test_what_cannot_be_read_is_an_error():
    with pytest.raises(MalformedDocumentError):
        inspect(b"hello")
