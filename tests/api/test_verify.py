"""`POST /v1/verify`: every form of a badge of ours, judged; what cannot be read, refused; nothing else."""

from __future__ import annotations

import json

import pytest

from app.cli import samples
from app.errors import TooLargeError
from app.openbadges import bake_svg
from app.web import verifying
from tests.api.conftest import client_for, path_of
from tests.factories import REMOVED, SVG, as_bytes, key_issuer, make_credential, make_subject, sign
from tests.problem import assert_problem
from tests.unit.openbadges.pdfs import attaching, modern, pdf, stream
from tests.unit.openbadges.pngs import chunk, png
from tests.unit.verification.edited import drawn_anew

pytestmark = pytest.mark.anyio

FORMS = {
    "json": "application/vc",
    "jwt": "application/vc+jwt",
    "png": "image/png",
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
}


async def verdict_of(client, **request):
    response = await client.post("/v1/verify", **request)
    assert response.status_code == 200, response.text
    return response.json()


@pytest.mark.parametrize("form", FORMS)
async def test_each_form_is_valid_by_its_media_type(anonymous, credential, form):
    content = (await anonymous.get(path_of(credential["links"][form]))).content
    report = await verdict_of(anonymous, content=content, headers={"Content-Type": FORMS[form]})
    assert report["verdict"] == "valid", report
    assert report["achievement"]["name"] == credential["credential"]["credentialSubject"]["achievement"]["name"]
    assert {check["id"] for check in report["checks"]} >= {"format", "proof", "issuer", "dates", "status"}


@pytest.mark.parametrize("form", FORMS)
async def test_each_form_is_valid_as_a_file_in_a_form(anonymous, credential, form):
    content = (await anonymous.get(path_of(credential["links"][form]))).content
    report = await verdict_of(anonymous, files={"file": (f"badge.{form}", content)})
    assert report["verdict"] == "valid", report


@pytest.mark.parametrize("form", ["page", "json", "jwt", "png", "svg", "pdf"])
async def test_our_own_addresses_are_valid(anonymous, credential, form):
    report = await verdict_of(anonymous, json={"url": credential["links"][form]})
    assert report["verdict"] == "valid"


async def test_the_credential_may_stand_in_json_or_be_the_json(anonymous, credential):
    inside = await verdict_of(anonymous, json={"credential": credential["credential"]})
    itself = await verdict_of(anonymous, json=credential["credential"])
    token = (await anonymous.get(path_of(credential["links"]["jwt"]))).text
    as_token = await verdict_of(anonymous, json={"credential": token})
    assert [report["verdict"] for report in (inside, itself, as_token)] == ["valid"] * 3


async def test_a_strangers_credential_under_did_key_is_valid(anonymous, issuer):
    stranger = key_issuer()
    document = make_credential(stranger, credentialStatus=REMOVED)
    assert (await verdict_of(anonymous, json=sign(document, stranger)))["verdict"] == "valid"


async def test_a_strangers_status_list_cannot_be_fetched_so_nothing_is_certain(anonymous, issuer):
    stranger = key_issuer()
    report = await verdict_of(anonymous, json=sign(make_credential(stranger), stranger))
    assert report["verdict"] == "undetermined"
    assert {check["id"]: check["outcome"] for check in report["checks"]}["proof"] == "passed"


@pytest.mark.parametrize("name", ["tampered", "unsigned"])
async def test_a_broken_sample_is_invalid_and_shows_nothing(anonymous, credential, name):
    broken = getattr(samples, name)(credential["credential"])
    report = await verdict_of(anonymous, json=broken)
    assert report["verdict"] == "invalid"
    assert report["credential"] is report["recipient"] is report["achievement"] is None


async def test_an_expired_badge_is_invalid_and_says_when_it_ended(admin, issuer):
    slug = samples.EXPIRED["achievement"]
    await admin.post("/v1/achievements", json={"slug": slug, "issuer": issuer["slug"], **samples.ACHIEVEMENTS[slug]})
    expired = (await admin.post("/v1/completions", json=samples.EXPIRED)).json()
    report = await verdict_of(admin, json={"url": expired["id"]})
    assert report["verdict"] == "invalid"
    dates = next(check for check in report["checks"] if check["id"] == "dates")
    assert dates["outcome"] == "failed"
    assert dates["remedy"]
    back_then = await verdict_of(admin, json={"url": expired["id"], "at": "2024-06-01T00:00:00Z"})
    assert back_then["verdict"] == "valid"


@pytest.mark.parametrize(
    ("email", "verdict"),
    [
        ("amina@riverside.example", "valid"),
        ("Amina@Riverside.example", "valid"),
        ("other@riverside.example", "invalid"),
    ],
    ids=["hers", "hers, spelt otherwise", "somebody else's"],
)
async def test_an_email_is_compared_with_the_hash(anonymous, credential, email, verdict):
    report = await verdict_of(anonymous, json={"url": credential["id"], "email": email})
    assert report["verdict"] == verdict


HERS = "did:example:amina"
OF_HERS = sign(
    make_credential(key_issuer(), credentialStatus=REMOVED, credentialSubject=make_subject(id=HERS)), key_issuer()
)


@pytest.mark.parametrize(
    ("did", "verdict"), [(HERS, "valid"), ("did:example:ben", "invalid")], ids=["hers", "somebody else's"]
)
async def test_a_did_is_compared_with_the_subject(anonymous, did, verdict):
    report = await verdict_of(anonymous, json={"credential": OF_HERS, "did": did})
    assert report["verdict"] == verdict
    file = {"file": ("badge.json", as_bytes(OF_HERS))}
    assert (await verdict_of(anonymous, files=file, data={"did": did}))["verdict"] == verdict


async def test_what_is_no_did_is_not_asked(anonymous):
    answer = await anonymous.post("/v1/verify", json={"credential": OF_HERS, "did": "amina"})
    assert_problem(answer, 422, "invalid-fields")


async def test_more_than_there_are_places_for_is_told_to_come_again(laurel, anonymous):
    stranger = key_issuer()
    document = sign(make_credential(stranger), stranger)  # its list is elsewhere
    held = [object() for _ in range(laurel.settings.limits.verifications_waiting)]
    for borrower in held:
        laurel.places.acquire_on_behalf_of_nowait(borrower)
    response = await anonymous.post("/v1/verify", json=document)
    assert_problem(response, 503, "overloaded")
    assert response.headers["Retry-After"]
    for borrower in held:
        laurel.places.release_on_behalf_of(borrower)
    assert (await verdict_of(anonymous, json=document))["verdict"] == "undetermined"
    assert laurel.places.borrowed_tokens == 0


async def test_a_list_of_trusted_issuers_is_a_check_of_its_own(anonymous, credential):
    did = credential["credential"]["issuer"]["id"]
    known = await verdict_of(anonymous, json={"url": credential["id"], "trust": [did]})
    assert next(check for check in known["checks"] if check["id"] == "trust")["outcome"] == "passed"


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/credentials/1",
        "http://localhost:8000/credentials/11111111-1111-4111-8111-111111111111",
    ],
    ids=["another site", "nothing there"],
)
async def test_what_cannot_be_fetched_is_undetermined(anonymous, issuer, url):
    report = await verdict_of(anonymous, json={"url": url})
    assert report["verdict"] == "undetermined"
    assert report["checks"][0]["remedy"]


JSON = {"Content-Type": "application/json"}
BAD = [
    ("neither address nor credential", JSON, b"{}", 422, "invalid-fields"),
    ("both", JSON, b'{"url": "https://a.example/x", "credential": {}}', 422, "invalid-fields"),
    ("an address of another kind", JSON, b'{"url": "file:///etc/passwd"}', 422, "invalid-fields"),
    ("an unknown member", JSON, b'{"uri": "https://a.example"}', 422, "invalid-fields"),
    ("broken JSON", JSON, b'{"url"', 400, "malformed-json"),
    ("nothing at all", {"Content-Type": "application/vc"}, b"", 400, "malformed-document"),
    ("some text", {"Content-Type": "text/plain"}, b"hello", 400, "malformed-document"),
    ("a picture without a badge", {"Content-Type": "image/png"}, b"\x89PNG\r\n\x1a\n", 400, "malformed-document"),
    ("a PDF without a badge", {"Content-Type": "application/pdf"}, pdf({}), 400, "malformed-document"),
    ("a PDF that is none", {"Content-Type": "application/pdf"}, b"%PDF-1.7", 400, "malformed-document"),
    (
        "a PDF with two badges",
        {"Content-Type": "application/pdf"},
        attaching(stream(b'{"@context":1}'), stream(b'{"@context":2}')),
        400,
        "malformed-document",
    ),
    (
        "a PDF that is a bomb",
        {"Content-Type": "application/pdf"},
        modern({}, packed=b" " * 50_000_000),
        413,
        "too-large",
    ),
    ("a web page", {"Content-Type": "text/plain"}, b"<!doctype html><html>", 400, "malformed-document"),
    ("a long address", {"Content-Type": "text/plain"}, b"https://a.example/" + b"a" * 2_048, 413, "too-large"),
    ("a film", {"Content-Type": "video/mp4"}, b"x", 415, "unsupported-media-type"),
    ("too much", {"Content-Type": "application/vc"}, b" " * (5 * 1024 * 1024 + 1), 413, "too-large"),
    ("a form without a file", {"Content-Type": "multipart/form-data; boundary=b"}, b"--b--\r\n", 422, "invalid-fields"),
    ("a form without a boundary", {"Content-Type": "multipart/form-data"}, b"x", 400, "malformed-document"),
]


@pytest.mark.parametrize(
    ("headers", "content", "status", "code"), [row[1:] for row in BAD], ids=[row[0] for row in BAD]
)
async def test_what_cannot_be_read_is_refused(anonymous, issuer, headers, content, status, code):
    assert_problem(await anonymous.post("/v1/verify", content=content, headers=headers), status, code)


def baked_address(url: str) -> bytes:
    """As Open Badges 1.0 did it."""
    return png(chunk(b"tEXt", b"openbadges\0" + url.encode()))


@pytest.mark.parametrize(
    ("media_type", "made"),
    [("text/plain", str.encode), ("image/png", baked_address), ("image/svg+xml", lambda url: bake_svg(SVG, url))],
    ids=["text", "PNG", "SVG"],
)
async def test_an_address_in_a_file_leads_to_the_badge(anonymous, credential, media_type, made):
    sent = made(credential["id"])
    report = await verdict_of(anonymous, content=sent, headers={"Content-Type": media_type})
    assert (report["verdict"], report["format"]) == ("valid", "json")
    elsewhere = made("https://elsewhere.example/assertions/1")
    report = await verdict_of(anonymous, content=elsewhere, headers={"Content-Type": media_type})
    assert report["verdict"] == "undetermined"


async def test_a_certificate_of_ours_is_valid_in_the_form_too_and_another_pdf_is_not(anonymous, credential):
    certificate = (await anonymous.get(path_of(credential["links"]["pdf"]))).content
    good = await anonymous.post("/verify", files={"file": ("certificate.pdf", certificate)})
    assert good.status_code == 200
    assert "Result of verification" in good.text
    assert credential["credential"]["credentialSubject"]["achievement"]["name"] in good.text
    printed = await anonymous.post("/verify", files={"file": ("printed.pdf", pdf({}))})
    assert printed.status_code == 400
    assert "no credential attached to this PDF" in printed.text


async def test_an_edited_certificate_of_ours_is_printed_otherwise(anonymous, credential):
    certificate = (await anonymous.get(path_of(credential["links"]["pdf"]))).content
    headers = {"Content-Type": "application/pdf"}
    report = await verdict_of(anonymous, content=certificate, headers=headers)
    assert {check["id"]: check["outcome"] for check in report["checks"]}["printed"] == "passed"
    forged = drawn_anew(certificate, credential["id"], "Mallory Fox")
    report = await verdict_of(anonymous, content=forged, headers=headers)
    assert (report["verdict"], report["conclusion"]) == ("invalid", "printed otherwise")
    assert report["recipient"]["name"] == "Amina Haddad"
    page = await anonymous.post("/verify", files={"file": ("certificate.pdf", forged)})
    assert page.status_code == 200
    assert "The page shows something else" in page.text
    assert "Amina Haddad" in page.text
    assert "Mallory" not in page.text


async def test_a_pdf_that_must_wait_too_long_is_told_to_come_again(anonymous, credential, laurel):
    certificate = (await anonymous.get(path_of(credential["links"]["pdf"]))).content
    workers = laurel.instance.read_limits.unbake_pdf._workers
    workers._seconds = 0.1
    taken = workers._idle.get()
    answer = await anonymous.post("/v1/verify", content=certificate, headers={"Content-Type": "application/pdf"})
    assert_problem(answer, 503, "overloaded")
    assert answer.headers["retry-after"]
    page = await anonymous.post("/verify", files={"file": ("certificate.pdf", certificate)})
    assert (page.status_code, page.headers["content-type"].split(";")[0]) == (503, "text/html")
    workers._idle.put(taken)
    workers._seconds = 20
    report = await verdict_of(anonymous, content=certificate, headers={"Content-Type": "application/pdf"})
    assert report["verdict"] == "valid"


async def test_an_upload_leaves_no_trace(anonymous, credential, laurel, capsys):
    marked = json.loads(json.dumps(credential["credential"]).replace("Amina Haddad", "Canary Person"))
    await verdict_of(anonymous, json=marked)
    with laurel.database.reading() as session:
        from sqlalchemy import text

        documents = session.execute(text("SELECT document FROM credentials")).scalars().all()
    assert not any(b"Canary Person" in bytes(document) for document in documents)
    captured = capsys.readouterr()
    assert "Canary Person" not in captured.out + captured.err


async def test_the_page_form_answers_with_a_page(anonymous, credential):
    good = await anonymous.post("/verify", files={"text": (None, credential["id"])})
    assert good.status_code == 200
    assert good.headers["content-type"].startswith("text/html")
    assert credential["credential"]["credentialSubject"]["achievement"]["name"] in good.text
    bad = await anonymous.post("/verify", files={"text": (None, "no badge at all")})
    assert (bad.status_code, bad.headers["content-type"].split(";")[0]) == (400, "text/html")


async def test_revoking_shows_in_the_next_answer_everywhere(app, anonymous, credential, make_key):
    uuid = credential["id"].rsplit("/", 1)[1]
    list_path = path_of(credential["credential"]["credentialStatus"]["statusListCredential"])
    before = await anonymous.get(list_path)
    async with client_for(app, make_key("riverside", ("revoke",))) as revoker:
        response = await revoker.post(f"/v1/credentials/{uuid}:revoke", json={"reason": "Issued by mistake"})
        again = await revoker.post(f"/v1/credentials/{uuid}:revoke", json={"reason": "Another reason"})
    assert response.status_code == again.status_code == 200
    assert (response.json()["status"], again.headers["idempotent-replayed"]) == ("revoked", "true")
    assert again.json()["revocationReason"] == "Issued by mistake"
    after = await anonymous.get(list_path, headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    assert after.json()["credentialSubject"]["encodedList"] != before.json()["credentialSubject"]["encodedList"]
    report = await verdict_of(anonymous, json={"url": credential["id"]})
    assert report["verdict"] == "invalid"
    assert report["status"]["revoked"] is True
    page = (await anonymous.get(path_of(credential["id"]), headers={"Accept": "text/html"})).text
    assert "revoked" in page.lower()
    assert "Issued by mistake" in page
    as_token = await anonymous.get(list_path, headers={"Accept": "application/vc+jwt"})
    assert as_token.text.count(".") == 2


async def test_a_refused_upload_is_not_kept_by_its_error(anonymous, monkeypatch):
    """Its traceback holds what was read so far, megabytes of it, until the collector comes by."""
    error = TooLargeError("too much")

    async def refuse(*_):
        raise error

    monkeypatch.setattr(verifying, "examine", refuse)
    assert (await anonymous.post("/verify", files={"file": ("badge", b"{}")})).status_code == 413
    assert error.__traceback__ is None
