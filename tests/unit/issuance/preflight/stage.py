"""A sample of which every rule thinks well, and changes that break exactly one thing."""

from __future__ import annotations

import copy
from dataclasses import replace
from functools import cache

from app.issuance import StatusEntry
from app.issuance.preflight import RULES, Scene, rehearse
from app.signing import Algorithm, PublishedKey, did_web
from tests.factories import REMOVED, ed25519_key, fresh_key
from tests.unit.issuance.drafts import CREATED, DEFINITION, make_draft

BASE_URL = "https://badges.riverside.school"
ISSUER = f"{BASE_URL}/issuers/riverside"
DID = did_web(BASE_URL, "issuers", "riverside")
ACHIEVEMENT = f"{BASE_URL}/achievements/7d1e4f6b-0a39-4a55-9a2b-0f3f0e6a7c11"
LIST = f"{BASE_URL}/status/5c1f8a3e"
RULE = {rule.id: rule for rule in RULES}


def make_scene(**changes):
    keys = [
        PublishedKey("key-1", ed25519_key("riverside").public_key),
        PublishedKey("key-2", fresh_key(Algorithm.ES256, "riverside").public_key),
    ]
    scene = Scene(
        did=DID,
        issuer_page=ISSUER,
        keys=keys,
        signing_kid="key-1",
        token_kid="key-2",
        token_key_url=f"{ISSUER}/keys/key-2",
        public_url=BASE_URL,
        entry=StatusEntry(LIST, 94_567),
        list_length=131_072,
        picture=None,
    )
    return replace(scene, **changes)


def full_draft(**changes):
    """As `make_draft`, at an address that could be on the internet and with nothing left out."""
    draft = make_draft()
    achievement = {
        **draft.achievement,
        "id": ACHIEVEMENT,
        "inLanguage": "en",
        "image": {"id": f"{ACHIEVEMENT}/image.png", "type": "Image", "caption": "A hand that sorts cards."},
    }
    issuer = {
        "id": DID,
        "type": ["Profile"],
        "name": "Riverside Academy",
        "url": "https://riverside.school",
        "email": "badges@riverside.school",
    }
    achievement.pop("resultDescription")
    return replace(
        draft,
        credential_id=f"{BASE_URL}/credentials/1f0c7f86-4f63-4c6a-9a0e-6f2f1c1f6a11",
        issuer=issuer,
        achievement=achievement,
        valid_until=DEFINITION.expires(draft.awarded_at),
        results=(),
        **changes,
    )


def make_sample(draft=None, scene=None):
    return rehearse(draft or full_draft(), scene or make_scene(), throwaway=ed25519_key("throw-away"), now=CREATED)


@cache
def good_sample():
    return make_sample()


def changed(document, path, value):
    """A copy of `document` with the member at `path` (keys and indexes by dots) set, or taken away by REMOVED."""
    document = copy.deepcopy(dict(document))
    *above, last = [int(part) if part.isdecimal() else part for part in path.split(".")]
    holder = document
    for part in above:
        holder = holder[part]
    if value is REMOVED:
        del holder[last]
    else:
        holder[last] = value
    return document


def with_member(path, value):
    """The good sample with one member of the badge changed after signing."""
    return replace(good_sample(), document=changed(good_sample().document, path, value))


def with_did_member(path, value):
    return replace(good_sample(), did_document=changed(good_sample().did_document, path, value))


def with_token(name, path, value):
    """One member of the token's header, claims or key changed."""
    token = good_sample().token
    return replace(good_sample(), token=replace(token, **{name: changed(getattr(token, name), path, value)}))


def with_public_url_of(url):
    return replace(good_sample(), public_url=url)


def ask(rule_id, sample):
    return RULE[rule_id].check(sample)
