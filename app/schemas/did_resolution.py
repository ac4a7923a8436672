"""What the DID resolver answers (W3C DID Resolution v1.0): its shapes and names, not ours."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from app.schemas.base import Answer


class DidResolutionOut(Answer):
    """The result of resolving a DID. Of a failure, the metadata tell which, and the document is null."""

    context: str = Field(alias="@context")
    did_document: dict[str, Any] | None
    did_resolution_metadata: dict[str, Any] = Field(
        description="`contentType` of the document, or `error`: a problem with `type`, `title` and `detail`."
    )
    did_document_metadata: dict[str, Any]
