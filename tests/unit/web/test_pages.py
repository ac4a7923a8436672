from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from app.verification.report import say
from app.web import pages
from app.web.linkedin import linkedin_url, share_url
from app.web.views import IssuerView, Result
from tests.unit.web.samples import (
    BASE,
    REPORTS,
    UUID_TEXT,
    WORDS,
    Reader,
    achievement,
    achievement_view,
    bare_credential,
    credential,
    every_page,
    issuer,
    issuer_view,
    report,
)

PAGES = every_page()
CONTENT = ("Amina Haddad", "Differentiated Teaching", "Riverside Academy", "Lesson plan", "4 May 2026", "Taught")


def shown(view=None, found=None):
    return Reader(pages.credential_page(view or credential(), found or report()))


def is_module(attributes):
    return attributes.keys() == {"type", "src"} and (attributes["type"], attributes["src"][:8]) == (
        "module",
        "/static/",
    )


@pytest.mark.parametrize("name", PAGES)
class TestEveryPage:
    def test_is_properly_nested(self, name):
        assert Reader(PAGES[name]).unbalanced == []

    def test_has_no_style_or_handler_and_no_script_of_its_own(self, name):
        for tag, attributes in Reader(PAGES[name]).elements:
            assert tag not in ("style", "iframe", "object", "embed", "base")
            assert tag != "script" or is_module(attributes) or attributes == {"type": "application/ld+json"}
            assert not [key for key in attributes if key == "style" or key.startswith("on")]

    def test_has_one_heading_of_the_first_level_and_skips_none(self, name):
        levels = [int(tag[1]) for tag, _ in Reader(PAGES[name]).all("h1", "h2", "h3", "h4", "h5", "h6")]
        assert levels.count(1) == 1
        # The status banner is announced before the title; from the title on, no level is skipped.
        after = levels[levels.index(1) :]
        assert all(below <= above + 1 for above, below in pairwise(after))

    def test_has_a_language_a_title_and_a_way_past_the_header(self, name):
        reader = Reader(PAGES[name])
        assert reader.all("html")[0][1]["lang"] == "en"
        assert re.search(r"<title>\S.* · Laurel</title>", PAGES[name])
        assert reader.all("a")[0][1]["href"] == "#main"
        assert [a["id"] for _, a in reader.all("main")] == ["main"]

    def test_every_image_says_what_it_shows(self, name):
        images = Reader(PAGES[name]).all("img")
        assert all("alt" in attributes for _, attributes in images)
        assert all(a["alt"] for _, a in images if a.get("class") == "hero-badge")

    def test_identifiers_are_unique_and_references_find_them(self, name):
        elements = Reader(PAGES[name]).elements
        ids = [a["id"] for _, a in elements if "id" in a]
        assert len(ids) == len(set(ids))
        for _, attributes in elements:
            wanted = [attributes[key] for key in ("for", "aria-labelledby", "aria-describedby") if key in attributes]
            wanted += [attributes["href"][1:]] if attributes.get("href", "").startswith("#") else []
            assert set(" ".join(wanted).split()) <= set(ids)

    def test_every_field_has_a_label(self, name):
        reader = Reader(PAGES[name])
        labels = {a["for"] for _, a in reader.all("label")}
        assert {a["id"] for _, a in reader.all("input", "textarea") if a.get("type") != "hidden"} == labels

    def test_links_are_absolute_or_of_this_site(self, name):
        for _, attributes in Reader(PAGES[name]).all("a", "link", "img", "form"):
            url = attributes.get("href") or attributes.get("src") or attributes.get("action")
            assert re.match(r"https?://|mailto:|/(?!/)|#|\?lang=", url), url

    def test_drawings_are_hidden_from_those_who_listen(self, name):
        assert all(a["aria-hidden"] == "true" for _, a in Reader(PAGES[name]).all("svg"))


def test_links_of_others_are_not_vouched_for():
    for name in ("credential, valid", "achievement", "issuer", "verify, valid"):
        for _, attributes in Reader(PAGES[name]).all("a"):
            if attributes["href"].startswith(("https:", "mailto:")) and not attributes["href"].startswith(BASE):
                assert attributes["rel"] == "nofollow noopener"


@pytest.mark.parametrize("state", REPORTS)
class TestEveryState:
    def test_the_word_the_sentence_and_an_icon_come_first(self, state):
        html = PAGES[f"credential, {state}"]
        banner = html[html.index('class="banner') : html.index("</section>", html.index('class="banner'))]
        assert f"</span>{WORDS[state]}</h2>" in banner
        assert REPORTS[state]().summary in unescape(banner)
        assert "<svg" in banner
        assert html.index('class="banner') < html.index("<h1")

    def test_the_verify_page_says_the_same(self, state):
        assert f"</span>{WORDS[state]}</h2>" in PAGES[f"verify, {state}"]

    def test_every_check_is_listed_with_its_detail_and_remedy(self, state):
        for page in ("credential", "verify"):
            text = Reader(PAGES[f"{page}, {state}"]).text
            for check in REPORTS[state]().checks:
                assert check.title in text
                assert check.detail in text
                assert not check.remedy or check.remedy in text

    def test_only_valid_says_valid(self, state):
        said = re.search(r'id="status"><span[^>]*>Status: </span>([^<]+)', PAGES[f"credential, {state}"])[1]
        assert (said == "Valid") == (state == "valid")

    def test_only_a_valid_one_is_offered_to_linkedin(self, state):
        assert ("linkedin.com" in PAGES[f"credential, {state}"]) == (state == "valid")


def test_an_invalid_credential_shows_nothing_of_its_content():
    html = PAGES["credential, altered"]
    assert not [word for word in CONTENT if word in html]
    assert not Reader(html).all("img")
    assert ".png" not in html.partition("</head>")[2]
    assert "cannot be relied on" in html


def test_a_credential_that_fails_in_form_only_shows_nothing_either():
    html = pages.credential_page(credential(), report(say("schema.problems", standard="x", count="1", problems="x")))
    assert not [word for word in CONTENT if word in html.replace("from 4 May 2026", "")]  # a check names the day


def test_an_undetermined_one_without_signed_content_shows_nothing():
    html = pages.credential_page(credential(), report(say("proof.key-missing", reason="x"), signed=False))
    assert WORDS["cannot be checked now"] in html
    assert not [word for word in CONTENT if word in html.replace("from 4 May 2026", "")]


@pytest.mark.parametrize(
    "state", ["valid", "expired", "revoked", "suspended", "not yet valid", "cannot be checked now"]
)
def test_a_genuine_credential_shows_its_content(state):
    assert not [word for word in CONTENT if word not in PAGES[f"credential, {state}"]]


def test_a_verified_credential_says_its_content_and_an_altered_one_nothing():
    assert "Amina Haddad" in PAGES["verify, valid"]
    assert "Amina Haddad" not in PAGES["verify, altered"]


def test_a_revocation_gives_date_and_reason():
    text = Reader(PAGES["credential, revoked"]).text
    assert "Revoked on 1 September 2026. Reason given by the issuer: Issued to the wrong person." in text
    assert "Issued to the wrong person" not in PAGES["credential, valid"]


def test_a_revocation_without_a_record_is_shown_all_the_same():
    html = pages.credential_page(credential(revocation=None), REPORTS["revoked"]())
    assert WORDS["revoked"] in html


def test_a_test_credential_is_loud_and_never_plainly_valid():
    html = PAGES["credential, test"]
    assert "Test credential." in html
    assert "Valid, but only a test</h2>" in html
    assert "banner tone-warn" in html
    assert "linkedin.com" not in html
    assert Reader(html).meta("og:title").startswith("Test credential: ")


def test_dates_are_those_of_the_issuer():
    late = datetime(2026, 4, 30, 23, 30, tzinfo=UTC)
    html = pages.credential_page(credential(awarded=late, valid_from=late, zone=ZoneInfo("Europe/London")), report())
    assert '<time datetime="2026-04-30T23:30:00Z">1 May 2026</time>' in html
    assert "issueMonth=5" in html


def test_what_does_not_expire_says_so():
    assert "Does not expire" in Reader(PAGES["credential, bare"]).text


def test_the_domain_is_called_proven_only_when_it_is():
    assert "badges.example domain proven" in shown().text
    unsure = report(say("issuer.unreachable", issuer="x", reason="x"))
    assert "badges.example domain not proven" in shown(found=unsure).text
    assert "domain" not in shown(view=bare_credential()).text


@pytest.mark.parametrize(
    ("did", "domain"),
    [
        ("did:web:badges.example:issuers:x", "badges.example"),
        ("did:web:localhost%3A8000:issuers:x", "localhost:8000"),
        ("did:web:badges.example", "badges.example"),
        ("did:key:z6Mk", None),
        ("https://badges.example", None),
    ],
)
def test_did_web_domain(did, domain):
    assert pages.did_web_domain(did) == domain


def test_the_card_shows_what_is_not_stated_and_counts():
    text = shown().text
    assert "4 of 6 stated" in text
    assert "Quality assurance Not stated by the issuer expected" in text
    assert "Prerequisites Not stated by the issuer Language English" in text


def test_several_entries_of_the_card_are_a_list():
    assert '<li dir="auto">Diagnose readiness</li><li dir="auto">Tier the tasks</li>' in PAGES["credential, valid"]


def test_downloads_are_the_forms_that_exist():
    found = {a["href"]: a["type"] for _, a in shown().all("a") if "download" in a}
    assert found == {
        f"{BASE}/credentials/{UUID_TEXT}.png": "image/png",
        f"{BASE}/credentials/{UUID_TEXT}.svg": "image/svg+xml",
        f"{BASE}/credentials/{UUID_TEXT}.pdf": "application/pdf",
        f"{BASE}/credentials/{UUID_TEXT}.json": "application/vc",
        f"{BASE}/credentials/{UUID_TEXT}.jwt": "application/vc+jwt",
        f"{BASE}/credentials/{UUID_TEXT}/qr.png": "image/png",
        f"{BASE}/credentials/{UUID_TEXT}/qr.svg": "image/svg+xml",
        f"{BASE}/credentials/{UUID_TEXT}/expiry.ics": "text/calendar",
    }
    few = shown(view=credential(formats=("json", "exe"), valid_until=None))
    files = [a["href"] for _, a in few.all("a") if "download" in a and "/qr." not in a["href"]]
    assert files == [f"{BASE}/credentials/{UUID_TEXT}.json"]


def test_how_to_check_it_without_this_page():
    reader = shown()
    links = [a["href"] for _, a in reader.all("a")]
    url = f"{BASE}/credentials/{UUID_TEXT}"
    for wanted in (f"{url}.json", "/verify", f"{BASE}/issuers/riverside/did.json", f"{BASE}/status/1"):
        assert wanted in links
    assert f"curl -o badge.json {url}.json laurel verify badge.json" in reader.text
    assert "Other people’s verifiers" in reader.text
    assert "did.json" not in PAGES["credential, bare"]
    assert "Check it yourself" not in PAGES["credential, altered"]


def test_a_level_that_is_the_value_is_said_once():
    same = Result(name="Portfolio", value="Exceeds", achieved_level="Exceeds", scale="Meets, Surpasses")
    assert shown(view=credential(results=(same,))).text.count("Exceeds") == 1
    both = PAGES["credential, valid"]
    assert '<strong class="result-value" dir="auto">Exceeds</strong>' in both
    assert '<span class="result-extra" dir="auto">87</span>' in both


def test_the_linkedin_panel():
    view, reader = credential(), shown()
    links = [a["href"] for _, a in reader.all("a")]
    assert linkedin_url(view.profile_entry) in links
    assert share_url(view.url) in links
    fields = [a["value"] for _, a in reader.all("input") if a["id"].startswith("copy-")]
    assert fields == [
        "Differentiated Teaching",
        "Riverside Academy",
        "May 2026",
        "May 2029",
        view.profile_entry.certificate_id,
        view.url,
    ]
    assert all("readonly" in a for _, a in reader.all("input"))


def test_previews_of_a_valid_credential():
    reader = shown(view=credential(preview_version="abc123"))
    assert reader.meta("og:title") == "Differentiated Teaching – Amina Haddad"
    assert reader.meta("og:description").startswith(
        "Awarded to Amina Haddad by Riverside Academy on 4 May 2026. Plans lessons"
    )
    assert reader.meta("og:image") == f"{BASE}/credentials/{UUID_TEXT}/preview-abc123.png"
    assert reader.meta("image") == reader.meta("og:image")
    assert reader.meta("og:image:alt") == "Differentiated Teaching, awarded by Riverside Academy"
    assert (reader.meta("og:image:width"), reader.meta("og:image:height")) == ("1200", "627")
    assert reader.meta("og:url") == f"{BASE}/credentials/{UUID_TEXT}"
    assert (reader.meta("og:type"), reader.meta("og:site_name")) == ("website", "Laurel")
    assert len(shown(view=credential(achievement=achievement(description="word " * 500))).meta("og:description")) <= 290


@pytest.mark.parametrize("state", ["revoked", "suspended", "not yet valid", "cannot be checked now", "altered"])
def test_previews_of_others_name_nobody(state):
    head = PAGES[f"credential, {state}"].partition("</head>")[0]
    assert not [word for word in CONTENT if word in head]
    assert Reader(head).meta("og:image:alt") == Reader(head).meta("og:title")
    assert WORDS[state] in Reader(head).meta("og:title")


def test_the_other_forms_and_the_address_are_declared():
    links = [(a.get("rel"), a.get("type"), a["href"]) for _, a in shown().all("link")]
    url = f"{BASE}/credentials/{UUID_TEXT}"
    assert ("canonical", None, url) in links
    assert ("alternate", "application/vc", f"{url}.json") in links
    assert ("alternate", "application/vc+jwt", f"{url}.jwt") in links


def test_an_unlisted_page_asks_search_engines_by_name_only():
    unlisted, listed = shown(), shown(view=credential(listed=True))
    assert unlisted.meta("googlebot") == unlisted.meta("bingbot") == "noindex"
    assert unlisted.meta("robots") is None  # preview agents such as LinkedIn's would turn away
    assert listed.meta("googlebot") is None


def test_languages_are_marked():
    html = pages.credential_page(credential(achievement=achievement(language="ar")), report())
    assert '<div class="prose" lang="ar">' in html
    assert (
        "lang="
        not in pages.credential_page(credential(achievement=achievement(language='x" onclick="y')), report())
        .partition('class="prose"')[2]
        .partition(">")[0]
    )


def test_the_achievement_page():
    text = Reader(PAGES["achievement"]).text
    for part in ("Differentiated Teaching", "Riverside Academy", "4 of 6 stated", "Three lessons.", "Adapt teaching"):
        assert part in text
    bare = achievement_view(card=(), criteria_narrative=None, criteria_url=None, alignments=(), results=())
    assert "How it is earned" not in pages.achievement_page(bare)


@pytest.mark.parametrize(("name", "address", "words"), [
    ("achievement", "achievements/1", "Differentiated Teaching, offered by Riverside Academy"),
    ("issuer", "issuers/riverside", "Riverside Academy"),
])  # fmt: skip
def test_previews_of_achievements_and_issuers(name, address, words):
    reader = Reader(PAGES[name])
    assert reader.meta("og:image") == reader.meta("image") == f"{BASE}/{address}/preview-0.png"
    assert (reader.meta("og:image:width"), reader.meta("og:image:height")) == ("1200", "627")
    assert reader.meta("og:image:alt") == words
    assert reader.meta("twitter:card") == "summary_large_image"


def test_the_issuer_page():
    reader = Reader(PAGES["issuer"])
    links = [a["href"] for _, a in reader.all("a")]
    for url in ("did.json", "jwks.json", "keys/key-1", "keys/key-0"):
        assert f"{BASE}/issuers/riverside/{url}" in links
    assert "RS256 · Retired" in reader.text
    assert "did:web:badges.example:issuers:riverside" in reader.text
    assert f"{BASE}/achievements/1" in links
    assert "Nothing is published yet." in pages.issuer_page(IssuerView(issuer=issuer()))


def test_an_issuer_with_an_odd_address_and_mail_is_not_linked():
    odd = issuer_view(issuer=issuer(homepage="javascript:alert(1)"), email='"><b>@x')
    html = pages.issuer_page(odd)
    assert "javascript:" not in html
    assert 'href="mailto:' not in html
