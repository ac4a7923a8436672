"""Whose key it is: keys that are listed, named, hidden in a name, retired or somebody else's."""

from __future__ import annotations

import pytest

from app.signing import Algorithm, did_jwk, did_jwk_method, did_key, did_key_method
from app.verification import Missing, Need, NeedKind, Verdict, needs, read
from tests.factories import (
    REMOVED,
    TestIssuer,
    as_bytes,
    found,
    fresh_key,
    judged,
    key_issuer,
    make_credential,
    put,
    sign,
    sign_options,
    sign_token,
    web_issuer,
)

VALID, INVALID, UNDETERMINED = Verdict
ISSUER = "https://riverside.example/issuer"
KEY_SET = "https://riverside.example/.well-known/jwks.json"
RIVERSIDE = web_issuer()
KEY = RIVERSIDE.key.public_key
OTHER = key_issuer("mallory").key.public_key
METHOD = {"id": f"{ISSUER}#key-1", "type": "Multikey", "controller": ISSUER, "publicKeyMultibase": KEY.multikey()}
HOME = Need(NeedKind.CONTROLLER, ISSUER)
KEYS = Need(NeedKind.CONTROLLER, KEY_SET)
CREDENTIAL = put(make_credential(credentialStatus=REMOVED), "/issuer/id", ISSUER)
GONE = Missing("There is nothing at this address.", absent=True)


def signed(method, issuer=ISSUER, by=RIVERSIDE, **options):
    return sign_options(put(CREDENTIAL, "/issuer/id", issuer), by, verificationMethod=method, **options)


def controlled(**changes):
    """What a Controlled Identifiers document says."""
    document = {"id": ISSUER, "verificationMethod": [METHOD], "assertionMethod": [METHOD["id"]]} | changes
    return {name: value for name, value in document.items() if value is not REMOVED}


def profile(**members):
    """What an Open Badges profile says."""
    return {"@context": "https://w3id.org/openbadges/v2", "id": ISSUER, "type": "Issuer", "name": "Riverside"} | members


def outcome_of(report):
    codes = (report.check(name).code.removeprefix(f"{name}.") for name in ("proof", "issuer"))
    return (*codes, report.verdict)


def answers(home=None, **by_url):
    given = {} if home is None else {HOME: home}
    return {need: one if isinstance(one, Missing) else found(one) for need, one in given.items()} | by_url


GOOD = ("fits", "bound", VALID)
NOT_LISTED = ("not-reached", "not-listed", INVALID)
OTHERS = ("not-reached", "other-key", INVALID)
UNREACHED = ("key-missing", "unreachable", UNDETERMINED)


@pytest.mark.parametrize(
    ("home", "outcome"),
    [
        pytest.param(controlled(), GOOD, id="lists it by reference"),
        pytest.param(controlled(assertionMethod=[METHOD], verificationMethod=REMOVED), GOOD, id="holds it in place"),
        pytest.param(controlled(assertionMethod=["#key-1"]), GOOD, id="by a relative reference"),
        pytest.param(
            controlled(verificationMethod=[{k: v for k, v in METHOD.items() if k != "controller"}]),
            GOOD, id="without a controller",
        ),
        pytest.param(profile(verificationMethod=[METHOD]), GOOD, id="a profile with verification methods"),
        pytest.param(profile(verificationMethod=[METHOD], assertionMethod=[METHOD["id"]]), GOOD, id="both in one"),
        pytest.param(
            profile(publicKey={"id": METHOD["id"], "type": "CryptographicKey", "owner": ISSUER,
                               "publicKeyMultibase": KEY.multikey()}),
            GOOD, id="a profile with a public key",
        ),
        # decided: the issuer says something, and it is not this key
        pytest.param(controlled(assertionMethod=[]), NOT_LISTED, id="lists nothing for assertions"),
        pytest.param(controlled(assertionMethod=REMOVED), NOT_LISTED, id="has methods and no purpose for them"),
        pytest.param(controlled(assertionMethod=REMOVED, authentication=["#key-1"]), NOT_LISTED, id="another purpose"),
        pytest.param(
            profile(verificationMethod=[METHOD], authentication=["#key-1"]),
            NOT_LISTED, id="a profile that says what its keys are for",
        ),
        pytest.param(
            controlled(verificationMethod=[{**METHOD, "controller": "https://evil.example"}]),
            NOT_LISTED, id="a controller who is somebody else",
        ),
        pytest.param(
            controlled(verificationMethod=[{**METHOD, "publicKeyMultibase": OTHER.multikey()}]),
            ("altered", "skipped", INVALID), id="another key of that name",
        ),
        pytest.param(controlled(id="https://evil.example/"), NOT_LISTED, id="a document about somebody else"),
        pytest.param(profile(), NOT_LISTED, id="a profile without keys, and no key set"),
        # not decided
        pytest.param(Missing("The server did not answer."), UNREACHED, id="out of reach"),
        pytest.param("<html>", UNREACHED, id="a page for people"),
        pytest.param(controlled(id=REMOVED), UNREACHED, id="a document of nobody"),
        pytest.param(" " * 300_000 + "{}", UNREACHED, id="too large"),
    ],
)  # fmt: skip
def test_an_issuer_at_a_web_address(home, outcome):
    report = judged(signed(METHOD["id"]), answers(home) | {KEYS: GONE})
    assert outcome_of(report) == outcome
    assert (report.credential is not None) == (report.verdict is VALID)


FRAGMENT = f"{ISSUER}#{KEY.multikey()}"


@pytest.mark.parametrize(
    ("home", "outcome"),
    [
        pytest.param(controlled(), GOOD, id="the issuer lists that key by another name"),
        pytest.param(
            controlled(verificationMethod=[{**METHOD, "id": FRAGMENT}], assertionMethod=[FRAGMENT]),
            GOOD, id="the issuer lists it by that name",
        ),
        pytest.param(
            controlled(verificationMethod=[{**METHOD, "publicKeyMultibase": OTHER.multikey()}]),
            NOT_LISTED, id="the issuer lists another key",
        ),
        pytest.param(
            controlled(verificationMethod=[{**METHOD, "id": FRAGMENT, "controller": "https://evil.example"}],
                       assertionMethod=[FRAGMENT]),
            NOT_LISTED, id="the issuer lists it as somebody else's",
        ),
        pytest.param(
            controlled(verificationMethod=[{**METHOD, "id": FRAGMENT, "revoked": True}], assertionMethod=[FRAGMENT]),
            NOT_LISTED, id="the issuer lists it as revoked, and not since when",
        ),
        pytest.param(
            controlled(verificationMethod=[METHOD], assertionMethod=REMOVED),
            NOT_LISTED, id="the issuer has it, and not for assertions",
        ),
        pytest.param("<html>", UNREACHED, id="the issuer's address is a page for people"),
        pytest.param(Missing("The server did not answer."), UNREACHED, id="the issuer is out of reach"),
    ],
)  # fmt: skip
def test_a_key_in_the_fragment_proves_nothing_by_itself(home, outcome):
    """1EdTech's validator takes the key out of the address, so a badge in any issuer's name passes there."""
    assert outcome_of(judged(signed(FRAGMENT), answers(home) | {KEYS: GONE})) == outcome


def test_a_forger_who_puts_a_key_behind_the_issuers_address_is_found_out():
    mallory = key_issuer("mallory")
    forged = signed(f"{ISSUER}#{OTHER.multikey()}", by=mallory)
    assert outcome_of(judged(forged, answers(controlled()))) == NOT_LISTED
    assert outcome_of(judged(forged, answers(Missing("The server did not answer.")))) == UNREACHED


def jwk_set(*keys):
    return found({"keys": list(keys)}, "application/jwk-set+json")


JWK = {**KEY.jwk(), "kid": "key-1"}


@pytest.mark.parametrize(
    ("home", "key_set", "outcome"),
    [
        pytest.param("<html>", jwk_set(JWK), GOOD, id="a page, and a set that holds it"),
        pytest.param(profile(), jwk_set(JWK), GOOD, id="a profile without keys, and a set that holds it"),
        pytest.param(Missing("x"), jwk_set(JWK), GOOD, id="out of reach, and a set that holds it"),
        pytest.param(profile(), jwk_set({**JWK, "iss": ISSUER}), GOOD, id="a set that says whose it is"),
        pytest.param(profile(), jwk_set({**JWK, "kid": METHOD["id"]}), GOOD, id="named by its whole address"),
        pytest.param(
            profile(), jwk_set({**JWK, "iss": "https://riverside.example/other"}),
            NOT_LISTED, id="a key of another issuer of that host",
        ),
        pytest.param(profile(), jwk_set({**JWK, "iss": 7}), NOT_LISTED, id="a key of an odd issuer"),
        pytest.param(profile(), jwk_set(OTHER.jwk()), NOT_LISTED, id="a profile without keys, and a set without it"),
        pytest.param("<html>", jwk_set(OTHER.jwk()), UNREACHED, id="a page, and a set without it"),
        pytest.param("<html>", found("<html>"), UNREACHED, id="nothing but pages"),
        pytest.param(profile(), found("<html>"), NOT_LISTED, id="a profile without keys, and a page"),
        pytest.param(profile(), GONE, NOT_LISTED, id="a profile without keys, and no set"),
        pytest.param("<html>", GONE, UNREACHED, id="a page, and no set"),
        pytest.param(profile(), Missing("The site is too busy."), UNREACHED, id="a set that is out of reach"),
        pytest.param(profile(), None, UNREACHED, id="a set that was not looked up"),
        pytest.param(controlled(assertionMethod=[{**METHOD, "id": f"{ISSUER}#z", "publicKeyMultibase":
                                OTHER.multikey()}]), jwk_set(JWK), NOT_LISTED, id="a document that lists another key"),
    ],
)  # fmt: skip
def test_the_key_set_of_the_site(home, key_set, outcome):
    evidence = answers(home) | ({} if key_set is None else {KEYS: key_set})
    assert outcome_of(judged(signed(METHOD["id"]), evidence)) == outcome


KEY_URL = "https://riverside.example/keys/1"
FAR_URL = "https://keys.example/1"


@pytest.mark.parametrize(
    ("method", "home", "answer", "outcome"),
    [
        pytest.param(KEY_URL, controlled(), KEY.jwk(), GOOD, id="a JWK that the issuer lists"),
        pytest.param(KEY_URL, controlled(), {**METHOD, "id": KEY_URL}, GOOD, id="a key document"),
        pytest.param(KEY_URL, controlled(assertionMethod=[KEY_URL]), KEY.jwk(), GOOD, id="named, not held"),
        pytest.param(FAR_URL, controlled(assertionMethod=[FAR_URL]), KEY.jwk(), GOOD, id="named at another host"),
        pytest.param(
            FAR_URL, controlled(assertionMethod=[FAR_URL]), {**METHOD, "id": FAR_URL, "controller": FAR_URL},
            OTHERS, id="named at another host, whose it says it is",
        ),
        pytest.param(FAR_URL, controlled(), KEY.jwk(), NOT_LISTED, id="at another host that the issuer does not name"),
        pytest.param(
            KEY_URL, controlled(), {**METHOD, "id": KEY_URL, "controller": "https://evil.example"},
            OTHERS, id="a key document of somebody else",
        ),
        pytest.param(KEY_URL, controlled(), OTHER.jwk(), NOT_LISTED, id="a key that the issuer does not list"),
        pytest.param(
            KEY_URL, controlled(), Missing("The server did not answer."),
            ("key-missing", "skipped", UNDETERMINED), id="out of reach",
        ),
        pytest.param(
            did_key_method(KEY), controlled(), None, GOOD, id="a did:key that the issuer lists as its key",
        ),
        pytest.param(
            did_key_method(KEY), controlled(assertionMethod=[did_key_method(KEY)]), None,
            GOOD, id="a did:key that the issuer names",
        ),
        pytest.param(did_key(KEY), controlled(), None, GOOD, id="a did:key without its fragment"),
        pytest.param(did_jwk_method(KEY), controlled(), None, GOOD, id="a did:jwk that the issuer lists as its key"),
        pytest.param(did_key_method(OTHER), controlled(), None, NOT_LISTED, id="a stranger's did:key"),
        pytest.param("did:web:evil.example#key-1", controlled(), None, OTHERS, id="a stranger's did:web"),
        pytest.param("did:key:z6Mk", controlled(), None, NOT_LISTED, id="no did:key"),
    ],
)  # fmt: skip
def test_keys_that_stand_elsewhere(method, home, answer, outcome):
    evidence = answers(home)
    if answer is not None:
        evidence[Need(NeedKind.KEY, method)] = answer if isinstance(answer, Missing) else found(answer)
    assert outcome_of(judged(signed(method), evidence)) == outcome


def test_a_key_at_an_address_of_a_did_webs_host():
    url = "https://badges.example/keys/1"
    document = signed(url, RIVERSIDE.did)
    evidence = {**RIVERSIDE.evidence, Need(NeedKind.KEY, url): found(KEY.jwk())}
    assert needs(read(as_bytes(document)), {}) == (Need(NeedKind.DID_DOCUMENT, RIVERSIDE.did), Need(NeedKind.KEY, url))
    assert outcome_of(judged(document, evidence)) == GOOD
    evidence[Need(NeedKind.KEY, url)] = found(OTHER.jwk())
    assert outcome_of(judged(document, evidence)) == NOT_LISTED


# What has to be fetched


def asked(document, evidence):
    return needs(read(as_bytes(document)), evidence)


def test_the_key_set_is_asked_for_only_when_the_document_does_not_decide():
    document = signed(METHOD["id"])
    assert asked(document, {}) == (HOME,)
    assert asked(document, answers(controlled())) == ()
    assert asked(document, answers(controlled(id="https://evil.example/"))) == ()
    for home in ("<html>", profile(), Missing("The server did not answer.")):
        assert asked(document, answers(home)) == (KEYS,)
        assert asked(document, answers(home) | {KEYS: GONE}) == ()


def test_a_strangers_address_is_fetched_only_when_the_issuer_names_it():
    far, near = Need(NeedKind.KEY, FAR_URL), Need(NeedKind.KEY, KEY_URL)
    assert asked(signed(KEY_URL), {}) == (HOME, near)
    assert asked(signed(FAR_URL), {}) == (HOME,)
    assert asked(signed(FAR_URL), answers(controlled())) == ()
    assert asked(signed(FAR_URL), answers(controlled(assertionMethod=[FAR_URL]))) == (far,)
    assert asked(signed("https://evil.example/key", RIVERSIDE.did), {}) == ()
    assert asked(signed("https://evil.example/key", key_issuer().did), {}) == ()


@pytest.mark.parametrize("issuer", ["urn:uuid:6f2e33e5-7a29-4155-840a-59483ba10164", "mailto:a@b.example"])
def test_an_issuer_that_is_no_address_can_own_no_key(issuer):
    """1EdTech's sample simple-did-key-method.json: a did:key signs for a urn:uuid, which nobody can own."""
    document = signed(did_key_method(KEY), issuer)
    assert asked(document, {}) == ()
    assert outcome_of(judged(document, {})) == ("not-reached", "unnamed", INVALID)


# did:jwk


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_tokens_under_did_jwk(algorithm):
    key = fresh_key(algorithm, "did-jwk")
    issuer = TestIssuer(did_jwk(key.public_key), did_jwk_method(key.public_key), key, key, "", {})
    credential = make_credential(issuer, credentialStatus=REMOVED)
    for kid in (issuer.did, issuer.method, "#0", "0"):
        token = sign_token(credential, issuer, header={"kid": kid})
        assert asked(token, {}) == ()
        assert outcome_of(judged(token, {})) == GOOD
    stranger = sign_token(credential, issuer, header={"kid": issuer.method}, key=fresh_key(algorithm, "mallory"))
    assert judged(stranger, {}).verdict is INVALID


def test_a_proof_under_did_jwk():
    issuer = TestIssuer(did_jwk(KEY), did_jwk_method(KEY), RIVERSIDE.key, RIVERSIDE.key, "", {})
    document = sign(make_credential(issuer, credentialStatus=REMOVED), issuer)
    assert outcome_of(judged(document, {})) == GOOD
    swapped = put(document, "/proof/0/verificationMethod", did_jwk_method(OTHER))
    assert outcome_of(judged(swapped, {})) == OTHERS


def test_a_token_of_an_rsa_did_key():
    key = fresh_key(Algorithm.RS256, "did-key")
    issuer = TestIssuer(did_key(key.public_key), did_key_method(key.public_key), key, key, "", {})
    token = sign_token(make_credential(issuer, credentialStatus=REMOVED), issuer, header={"kid": issuer.method})
    assert outcome_of(judged(token, {})) == GOOD


# Retired keys

BEFORE, MADE, AFTER = "2026-05-04T00:00:00Z", "2026-05-04T10:00:05Z", "2026-05-05T00:00:00Z"
RETIRED_BEFORE = ("fits", "retired-before", INVALID)
SINCE = ("fits", "bound-retired", VALID)


def with_method(**members):
    return answers(controlled(verificationMethod=[{**METHOD, **members}]))


@pytest.mark.parametrize(
    ("members", "created", "outcome"),
    [
        pytest.param({"revoked": AFTER}, MADE, SINCE, id="revoked after it signed"),
        pytest.param({"expires": AFTER}, MADE, SINCE, id="expired after it signed"),
        pytest.param({"revoked": BEFORE}, MADE, RETIRED_BEFORE, id="revoked before it signed"),
        pytest.param({"expires": BEFORE}, MADE, RETIRED_BEFORE, id="expired before it signed"),
        pytest.param({"revoked": MADE}, MADE, RETIRED_BEFORE, id="revoked in that second"),
        pytest.param({"revoked": AFTER, "expires": BEFORE}, MADE, RETIRED_BEFORE, id="the earlier of both counts"),
        pytest.param({"revoked": "2026-05-10T12:00:00Z"}, MADE, SINCE, id="revoked at this moment"),
        pytest.param({"revoked": "2026-05-10T12:00:01Z"}, MADE, GOOD, id="to be revoked in a second"),
        pytest.param({"revoked": "2026-06-01T00:00:00Z"}, MADE, GOOD, id="to be revoked later"),
        pytest.param({"expires": "2026-06-01T00:00:00Z"}, MADE, GOOD, id="to expire later"),
        pytest.param({"revoked": AFTER}, REMOVED, ("fits", "retired-undated", INVALID), id="signed at no known time"),
        pytest.param({"expires": "2026-06-01T00:00:00Z"}, REMOVED, GOOD, id="signed at no known time, not yet expired"),
        pytest.param({"revoked": True}, MADE, NOT_LISTED, id="revoked at no known time"),
        pytest.param({"revoked": False}, MADE, GOOD, id="not revoked"),
    ],
)
def test_a_proof_of_a_retired_key(members, created, outcome):
    report = judged(signed(METHOD["id"], created=created), with_method(**members))
    assert outcome_of(report) == outcome
    if outcome == SINCE and AFTER in members.values():
        detail = report.check("issuer").detail
        assert "5 May 2026" in detail
        assert "nobody but the signer vouches for that date" in detail


@pytest.mark.parametrize("method", [METHOD, {**METHOD, "revoked": AFTER}], ids=["not yet", "later"])
def test_a_key_that_is_retired_under_one_name_is_retired(method):
    twin = {"id": f"{ISSUER}#twin", "type": "JsonWebKey", "controller": ISSUER, "publicKeyJwk": KEY.jwk()}
    document = controlled(assertionMethod=[method, {**twin, "revoked": BEFORE}])
    assert outcome_of(judged(signed(METHOD["id"]), answers(document))) == RETIRED_BEFORE


def test_a_key_that_says_itself_that_it_is_retired():
    evidence = answers(controlled(assertionMethod=[FAR_URL], verificationMethod=REMOVED))
    evidence[Need(NeedKind.KEY, FAR_URL)] = found({**METHOD, "id": FAR_URL, "revoked": BEFORE})
    assert outcome_of(judged(signed(FAR_URL), evidence)) == RETIRED_BEFORE


@pytest.mark.parametrize(
    ("claims", "outcome"),
    [
        pytest.param({"iat": 1_777_888_800}, SINCE, id="signed before"),
        pytest.param({"iat": 1_777_975_200}, RETIRED_BEFORE, id="signed later"),
        pytest.param({}, ("fits", "retired-undated", INVALID), id="signed at no known time"),
        pytest.param({"iat": "yesterday"}, ("fits", "retired-undated", INVALID), id="signed at an odd time"),
    ],
)
def test_a_token_of_a_retired_key(claims, outcome):
    document = put(RIVERSIDE.document, "/verificationMethod/2/revoked", AFTER)
    assert document["verificationMethod"][2]["id"].endswith("#key-2")
    document = put(document, "/verificationMethod/3/revoked", AFTER)
    evidence = {**RIVERSIDE.evidence, Need(NeedKind.DID_DOCUMENT, RIVERSIDE.did): found(document)}
    token = sign_token(
        make_credential(credentialStatus=REMOVED), claims=claims, header={"kid": f"{RIVERSIDE.did}#key-2"}
    )
    assert outcome_of(judged(token, evidence)) == outcome


def test_another_day_is_judged_with_what_is_known_of_the_key_now():
    from datetime import UTC, datetime

    evidence = with_method(revoked=AFTER)
    then = judged(signed(METHOD["id"]), evidence, now=datetime(2026, 5, 4, 12, tzinfo=UTC))
    assert outcome_of(then) == GOOD
