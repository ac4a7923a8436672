"""The folder of documents that once told two readers apart, replayed on every run."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "found"


def save(prefix: str, document: Any, **answer: str) -> Path:
    """Writes the document for later runs; the name is the same for the same document."""
    text = json.dumps({"document": document, **answer}, indent=2)
    path = FOLDER / f"{prefix}-{sha256(text.encode()).hexdigest()[:12]}.json"
    path.write_text(f"{text}\n", "utf-8")
    return path


def replays() -> dict[str, dict[str, Any]]:
    """What was found, by name."""
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))}
