from __future__ import annotations

import pytest
import structlog


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture(autouse=True)
def _quiet():
    """Drawing a traceback for the terminal takes longer than all the rest."""
    with structlog.testing.capture_logs():
        yield
