"""The application as the house tests look at it: development settings, nothing opened, nothing served."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi import FastAPI


def application(data_dir: Path) -> FastAPI:
    from app.main import create_app
    from app.settings import Environment, Settings

    return create_app(Settings(environment=Environment.DEVELOPMENT, data_dir=data_dir))
