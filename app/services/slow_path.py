"""The slow path of canonicalisation in processes that can be killed (docs/decisions/0015).

What the compiled walk does not cover is read by PyLD, whose time and memory nobody can vouch for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, Final

from app.errors import DocumentError, TooComplexError, UnknownContextError, UnsafeDocumentError
from app.jsonld import Limits
from app.services.workers import Kind, Workers

__all__ = ["SlowPath"]


class SlowPath:
    """An `app.jsonld.limits.SlowPath`. Thread-safe; a call waits its turn for `seconds` and has as many to be read."""

    def __init__(self, *, workers: int = 1, seconds: float = 2.0) -> None:
        self._workers = Workers(_KIND, workers=workers, seconds=seconds)

    def __call__(self, document: Mapping[str, Any], limits: Limits, /, *, generic: bool = False) -> bytes:
        """The canonical N-Quads of `document`, which is JSON, under the bundled contexts or the generic ones.

        Raises what `canonicalize` raises, TooComplexError for a document that took too long or too much memory, and
        OverloadedError for one whose turn did not come in time, or for whose worker there was no room.
        """
        return self._workers.ask(_written(document, limits, generic=generic))

    def close(self) -> None:
        """Ends the workers that wait. One that is reading ends with this process, if not before."""
        self._workers.close()


def _written(document: Mapping[str, Any], limits: Limits, *, generic: bool) -> bytes:
    # Not orjson: it writes NaN as null, and what the worker has to refuse must reach it.
    described = {"limits": asdict(replace(limits, slow_path=None)), "generic": generic}
    try:
        return json.dumps({"document": dict(document), **described}).encode()
    except RecursionError as error:
        raise TooComplexError(f"The document is nested deeper than {limits.depth} levels.") from error
    except (TypeError, ValueError) as error:
        raise UnsafeDocumentError("The document holds something that is not a JSON value.") from error


def _refusal(code: str, message: str, pointer: str, url: str = "") -> DocumentError:
    if code == UnknownContextError.code:
        return UnknownContextError(url, pointer)
    kind = TooComplexError if code == TooComplexError.code else UnsafeDocumentError
    return kind(message, pointer)


_KIND: Final = Kind("app.services.slow_path_worker", "document", TooComplexError, _refusal)
