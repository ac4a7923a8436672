"""What the rows of `make bench` are held against: a bar that must be reached, and another row of the same run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class Bar:
    """A promise about the median of a row, or about its ratio to the row that it is compared with."""

    words: Literal["at least", "at most"]
    value: float
    of: Literal["figure", "ratio"] = "figure"

    def reached(self, found: float) -> bool:
        return found >= self.value if self.words == "at least" else found <= self.value


SIGN: Final = "raw: Ed25519 sign"
VERIFY: Final = "raw: Ed25519 verify"
COMMIT: Final = "raw: SQLite commit (FULL, one row)"
POSTGRESQL_COMMIT: Final = "raw: PostgreSQL commit (one row)"
BARE_GET: Final = "raw: bare ASGI application, GET"
BARE_POST: Final = "raw: bare ASGI application, POST"
PYLD: Final = "canonicalise: PyLD normalize"
TEMPLATE: Final = "in process: issue, template"
CERTIFICATE: Final = "draw: certificate"
PREVIEW: Final = "draw: preview picture"
PAGE: Final = "HTTP: badge page"
KEPT_PAGE: Final = "HTTP: badge page from memory"

BARS: Final[Mapping[str, Bar]] = {
    "canonicalise: walk": Bar("at least", 30, "ratio"),
    "canonicalise: template": Bar("at least", 100, "ratio"),
    TEMPLATE: Bar("at least", 8_000),
    "HTTP, 32 clients: awards": Bar("at least", 2_500),
    "HTTP, 32 clients: p99": Bar("at most", 50),
    "HTTP, 32 clients, PostgreSQL: awards": Bar("at least", 1_500),
    "batch of 10,000: time": Bar("at most", 2.0),
    "batch of 10,000: growth of the server": Bar("at most", 100),
    "HTTP: verify by upload": Bar("at least", 1_500),
    "HTTP: verify by address": Bar("at least", 2_000),
    "HTTP: GET credential JSON": Bar("at least", 20_000),
    "HTTP: eddsa-rdfc-2022": Bar("at least", 1_500),
    "HTTP: VC-JWT, EdDSA": Bar("at least", 3_000),
    "HTTP: PNG": Bar("at least", 1_200),
    "HTTP, 2 clients, beside 8 slow hosts: p99": Bar("at most", 100),
    CERTIFICATE: Bar("at most", 15),
    PREVIEW: Bar("at most", 40),
    PAGE: Bar("at least", 800),
    f"{PAGE}: CPU of the server": Bar("at most", 5),
    KEPT_PAGE: Bar("at least", 5_000),
    "resident after all of it": Bar("at most", 250),
    "SQLite: find and revoke 100,000": Bar("at most", 600),
    "PostgreSQL: find and revoke 100,000": Bar("at most", 600),
    "last 1,000 of 300,000 awards": Bar("at least", 0.9, "ratio"),
}

# Each with a row that nothing of its kind can pass, or that it was made to leave behind.
AGAINST: Final[Mapping[str, str]] = {
    "canonicalise: walk": PYLD,
    "canonicalise: template": PYLD,
    "in process: issue, walk": SIGN,
    TEMPLATE: SIGN,
    "in process: issue, template, own check": SIGN,
    "in process: verify": VERIFY,
    "HTTP, 1 client: awards": COMMIT,
    "HTTP, 8 clients: awards": COMMIT,
    "HTTP, 32 clients: awards": COMMIT,
    "HTTP, 32 clients, PostgreSQL: awards": POSTGRESQL_COMMIT,
    "batch of 10,000: awards": TEMPLATE,
    "HTTP: verify by upload": VERIFY,
    "HTTP: verify by address": VERIFY,
    "HTTP: GET credential JSON": BARE_GET,
    "HTTP: GET status list": BARE_GET,
    PAGE: BARE_GET,
    KEPT_PAGE: BARE_GET,
    "last 1,000 of 300,000 awards": "first 1,000 of 300,000 awards",
}
