"""Which addresses are on the public internet: a rule of our own, since `ipaddress.is_global` lets a dozen forms
through that are not.

A public address is one that a stranger's server can honestly have. Everything else is refused: what is private, what is
reserved, what is sent to many at once, and what wraps an IPv4 address in an IPv6 one, but for NAT64, by which hosts
without IPv4 reach the rest.
"""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final

from app.remote.reasons import NOT_AN_ADDRESS, NoAnswerError

Address = IPv4Address | IPv6Address

# IANA IPv4 Special-Purpose Address Registry, the globally reachable entries too: nobody serves documents there.
_SPECIAL_V4: Final = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # behind a provider's NAT; Alibaba's metadata service
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's own services, at an address that looks public
        "169.254.0.0/16",  # link-local; metadata services of most clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments; Oracle's metadata service
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")  # all that IANA gives out (RFC 4291 section 2.4)
_SPECIAL_V6: Final = tuple(
    IPv6Network(block)
    for block in (
        "2001::/23",  # protocol assignments: Teredo, benchmarks, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which wraps an IPv4 address
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)
# RFC 6052 section 2.1. Its local counterpart 64:ff9b:1::/48 (RFC 8215) leads wherever the network's owner likes.
_NAT64: Final = IPv6Network("64:ff9b::/96")
_LOW_32_BITS: Final = 0xFFFF_FFFF

_NUMBER: Final = re.compile(r"[0-9]+|0[xX][0-9a-fA-F]*", re.ASCII)
_PARTS_OF_V4: Final = 4
_OCTET: Final = 256


def is_public(address: Address) -> bool:
    """Whether a stranger's server may have `address`."""
    if isinstance(address, IPv4Address):
        return not any(address in block for block in _SPECIAL_V4)
    if address.scope_id is not None:
        return False
    if address in _NAT64:
        return is_public(IPv4Address(int(address) & _LOW_32_BITS))
    return address in _GLOBAL_UNICAST and not any(address in block for block in _SPECIAL_V6)


def address_in_host(host: str) -> Address | None:
    """The address that `host` of a URL spells, in any form that clients read as one (WHATWG URL 3.5); None for a name.

    `2130706433`, `0x7f.1` and `0177.0.0.1` all are 127.0.0.1. Raises NoAnswerError for what would be a number and is
    no address.
    """
    if host.startswith("["):
        return _in_brackets(host)
    if not _NUMBER.fullmatch(host.rpartition(".")[2]):
        return None
    try:
        return _numeric(host.split("."))
    except ValueError:
        raise NoAnswerError(NOT_AN_ADDRESS) from None


def _in_brackets(host: str) -> IPv6Address:
    if "%" in host or not host.endswith("]"):  # a zone means something on one machine only
        raise NoAnswerError(NOT_AN_ADDRESS)
    try:
        return IPv6Address(host[1:-1])
    except AddressValueError:
        raise NoAnswerError(NOT_AN_ADDRESS) from None


def _numeric(parts: list[str]) -> IPv4Address:
    """Parts may be missing: then the last one fills up what is left. Raises ValueError."""
    *heads, last = [_number(part) for part in parts]
    if len(parts) > _PARTS_OF_V4 or any(head >= _OCTET for head in heads) or last >= _OCTET ** (5 - len(parts)):
        raise ValueError(parts)
    return IPv4Address(last + sum(head * _OCTET ** (3 - place) for place, head in enumerate(heads)))


def _number(part: str) -> int:
    if not _NUMBER.fullmatch(part):
        raise ValueError(part)
    if part[:2] in {"0x", "0X"}:
        return int(part[2:] or "0", 16)
    return int(part, 8) if part.startswith("0") else int(part)
