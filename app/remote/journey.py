"""From a need to its answer: the address, the places it is passed on to, the page's other form.

Every step begins anew: the address is read and judged, its name resolved, and what the resolver says judged too.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from app.remote.alternates import alternate
from app.remote.cache import Kept, Lifetime, lifetime
from app.remote.connection import trust
from app.remote.exchange import NOT_MODIFIED, OK, Response, ask
from app.remote.places import Places
from app.remote.reasons import (
    AT_FAULT,
    GONE,
    NO_DOCUMENT,
    NOT_FOR_STRANGERS,
    NOTHING_THERE,
    TOO_BUSY,
    TOO_MANY_REDIRECTS,
    NoAnswerError,
)
from app.remote.resolver import Resolver, route
from app.remote.rules import FetchLimits, Rules
from app.remote.target import Target, did_address, read_target, redirected
from app.remote.wanted import DATA, WANTED, Wanted
from app.verification.evidence import Found, Need, NeedKind

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_GONE: Final = 410
_MAX_DATE: Final = 64  # characters; the longest form of RFC 9110 section 5.6.7 has half of that
_ABSENT: Final = frozenset({404, 410})
_REASONS: Final[Mapping[int, str]] = {
    401: NOT_FOR_STRANGERS,
    403: NOT_FOR_STRANGERS,
    404: NOTHING_THERE,
    _GONE: GONE,
    429: TOO_BUSY,
    451: NOT_FOR_STRANGERS,
    503: TOO_BUSY,
}
_FIRST_FAULT: Final = 500


@dataclass(frozen=True, slots=True)
class Arrival:
    """The last server's answer; `lifetime` is the shortest that anybody on the way gives it."""

    target: Target
    response: Response
    lifetime: Lifetime

    @property
    def found(self) -> Found:
        media_type = self.response.header("content-type").partition(";")[0].strip().lower()
        return Found(self.response.content, media_type, self.target.url, self.response.header("date")[:_MAX_DATE])


class Traveller:
    """Goes where needs point, within the rules."""

    def __init__(self, rules: Rules, limits: FetchLimits, resolver: Resolver) -> None:
        self._rules = rules
        self._limits = limits
        self._resolver = resolver
        self._places = Places(limits.at_once, limits.at_once_per_host)

    async def fetch(self, need: Need, kept: Kept | None) -> Arrival:
        """Where `need` leads, and what is said there; `kept` is an older answer, to be confirmed by status 304.

        Raises NoAnswerError.
        """
        wanted = WANTED[need.kind]
        url = did_address(need.url, self._rules) if need.kind is NeedKind.DID_DOCUMENT else need.url
        arrival = await self._follow(url, wanted, wanted.accept, kept)
        if need.kind is not NeedKind.CREDENTIAL or (other := _other_form(arrival)) is None:
            return arrival
        try:
            return await self._follow(other, wanted, DATA, None)
        except NoAnswerError as error:  # that the other form is gone does not mean that the badge is
            raise NoAnswerError(error.reason) from None

    async def _follow(self, url: str, wanted: Wanted, accept: str, kept: Kept | None) -> Arrival:
        lifetimes: list[Lifetime] = []
        for _ in range(self._limits.redirects + 1):
            target = read_target(url, self._rules)
            conditions = kept.conditions(target.url) if kept else {}
            response = await self._ask(target, {"Accept": accept, **conditions}, wanted)
            unchanged = bool(conditions) and response.status == NOT_MODIFIED
            # What a 304 does not say again still holds (RFC 9111 section 4.3.4).
            unsaid = kept.lifetime if kept and unchanged else wanted.fresh
            lifetimes.append(lifetime(response, unsaid=unsaid))
            if response.status == OK or unchanged:
                return Arrival(target, response, _shortest(lifetimes))
            url = _next(target, response)
        raise NoAnswerError(TOO_MANY_REDIRECTS)

    async def _ask(self, target: Target, headers: Mapping[str, str], wanted: Wanted) -> Response:
        async with self._places.taken(target.host):
            addresses = await route(target, self._rules, self._resolver)
            most = min(wanted.most, self._limits.body)
            return await ask(target, addresses, self._context, headers=headers, most=most)

    @cached_property
    def _context(self) -> ssl.SSLContext:
        """Made when first needed: reading the system's certificates takes 20 ms."""
        return trust(self._rules.ca_file)


def _next(target: Target, response: Response) -> str:
    """Where the answer passes the question on to. Raises NoAnswerError when it does not."""
    location = response.header("location")
    if response.status in _REDIRECTS and location:
        return redirected(target, location)
    fault = AT_FAULT if response.status >= _FIRST_FAULT else NO_DOCUMENT
    reason, absent = _REASONS.get(response.status, fault), response.status in _ABSENT
    raise NoAnswerError(reason, gone=response.status == _GONE, absent=absent)


def _other_form(arrival: Arrival) -> str | None:
    """Where the page says that its data is; what is not an address at all says nothing."""
    written = alternate(arrival.response, arrival.found.media_type)
    try:
        return None if written is None else redirected(arrival.target, written)
    except NoAnswerError:
        return None


def _shortest(lifetimes: list[Lifetime]) -> Lifetime:
    told = [lifetime for lifetime in lifetimes if lifetime is not None]
    return min(told) if len(told) == len(lifetimes) else None
