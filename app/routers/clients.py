"""Who is counted, under which rate, and what they are told (docs/access.md; draft-ietf-httpapi-ratelimit-headers).

Whoever sends a key is counted by the key, once it is known to exist; everybody else by address. Wrong keys are counted
by address, too: where too many come from, keys that this process has not seen yet are refused without a look.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterable
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from math import ceil
from typing import TYPE_CHECKING, Final

import structlog

from app.errors import RateLimitedError
from app.routers.rates import Rate, Rule, Share

if TYPE_CHECKING:
    from starlette.types import Scope

    from app.services.actors import Actor

FIELDS: Final = "laurel.rate"
"""Where the RateLimit fields of an answer stand in the state of its request."""

_SIGNS: Final = frozenset(("issue", "vc:issue"))
_UNCOUNTED: Final = frozenset(("/healthz", "/readyz", "/metrics"))
_VERIFIES: Final = frozenset(
    ("/v1/verify", "/verify", "/verify/receipt", "/vc-api/credentials/verify", "/vc-api/presentations/verify")
)
_RESOLVES: Final = "/1.0/identifiers/"
_WITH_A_KEY: Final = ("/v1/", "/vc-api/issuers/")
_SHOWN: Final = "/vc-api/issuers/"  # to anybody: which instances there are
_MOST_HOPS: Final = 16
_LOG_SECONDS: Final = 60.0
_log = structlog.get_logger("laurel.http")
Network = IPv4Network | IPv6Network


class Clients:
    """The counts of one application, in this process."""

    def __init__(
        self,
        *,
        awards: str,
        requests: str,
        visits: str,
        verifications: str,
        wrong_keys: str,
        proxies: Iterable[str] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._awards = Rate("awards", Rule.parse(awards))
        self._requests = Rate("requests", Rule.parse(requests))
        self._visits = Rate("visits", Rule.parse(visits))
        self._verifications = Rate("verifications", Rule.parse(verifications))
        self._wrong_keys = Rate("wrong-keys", Rule.parse(wrong_keys))
        self._proxies = tuple(ip_network(proxy) for proxy in proxies)
        self._clock = clock
        self._logged: dict[str, float] = {}

    def admit(self, scope: Scope) -> RateLimitedError | None:
        """Counts a request that is counted by address. The error, if it is one too many."""
        path: str = scope["path"]
        if path in _UNCOUNTED or path.startswith("/static/"):
            return None
        if (scope["method"] == "POST" and path in _VERIFIES) or path.startswith(_RESOLVES):
            share = self._verifications.take(self._address(scope), self._clock())
            _tell(scope, self._verifications, share)
            return None if share.passes else self._refusal(scope, self._verifications, share)
        if _is_counted_by_key(scope):
            return None
        share = self._visits.take(self._address(scope), self._clock())
        if share.passes:  # and is told nothing: most of these answers may be kept by caches
            return None
        _tell(scope, self._visits, share)
        return self._refusal(scope, self._visits, share)

    def count_key(self, scope: Scope, actor: Actor, needs: Iterable[str]) -> None:
        """Raises RateLimitedError when it is one request too many with this key."""
        rate = self._requests if _SIGNS.isdisjoint(needs) else self._awards
        share = rate.take(actor.key_id, self._clock())
        _tell(scope, rate, share)
        if not share.passes:
            raise self._refusal(scope, rate, share)

    def count_wrong_key(self, scope: Scope) -> None:
        self._wrong_keys.take(self._address(scope), self._clock())

    def require_few_wrong_keys(self, scope: Scope) -> None:
        """Raises RateLimitedError when too many wrong keys came from the address."""
        share = self._wrong_keys.look(self._address(scope), self._clock())
        if not share.passes:
            _tell(scope, self._wrong_keys, share)
            raise self._refusal(scope, self._wrong_keys, share)

    def _refusal(self, scope: Scope, rate: Rate, share: Share) -> RateLimitedError:
        now = self._clock()
        if now - self._logged.get(rate.name, now - _LOG_SECONDS) >= _LOG_SECONDS:  # else a flood would fill the log
            self._logged[rate.name] = now
            _log.warning("rate-limited", rate=rate.name, unnamed_proxy=self._comes_from_an_unnamed_proxy(scope))
        return RateLimitedError(
            f"The limit '{rate.name}' is {rate.rule.quota} in {rate.rule.seconds} seconds. Nothing was done.",
            seconds=max(1, ceil(share.retry_seconds)),
        )

    def _comes_from_an_unnamed_proxy(self, scope: Scope) -> bool:
        """Then all of its visitors are one address, and LAUREL_TRUSTED_PROXIES should name it."""
        forwarded = any(name == b"x-forwarded-for" for name, _ in scope["headers"])
        return forwarded and not self._is_proxy(_peer(scope))

    def _address(self, scope: Scope) -> Hashable:
        """Whom the address stands for: that of the connection, or what proxies of ours say of where it came from."""
        address = _peer(scope)
        if not self._proxies or not self._is_proxy(address):
            return _network(address)
        sent = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for").decode("latin-1")
        for hop in map(str.strip, reversed(sent.split(",")[-_MOST_HOPS:])):
            if _network(hop) is None:  # whatever stands there, no address: the last one that was is it
                break
            address = hop
            if not self._is_proxy(hop):
                break
        return _network(address)

    def _is_proxy(self, address: str) -> bool:
        return _is_within(address, self._proxies)


def _is_counted_by_key(scope: Scope) -> bool:
    """Whether `deps.py` looks at a key of this request: of the first header, where it is sent as one."""
    if not scope["path"].startswith(_WITH_A_KEY) or (scope["method"] == "GET" and scope["path"].startswith(_SHOWN)):
        return False
    sent: bytes = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
    scheme, _, token = sent.partition(b" ")
    return scheme.lower() == b"bearer" and bool(token)


def _peer(scope: Scope) -> str:
    client = scope.get("client")
    return client[0] if client else ""


@lru_cache(maxsize=4_096)
def _network(address: str) -> Hashable | None:
    """An IPv4 address, or the /64 that one subscriber has of IPv6. None for what is no address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped) if parsed.ipv4_mapped else int(parsed) >> 64
    return str(parsed)


@lru_cache(maxsize=4_096)
def _is_within(address: str, networks: tuple[Network, ...]) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    # A socket for both versions of IP tells IPv4 addresses so.
    known = (isinstance(parsed, IPv6Address) and parsed.ipv4_mapped) or parsed
    return any(known in network for network in networks)


def _tell(scope: Scope, rate: Rate, share: Share) -> None:
    """The two fields of the draft, for `edge.py` to send."""
    if rate.rule.quota:
        scope["state"][FIELDS] = (
            (b"ratelimit-policy", b'"%b";q=%d;w=%d' % (rate.name.encode(), rate.rule.quota, rate.rule.seconds)),
            (b"ratelimit", b'"%b";r=%d;t=%d' % (rate.name.encode(), share.remaining, ceil(share.reset_seconds))),
        )
