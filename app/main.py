"""The front door: `create_app(settings)` builds everything that lives long, and nothing else does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import anyio
import structlog
from fastapi import FastAPI

from app import web
from app.errors import ConfigurationError, InputError, StorageUnavailableError
from app.jsonld import Limits as WorkLimits
from app.keystore import (
    ENVELOPE_FORM,
    PKCS11_FORM,
    Device,
    EnvelopeKeystore,
    KeyEncryptionKey,
    Keystore,
    Keystores,
    PKCS11Keystore,
)
from app.language import find_accepted
from app.remote import Fetcher, FetchLimits, Rules
from app.routers import (
    api_keys,
    auditing,
    awarding,
    batches,
    credentials,
    endorsements,
    identifiers,
    keys,
    management,
    openapi,
    operations,
    people,
    pictures,
    problems,
    publishing,
    stopping,
    succession,
    twins,
    vc_api,
    verifying,
)
from app.routers.clients import Clients
from app.routers.deps import Laurel, utc_now
from app.routers.direct import Direct
from app.routers.edge import Edge
from app.routers.hot import Front, HotReads
from app.routers.kept import Kept
from app.routers.observability import Metrics
from app.services.instance import Instance
from app.services.key_usage import KeyUsage
from app.services.pdf_path import PDFPath
from app.services.site import Site
from app.services.slow_path import SlowPath
from app.services.writer import IssuingWriter
from app.settings import Settings, load_former_key_encryption_keys, load_key_encryption_key, load_pin
from app.storage import Database, migrate
from app.verification import NOBODY, Policy, ReadLimits, read_registry

VERSION = "0.1.0"
_PAGES_AT_ONCE = 2
_ROUTERS = (
    *(
        module.router
        for module in (
            awarding,
            batches,
            credentials,
            succession,
            people,
            management,
            pictures,
            endorsements,
            auditing,
            keys,
            api_keys,
            stopping,
            verifying,
            vc_api,
            identifiers,
            publishing,
            twins,
            operations,
        )
    ),
    *web.ROUTERS,
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
    app.add_middleware(Edge, metrics=laurel.metrics, clients=laurel.clients, https=https)
    app.state.kept = Kept(settings.hot_bytes)
    app.hot = HotReads(
        Direct(app, app.framework, _ROUTERS, metrics=laurel.metrics, clients=laurel.clients, https=https),
        kept=app.state.kept,
        stamp=laurel.database.stamp,
        metrics=laurel.metrics,
        https=https,
        log_hits=settings.log_level == "debug",
        tongue=_tongue,
    )
    return app


def _tongue(accepted: str) -> str:
    language = find_accepted(accepted)
    return language.tag if language else ""


def build(settings: Settings, *, clock: Callable[[], datetime] = utc_now) -> Laurel:
    """The long-lived objects; the terminal uses them without HTTP."""
    database = Database.open(
        settings.sqlalchemy_url, journal=settings.journal_path, answer_seconds=settings.database_seconds
    )
    instance = Instance(
        site=Site(settings.base_url),
        keystore=_keystore(settings),
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
        pages=_turns_of_pages(database),
        fetcher=_fetcher(settings),
        metrics=Metrics(),
        key_usage=KeyUsage(database),
        clients=Clients(**settings.rates.model_dump(), proxies=settings.trusted_proxies),
    )


def _turns_of_pages(database: Database) -> anyio.CapacityLimiter | None:
    """How many badges' pages are made at once. It is work of the interpreter, which does one thing at a time: sixteen
    threads that take turns need a third more of the processor for each. A network is waited for side by side.
    """
    return anyio.CapacityLimiter(_PAGES_AT_ONCE) if database.dialect == "sqlite" else None


def _keystore(settings: Settings) -> Keystore:
    """Where private keys are. Raises ConfigurationError.

    A device that is named is asked for keys that were made there, also when new ones are made in envelopes again.
    """
    former = [KeyEncryptionKey.from_text(text) for text in load_former_key_encryption_keys(settings)]
    envelopes = EnvelopeKeystore(KeyEncryptionKey.from_text(load_key_encryption_key(settings)), former=former)
    if settings.device_module is None or settings.device_pin_file is None:
        return envelopes
    device = PKCS11Keystore(
        Device(settings.device_module, settings.device_token, load_pin(settings), settings.device_seconds)
    )
    new = device if settings.keystore == "pkcs11" else envelopes
    return Keystores(new, {ENVELOPE_FORM: envelopes, PKCS11_FORM: device})


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
    pdf = PDFPath(workers=settings.pdf_workers, seconds=settings.pdf_seconds)
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
        unbake_pdf=pdf,
        printed_by_pdf=pdf.printed,
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


def _warn_of_a_role_that_sees_all(database: Database) -> None:
    try:
        passes = database.passes_row_security()
    except StorageUnavailableError:
        return  # it may come back, and /readyz says so until then
    if passes:
        _log.warning(
            "the database role is a superuser or has BYPASSRLS: row-level security does not keep tenants apart. "
            "Connect as a role without either (docs/access.md)."
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
    await anyio.to_thread.run_sync(_warn_of_a_role_that_sees_all, laurel.database)
    yield
    await laurel.fetcher.aclose()
    await anyio.to_thread.run_sync(laurel.close)
