"""The import table of the house as data; `test_rooms.py` enforces it.

A room that needs a new arrow changes this table in the same commit and says why in its message.
"""

from __future__ import annotations

# Rooms and single modules of app/ that a room may import, itself aside. A whole room, or one module of it.
ARROWS: dict[str, set[str]] = {
    "errors": set(),
    "strictjson": {"errors"},
    "settings": {"errors"},
    # A library in its own right. Whoever says something uses `said`, which imports nothing; whoever shows it, the rest.
    "language": set(),
    # core
    "jsonld": {"errors"},
    "openbadges": {"errors", "language.said", "strictjson"},
    "signing": {"errors", "jsonld", "strictjson"},
    "verification": {"errors", "jsonld", "language.said", "openbadges", "signing", "strictjson"},
    # strictjson: the exact bytes that are stored and published are made where the document is sealed.
    "issuance": {"errors", "jsonld", "openbadges", "signing", "strictjson", "verification"},
    # edges
    "keystore": {"errors", "signing"},
    # The address of a did:web; and the question and the answers of the judge, not the judge.
    "remote": {"errors", "language.said", "signing.did_web", "verification.evidence"},
    "models": set(),
    "storage": {"errors", "models"},
    "rendering": {"errors", "openbadges"},
    # use cases
    # remote.reasons: which of the door's answers would be the same from everywhere; the sentences, not the door.
    "services": {
        "errors", "strictjson", "jsonld", "openbadges", "signing", "verification", "issuance",
        "keystore", "language", "models", "storage", "rendering", "remote.reasons",
    },
    # faces
    # The states of a credential, which are one list for every face.
    "schemas": {"errors", "issuance.life", "language", "openbadges", "verification"},
    # The types in which services take and answer: drafts, definitions, reports.
    "routers": {"errors", "issuance", "openbadges", "schemas", "services", "strictjson", "verification"},
    "routers.deps": {
        "errors", "remote", "schemas", "services", "strictjson", "settings", "signing", "storage",
    },
    # Pages and API share an address by content negotiation, so they share its code, which is HTTP and no rules.
    "web": {"errors", "language", "openbadges", "routers", "schemas", "services", "strictjson", "verification"},
    # The terminal reads the bodies of the API and prints its reports; it alone makes a key-encryption key, and
    # verifies without a deployment. The states of a credential are one list for every face.
    "cli": {
        "errors", "issuance.life", "keystore", "main", "remote", "routers", "schemas", "services", "settings",
        "storage", "strictjson", "verification",
    },
}  # fmt: skip

# main.py builds every long-lived object, so it may import everything.
UNRESTRICTED = {"main"}

# Packages from outside (and modules of the standard library) by what they do.
NETWORK = {
    "httpx",
    "httpcore",
    "h11",
    "socket",
    "ssl",
    "urllib.request",
    "http.client",
    "requests",
    "aiohttp",
    "asyncio",
}
DATABASE = {"sqlalchemy", "sqlite3", "psycopg", "alembic"}
HTTP_SERVER = {"fastapi", "starlette", "uvicorn"}
CRYPTO = {"jwt", "cryptography", "joserfc"}
PROCESS = {"os", "subprocess", "multiprocessing", "logging", "structlog"}
CORE_NEVER = NETWORK | DATABASE | HTTP_SERVER | PROCESS | {"pydantic_settings", "typer", "time", "random", "secrets"}

# What each room never imports, whatever else it may.
NEVER: dict[str, set[str]] = {
    "errors": CORE_NEVER | CRYPTO | {"pydantic"},
    "strictjson": CORE_NEVER | CRYPTO | {"pydantic"},
    "settings": NETWORK | DATABASE | HTTP_SERVER | CRYPTO,
    "language": CORE_NEVER | CRYPTO | {"pydantic"},
    "jsonld": CORE_NEVER | CRYPTO | {"pydantic"},
    "openbadges": CORE_NEVER | CRYPTO,
    "signing": (CORE_NEVER | {"pydantic"}) - {"secrets"},
    "verification": CORE_NEVER | CRYPTO,
    "issuance": CORE_NEVER | CRYPTO,
    "keystore": NETWORK | DATABASE | HTTP_SERVER | {"logging", "structlog"},
    "remote": DATABASE | HTTP_SERVER | CRYPTO | {"pydantic", "logging", "structlog"},
    "models": NETWORK | HTTP_SERVER | CRYPTO | {"pydantic"},
    "storage": (NETWORK | HTTP_SERVER | CRYPTO) - {"asyncio"},
    "rendering": NETWORK | DATABASE | HTTP_SERVER | CRYPTO,
    "services": HTTP_SERVER | CRYPTO | {"httpx", "httpcore", "h11", "socket", "ssl", "typer"},
    "schemas": NETWORK | DATABASE | CRYPTO,
    "routers": DATABASE | CRYPTO | {"httpx"},
    "routers.deps": CRYPTO | {"httpx"},
    "web": DATABASE | CRYPTO | {"httpx"},
    "cli": CRYPTO,
}

# Whatever is imported from outside anywhere is one of these, so that a new dependency is a decision.
KNOWN_OUTSIDE: dict[str, set[str]] = {
    "jsonld": {"pyld", "orjson"},
    "language": {"babel"},
    "openbadges": {"pydantic", "pydantic_core", "lxml", "orjson", "pypdf"},
    "signing": {"cryptography", "jwt", "orjson"},
    "verification": {"pydantic", "orjson"},
    "issuance": {"pydantic", "orjson"},
    "remote": {"anyio", "httpcore", "idna"},
}

# Calls that make a function depend on when and where it runs: forbidden in the core rooms, by dotted name.
CORE_ROOMS = {"jsonld", "openbadges", "signing", "verification", "issuance"}
IMPURE_CALLS = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today",
    "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.date.today",
    "uuid4", "uuid1", "uuid.uuid4", "uuid.uuid1", "open", "input", "print",
}  # fmt: skip
