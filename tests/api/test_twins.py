"""The twin in Open Badges 2.0: its three addresses, what is baked, and what a consumer of version 2 makes of it."""

from __future__ import annotations

import hashlib
import json
import uuid

import pytest

from app.cli import samples
from app.openbadges import PNG_SIGNATURE, Twin, bake_png, bake_svg, ob2, read_png_chunks, unbake_png, unbake_svg
from tests.api.conftest import BASE_URL, client_for, path_of
from tests.problem import assert_problem

pytestmark = pytest.mark.anyio

SQLITE_ONLY = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
JSON = {"Content-Type": "application/json"}
KINDS = ("assertion", "badge class", "profile")
every_document = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture
async def issuer(admin):
    """The sample issuer, with twins."""
    response = await admin.post("/v1/issuers", json=samples.ISSUER | {"openBadges2": True})
    assert response.status_code == 201, response.text
    return response.json()


@pytest.fixture
async def places(anonymous, credential):
    """Paths of the three documents, each found from the one before."""
    assertion = f"{path_of(credential['id'])}/assertion.json"
    badge = path_of((await anonymous.get(assertion)).json()["badge"])
    return dict(zip(KINDS, (assertion, badge, path_of((await anonymous.get(badge)).json()["issuer"])), strict=True))


async def award(client, **changes):
    response = await client.post("/v1/completions", json=samples.COMPLETIONS[0] | changes)
    assert response.status_code == 201, response.text
    return response.json()


async def verdict(client, body, media_type="application/json"):
    response = await client.post("/v1/verify", content=body, headers={"Content-Type": media_type})
    assert response.status_code == 200, response.text
    report = response.json()
    return report["verdict"], report["conclusion"], report


def as_version_2_sees(png):
    """The image without what readers of version 2 do not know."""
    chunks = [chunk.whole for chunk in read_png_chunks(png) if not chunk.data.startswith(b"openbadgecredential\0")]
    return PNG_SIGNATURE + b"".join(chunks)


def svg_as_version_2_sees(svg):
    start, end = svg.index(b"<openbadges:credential"), svg.index(b"</openbadges:credential>")
    return svg[:start] + svg[end + len(b"</openbadges:credential>") :]


async def test_each_document_leads_to_the_next_and_is_built_as_the_standard_asks(anonymous, places, credential):
    assertion, badge, profile = [(await anonymous.get(place)).json() for place in places.values()]
    assert [path_of(document["id"]) for document in (assertion, badge, profile)] == list(places.values())
    assert ob2.check_assertion(assertion) == ob2.check_badge_class(badge) == ob2.check_issuer(profile) == ()
    assert places["badge class"].endswith("/revisions/1/badge-class.json")
    assert assertion["verification"] == {"type": "HostedBadge"}
    assert assertion["id"].startswith(profile["verification"]["startsWith"])
    assert (await anonymous.get(path_of(assertion["image"]))).headers["content-type"] == "image/png"
    assert (await anonymous.get(path_of(badge["image"]))).headers["content-type"] == "image/png"
    signed = credential["credential"]
    assert (assertion["issuedOn"], assertion["expires"]) == (signed["awardedDate"], signed["validUntil"])
    assert badge["name"] == signed["credentialSubject"]["achievement"]["name"]


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        pytest.param(None, "application/ld+json", id="no header"),
        pytest.param("*/*", "application/ld+json", id="anything"),
        pytest.param("application/json", "application/json", id="plain JSON"),
        pytest.param(
            "application/ld+json, application/json, image/png, image/svg+xml", "application/ld+json", id="1EdTech's"
        ),
    ],
)
@every_document
async def test_programs_get_the_document_in_the_type_they_ask_for(anonymous, places, kind, accept, expected):
    request = anonymous.build_request("GET", places[kind])
    del request.headers["accept"]
    if accept is not None:
        request.headers["accept"] = accept
    response = await anonymous.send(request)
    assert (response.status_code, response.headers["content-type"]) == (200, expected)
    assert response.headers["vary"] == "Accept"
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["cache-control"] == "public, no-cache"


@pytest.mark.parametrize(
    ("kind", "page"),
    [("assertion", "/credentials/"), ("badge class", "/achievements/"), ("profile", "/issuers/riverside")],
)
async def test_people_are_sent_to_the_page(anonymous, places, kind, page):
    accept = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    response = await anonymous.get(places[kind], headers=accept)
    assert response.status_code == 303
    assert path_of(response.headers["location"]).startswith(page)
    assert (await anonymous.get(path_of(response.headers["location"]), headers=accept)).status_code == 200


async def test_the_page_gives_the_address_as_long_as_there_is_a_document(anonymous, admin, places, credential):
    async def page():
        return (await anonymous.get(path_of(credential["id"]), headers={"Accept": "text/html"})).text

    given = f'value="{BASE_URL}{places["assertion"]}"'
    assert given in await page()
    assert (await admin.patch("/v1/issuers/riverside", json={"openBadges2": False})).status_code == 200
    assert given not in await page()


@every_document
async def test_nothing_else_is_acceptable(anonymous, places, kind):
    assert_problem(await anonymous.get(places[kind], headers={"Accept": "image/png"}), 406, "not-acceptable")


@every_document
async def test_what_has_not_changed_is_not_sent_again(anonymous, places, kind):
    first = await anonymous.get(places[kind])
    again = await anonymous.get(places[kind], headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_what_is_nowhere_is_not_found(anonymous, places):
    nobody = uuid.UUID(int=7)
    for path in (
        f"/credentials/{nobody}/assertion.json",
        f"/achievements/{nobody}/revisions/1/badge-class.json",
        places["badge class"].replace("/1/", "/2/"),
        "/issuers/nobody/profile-2.json",
        "/issuers/no%00body/profile-2.json",
    ):
        assert_problem(await anonymous.get(path), 404, "not-found")


@pytest.mark.parametrize(
    "path",
    [
        "/credentials/17/assertion.json",
        "/achievements/x/revisions/1/badge-class.json",
        f"/achievements/{uuid.UUID(int=7)}/revisions/0/badge-class.json",
        f"/achievements/{uuid.UUID(int=7)}/revisions/{2**63}/badge-class.json",
    ],
)
@SQLITE_ONLY
async def test_an_address_that_cannot_be_one_is_refused(anonymous, path):
    assert_problem(await anonymous.get(path), 422, "invalid-fields")


async def test_a_revoked_badge_is_gone_and_says_so(admin, anonymous, places, credential):
    assert (await anonymous.get(places["assertion"])).status_code == 200
    badge_id = credential["id"].rpartition("/")[2]
    await admin.post(f"/v1/credentials/{badge_id}:revoke", json={"reason": "Issued by mistake"})
    response = await anonymous.get(places["assertion"])
    assert (response.status_code, response.headers["content-type"]) == (410, "application/ld+json")
    assert response.json() == {
        "@context": "https://w3id.org/openbadges/v2",
        "id": BASE_URL + places["assertion"],
        "type": "Assertion",
        "revoked": True,
        "revocationReason": "Issued by mistake",
    }
    assert response.headers["cache-control"] == "public, no-cache"
    assert (await anonymous.get(places["badge class"])).status_code == 200  # others were awarded it as well


# As a consumer of version 2 sees it


async def test_our_own_judge_finds_the_twin_valid(anonymous, places, credential):
    url = BASE_URL + places["assertion"]
    png = as_version_2_sees((await anonymous.get(path_of(credential["links"]["png"]))).content)
    svg = svg_as_version_2_sees((await anonymous.get(path_of(credential["links"]["svg"]))).content)
    for body, media_type in (
        (json.dumps({"url": url}), "application/json"),
        (url, "text/plain"),
        (unbake_png(png), "application/ld+json"),
        (png, "image/png"),
        (svg, "image/svg+xml"),
    ):
        said, conclusion, report = await verdict(anonymous, body, media_type)
        assert (said, conclusion) == ("valid", "valid"), (media_type, report)
        assert report["achievement"]["name"] == credential["credential"]["credentialSubject"]["achievement"]["name"]
    assert unbake_svg(svg) == url


async def test_it_was_issued_to_this_address_and_to_no_other(anonymous, places):
    url = BASE_URL + places["assertion"]
    for email, expected in (("Amina@Riverside.example", "valid"), ("someone@riverside.example", "invalid")):
        said, _, report = await verdict(anonymous, json.dumps({"url": url, "email": email}))
        assert said == expected, report


async def test_our_own_judge_sees_that_the_twin_was_revoked(admin, anonymous, places, credential):
    png = as_version_2_sees((await anonymous.get(path_of(credential["links"]["png"]))).content)
    await admin.post(f"/v1/credentials/{credential['id'].rpartition('/')[2]}:revoke", json={"reason": "A mistake"})
    for body, media_type in (
        (json.dumps({"url": BASE_URL + places["assertion"]}), "application/json"),
        (png, "image/png"),
    ):
        assert (await verdict(anonymous, body, media_type))[:2] == ("invalid", "revoked")


async def test_our_own_judge_sees_that_the_twin_has_expired(admin, anonymous, achievement):
    old = await award(admin, validUntil="2026-05-06T10:00:00Z")
    png = as_version_2_sees((await anonymous.get(path_of(old["links"]["png"]))).content)
    assert (await verdict(anonymous, png, "image/png"))[:2] == ("invalid", "expired")


async def test_an_assertion_that_was_never_issued_is_neither_valid_nor_revoked(anonymous, places):
    forged = (await anonymous.get(places["assertion"])).json()
    forged["id"] = f"{BASE_URL}/credentials/{uuid.UUID(int=7)}/assertion.json"
    said, conclusion, report = await verdict(anonymous, json.dumps(forged), "application/ld+json")
    assert said == "undetermined", report
    assert conclusion != "revoked"


async def test_what_a_copy_says_otherwise_does_not_count(anonymous, places):
    copy = (await anonymous.get(places["assertion"])).json() | {"narrative": "First of all pupils", "expires": None}
    said, _, report = await verdict(anonymous, json.dumps(copy), "application/ld+json")
    assert (said, "First of all pupils" in json.dumps(report)) == ("valid", False)


# Both in one image


@pytest.mark.parametrize(("form", "media_type"), [("png", "image/png"), ("svg", "image/svg+xml")])
async def test_an_image_with_both_is_read_as_the_newer_one(anonymous, places, credential, form, media_type):
    image = (await anonymous.get(path_of(credential["links"][form]))).content
    assert b"openbadges\0" in image or b"<openbadges:assertion" in image
    said, _, report = await verdict(anonymous, image, media_type)
    assert (said, report["credential"]["id"]) == ("valid", credential["id"])
    unbake = unbake_png if form == "png" else unbake_svg
    assert unbake(image).encode() == (await anonymous.get(path_of(credential["links"]["json"]))).content


@pytest.mark.parametrize("form", ["png", "svg"])
async def test_where_the_two_disagree_the_newer_is_judged_and_nothing_of_the_older_is_shown(
    admin, anonymous, places, credential, form
):
    other = await award(admin, externalId="of another learner", learner={"name": "B", "email": "b@riverside.example"})
    picture = (await anonymous.get(path_of(credential["links"][form]))).content
    twin = Twin(f"{other['id']}/assertion.json", (await anonymous.get(f"{path_of(other['id'])}/assertion.json")).text)
    signed = (await anonymous.get(path_of(credential["links"]["json"]))).text
    bake, media_type = {"png": (bake_png, "image/png"), "svg": (bake_svg, "image/svg+xml")}[form]
    said, _, report = await verdict(anonymous, bake(picture, signed, twin=twin), media_type)
    assert (said, report["credential"]["id"]) == ("valid", credential["id"])
    assert other["id"] not in json.dumps(report)
    # A good twin takes nothing back from a signed badge that was tampered with.
    altered = signed.replace("Differentiated", "Undifferentiated", 1)
    good = Twin(BASE_URL + places["assertion"], (await anonymous.get(places["assertion"])).text)
    assert (await verdict(anonymous, bake(picture, altered, twin=good), media_type))[:2] == ("invalid", "altered")


async def test_a_baked_twin_is_the_hosted_one(anonymous, places, credential):
    png = as_version_2_sees((await anonymous.get(path_of(credential["links"]["png"]))).content)
    assert unbake_png(png).encode() == (await anonymous.get(places["assertion"])).content


# What stays as it was


async def test_a_badge_keeps_pointing_at_what_was_promised_then(admin, anonymous, places, achievement):
    before = (await anonymous.get(places["badge class"])).content
    revised = {"slug": achievement["slug"], **samples.ACHIEVEMENTS[achievement["slug"]], "name": "Teaching for all"}
    response = await admin.put(f"/v1/achievements/{achievement['id'].rpartition('/')[2]}", json=revised)
    assert response.json()["revision"] == 2, response.text
    assert (await anonymous.get(places["badge class"])).content == before
    newer = await award(admin, externalId="another")
    badge = (await anonymous.get(f"{path_of(newer['id'])}/assertion.json")).json()["badge"]
    assert badge.endswith("/revisions/2/badge-class.json")
    assert (await anonymous.get(path_of(badge))).json()["name"] == "Teaching for all"


# Who has none


@SQLITE_ONLY
async def test_without_the_setting_there_are_no_twins(admin, anonymous):
    await admin.post("/v1/issuers", json=samples.ISSUER)
    slug = "differentiated-teaching"
    made = await admin.post(
        "/v1/achievements", json={"slug": slug, "issuer": "riverside", **samples.ACHIEVEMENTS[slug]}
    )
    badge = await award(admin)
    for path in (
        f"{path_of(badge['id'])}/assertion.json",
        f"{path_of(made.json()['id'])}/revisions/1/badge-class.json",
        "/issuers/riverside/profile-2.json",
    ):
        body = assert_problem(await anonymous.get(path), 404, "not-found")
        assert body["detail"] == "This issuer does not publish its badges in Open Badges 2.0."
    assert b"openbadges\0" not in (await anonymous.get(path_of(badge["links"]["png"]))).content


async def test_a_test_badge_has_none(app, anonymous, make_key, achievement):
    async with client_for(app, make_key("riverside", ("issue",), test=True)) as tester:
        badge = await award(tester)
    body = assert_problem(await anonymous.get(f"{path_of(badge['id'])}/assertion.json"), 404, "not-found")
    assert "would look like a real one" in body["detail"]
    assert b"openbadges\0" not in (await anonymous.get(path_of(badge["links"]["png"]))).content


async def test_a_learner_known_by_name_alone_has_none(admin, anonymous, achievement):
    badge = await award(admin, learner={"name": "Amina Haddad"})
    body = assert_problem(await anonymous.get(f"{path_of(badge['id'])}/assertion.json"), 404, "not-found")
    assert "neither by e-mail nor by DID" in body["detail"]
    assert b"openbadges\0" not in (await anonymous.get(path_of(badge["links"]["png"]))).content


async def test_a_learner_known_by_did_is_named_by_it(admin, anonymous, achievement):
    did = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
    badge = await award(admin, learner={"name": "Amina Haddad", "did": did})
    assertion = (await anonymous.get(f"{path_of(badge['id'])}/assertion.json")).json()
    assert assertion["recipient"] == {"type": "id", "hashed": False, "identity": did}
    assert (await verdict(anonymous, json.dumps(assertion), "application/ld+json"))[0] == "valid"


# Privacy


async def test_the_hash_of_an_address_cannot_be_looked_up_in_a_table(admin, anonymous, achievement):
    """Each badge has 128 bits of salt of its own; nothing but the salted hash tells of the address."""
    recipients = []
    for number in range(3):
        badge = await award(admin, externalId=f"course-{number}")
        response = await anonymous.get(f"{path_of(badge['id'])}/assertion.json")
        assert "amina@riverside.example" not in response.text
        assert "Amina" not in json.dumps(response.json()["recipient"])
        recipients.append(response.json()["recipient"])
    assert {len(bytes.fromhex(recipient["salt"])) for recipient in recipients} == {16}
    assert len({recipient["salt"] for recipient in recipients}) == 3
    unsalted = hashlib.sha256(b"amina@riverside.example").hexdigest()
    assert unsalted not in json.dumps(recipients)


async def test_the_twin_says_nothing_that_was_not_signed(anonymous, places, credential):
    assertion = (await anonymous.get(places["assertion"])).json()
    signed = credential["credential"]["credentialSubject"]["identifier"]
    hashed = next(identity for identity in signed if identity["hashed"])
    assert assertion["recipient"]["identity"] == hashed["identityHash"]
    assert assertion["recipient"]["salt"] == hashed["salt"]
    assert {item.get("id") for item in assertion["evidence"]} == {
        item.get("id") for item in credential["credential"]["evidence"]
    }


# The setting


@SQLITE_ONLY
async def test_the_setting_is_shown(admin, issuer):
    assert issuer["openBadges2"] is True
    plain = await admin.post("/v1/issuers", json={"slug": "lakeside", "name": "Lakeside"})
    assert plain.json()["openBadges2"] is False
    listed = (await admin.get("/v1/issuers")).json()["items"]
    assert {item["slug"]: item["openBadges2"] for item in listed} == {"riverside": True, "lakeside": False}


@pytest.mark.parametrize(
    ("missing", "pointer"),
    [
        pytest.param({"email": None}, "/email", id="no e-mail address"),
        pytest.param({"url": None}, "/url", id="no web address"),
        pytest.param({"identifyLearnersBy": ["name"]}, "/identifyLearnersBy", id="learners by name alone"),
    ],
)
@SQLITE_ONLY
async def test_an_issuer_that_version_2_cannot_name_is_refused(admin, missing, pointer):
    body = {name: value for name, value in (samples.ISSUER | missing).items() if value is not None}
    answer = assert_problem(await admin.post("/v1/issuers", json=body | {"openBadges2": True}), 422, "invalid-fields")
    assert [error["pointer"] for error in answer["errors"]] == [pointer]
    assert (await admin.post("/v1/issuers", json=body)).status_code == 201
