from __future__ import annotations

import pytest

from app.verification import Found, Missing, Need, Verdict
from app.verification.ob2.scope import in_scope, origin, same_site
from tests.factories_ob2 import (
    ASSERTION,
    BADGE,
    ISSUER,
    SITE,
    judged_ob2,
    make_assertion,
    make_badge,
    make_issuer,
    make_web,
    sign_assertion,
)


def profile(**verification):
    return {"verification": verification} if verification else {}


DEEPER = f"{SITE}/assertions/"
ISSUER_AT = "https://badges.academy.example/issuer"


@pytest.mark.parametrize(
    ("url", "policy", "expected"),
    [
        pytest.param(ASSERTION, {}, True, id="the issuer's own host"),
        pytest.param("http://badges.academy.example/1", {}, True, id="its own host without TLS"),
        pytest.param("https://badges.academy.example:443/1", {}, True, id="its own host with the usual port"),
        pytest.param("https://BADGES.academy.example/1", {}, True, id="its own host in capitals"),
        pytest.param("https://badges.academy.example:8443/1", {}, False, id="another port of its host"),
        pytest.param("https://evil.example/1", {}, False, id="another host"),
        pytest.param("https://academy.example/1", {}, False, id="the domain above"),
        pytest.param("https://x.badges.academy.example/1", {}, False, id="a domain below"),
        pytest.param("https://www.badges.academy.example/1", {}, False, id="the usual domain below"),
        pytest.param("https://badges.academy.example.evil.example/1", {}, False, id="a host that begins like it"),
        pytest.param("https://badges.academy.example@evil.example/1", {}, False, id="its host as a user name"),
        pytest.param("https://evil.example/badges.academy.example", {}, False, id="its host as a path"),
        pytest.param("urn:uuid:1", {}, False, id="no web address"),
        pytest.param("https://[/", {}, False, id="no host"),
        pytest.param(ASSERTION, {"startsWith": DEEPER}, True, id="begins as it says"),
        pytest.param(ASSERTION, {"startsWith": ["https://b.example/", DEEPER]}, True, id="begins as one of several"),
        pytest.param(ASSERTION, {"startsWith": f"{SITE}/other/"}, False, id="begins otherwise"),
        pytest.param("https://b.example/1", {"startsWith": "https://b.example/"}, True, id="another host, as it says"),
        pytest.param(f"{SITE}.evil.example/1", {"startsWith": SITE}, False, id="a beginning that ends within the host"),
        pytest.param(f"{DEEPER}../evil", {"startsWith": DEEPER}, False, id="dots that lead out of it"),
        pytest.param(f"{DEEPER}%2E%2e/evil", {"startsWith": DEEPER}, False, id="escaped dots that lead out of it"),
        pytest.param(f"{DEEPER}..\\evil", {"startsWith": DEEPER}, False, id="a backslash"),
        pytest.param(f"{DEEPER}..%5Cevil", {"startsWith": DEEPER}, False, id="an escaped backslash"),
        pytest.param(f"{DEEPER}..", {"startsWith": DEEPER}, False, id="dots at its end"),
        pytest.param(f"{DEEPER}..?x", {"startsWith": DEEPER}, False, id="dots before a query"),
        pytest.param(f"{DEEPER}..#x", {"startsWith": DEEPER}, False, id="dots before a fragment"),
        pytest.param(f"{DEEPER}./x", {"startsWith": DEEPER}, False, id="one dot"),
        pytest.param(f"{DEEPER}..hidden", {"startsWith": DEEPER}, True, id="dots that belong to a name"),
        pytest.param("https://b.example/1", {"allowedOrigins": "b.example"}, True, id="an allowed host"),
        pytest.param("https://b.example:8443/1", {"allowedOrigins": ["a.example", "b.example"]}, True, id="of several"),
        pytest.param("https://b.example/1", {"allowedOrigins": "B.Example"}, True, id="written in capitals"),
        pytest.param("https://b.example/1", {"allowedOrigins": "https://b.example"}, True, id="written with a scheme"),
        pytest.param("https://b.example:8443/1", {"allowedOrigins": "b.example:8443"}, True, id="written with a port"),
        pytest.param(ASSERTION, {"allowedOrigins": ["b.example"]}, False, id="its own host, which it does not allow"),
        pytest.param(
            ASSERTION, {"startsWith": DEEPER, "allowedOrigins": ["b.example"]}, False, id="both, of which one holds"
        ),
        pytest.param(
            "https://b.example/1", {"startsWith": 5, "allowedOrigins": [None, {}]}, False, id="of wrong types"
        ),
        pytest.param(ASSERTION, {"startsWith": 5, "allowedOrigins": []}, True, id="nothing usable: its own host"),
        pytest.param("https:///1", {"startsWith": "https:///"}, False, id="an empty host on both sides"),
    ],
)
def test_which_assertions_speak_for_an_issuer(url, policy, expected):
    assert in_scope(url, ISSUER_AT, profile(**policy), exact=True) is expected


@pytest.mark.parametrize("member", ["startsWith", "allowedOrigins"])
@pytest.mark.parametrize(("before", "expected"), [(63, True), (64, False)])
def test_of_a_long_list_the_first_are_looked_at(member, before, expected):
    entries = [*(f"https://b.example/{n}" for n in range(before)), SITE]
    assert in_scope(ASSERTION, ISSUER_AT, profile(**{member: entries}), exact=True) is expected


@pytest.mark.parametrize(
    ("url", "policy", "expected"),
    [
        pytest.param(BADGE, {}, True, id="its own host"),
        pytest.param("https://evil.example/badge", {}, False, id="another host"),
        pytest.param(BADGE, {"startsWith": DEEPER}, True, id="only assertions have to begin as it says"),
        pytest.param(
            "https://b.example/badge", {"startsWith": "https://b.example/assert"}, True, id="a host it begins with"
        ),
        pytest.param("https://evil.example/badge", {"startsWith": DEEPER}, False, id="a host it does not begin with"),
        pytest.param(BADGE, {"allowedOrigins": ["b.example"]}, True, id="its own host, where it allows another"),
        pytest.param("https://b.example/badge", {"allowedOrigins": ["b.example"]}, True, id="an allowed host"),
    ],
)
def test_where_what_an_assertion_links_to_may_stand(url, policy, expected):
    assert in_scope(url, ISSUER_AT, profile(**policy), exact=False) is expected


@pytest.mark.parametrize(
    ("web", "code"),
    [
        pytest.param({}, "issuer.hosts-it", id="at home"),
        pytest.param({"ISSUER": make_issuer(verification={"startsWith": DEEPER})}, "issuer.hosts-it", id="as it says"),
        pytest.param(
            {"ISSUER": make_issuer(verification={"startsWith": f"{SITE}/x"})},
            "issuer.out-of-scope",
            id="not as it says",
        ),
        pytest.param(
            {"ISSUER": make_issuer(verification={"allowedOrigins": ["b.example"]})},
            "issuer.out-of-scope",
            id="on a host that the issuer does not allow",
        ),
    ],
)
def test_the_report_says_whether_the_issuer_hosts_it(web, code):
    report = judged_ob2(evidence=make_web(**web))
    assert report.check("issuer").code == code
    assert report.verdict is (Verdict.VALID if code == "issuer.hosts-it" else Verdict.INVALID)


EVIL = "https://evil.example/x"


def on_another_host(name):
    """An assertion and its web, where all is good but that `name` stands on a host of somebody else."""
    own = {"ASSERTION": ASSERTION, "BADGE": BADGE} | {name: EVIL}
    assertion, badge = make_assertion(id=own["ASSERTION"], badge=own["BADGE"]), make_badge(id=own["BADGE"])
    moved = {ASSERTION: own["ASSERTION"], BADGE: own["BADGE"]}
    web = make_web(ASSERTION=assertion, BADGE=badge)
    return assertion, {Need(need.kind, moved.get(need.url, need.url)): answer for need, answer in web.items()}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        pytest.param("ASSERTION", "issuer.out-of-scope", id="an assertion that somebody else hosts"),
        pytest.param("BADGE", "issuer.badge-elsewhere", id="a badge class that somebody else hosts"),
    ],
)
def test_nobody_can_speak_for_an_issuer_from_elsewhere(name, code):
    assertion, answers = on_another_host(name)
    report = judged_ob2(assertion, answers)
    assert report.check("issuer").code == code
    assert report.credential is None


def redirected(web, url, to):
    return {
        need: Found(answer.content, answer.media_type, to) if need.url == url and isinstance(answer, Found) else answer
        for need, answer in web.items()
    }


@pytest.mark.parametrize("url", [ASSERTION, BADGE, ISSUER], ids=["the assertion", "the badge class", "the profile"])
@pytest.mark.parametrize(
    ("to", "moved"),
    [
        pytest.param("https://evil.example/x", True, id="to another site"),
        pytest.param("https://evilbadges.academy.example/x", True, id="to a site that ends like it"),
        pytest.param("https://x.badges.academy.example/x", True, id="to a site below it"),
        pytest.param("https://badges.academy.example/x", False, id="within the site"),
        pytest.param("https://www.badges.academy.example/x", False, id="to www"),
        pytest.param("", False, id="it is not known"),
    ],
)
def test_an_address_that_sends_on_to_another_site_proves_nothing(url, to, moved):
    """Many sites have a page that sends anybody to any address: it would speak for all that is on the web."""
    report = judged_ob2(evidence=redirected(make_web(), url, to))
    assert (report.check("issuer").code == "issuer.moved") is moved
    assert report.verdict is (Verdict.UNDETERMINED if moved else Verdict.VALID)


def test_nor_does_a_profile_that_somebody_else_answers_vouch_for_a_signature():
    report = judged_ob2(sign_assertion(), redirected(make_web(), ISSUER, "https://evil.example/x"))
    assert report.check("issuer").code == "issuer.moved"
    assert report.credential is None


def test_a_missing_answer_is_nobody_elses():
    report = judged_ob2(evidence=redirected(make_web(ISSUER=Missing("away")), ISSUER, "https://evil.example/x"))
    assert report.check("issuer").code == "issuer.profile-missing"


def test_origins():
    assert origin("https://a.example:443/") == origin("http://a.example:80") == "a.example"
    assert origin("https://a.example:80/") == "a.example:80"
    assert origin("https://a@a.example/") is None
    assert origin("did:web:a.example") is None
    assert not same_site("urn:1", "urn:1")
    assert same_site("https://a.example/", "https://www.a.example/")
