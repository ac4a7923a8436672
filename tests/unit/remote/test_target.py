"""Reading web addresses that strangers wrote."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.remote.reasons import (
    CREDENTIALS_IN_ADDRESS,
    MALFORMED_DID,
    NOT_AN_ADDRESS,
    NOT_HTTPS,
    NOT_PUBLIC,
    ODD_PORT,
    UNKNOWN_DID_METHOD,
    NoAnswerError,
)
from app.remote.rules import Rules
from app.remote.target import did_address, read_target, redirected

RULES = Rules()
MAPPED = Rules(stand_ins={"school.example": ("127.0.0.1", 40123)})
OWN = Rules(own_origin="http://localhost:8000")


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("https://example.org", "https://example.org/"),
        ("https://example.org/a/b?c=d", "https://example.org/a/b?c=d"),
        ("HTTPS://EXAMPLE.ORG/A", "https://example.org/A"),
        ("https://example.org:443/", "https://example.org/"),
        ("https://example.org:8443/", "https://example.org:8443/"),
        ("https://example.org./", "https://example.org/"),
        ("https://example.org?a", "https://example.org/?a"),
        ("https://example.org/a#key-1", "https://example.org/a"),
        ("https://example.org#key-1", "https://example.org/"),
        ("https://example.org/a%2Fb", "https://example.org/a%2Fb"),
        ("https://example.org/ü?ñ", "https://example.org/%C3%BC?%C3%B1"),
        ('https://example.org/a"<>b', "https://example.org/a%22%3C%3Eb"),
        ("https://example.org/a@b:c", "https://example.org/a@b:c"),
        ("https://user_pages.example.org/", "https://user_pages.example.org/"),
        ("https://bücher.example.org/", "https://xn--bcher-kva.example.org/"),
        ("https://BÜCHER.example.org/", "https://xn--bcher-kva.example.org/"),
        ("https://xn--bcher-kva.example.org/", "https://xn--bcher-kva.example.org/"),
        ("https://bücher。example。org/", "https://xn--bcher-kva.example.org/"),
        ("https://faß.example.org/", "https://xn--fa-hia.example.org/"),
        ("https://1.1.1.1/", "https://1.1.1.1/"),
        ("https://[2606:4700:4700:0::1111]/", "https://[2606:4700:4700::1111]/"),
    ],
)
def test_an_address_is_read(url, read):
    target = read_target(url, RULES)
    assert target.url == read
    assert read_target(target.url, RULES) == target


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        pytest.param("", NOT_AN_ADDRESS, id="nothing"),
        pytest.param("urn:uuid:0", NOT_AN_ADDRESS, id="no authority"),
        pytest.param("https:example.org", NOT_AN_ADDRESS, id="no slashes"),
        pytest.param("https:/example.org", NOT_AN_ADDRESS, id="one slash"),
        pytest.param("https:///example.org", NOT_AN_ADDRESS, id="three slashes"),
        pytest.param("https:\\\\example.org", NOT_AN_ADDRESS, id="backslashes"),
        pytest.param("https://example.org\\@127.0.0.1/", NOT_AN_ADDRESS, id="a backslash before an at sign"),
        pytest.param(" https://example.org/", NOT_AN_ADDRESS, id="a space before"),
        pytest.param("https://example.org/ ", NOT_AN_ADDRESS, id="a space behind"),
        pytest.param("https://exam\tple.org/", NOT_AN_ADDRESS, id="a tab, which readers skip"),
        pytest.param("https://example.org/\r\nHost: x", NOT_AN_ADDRESS, id="a header smuggled in"),
        pytest.param("https://example.org/\x00", NOT_AN_ADDRESS, id="NUL"),
        pytest.param("https://example.org/\u2028", NOT_AN_ADDRESS, id="a line separator"),
        pytest.param("https://exam\u200bple.org/", NOT_AN_ADDRESS, id="a space of no width"),
        pytest.param("https://exam\u00adple.org/", NOT_AN_ADDRESS, id="a soft hyphen"),
        pytest.param("https://example.org/\u202egpj", NOT_AN_ADDRESS, id="text turned round"),
        pytest.param("https://example.org/\ud800", NOT_AN_ADDRESS, id="half a surrogate"),
        pytest.param("https://" + "a." * 1100 + "org/", NOT_AN_ADDRESS, id="too long"),
        pytest.param("https://example.org/".ljust(2_049, "a"), NOT_AN_ADDRESS, id="too long in its path"),
        pytest.param("https://example.org/#".ljust(2_049, "a"), NOT_AN_ADDRESS, id="too long in its fragment"),
        pytest.param("https://" + "a." * 130 + "org/", NOT_AN_ADDRESS, id="a name that is too long"),
        pytest.param("https://" + "a" * 64 + ".org/", NOT_AN_ADDRESS, id="a label that is too long"),
        pytest.param("https://user@example.org/", CREDENTIALS_IN_ADDRESS, id="a user name"),
        pytest.param("https://:@example.org/", CREDENTIALS_IN_ADDRESS, id="an empty user name"),
        pytest.param("https://example.org@127.0.0.1/", CREDENTIALS_IN_ADDRESS, id="a host for a user name"),
        pytest.param("https://example.org%40127.0.0.1/", NOT_AN_ADDRESS, id="an at sign in disguise"),
        pytest.param("https://ex%61mple.org/", NOT_AN_ADDRESS, id="a letter in disguise"),
        pytest.param("https://example..org/", NOT_AN_ADDRESS, id="an empty label"),
        pytest.param("https://.example.org/", NOT_AN_ADDRESS, id="a dot before"),
        pytest.param("https://example.org../", NOT_AN_ADDRESS, id="two dots behind"),
        pytest.param("https://-example.org/", NOT_AN_ADDRESS, id="a hyphen before"),
        pytest.param("https://exa$mple.org/", NOT_AN_ADDRESS, id="a dollar sign"),
        pytest.param("https://example.org,example.net/", NOT_AN_ADDRESS, id="two names"),
        pytest.param("https://example.org:/", NOT_AN_ADDRESS, id="an empty port"),
        pytest.param("https://example.org:443:443/", NOT_AN_ADDRESS, id="two ports"),
        pytest.param("https://example.org:+443/", NOT_AN_ADDRESS, id="a port with a sign"),
        pytest.param("https://example.org:٤٤٣/", NOT_AN_ADDRESS, id="a port in other digits"),
        pytest.param("https://[::1/", NOT_AN_ADDRESS, id="half a bracket"),
        pytest.param("https://::1/", NOT_AN_ADDRESS, id="IPv6 without brackets"),
        pytest.param("https://[fe80::1%25eth0]/", NOT_AN_ADDRESS, id="a zone"),
        pytest.param("https://example.org:0/", ODD_PORT, id="port 0"),
        pytest.param("https://example.org:65536/", ODD_PORT, id="a port too high"),
        pytest.param("https://example.org:80/", ODD_PORT, id="port 80"),
        pytest.param("https://example.org:22/", ODD_PORT, id="ssh"),
        pytest.param("https://example.org:6379/", ODD_PORT, id="Redis"),
        pytest.param("https://example.org:40123/", ODD_PORT, id="the port of somebody else's stand-in"),
        pytest.param("http://example.org/", NOT_HTTPS, id="http"),
        pytest.param("http://localhost:8000/", NOT_HTTPS, id="our own by http, in production"),
        pytest.param("ftp://example.org/", NOT_HTTPS, id="ftp"),
        pytest.param("gopher://example.org:443/_", NOT_HTTPS, id="gopher"),
        pytest.param("file:///etc/passwd", NOT_HTTPS, id="a file"),
        pytest.param("unix://var/run/docker.sock", NOT_HTTPS, id="a socket"),
        pytest.param("javascript://example.org/%0aalert(1)", NOT_HTTPS, id="a script"),
        pytest.param("https://localhost/", NOT_PUBLIC, id="this machine by name"),
        pytest.param("https://database/", NOT_PUBLIC, id="a name of the local network"),
        pytest.param("https://metadata.google.internal/", NOT_PUBLIC, id="metadata by name"),
        pytest.param("https://printer.local/", NOT_PUBLIC, id="multicast DNS"),
        pytest.param("https://app.localhost/", NOT_PUBLIC, id="below localhost"),
        pytest.param("https://LOCALHOST./", NOT_PUBLIC, id="localhost with a dot"),
        pytest.param("https://ⓛocalhost/", NOT_PUBLIC, id="localhost in circles"),
        pytest.param("https://example.onion/", NOT_PUBLIC, id="onion"),
        pytest.param("https://school.example/", NOT_PUBLIC, id="a stand-in that there is not"),
    ],
)
def test_an_address_is_refused(url, reason):
    with pytest.raises(NoAnswerError) as caught:
        read_target(url, RULES)
    assert caught.value.reason == reason


def test_an_address_may_be_long():
    url = "https://example.org/".ljust(2_048, "a")
    assert read_target(url, RULES).url == url


SPECIAL = ["alt", "arpa", "example", "internal", "invalid", "local", "localhost", "onion", "test"]


@pytest.mark.parametrize("zone", SPECIAL)
def test_a_name_for_special_use_is_no_site(zone):
    for host in (zone, f"a.{zone}", f"a.b.{zone}.", f"A.{zone.upper()}"):
        with pytest.raises(NoAnswerError) as caught:
            read_target(f"https://{host}/", RULES)
        assert caught.value.reason == NOT_PUBLIC
    assert read_target(f"https://{zone}.org/", RULES).host == f"{zone}.org"


def test_a_stand_in_is_reached_at_the_usual_port_and_at_its_own():
    assert read_target("https://school.example/", MAPPED).port == 443
    assert read_target("https://school.example:40123/", MAPPED).port == 40123
    for url in ("http://school.example/", "https://a.school.example/", "https://school.example:40124/"):
        with pytest.raises(NoAnswerError):
            read_target(url, MAPPED)


def test_in_development_our_own_origin_is_reached_by_http_and_no_other_is():
    assert read_target("http://localhost:8000/issuers/a", OWN).scheme == "http"
    for url in ("http://localhost:8001/", "http://localhost/", "http://127.0.0.1:8000/", "https://localhost:8000/"):
        with pytest.raises(NoAnswerError):
            read_target(url, OWN)
    for url in ("http://localhost:8000/", "http://localhost.example.org/", "http://localhost.localdomain/"):
        with pytest.raises(NoAnswerError):
            read_target(url, Rules(own_origin="http://localhost"))


@pytest.mark.parametrize(
    ("did", "rules", "url"),
    [
        ("did:web:example.org", RULES, "https://example.org/.well-known/did.json"),
        ("did:web:localhost%3A8000:issuers:a", OWN, "http://localhost:8000/issuers/a/did.json"),
        ("did:web:localhost%3A8000:issuers:a", RULES, "https://localhost:8000/issuers/a/did.json"),
        ("did:web:localhost%3A8000:a", Rules(own_origin="http://localhost"), "https://localhost:8000/a/did.json"),
        ("did:web:localhost%3A80001:issuers:a", OWN, MALFORMED_DID),
        ("did:web:127.0.0.1", OWN, MALFORMED_DID),
        ("did:web:example.org%2F", RULES, MALFORMED_DID),
        ("did:web:", RULES, MALFORMED_DID),
        ("did:ion:abc", RULES, UNKNOWN_DID_METHOD),
        ("https://example.org/", RULES, UNKNOWN_DID_METHOD),
    ],
)
def test_a_did_web_has_its_document_at(did, rules, url):
    try:
        assert did_address(did, rules) == url
    except NoAnswerError as error:
        assert error.reason == url  # noqa: PT017 - the table says which it is


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("/b", "https://example.org/b"),
        ("b?c", "https://example.org/a/b?c"),
        ("../../b", "https://example.org/b"),
        ("//127.0.0.1/", "https://127.0.0.1/"),
        ("http://127.0.0.1/", "http://127.0.0.1/"),
        ("https://example.net", "https://example.net"),
        ("file:///etc/passwd", "file:///etc/passwd"),
    ],
)
def test_a_redirect_is_text_to_be_read_again(location, url):
    assert redirected(read_target("https://example.org/a/", RULES), location) == url


@pytest.mark.parametrize("location", ["\\\\127.0.0.1", "/a b", "/\r\nX: y", "//[", "/" + "a" * 3000, "/\x7f"])
def test_a_redirect_that_readers_would_read_in_two_ways_is_refused(location):
    with pytest.raises(NoAnswerError):
        redirected(read_target("https://example.org/a/", RULES), location)


PIECES = ["https://", "http://", "//", "@", ":", ":443", "127.0.0.1", "[::1]", "example.org", ".", "/", "\\", "#", "?"]
PIECES += ["%2e", "。", "0x7f", "ü", "xn--", " "]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=8).map("".join))
def test_whatever_is_written_is_read_or_refused(text):
    """And what was read is read again as the same."""
    for url in (text, "https://" + text):
        try:
            target = read_target(url, RULES)
        except NoAnswerError:
            continue
        assert target.scheme == "https"
        assert target.port in RULES.ports
        assert read_target(target.url, RULES) == target
