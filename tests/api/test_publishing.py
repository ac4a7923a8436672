"""What anybody may fetch: forms, negotiation, caching, cross-origin reading, identity documents."""

from __future__ import annotations

import io
import json
import re
import uuid

import joserfc.jws
import pypdf
import pytest
from joserfc.jwk import RSAKey

from app.openbadges import unbake_png, unbake_svg
from tests.api.conftest import path_of
from tests.problem import assert_problem

pytestmark = pytest.mark.anyio

CHROMIUM = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
NEGOTIATED = [
    ("a browser gets the page", CHROMIUM, "text/html; charset=utf-8"),
    ("a crawler gets the page", "*/*", "text/html; charset=utf-8"),
    ("no header gets the signed JSON", None, "application/vc"),
    ("an empty header gets the signed JSON", "", "application/vc"),
    ("a wallet gets what it names", "application/ld+json", "application/ld+json"),
    ("plain JSON is possible", "application/json", "application/json"),
    ("the registered type is possible", "application/vc", "application/vc"),
    ("the token by its type", "application/vc+jwt", "application/vc+jwt"),
    ("the token as text", "text/plain", "text/plain"),
    ("weights count", "text/html;q=0.3, application/vc;q=0.9", "application/vc"),
    ("weights count the other way", "application/vc;q=0.2, text/html;q=0.7", "text/html; charset=utf-8"),
    ("a type named exactly beats a wildcard", "application/vc, */*;q=0.1", "application/vc"),
    ("at equal weight the exact name wins", "*/*, application/json", "application/json"),
    (
        "the validator's header",
        "application/ld+json, application/json, application/vc+jwt, text/plain",
        "application/ld+json",
    ),
    ("what is refused is not sent", "application/*, application/vc;q=0", "application/ld+json"),
]


@pytest.fixture
def jwt_algorithm():
    """What a token is signed with by default."""
    return "RS256"


@pytest.mark.parametrize(("accept", "expected"), [row[1:] for row in NEGOTIATED], ids=[row[0] for row in NEGOTIATED])
async def test_the_credentials_address_answers_in_the_form_asked_for(anonymous, credential, accept, expected):
    request = anonymous.build_request("GET", path_of(credential["id"]))
    if accept is None:
        del request.headers["accept"]
    else:
        request.headers["accept"] = accept
    response = await anonymous.send(request)
    assert response.status_code == 200
    assert response.headers["content-type"] == expected
    assert "Accept" in response.headers["vary"]


async def test_a_form_that_does_not_exist_is_not_acceptable(anonymous, credential):
    response = await anonymous.get(path_of(credential["id"]), headers={"Accept": "image/avif"})
    assert_problem(response, 406, "not-acceptable")


async def test_every_form_has_an_address_and_holds_the_same_credential(anonymous, credential):
    answers = {form: await anonymous.get(path_of(url)) for form, url in credential["links"].items() if form != "page"}
    assert {answer.status_code for answer in answers.values()} == {200}
    assert {form: answer.headers["content-type"] for form, answer in answers.items()} == {
        "json": "application/vc",
        "jwt": "text/plain; charset=utf-8",
        "png": "image/png",
        "svg": "image/svg+xml",
        "pdf": "application/pdf",
    }
    signed = answers["json"].content
    assert unbake_png(answers["png"].content).encode() == signed
    assert unbake_svg(answers["svg"].content).encode() == signed
    assert answers["pdf"].content.startswith(b"%PDF-")


async def test_the_token_verifies_with_the_key_that_its_kid_leads_to(anonymous, credential):
    token = (await anonymous.get(path_of(credential["links"]["jwt"]))).text
    kid = joserfc.jws.extract_compact(token.encode()).headers()["kid"]
    key = await anonymous.get(path_of(kid))
    assert key.headers["content-type"] == "application/jwk+json"
    assert key.json()["kty"] == "RSA"
    payload = json.loads(joserfc.jws.deserialize_compact(token, RSAKey.import_key(key.json()), ["RS256"]).payload)
    assert payload["iss"] == payload["issuer"]["id"]
    assert payload["jti"] == payload["id"] == credential["id"]
    assert "proof" not in payload


@pytest.mark.parametrize("part", [0, 1, 2], ids=["header", "payload", "signature"])
async def test_a_token_with_one_character_changed_is_not_valid(anonymous, credential, part):
    parts = (await anonymous.get(path_of(credential["links"]["jwt"]))).text.split(".")
    middle = len(parts[part]) // 2
    other = "A" if parts[part][middle] != "A" else "B"
    parts[part] = parts[part][:middle] + other + parts[part][middle + 1 :]
    response = await anonymous.post(
        "/v1/verify", content=".".join(parts), headers={"Content-Type": "application/vc+jwt"}
    )
    assert response.status_code == 400 or response.json()["verdict"] == "invalid", response.text


async def test_the_token_is_made_once(anonymous, credential):
    first, second = [(await anonymous.get(path_of(credential["links"]["jwt"]))).text for _ in range(2)]
    assert first == second


@pytest.mark.parametrize("form", ["json", "jwt", "png", "svg", "page"])
async def test_what_has_not_changed_is_not_sent_again(anonymous, credential, form):
    path = path_of(credential["links"][form])
    first = await anonymous.get(path, headers={"Accept": "*/*"})
    again = await anonymous.get(path, headers={"Accept": "*/*", "If-None-Match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert again.headers["etag"] == first.headers["etag"]


@pytest.mark.parametrize("form", ["json", "jwt", "png", "svg", "pdf", "page"])
async def test_head_answers_like_get_without_a_body(anonymous, credential, form):
    path = path_of(credential["links"][form])
    get, head = await anonymous.get(path), await anonymous.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == get.headers["content-type"]
    assert head.headers["content-length"] == get.headers["content-length"]


async def test_public_data_may_be_read_from_any_origin_and_pages_may_not(anonymous, credential):
    for path in (
        path_of(credential["links"]["json"]),
        "/issuers/riverside/did.json",
        path_of(credential["credential"]["credentialStatus"]["statusListCredential"]),
    ):
        response = await anonymous.get(path, headers={"Origin": "https://verifier.example"})
        assert response.headers["access-control-allow-origin"] == "*", path
        assert response.headers["cross-origin-resource-policy"] == "cross-origin", path
    page = await anonymous.get(path_of(credential["id"]))
    assert "access-control-allow-origin" not in page.headers


async def test_the_did_document_lists_both_keys_with_absolute_names(anonymous, credential):
    response = await anonymous.get("/issuers/riverside/did.json")
    assert response.headers["content-type"] == "application/did+json"
    document = response.json()
    did = credential["credential"]["issuer"]["id"]
    assert document["id"] == did
    assert all(
        method["id"].startswith(f"{did}#") and method["controller"] == did for method in document["verificationMethod"]
    )
    assert all(isinstance(name, str) and name.startswith(f"{did}#") for name in document["assertionMethod"])
    assert credential["credential"]["proof"][0]["verificationMethod"] in document["assertionMethod"]
    assert {method["type"] for method in document["verificationMethod"]} == {"Multikey", "JsonWebKey"}


async def test_no_published_key_holds_a_private_member(anonymous, issuer):
    for path in ("/issuers/riverside/did.json", "/issuers/riverside/jwks.json"):
        text = (await anonymous.get(path)).text
        assert not re.search(r'"(d|p|q|dp|dq|qi|k)":', text), path


async def test_achievement_and_issuer_answer_people_and_machines(anonymous, credential, achievement):
    for path in (path_of(achievement["id"]), "/issuers/riverside"):
        page = await anonymous.get(path, headers={"Accept": "text/html"})
        document = await anonymous.get(path, headers={"Accept": "application/ld+json"})
        assert page.headers["content-type"].startswith("text/html")
        assert document.json()["@context"][0] == "https://www.w3.org/ns/credentials/v2"
    assert document.json()["id"] == credential["credential"]["issuer"]["id"]


@pytest.mark.parametrize("form", ["png", "svg"])
async def test_an_achievement_without_a_picture_has_a_drawn_one(anonymous, achievement, form):
    uuid_ = achievement["id"].rsplit("/", 1)[1]
    response = await anonymous.get(f"/achievements/{uuid_}/image.{form}")
    assert response.status_code == 200
    assert (b"PNG" in response.content[:8]) if form == "png" else (b"<svg" in response.content[:2_000])


@pytest.mark.parametrize(
    "path",
    [
        "/credentials/{unknown}",
        "/credentials/{unknown}.json",
        "/credentials/{unknown}.jwt",
        "/credentials/{unknown}.png",
        "/achievements/{unknown}",
        "/achievements/{unknown}/image.png",
        "/issuers/nobody",
        "/issuers/nobody/did.json",
        "/issuers/nobody/keys/k",
        "/issuers/nobody/jwks.json",
        "/status/{unknown}",
        "/problems/nothing",
        "/static/nothing.css",
        "/nowhere",
    ],
)
async def test_what_is_not_there_is_a_404(anonymous, issuer, path):
    response = await anonymous.get(path.format(unknown=uuid.uuid4()), headers={"Accept": "application/json"})
    assert_problem(response, 404, "not-found")


async def test_people_get_a_404_page(anonymous, issuer):
    response = await anonymous.get(f"/credentials/{uuid.uuid4()}", headers={"Accept": "text/html"})
    assert response.status_code == 404
    assert response.headers["content-type"].startswith("text/html")


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize("path", ["/credentials", "/achievements"])
@pytest.mark.parametrize("accept", ["text/html", BROWSER], ids=["html", "browser"])
async def test_people_with_a_link_cut_short_get_a_404_page(anonymous, path, accept):
    response = await anonymous.get(f"{path}/{str(uuid.uuid4())[:-3]}", headers={"Accept": accept})
    assert response.status_code == 404
    assert response.headers["content-type"].startswith("text/html")
    assert response.headers["cache-control"] == "no-store"
    assert "cut short" in response.text


@pytest.mark.parametrize("path", ["/credentials", "/achievements"])
@pytest.mark.parametrize("headers", [{}, {"Accept": "*/*"}, {"Accept": "application/ld+json"}], ids=str)
async def test_programs_with_a_link_cut_short_get_a_problem(anonymous, path, headers):
    anonymous.headers.pop("Accept", None)
    response = await anonymous.get(f"{path}/{str(uuid.uuid4())[:-3]}", headers=headers)
    assert_problem(response, 422, "invalid-fields", pointer="")


@pytest.mark.parametrize("name", ["not-a-uuid", "..%2f..%2fetc%2fpasswd", "%00", "x" * 3_000])
async def test_an_odd_name_is_no_credential(anonymous, issuer, name):
    response = await anonymous.get(f"/credentials/{name}")
    assert response.status_code in (404, 422)
    assert response.headers["content-type"] == "application/problem+json"


async def test_every_answer_carries_the_security_headers(anonymous, credential):
    for path in (
        "/",
        "/verify",
        path_of(credential["id"]),
        path_of(credential["links"]["json"]),
        "/nowhere",
        "/healthz",
    ):
        headers = (await anonymous.get(path)).headers
        assert headers["content-security-policy"].startswith("default-src 'none'"), path
        assert "unsafe" not in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] == "no-referrer", path
        assert headers["x-request-id"], path
        assert "strict-transport-security" not in headers  # the public address is http here
        assert "set-cookie" not in headers, path


async def test_a_certificate_names_nobody_whose_name_was_not_signed(anonymous, admin, issuer, completion):
    """Whoever has the address has the file."""
    changed = await admin.patch(f"/v1/issuers/{issuer['slug']}", json={"identifyLearnersBy": ["email"]})
    assert changed.status_code == 200, changed.text
    made = (await admin.post("/v1/completions", json=completion)).json()
    page = pypdf.PdfReader(io.BytesIO((await anonymous.get(path_of(made["links"]["pdf"]))).content)).pages[0]
    text = " ".join(page.extract_text().split())
    assert "The holder of this credential" in text
    assert completion["learner"]["name"] not in text


async def test_a_certificate_names_its_holder(anonymous, credential):
    page = pypdf.PdfReader(io.BytesIO((await anonymous.get(path_of(credential["links"]["pdf"]))).content)).pages[0]
    assert "Amina Haddad" in " ".join(page.extract_text().split())
