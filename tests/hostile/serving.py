"""A service in a process of its own that is sent folders of samples: `python -m tests.hostile.serving SAMPLES DATA`.

Each folder in SAMPLES is a family. DATA holds a migrated `laurel.sqlite3`. Prints one line of JSON about each family.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import httpx

from app.main import create_app
from app.settings import Settings
from tests.api.conftest import BASE_URL
from tests.factories import NOW
from tests.hostile.generate.honest import as_json, signed
from tests.hostile.judging import World

OCTETS = {"Content-Type": "application/octet-stream"}


def memory(name: str) -> int:
    """A line of /proc/self/status in bytes."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) * 1_024


def forget_peak() -> None:
    """From now on VmHWM is the most since now (proc(5), clear_refs)."""
    Path("/proc/self/clear_refs").write_text("5", "ascii")


def new_app(folder: Path):
    settings = Settings(
        environment="development",
        database_url=f"sqlite:///{folder / 'laurel.sqlite3'}",
        data_dir=folder,
        key_encryption_key="11" * 32,
        log_level="debug",
    )
    app = create_app(settings, clock=lambda: NOW)
    app.state.laurel = replace(app.state.laurel, fetcher=World())
    return app


async def main(families: dict[str, list[Path]], data: Path) -> None:
    app = new_app(data)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as client:
        await _send(client, as_json(signed()))
        found = {name: await _family(client, files) for name, files in families.items()}
    app.state.laurel.close()
    print(json.dumps(found))  # noqa: T201 - its answer


async def _family(client: httpx.AsyncClient, files: list[Path]) -> dict[str, object]:
    """The most memory that it took beyond what there was before, at which sample, and the status codes."""
    gc.collect()
    before = memory("VmRSS")
    statuses: Counter[int] = Counter()
    grown, culprit = 0, ""
    for file in files:
        forget_peak()
        statuses.update(await _send(client, file.read_bytes()))
        grown, culprit = max((grown, culprit), (memory("VmHWM") - before, file.name))
    return {"grown": grown, "culprit": culprit, "statuses": statuses}


async def _send(client: httpx.AsyncClient, raw: bytes) -> list[int]:
    api = await client.post("/v1/verify", content=raw, headers=OCTETS)
    page = await client.post("/verify", files={"file": ("badge", raw or b" ")})
    return [api.status_code, page.status_code]


if __name__ == "__main__":
    folders = sorted(Path(sys.argv[1]).iterdir())
    asyncio.run(main({folder.name: sorted(folder.iterdir()) for folder in folders}, Path(sys.argv[2])))
