"""The front door: `create_app(settings)` builds everything that lives long, and nothing else does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import anyio
import structlog
from fastapi import FastAPI

from app import web
from app.errors import ConfigurationError, InputError
from app.jsonld import Limits as WorkLimits
from app.keystore import EnvelopeKeystore, KeyEncryptionKey
from app.remote import Fetcher, FetchLimits, Rules
from app.routers import (
    awarding,
    batches,
    credentials,
    identifiers,
    management,
    openapi,
    operations,
    problems,
    publishing,
    vc_api,
    verifying,
)
from app.routers.deps import Laurel, utc_now
from app.routers.direct import Direct
from app.routers.edge import Edge
from app.routers.hot import Front, HotReads
from app.routers.kept import Kept
from app.routers.observability import Metrics
from app.services.instance import Instance
from app.services.pdf_path import PDFPath
from app.services.site import Site
from app.services.slow_path import SlowPath
from app.services.writer import IssuingWriter
from app.settings import Settings, load_key_encryption_key
from app.storage import Database, migrate
from app.verification import NOBODY, Policy, ReadLimits, read_registry

VERSION = "0.1.0"
_ROUTERS = (
    *(
        module.router
        for module in (
            awarding,
            batches,
            credentials,
            management,
            verifying,
            vc_api,
            identifiers,
            publishing,
            operations,
        )
    ),
    web.router,
)
_log = structlog.get_logger("laurel")
_DESCRIPTION = """Laurel issues Open Badges 3.0 for completed micro-credentials, publishes them, and verifies badges.

Bodies are camelCase JSON; unknown members are refused. Every error is a problem document (RFC 9457) whose `type` is a
page that explains it. Keys go into `Authorization: Bearer lrl_…`; **Public** and **Verify** need none."""


def create_app(settings: Settings, *, clock: Callable[[], datetime] = utc_now) -> FastAPI:
    """The application. Opens the database on first use; raises ConfigurationError when the keys cannot be had."""
    laurel = build(settings, clock=clock)
    app = Front(
        title="Laurel",
        version=VERSION,
        description=_DESCRIPTION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        lifespan=_lifespan,
        openapi_tags=list(openapi.TAGS),
        docs_url=None,  # both pages load scripts from other hosts; ours is web/reference.py
        redoc_url=None,
        openapi_url="/openapi.json",
        generate_unique_id_function=lambda route: route.name,
        # It would ask the environment at each request, and send what people wrote wherever that says.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    app.state.laurel = laurel
    app.state.base_url = settings.base_url
    for router in _ROUTERS:
        app.include_router(router)
    problems.install(app)
    app.openapi = openapi.described(app)  # type: ignore[method-assign]
    https = settings.base_url.startswith("https://")
    app.add_middleware(Edge, metrics=laurel.metrics, https=https)
    app.state.kept = Kept(settings.hot_bytes)
    app.hot = HotReads(
        Direct(app, app.framework, _ROUTERS, metrics=laurel.metrics, https=https),
        kept=app.state.kept,
        stamp=laurel.database.stamp,
        metrics=laurel.metrics,
        https=https,
        log_hits=settings.log_level == "debug",
    )
    return app


def build(settings: Settings, *, clock: Callable[[], datetime] = utc_now) -> Laurel:
    """The long-lived objects; the terminal uses them without HTTP."""
    database = Database.open(settings.sqlalchemy_url, answer_seconds=settings.database_seconds)
    instance = Instance(
        site=Site(settings.base_url),
        keystore=EnvelopeKeystore(KeyEncryptionKey.from_text(load_key_encryption_key(settings))),
        development=settings.development,
        policy=_policy(settings),
        read_limits=_read_limits(settings),
    )
    return Laurel(
        settings=settings,
        database=database,
        instance=instance,
        writer=IssuingWriter(database, instance, queue_rows=settings.limits.awards_waiting),
        clock=clock,
        verifications=anyio.CapacityLimiter(settings.limits.verifications_at_once),
        places=anyio.CapacityLimiter(settings.limits.verifications_waiting),
        fetcher=_fetcher(settings),
        metrics=Metrics(),
    )


def _policy(settings: Settings) -> Policy:
    """Whom this deployment recognises. Raises ConfigurationError for a registry that cannot be read."""
    recognised = dict.fromkeys(settings.trusted_issuers, "the list of this service")
    for file in settings.trusted_registries:
        try:
            recognised |= read_registry(file.read_bytes(), name=file.name)
        except (OSError, InputError) as error:
            raise ConfigurationError(f"The registry of issuers {file} cannot be read: {error}") from None
    return Policy(recognised) if recognised else NOBODY


def _read_limits(settings: Settings) -> ReadLimits:
    limits = settings.limits
    return ReadLimits(
        document=limits.body_bytes,
        token=limits.jwt_bytes,
        image=limits.image_bytes,
        depth=limits.json_depth,
        work=WorkLimits(
            depth=limits.json_depth,
            quads=limits.quads,
            blank_nodes=limits.blank_nodes,
            work=limits.canonicalization_work,
            slow_path=SlowPath(workers=settings.slow_path_workers, seconds=settings.slow_path_seconds),
        ),
        unbake_pdf=PDFPath(workers=settings.pdf_workers, seconds=settings.pdf_seconds),
    )


def _fetcher(settings: Settings) -> Fetcher:
    places = ((host, place.rpartition(":")) for host, place in settings.test_host_map.items())
    rules = Rules(
        enabled=settings.fetch,
        own_origin=settings.base_url if settings.development else "",
        stand_ins={host: (address, int(port)) for host, (address, _, port) in places},
        ca_file=settings.test_ca_file,
    )
    limits = settings.limits
    return Fetcher(
        rules,
        FetchLimits(
            seconds=limits.fetch_seconds,
            body=limits.fetch_bytes,
            at_once=limits.fetches_at_once,
            cache=limits.fetch_cache_bytes,
        ),
    )


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    laurel: Laurel = app.state.laurel
    if laurel.settings.development:
        _log.warning(
            "development mode: http, a key-encryption key in a file, no protection. Never use it for real badges."
        )
    if laurel.settings.migrate_on_start:
        await anyio.to_thread.run_sync(migrate, laurel.database)
    yield
    await laurel.fetcher.aclose()
    await anyio.to_thread.run_sync(laurel.writer.close)  # whoever waits is answered first
    limits = laurel.instance.read_limits
    for path in (limits.work.slow_path, limits.unbake_pdf):
        if isinstance(path, SlowPath | PDFPath):
            path.close()
    laurel.database.close()
