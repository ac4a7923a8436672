"""The files under `/static/`: read once, named with a digest so that browsers may keep them for ever.

/static/laurel.css?v=...            a file of the folder
/static/accent-1d5c8f.css?v=...     made from its name: an issuer's colour
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType

from app.errors import NotFoundError
from app.web.accents import accent_css, accent_name, accent_of

_FOLDER = Path(__file__).parent / "static"
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
_DIGEST_CHARACTERS = 16


@dataclass(frozen=True, slots=True)
class StaticFile:
    """`digest` is the beginning of the SHA-256: it stands in the address and may serve as the ETag."""

    name: str
    content: bytes
    media_type: str
    digest: str


def static_file(name: str) -> StaticFile:
    """The static file of that name; no path is ever built from it. Raises NotFoundError for others."""
    colour = accent_of(name)
    found = _files().get(name) if colour is None else _accent(colour)
    if found is None:
        raise NotFoundError("There is no such file.")
    return found


def static_url(name: str) -> str:
    """The address of a static file, which changes whenever the file does."""
    return f"/static/{name}?v={static_file(name).digest}"


def accent_url(colour: str) -> str:
    """The address of the sheet that gives a page an issuer's `colour`, as `#rrggbb`."""
    return static_url(accent_name(colour))


@lru_cache(maxsize=256)
def _accent(colour: str) -> StaticFile:
    return _named(accent_name(colour), accent_css(colour).encode())


@cache
def _files() -> Mapping[str, StaticFile]:
    files = (path for path in sorted(_FOLDER.iterdir()) if path.suffix in _MEDIA_TYPES)
    return MappingProxyType({path.name: _read(path) for path in files})


def _read(path: Path) -> StaticFile:
    return _named(path.name, path.read_bytes())


def _named(name: str, content: bytes) -> StaticFile:
    digest = hashlib.sha256(content).hexdigest()[:_DIGEST_CHARACTERS]
    return StaticFile(name, content, _MEDIA_TYPES[Path(name).suffix], digest)
