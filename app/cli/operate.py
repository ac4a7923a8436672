"""serve, migrate, openapi: for whoever runs the service."""

from __future__ import annotations

import ctypes
import gc
import json
import signal
import socket
import tempfile
from pathlib import Path
from typing import Annotated, Final

import typer
import uvicorn
from fastapi import FastAPI

from app.errors import ConfigurationError, StorageUnavailableError
from app.keystore import KeyEncryptionKey
from app.main import build, create_app
from app.routers.observability import configure_logging
from app.settings import Environment, Settings, load_settings
from app.storage import Database, migrations_pending
from app.storage import migrate as run_migrations


def register(app: typer.Typer) -> None:
    app.command()(serve)
    app.command()(migrate)
    app.command()(openapi)


def serve() -> None:
    """Serve HTTP until told to stop (SIGTERM or Ctrl-C); running requests are answered first."""
    settings = load_settings()
    configure_logging(settings.log_format, settings.log_level)
    listener = listen(settings.host, settings.port)
    app = create_app(settings)
    if not settings.migrate_on_start:
        _refuse_old_schema(app.state.laurel.database)
    server = server_for(app, settings)
    run(server, listener)


def _refuse_old_schema(database: Database) -> None:
    """Raises ConfigurationError. A database that is away now is no reason not to start: it may come back."""
    try:
        pending = migrations_pending(database)
    except StorageUnavailableError:
        return
    if pending:
        raise ConfigurationError("The database schema is not the newest: run `laurel migrate`.")


def migrate() -> None:
    """Bring the database to the newest schema."""
    laurel = build(load_settings())
    try:
        run_migrations(laurel.database)
    finally:
        laurel.close()
    print("The database has the newest schema.")


def openapi(
    file: Annotated[Path | None, typer.Option("--output", "-o", help="Write it there instead of printing it.")] = None,
) -> None:
    """Print the OpenAPI document, sorted: what openapi/openapi.json holds."""
    text = openapi_text()
    if file is None:
        print(text, end="")
    else:
        file.write_text(text)


def openapi_text() -> str:
    """The document of an application with default settings. Needs no database."""
    # The database is opened at first use, and describing the routes does not use it.
    file = Path(tempfile.gettempdir()) / "laurel-openapi.sqlite3"
    app = create_app(
        Settings(
            environment=Environment.DEVELOPMENT,
            database_url=f"sqlite:///{file}",
            key_encryption_key=KeyEncryptionKey.generate().text(),
        )
    )
    return json.dumps(app.openapi(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def listen(host: str, port: int) -> socket.socket:
    """A bound socket, so that the port is known (0 takes a free one) and taken before anything else happens."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise ConfigurationError(f"Cannot listen on {host} port {port}: {error.strerror}.") from None
    return listener


def server_for(app: FastAPI, settings: Settings) -> uvicorn.Server:
    config = uvicorn.Config(
        app,
        access_log=False,  # the edge logs requests, without addresses of people
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=settings.stop_seconds,
        timeout_keep_alive=15,
        h11_max_incomplete_event_size=64 * 1024,
        lifespan="on",
    )
    return uvicorn.Server(config)


def run(server: uvicorn.Server, listener: socket.socket) -> None:
    """Serves until told to stop, and returns when running requests are answered."""
    # When all is done uvicorn raises the signal again for whoever handled it before. Nobody would end the process by
    # SIGTERM, as if it had been cut short; this way the command ends with exit status 0.
    signal.signal(signal.SIGTERM, server.handle_exit)
    # What the imports made lives as long as the process: the collector need not walk it again and again.
    # Walking it takes a tenth of the time.
    gc.collect()
    gc.freeze()
    give_memory_back()
    server.run(sockets=[listener])


# mallopt(3), <malloc.h>
_GLIBC: Final = {"M_ARENA_MAX": (-8, 2), "M_MMAP_THRESHOLD": (-3, 128 * 1024), "M_TRIM_THRESHOLD": (-1, 128 * 1024)}


def give_memory_back() -> None:
    """Has glibc return what a batch no longer needs to the system; does nothing with another C library.

    By itself it keeps a heap for each thread and raises both thresholds whenever a large block is freed, so that the
    blocks of a batch become gaps in these heaps: some 50 MB of a process that has done much.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return
    for parameter, value in _GLIBC.values():
        mallopt(parameter, value)
