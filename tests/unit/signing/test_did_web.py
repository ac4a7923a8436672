from __future__ import annotations

import pytest

from app.errors import ConfigurationError, InvalidKeyError
from app.signing import did_web, did_web_url
from tests.cost import within

LONGEST_LABEL, LONGEST_HOST = "a" * 63, "a." * 126 + "a"  # RFC 1035 section 2.3.4: 63 and 253 characters


@pytest.mark.parametrize(
    ("did", "url"),
    [
        # The three examples of the method specification, section 2.5.2
        ("did:web:w3c-ccg.github.io", "https://w3c-ccg.github.io/.well-known/did.json"),
        ("did:web:w3c-ccg.github.io:user:alice", "https://w3c-ccg.github.io/user/alice/did.json"),
        ("did:web:example.com%3A3000:user:alice", "https://example.com:3000/user/alice/did.json"),
        ("did:web:example.com%3a3000", "https://example.com:3000/.well-known/did.json"),
        ("did:web:Example.COM:User", "https://example.com/User/did.json"),
        ("did:web:localhost", "https://localhost/.well-known/did.json"),
        ("did:web:xn--bcher-kva.example", "https://xn--bcher-kva.example/.well-known/did.json"),
        ("did:web:example.com:a%20b", None),
        ("did:web:example.com:b%C3%BCcher", "https://example.com/b%C3%BCcher/did.json"),
        ("did:web:1.example", "https://1.example/.well-known/did.json"),
        ("did:web:example.com%3A65535", "https://example.com:65535/.well-known/did.json"),
        (f"did:web:{LONGEST_LABEL}.example", f"https://{LONGEST_LABEL}.example/.well-known/did.json"),
        (f"did:web:{LONGEST_HOST}", f"https://{LONGEST_HOST}/.well-known/did.json"),
        ("did:web:example.com:v1.2_x-y", "https://example.com/v1.2_x-y/did.json"),
    ],
)
def test_conversion(did, url):
    if url is None:
        with pytest.raises(InvalidKeyError):
            did_web_url(did)
    else:
        assert did_web_url(did) == url


@pytest.mark.parametrize(
    "did",
    [
        "",
        "did:key:z6Mk",
        "did:web:",
        "DID:web:example.com",
        "did:WEB:example.com",
        # what is before the first colon
        "did:web:user@example.com",
        "did:web:user%40example.com",
        "did:web:user%3Apw%40example.com",
        "did:web:example.com:3000@evil.example",
        "did:web:example.com%2Fevil",
        "did:web:example.com%00",
        "did:web:example.com%23",
        "did:web:example.com%3F",
        "did:web:exa%6Dple.com",
        "did:web:-example.com",
        "did:web:example-.com",
        "did:web:example..com",
        "did:web:.example.com",
        "did:web:example.com.",
        "did:web:exam_ple.com",
        "did:web:bücher.example",
        "did:web:ｅxample.com",
        "did:web:example.com ",
        "did:web:example.com\n",
        "did:web:" + "a" * 64 + ".example",
        "did:web:" + "a." * 127 + "aa",
        # ports
        "did:web:example.com%3A",
        "did:web:example.com%3A0",
        "did:web:example.com%3A080",
        "did:web:example.com%3A65536",
        "did:web:example.com%3A99999",
        "did:web:example.com%3A443%3A443",
        "did:web:example.com%3A+443",
        "did:web:example.com%3A４４３",
        "did:web:%3A443",
        # addresses
        "did:web:127.0.0.1",
        "did:web:127.1",
        "did:web:2130706433",
        "did:web:0x7f000001",
        "did:web:0x7f.1",
        "did:web:0177.0.0.1",
        "did:web:example.0x",
        "did:web:[%3A%3A1]",
        "did:web:%5B%3A%3A1%5D",
        # the path
        "did:web:example.com:",
        "did:web:example.com::a",
        "did:web:example.com:a:",
        "did:web:example.com:.",
        "did:web:example.com:..",
        "did:web:example.com:..:..:secret",
        "did:web:example.com:%2e%2e",
        "did:web:example.com:%2E",
        "did:web:example.com:.%2e",
        "did:web:example.com:a%2Fb",
        "did:web:example.com:a%5Cb",
        "did:web:example.com:a%3Fb",
        "did:web:example.com:a%23b",
        "did:web:example.com:a%3Ab",
        "did:web:example.com:a%40b",
        "did:web:example.com:a%7Fb",
        "did:web:example.com:a~b",
        "did:web:example.com:a%252Fb",
        "did:web:example.com:a%00b",
        "did:web:example.com:a%0D%0Ab",
        "did:web:example.com:%FF",
        "did:web:example.com:a%",
        "did:web:example.com:a%2",
        "did:web:example.com:a%zz",
        "did:web:example.com:a/b",
        "did:web:example.com/a",
        "did:web:example.com:a?b",
        "did:web:example.com:a#b",
        "did:web:example.com:a\\b",
        "did:web:example.com:a b",
        "did:web:example.com:ü",
        "did:web:example.com:" + "a" * 1_024,
    ],
)
def test_refused(did):
    with pytest.raises(InvalidKeyError):
        did_web_url(did)


def test_http_is_only_for_those_who_ask_and_lets_an_ipv4_address_pass():
    assert did_web_url("did:web:localhost%3A8000", scheme="http") == "http://localhost:8000/.well-known/did.json"
    assert did_web_url("did:web:127.0.0.1%3A8000", scheme="http") == "http://127.0.0.1:8000/.well-known/did.json"


@pytest.mark.parametrize(
    "host", ["127.1", "0x7f.0.0.1", "0177.0.0.1", "256.1.1.1", "1.2.3.4.5", "2130706433", "127.0.0.01"]
)
def test_odd_spellings_of_an_address_never_pass(host):
    with pytest.raises(InvalidKeyError):
        did_web_url(f"did:web:{host}", scheme="http")


@pytest.mark.parametrize("address", ["0.0.0.0", "9.10.99.100", "199.200.249.250", "255.255.255.255"])
def test_all_ranges_of_an_octet_pass(address):
    assert did_web_url(f"did:web:{address}", scheme="http") == f"http://{address}/.well-known/did.json"


@pytest.mark.parametrize(
    ("base_url", "path", "did"),
    [
        ("https://badges.example", (), "did:web:badges.example"),
        ("https://badges.example/", ("issuers", "academy"), "did:web:badges.example:issuers:academy"),
        ("http://localhost:8000", ("issuers", "x"), "did:web:localhost%3A8000:issuers:x"),
        ("http://127.0.0.1:8000", ("issuers", "x"), "did:web:127.0.0.1%3A8000:issuers:x"),
        ("https://Example.org/laurel/", ("issuers", "x"), "did:web:example.org:laurel:issuers:x"),
        ("https://example.org", ("a~b",), "did:web:example.org:a%7Eb"),
        ("https://example.org", ("bücher",), "did:web:example.org:b%C3%BCcher"),
    ],
)
def test_our_own(base_url, path, did):
    assert did_web(base_url, *path) == did
    scheme = base_url.partition(":")[0]
    expected = "/".join([*filter(None, base_url.lower().split("/")[3:]), *path]) or ".well-known"
    if expected.isascii() and "~" not in expected:
        assert did_web_url(did, scheme=scheme) == f"{'/'.join(base_url.lower().split('/')[:3])}/{expected}/did.json"


@pytest.mark.parametrize(
    ("base_url", "path"),
    [
        ("", ()),
        ("example.org", ()),
        ("ftp://example.org", ()),
        ("https://", ()),
        ("https://user@example.org", ()),
        ("https://user:pw@example.org", ()),
        ("https://@example.org", ()),
        ("https://example.org?x=1", ()),
        ("https://example.org#x", ()),
        ("https://example.org:port", ()),
        ("https://example.org:99999", ()),
        ("https://127.0.0.1", ()),
        ("https://[::1]:8000", ()),
        ("http://[::1", ()),
        ("https://example.org/a b", ()),
        ("https://example.org", ("..",)),
        ("https://example.org", ("",)),
        ("https://example.org", ("a/b",)),
    ],
)
def test_a_public_url_that_no_did_web_can_hold_is_a_configuration_error(base_url, path):
    with pytest.raises(ConfigurationError):
        did_web(base_url, *path)


def test_long_input_is_refused_at_once():
    with within(0.2):
        for did in ("did:web:" + "a." * 500_000, "did:web:a" + ":a" * 500_000, "did:web:" + "a" * 1_000_000):
            with pytest.raises(InvalidKeyError):
                did_web_url(did)
        for text in ("a." * 500, "a" * 1_000, "a-" * 500):  # within the limit, still linear
            with pytest.raises(InvalidKeyError):
                did_web_url(f"did:web:{text}")
