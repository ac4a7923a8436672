"""What would become of an uploaded picture."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from app.schemas.base import Answer

PictureFor = Literal["achievement", "logo"]


class PicturePreview(Answer):
    media_type: str = Field(description="Of what would be kept: `image/png` or `image/svg+xml`.")
    width: int = Field(description="In pixels.")
    height: int = Field(description="In pixels.")
    bytes: int = Field(description="How large the kept file would be.")
    warnings: list[str] = Field(description="What you may want to mend; none of it is an obstacle.")
    png: str = Field(description="The picture as it would be shown, a `data:` address of a PNG, at most 600 pixels.")
