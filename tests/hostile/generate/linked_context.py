"""`ld-context-*`: the same words with another meaning, or a meaning to be fetched (threats T-08, T-09)."""

from __future__ import annotations

from tests.factories import EXTENSIONS_CONTEXT, OB_CONTEXT, VC_CONTEXT
from tests.hostile.generate.honest import as_json, badge, changed, signed
from tests.hostile.generate.sample import ANYTHING_BUT_VALID, INVALID, rows

PINNED = [VC_CONTEXT, OB_CONTEXT, EXTENSIONS_CONTEXT]
SWAP = {"name": "https://schema.org/description", "description": "https://schema.org/name"}
LOOKALIKES = {
    "slash": [VC_CONTEXT + "/", OB_CONTEXT],
    "http": [VC_CONTEXT.replace("https", "http"), OB_CONTEXT],
    "capital": [VC_CONTEXT.replace("www.w3", "WWW.W3"), OB_CONTEXT],
    "fragment": [VC_CONTEXT + "#", OB_CONTEXT],
    "query": [VC_CONTEXT + "?", OB_CONTEXT],
    "port": [VC_CONTEXT.replace(".org/", ".org:443/"), OB_CONTEXT],
    "dots": [VC_CONTEXT.replace("/ns/", "/x/../ns/"), OB_CONTEXT],
    "percent": [VC_CONTEXT.replace("/v2", "/%762"), OB_CONTEXT],
    "homoglyph": [VC_CONTEXT.replace("w3.org", "w3.оrg"), OB_CONTEXT],
    "subdomain": [VC_CONTEXT.replace("w3.org", "w3.org.attacker.example"), OB_CONTEXT],
    "userinfo": [VC_CONTEXT.replace("www.w3.org", "www.w3.org@attacker.example"), OB_CONTEXT],
    "space": [VC_CONTEXT + " ", OB_CONTEXT],
    "ob-version": [VC_CONTEXT, OB_CONTEXT.replace("3.0.3", "3.0.9")],
    "ob-attacker": [VC_CONTEXT, "https://attacker.example/spec/ob/v3p0/context-3.0.3.json"],
    "undefined-terms": [*PINNED, "https://www.w3.org/ns/credentials/undefined-terms/v2"],
    "examples": [*PINNED, "https://www.w3.org/ns/credentials/examples/v2"],
}
REMOTE = {
    "remote": "https://attacker.example/context.jsonld",
    "remote-metadata": "http://169.254.169.254/latest/meta-data/",
    "remote-loopback": "http://127.0.0.1:6379/",
    "file": "file:///etc/passwd",
    "ftp": "ftp://attacker.example/context",
    "data": "data:application/ld+json,{}",
    "relative": "context.jsonld",
    "empty-text": "",
}
INLINE = {
    "vocab": {"@vocab": "https://attacker.example/"},
    "base": {"@base": "https://attacker.example/"},
    "language": {"@language": "en"},
    "import": {"@version": 1.1, "@import": "https://attacker.example/context.jsonld"},
    "import-pinned": {"@version": 1.1, "@import": VC_CONTEXT},
    "propagate": {"@version": 1.1, "@propagate": False},
    "protected": {"@protected": True, "grade": "urn:grade"},
    "defines-the-undefined": {"grade": "urn:grade"},
    "empty-object": {},
    "term-null": {"validUntil": None},
    "type-scoped": {"OpenBadgeCredential": {"@id": "urn:t", "@context": SWAP}},
    "version-wrong": {"@version": 1.0},
}
ODD = {
    "number": 1,
    "text": VC_CONTEXT,
    "list-of-null": [None],
    "list-of-lists": [PINNED],
    "object": {"@context": PINNED},
    "reversed": [OB_CONTEXT, VC_CONTEXT],
    "without-ob": [VC_CONTEXT],
    "null-last": [*PINNED, None],
    "number-last": [*PINNED, 1],
    "version-1": ["https://www.w3.org/2018/credentials/v1", OB_CONTEXT],
}


def _deep_scopes(depth: int):
    """A context whose terms bring contexts along, `depth` levels of them."""
    context = {}
    for level in range(depth):
        context = {f"t{level}": {"@id": f"urn:t{level}", "@context": context}}
    return context


def samples():
    yield from rows(
        INVALID,
        {
            f"ld-context-lookalike-{label}": (
                "a context only looks like a known one",
                lambda urls=urls: changed("/@context", urls),
            )
            for label, urls in LOOKALIKES.items()
        },
    )
    yield from rows(
        INVALID,
        {
            f"ld-context-{label}": (
                "a context would have to be fetched",
                lambda url=url: changed("/@context", [*PINNED, url]),
            )
            for label, url in REMOTE.items()
        },
    )
    yield from rows(
        INVALID,
        {
            f"ld-context-inline-{label}": (
                "a context is written into the document",
                lambda inline=inline: changed("/@context", [*PINNED, inline]),
            )
            for label, inline in INLINE.items()
        },
    )
    yield from rows(
        ANYTHING_BUT_VALID,
        {
            f"ld-context-{label}": (
                "what says what the words mean is no list of contexts",
                lambda odd=odd: changed("/@context", odd),
            )
            for label, odd in ODD.items()
        },
    )
    yield from rows(
        ANYTHING_BUT_VALID,
        {
            "ld-context-swap": (
                "two words were exchanged by a context written into the document",
                lambda: changed("/@context", [*PINNED, SWAP]),
            ),
            "ld-context-append": (
                "a context was appended after signing",
                lambda: changed("/@context", [*PINNED, "https://attacker.example/x"]),
            ),
            "ld-context-missing": (
                "there is no context",
                lambda: as_json({k: v for k, v in signed().items() if k != "@context"}),
            ),
            "ld-context-5000": (
                "there are 5,000 contexts",
                lambda: changed("/@context", PINNED + [f"https://c{n}.example/" for n in range(5_000)]),
            ),
            "ld-context-5000-pinned": (
                "known contexts stand there 5,000 times",
                lambda: changed("/@context", PINNED * 1_667),
            ),
            "ld-context-nine": ("there is one context too many", lambda: changed("/@context", PINNED * 3)),
            "ld-context-5000-terms": (
                "a context defines 5,000 words",
                lambda: changed("/@context", [*PINNED, {f"t{n}": f"urn:{n}" for n in range(5_000)}]),
            ),
            "ld-context-scoped-deep": (
                "contexts stand in contexts, 12 deep",
                lambda: changed("/@context", [*PINNED, _deep_scopes(12)]),
            ),
            "ld-context-inner": (
                "a part of the document has a context of its own",
                lambda: changed("/credentialSubject/@context", SWAP),
            ),
            "ld-context-inner-remote": (
                "a part of it has a context that would have to be fetched",
                lambda: changed("/issuer/@context", "https://attacker.example/c"),
            ),
            "ld-context-inner-null": (
                "a part of it forgets all words",
                lambda: changed("/credentialSubject/@context", None),
            ),
            "ld-context-inner-escaped": ("the name of an inner context is written with an escape", _escaped),
            "ld-context-in-proof": (
                "the proof has a context of its own",
                lambda: changed("/proof/0/@context", [*PINNED, SWAP]),
            ),
            "ld-context-in-many-parts": (
                "each of 500 parts has a context of its own",
                lambda: changed(
                    "/evidence", [{**badge()["evidence"][0], "@context": f"https://c{n}.example/"} for n in range(500)]
                ),
            ),
        },
    )


def _escaped() -> bytes:
    raw = changed("/credentialSubject/@context", SWAP)
    before, _, after = raw.rpartition(b'"@context"')
    return before + b'"\\u0040context"' + after
