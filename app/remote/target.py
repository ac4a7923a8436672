"""Reading a web address that a stranger wrote: one reading, the same that the connection is made by.

Most ways around a rule for addresses lie between the reader that checks and the reader that connects. So there is one
reader, it takes less than the standards allow, and what it made of the text is what is used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv6Address
from typing import Final
from urllib.parse import quote, urljoin

import idna

from app.errors import InvalidKeyError
from app.remote.addresses import Address, address_in_host
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
from app.signing.did_web import did_web_url

_MAX_LENGTH: Final = 2_048
_MAX_HOST: Final = 253
_DEFAULT_PORTS: Final = {"https": 443, "http": 80}
_URL: Final = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<rest>[^#]*)(?:#.*)?")
_AUTHORITY: Final = re.compile(r"(?P<host>\[[^\[\]]*\]|[^\[\]:]+)(?::(?P<port>[0-9]{1,5}))?", re.ASCII)
_LABEL: Final = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME: Final = re.compile(rf"(?:{_LABEL}\.)+{_LABEL}", re.ASCII)
# What names for special use end in (RFC 6761, 6762, 7686, 9476; .internal by ICANN): asking for them tells the
# local network what is being verified, and what answers is never a stranger's site.
_NOT_ON_THE_INTERNET: Final = frozenset(
    {"alt", "arpa", "example", "internal", "invalid", "local", "localhost", "onion", "test"}
)
_KEPT_IN_PATHS: Final = "/?%:@!$&'()*+,;=~-._"


@dataclass(frozen=True, slots=True)
class Target:
    """A web address, read: lower case, ASCII, without fragment. `address` is what the host spells, if it is one."""

    scheme: str
    host: str
    port: int
    path: str
    address: Address | None

    @property
    def authority(self) -> str:
        """The value of the Host header."""
        host = f"[{self.host}]" if isinstance(self.address, IPv6Address) else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.authority}"

    @property
    def url(self) -> str:
        return self.origin + self.path


def read_target(url: str, rules: Rules) -> Target:
    """What `url` says, if that is a place where the rules allow to look. Raises NoAnswerError.

    Whether the host leads to the public internet shows only when it is resolved.
    """
    parts = _URL.fullmatch(url) if len(url) <= _MAX_LENGTH and _is_plain(url) else None
    if parts is None:
        raise NoAnswerError(NOT_AN_ADDRESS)
    scheme = parts["scheme"].lower()
    if scheme not in _DEFAULT_PORTS:
        raise NoAnswerError(NOT_HTTPS)
    if "@" in parts["authority"]:
        raise NoAnswerError(CREDENTIALS_IN_ADDRESS)
    host, address, port = _authority(parts["authority"], _DEFAULT_PORTS[scheme])
    target = Target(scheme, host, port, _path(parts["rest"]), address)
    _require_permitted(target, rules)
    return target


def redirected(target: Target, location: str) -> str:
    """The address that a Location header of `target` names, as text to be read again. Raises NoAnswerError."""
    if len(location) > _MAX_LENGTH or not _is_plain(location):
        raise NoAnswerError(NOT_AN_ADDRESS)
    try:
        return urljoin(target.url, location)
    except ValueError:  # brackets that do not match
        raise NoAnswerError(NOT_AN_ADDRESS) from None


def did_address(did: str, rules: Rules) -> str:
    """The address of the document of a did:web, of one of our own by http where that is how we serve.

    Raises NoAnswerError.
    """
    if not did.startswith("did:web:"):
        raise NoAnswerError(UNKNOWN_DID_METHOD)
    try:
        if rules.own_origin.startswith("http://"):
            own = did_web_url(did, scheme="http")
            if own.startswith(rules.own_origin + "/"):
                return own
        return did_web_url(did)
    except InvalidKeyError:
        raise NoAnswerError(MALFORMED_DID) from None


def _is_plain(text: str) -> bool:
    """Neither white space nor control characters nor backslashes, which readers skip, cut at or turn into slashes."""
    return text.isprintable() and not any(character.isspace() or character == "\\" for character in text)


def _authority(text: str, default_port: int) -> tuple[str, Address | None, int]:
    parts = _AUTHORITY.fullmatch(text)
    if parts is None:
        raise NoAnswerError(NOT_AN_ADDRESS)
    port = int(parts["port"] or default_port)
    host = _ascii(parts["host"])
    address = address_in_host(host)
    if address is not None:
        return str(address), address, port
    if len(host) > _MAX_HOST:
        raise NoAnswerError(NOT_AN_ADDRESS)
    return host, None, port


def _ascii(host: str) -> str:
    """In lower case, by IDNA where it is not ASCII, without the dot that may end it."""
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True, std3_rules=False).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            raise NoAnswerError(NOT_AN_ADDRESS) from None
    return host.lower().removesuffix(".")


def _path(rest: str) -> str:
    return quote(rest if rest.startswith("/") else "/" + rest, safe=_KEPT_IN_PATHS)


def _require_permitted(target: Target, rules: Rules) -> None:
    if rules.own_origin and target.origin == rules.own_origin:
        return
    if target.scheme != "https":
        raise NoAnswerError(NOT_HTTPS)
    stand_in = rules.stand_ins.get(target.host)
    if target.port not in rules.ports and not (stand_in and target.port == stand_in[1]):
        raise NoAnswerError(ODD_PORT)
    if target.address is None and stand_in is None:
        _require_public_name(target.host)


def _require_public_name(host: str) -> None:
    if _NAME.fullmatch(host) is None:
        raise NoAnswerError(NOT_AN_ADDRESS if "." in host else NOT_PUBLIC)
    if host.rpartition(".")[2] in _NOT_ON_THE_INTERNET:
        raise NoAnswerError(NOT_PUBLIC)
