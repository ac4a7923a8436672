"""Nothing in the tree is, or looks like, a private key or a token that opens something."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SKIPPED_FOLDERS = {".git", ".uv", ".venv", "__pycache__", "build", "dist", "node_modules", "secrets", "var"}
SKIPPED_FOLDERS |= {".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache"}
SKIPPED_SUFFIXES = {".png", ".ttf", ".otf", ".woff", ".woff2", ".pdf", ".gz", ".lock", ".pyc"}
MOST_BYTES = 2_000_000

PATTERNS = {
    "a PEM private key": re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s*[A-Za-z0-9+/]{16}"),
    "a private JWK": re.compile(r'"d"\s*:\s*"[A-Za-z0-9_-]{32,}"'),
    "an Ed25519 secret key as multibase": re.compile(r"\bz3u2[1-9A-HJ-NP-Za-km-z]{40,}"),
    "an API key of Laurel": re.compile(r"\blrl_(?:live|test)_[A-Za-z0-9]{12,}"),
    "a key-encryption key": re.compile(r"LAUREL_KEY_ENCRYPTION_KEY=[A-Za-z0-9+/_-]{40,}"),
    "a cloud access key": re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    "a token of a code host": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,}|glpat-[\w-]{20,})"),
    "a password in a URL": re.compile(
        r"\b[a-z][a-z0-9+]+://[^/\s:@'\"<>{}$]+:[^/\s@'\"<>{}$]{6,}@[a-z0-9.-]+\.[a-z]{2,}"
    ),
}

# Published keys in test data: path to reason. Everybody knows them; they must never sign anything real.
PUBLISHED: dict[str, str] = {
    # "tests/unit/signing/vectors/x.json": "the example key of VC-DI-EDDSA, Appendix B",
}


def text_files() -> list[Path]:
    found = (path for path in ROOT.rglob("*") if not SKIPPED_FOLDERS & set(path.relative_to(ROOT).parts))
    return sorted(
        path
        for path in found
        if path.is_file() and path.suffix not in SKIPPED_SUFFIXES and path.stat().st_size <= MOST_BYTES
    )


def secrets_in(text: str) -> list[str]:
    return [what for what, pattern in PATTERNS.items() if pattern.search(text)]


def findings() -> dict[str, list[str]]:
    read = ((str(path.relative_to(ROOT)), path.read_text("utf-8", errors="replace")) for path in text_files())
    return {name: found for name, text in read if (found := secrets_in(text))}


def test_no_secret_is_in_the_tree():
    assert {name: found for name, found in findings().items() if name not in PUBLISHED} == {}


def test_every_exception_is_still_needed_and_has_a_reason():
    assert set(PUBLISHED) <= set(findings())
    assert all(PUBLISHED.values())


# Put together here, so that this file does not hold what it looks for.
@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("-----BEGIN PRIVATE" + " KEY-----\nMC4CAQAwBQYDK2VwBCIEIA", "a PEM private key"),
        ("-----BEGIN RSA PRIVATE" + " KEY-----\nMIIEpAIBAAKCAQEA", "a PEM private key"),
        ('{"kty": "OKP", "d": "' + "a" * 43 + '"}', "a private JWK"),
        ("z3u2" + "a" * 44, "an Ed25519 secret key as multibase"),
        ("Bearer lrl_" + "live_" + "a1" * 12, "an API key of Laurel"),
        ("LAUREL_KEY_ENCRYPTION_KEY" + "=" + "A" * 43 + "=", "a key-encryption key"),
        ("postgresql://laurel" + ":hunter22@db.example.org/laurel", "a password in a URL"),
    ],
)
def test_each_pattern_finds_its_kind(text: str, what: str):
    assert secrets_in(text) == [what]


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer lrl_live_…",
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA",
        "postgresql+psycopg://laurel@db:5432/laurel",
    ],
)
def test_what_is_public_passes(text: str):
    assert secrets_in(text) == []
