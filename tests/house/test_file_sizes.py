"""A file past 400 lines is usually two. The exceptions say why they are one."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
MOST_LINES = 400
INSTALLED = {"node_modules", ".venv"}
LONGER: dict[str, str] = {}


def python_files() -> list[Path]:
    return [
        path for folder in ("app", "bench", "migrations", "tests") for path in sorted((ROOT / folder).rglob("*.py"))
    ]


def long_files() -> dict[str, int]:
    counted = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in python_files()}
    return {
        name: lines for name, lines in counted.items() if lines > MOST_LINES and not INSTALLED & set(Path(name).parts)
    }


def test_files_stay_short():
    assert {name: lines for name, lines in long_files().items() if name not in LONGER} == {}


def test_the_exceptions_are_still_long_and_have_a_reason():
    assert set(LONGER) <= set(long_files())
    assert all(LONGER.values())
