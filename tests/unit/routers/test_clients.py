"""Whose an address is: that of the connection, or what a proxy of ours says; never what anybody else says."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from app.errors import ConfigurationError
from app.routers.clients import FIELDS, Clients
from app.settings import Rates, Settings, load_settings

PROXIES = ("127.0.0.1", "10.0.0.0/8", "fd00::/8")


def scope(peer, *forwarded, path="/x", method="GET", keys=()):
    headers = [(b"x-forwarded-for", value.encode("latin-1")) for value in forwarded]
    headers += [(b"authorization", value.encode("latin-1")) for value in keys]
    client = None if peer is None else (peer, 1)
    return {"type": "http", "method": method, "path": path, "headers": headers, "client": client, "state": {}}


def clients(proxies=PROXIES, **rates):
    return Clients(**Rates(**rates).model_dump(), proxies=proxies, clock=lambda: 0.0)


ADDRESSES = [
    ("a visitor", "203.0.113.9", [], "203.0.113.9"),
    ("a visitor who claims to be another", "203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
    ("behind a proxy", "127.0.0.1", ["203.0.113.9"], "203.0.113.9"),
    ("behind two", "127.0.0.1", ["203.0.113.9, 10.1.2.3"], "203.0.113.9"),
    ("behind two, in two fields", "127.0.0.1", ["203.0.113.9", "10.1.2.3"], "203.0.113.9"),
    ("behind a proxy, claiming to be another", "127.0.0.1", ["198.51.100.1, 203.0.113.9"], "203.0.113.9"),
    ("behind a proxy that adds a field, claiming so", "127.0.0.1", ["198.51.100.1", "203.0.113.9"], "203.0.113.9"),
    ("a proxy itself", "10.1.2.3", [], "10.1.2.3"),
    ("a proxy that says nonsense", "10.1.2.3", ["<script>"], "10.1.2.3"),
    ("a proxy that says nothing", "10.1.2.3", [""], "10.1.2.3"),
    ("nonsense behind a proxy", "127.0.0.1", ["nonsense, 10.1.2.3"], "10.1.2.3"),
    ("a claim before nonsense", "127.0.0.1", ["198.51.100.1, nonsense, 10.1.2.3"], "10.1.2.3"),
    ("an IPv4 address in an IPv6 one", "::ffff:203.0.113.9", [], "203.0.113.9"),
    ("behind a proxy whose address is in an IPv6 one", "::ffff:127.0.0.1", ["203.0.113.9"], "203.0.113.9"),
    ("behind two whose addresses are", "::ffff:127.0.0.1", ["203.0.113.9, ::ffff:10.1.2.3"], "203.0.113.9"),
    ("no address at all", None, [], None),
    ("no address at all, claiming one", None, ["203.0.113.9"], None),
]


@pytest.mark.parametrize(("peer", "forwarded", "client"), [row[1:] for row in ADDRESSES], ids=[r[0] for r in ADDRESSES])
def test_whose_an_address_is(peer, forwarded, client):
    assert clients()._address(scope(peer, *forwarded)) == client


def test_a_subscriber_has_one_64_of_ipv6():
    ours = clients()
    one, same, other = (ours._address(scope(peer)) for peer in ("2001:db8::1", "2001:db8::ffff:2", "2001:db8:0:1::1"))
    assert one == same != other


def test_nobody_is_believed_when_no_proxy_is_named():
    assert clients(proxies=())._address(scope("127.0.0.1", "203.0.113.9")) == "127.0.0.1"


def test_a_long_chain_is_not_read_to_its_end():
    chain = ", ".join(["203.0.113.9", *["10.1.2.3"] * 10_000])
    assert clients()._address(scope("127.0.0.1", chain)) == "10.1.2.3"


def test_what_is_for_operating_is_never_refused():
    ours = clients(visits="1/60")
    assert ours.admit(scope("203.0.113.9")) is None
    assert ours.admit(scope("203.0.113.9")).code == "rate-limited"
    for path in ("/healthz", "/readyz", "/metrics", "/static/laurel.css"):
        assert ours.admit(scope("203.0.113.9", path=path)) is None


@pytest.mark.parametrize(
    ("method", "path", "rate"),
    [
        ("POST", "/v1/verify", "verifications"),
        ("POST", "/verify", "verifications"),
        ("POST", "/verify/receipt", "verifications"),
        ("POST", "/vc-api/credentials/verify", "verifications"),
        ("POST", "/vc-api/presentations/verify", "verifications"),
        ("GET", "/1.0/identifiers/did:web:example.org", "verifications"),
        ("GET", "/verify", "visits"),
        ("POST", "/verify/", "visits"),
        ("GET", "/status/1", "visits"),
        ("GET", "/static", "visits"),
        ("GET", "/healthz/", "visits"),
        ("POST", "/vc-api/issuers/a/b/credentials/issue", "visits"),
    ],
)
def test_which_share_a_request_without_a_key_is_of(method, path, rate):
    ours = clients(visits="1/60", verifications="1/60")
    assert ours.admit(scope("203.0.113.9", path=path, method=method)) is None
    assert f"'{rate}'" in ours.admit(scope("203.0.113.9", path=path, method=method)).message


KEY = "Bearer lrl_live_x"


@pytest.mark.parametrize(
    ("method", "path", "keys", "refused"),
    [
        pytest.param("GET", "/v1/credentials", [KEY], False, id="a key"),
        pytest.param("GET", "/v1/credentials", [KEY.lower()], False, id="a key, its scheme in small letters"),
        pytest.param("POST", "/vc-api/issuers/a/b/credentials/issue", [KEY], False, id="a key for an instance"),
        pytest.param("GET", "/v1/credentials", [], True, id="none"),
        pytest.param("GET", "/v1/credentials", ["Basic eDp4"], True, id="a password"),
        pytest.param("GET", "/v1/credentials", ["Bearer"], True, id="no key behind the scheme"),
        pytest.param("GET", "/v1/credentials", ["Bearer "], True, id="nothing behind the scheme"),
        pytest.param("GET", "/v1/credentials", ["Basic eDp4", KEY], True, id="a key in a second header"),
        pytest.param("POST", "/vc-api/issuers/a/b/credentials/issue", ["Basic eDp4"], True, id="none for an instance"),
        pytest.param("GET", "/vc-api/issuers/a", [KEY], True, id="where anybody may look"),
        pytest.param("GET", "/credentials/1", [KEY], True, id="a page"),
    ],
)
def test_only_where_a_key_is_looked_at_is_an_address_not_counted(method, path, keys, refused):
    ours = clients(visits="1/60")
    asked = [ours.admit(scope("203.0.113.9", path=path, method=method, keys=keys)) for _ in range(2)]
    assert [answer is not None for answer in asked] == [False, refused]


@pytest.mark.parametrize(
    ("needs", "rate"),
    [
        (["issue"], "awards"),
        (["vc:issue"], "awards"),
        (["issue", "revoke"], "awards"),
        (["revoke"], "requests"),
        (["read"], "requests"),
        ([], "requests"),
    ],
)
def test_which_share_a_request_with_a_key_is_of(needs, rate):
    request = scope("203.0.113.9")
    clients().count_key(request, SimpleNamespace(key_id="a"), needs)
    assert request["state"][FIELDS][0][1].startswith(f'"{rate}"'.encode())


def test_without_a_quota_nothing_is_told():
    request = scope("203.0.113.9")
    clients(requests="0/60").count_key(request, SimpleNamespace(key_id="a"), ["read"])
    assert FIELDS not in request["state"]


@pytest.mark.parametrize(("rule", "seconds"), [("20/1", 1), ("8/60", 8), ("1/60", 60)])
def test_whoever_comes_again_when_told_is_let_in(rule, seconds):
    """Whole seconds, rounded up, and never none."""
    ours = clients(visits=rule)
    for _ in range(int(rule.partition("/")[0])):
        assert ours.admit(scope("203.0.113.9")) is None
    assert ours.admit(scope("203.0.113.9")).seconds == seconds


@pytest.mark.parametrize("proxies", [["nonsense"], ["10.0.0.1/8"], ["proxy.example.org"]])
def test_a_proxy_that_is_no_address_is_refused_at_the_start(proxies):
    with pytest.raises(ConfigurationError, match="LAUREL_TRUSTED_PROXIES"):
        load_settings(environment="development", trusted_proxies=proxies)


def test_a_rate_that_is_none_is_refused_at_the_start(monkeypatch):
    monkeypatch.setenv("LAUREL_RATE_AWARDS", "many")
    with pytest.raises(ConfigurationError, match="LAUREL_RATE_AWARDS"):
        load_settings(environment="development")
    monkeypatch.setenv("LAUREL_RATE_AWARDS", "0/60")
    assert Settings(environment="development").rates.awards == "0/60"
