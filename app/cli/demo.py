"""`laurel demo`: from an empty folder to a served, verified badge, through the same HTTP API that everybody uses."""

from __future__ import annotations

import ipaddress
import json
import os
import sys
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from app import strictjson
from app.cli import samples
from app.cli.operate import listen, run, server_for
from app.errors import AppError, ConfigurationError
from app.main import create_app
from app.routers.deps import Laurel
from app.routers.observability import configure_logging
from app.services import api_keys
from app.services.actors import ADMIN, TERMINAL
from app.services.vc_instances import InstanceName
from app.settings import Environment, Settings, load_settings
from app.storage import migrate

_KEY_NAME = "demo"
_START_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Shown:
    """What the demonstration ends with; `laurel demo --json` prints it in camelCase."""

    base_url: str
    api_key: str
    issuer: str
    achievement: str
    credential_url: str
    verdict: str
    samples: Mapping[str, str]

    def line(self) -> str:
        members = asdict(self)
        names = ("base_url", "api_key", "issuer", "achievement", "credential_url", "verdict")
        return json.dumps({_camel(name): members[name] for name in names})

    @property
    def as_expected(self) -> bool:
        return self.verdict == "valid" and dict(self.samples) == samples.EXPECTED_VERDICTS


def register(app: typer.Typer) -> None:
    app.command()(demo)


def demo(
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON when ready.")] = False,
    once: Annotated[bool, typer.Option(help="Stop when done; exit status 0 only if everything verified.")] = False,
) -> None:
    """Make a development key, a database and one issuer with badges; verify them; keep serving."""
    settings = _settings()
    configure_logging("console", "error")
    listener = listen(settings.host, settings.port)
    settings = _with_port(settings, listener.getsockname()[1])
    app = create_app(settings)
    migrate(app.state.laurel.database)
    server = server_for(app, settings)
    outcome: list[Shown | Exception] = []

    def seed() -> None:
        try:
            outcome.append(_seed(app.state.laurel))
            _tell(outcome[0], settings, as_json=as_json, once=once)
        except Exception as error:  # noqa: BLE001 - handed to the main thread, which ends with it
            outcome.append(error)
        if once or isinstance(outcome[0], Exception):
            server.should_exit = True

    seeding = threading.Thread(target=seed, daemon=True)
    # The socket listens already: requests wait in its queue until the server answers.
    listener.listen(128)
    seeding.start()
    run(server, listener)
    seeding.join(timeout=_START_SECONDS)
    _end(outcome, once=once)


def _end(outcome: list[Shown | Exception], *, once: bool) -> None:
    if not outcome:
        raise typer.Exit(1)
    if isinstance(outcome[0], Exception):
        raise outcome[0]
    if once and not outcome[0].as_expected:
        print(f"laurel: not everything verified as it should: {dict(outcome[0].samples)}", file=sys.stderr)
        raise typer.Exit(1)


def _settings() -> Settings:
    overrides: dict[str, object] = {"environment": Environment.DEVELOPMENT}
    return load_settings(**overrides)


def _with_port(settings: Settings, port: int) -> Settings:
    """The public address follows the port, unless one was given."""
    if os.environ.get("LAUREL_PUBLIC_URL"):
        return settings.model_copy(update={"port": port})
    return settings.model_copy(update={"public_url": f"http://localhost:{port}", "port": port})


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


# What the demonstration does, over HTTP -------------------------------------------------------------------------------


def _seed(laurel: Laurel) -> Shown:
    base_url = laurel.settings.base_url
    key = _admin_key(laurel)
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(
        base_url=_own_address(laurel.settings), headers=headers, timeout=_START_SECONDS, trust_env=False
    ) as client:
        _create(client, "/v1/issuers", samples.ISSUER)
        for slug, definition in samples.ACHIEVEMENTS.items():
            body = {"slug": slug, "issuer": samples.ISSUER["slug"], **definition}
            _create(client, "/v1/achievements", body)
        _open_test_issuer(client)
        badges = [_award(client, completion) for completion in samples.COMPLETIONS]
        first = badges[0]
        verdict = _verdict(client, json_body={"url": first["id"]})
        return Shown(
            base_url=base_url,
            api_key=key,
            issuer=str(samples.ISSUER["slug"]),
            achievement=first["achievement"],
            credential_url=first["id"],
            verdict=verdict,
            samples=_sample_verdicts(client, first["credential"], laurel.settings.data_dir),
        )


def _own_address(settings: Settings) -> str:
    """Where this process listens, whatever the public address is."""
    host = "127.0.0.1" if ipaddress.ip_address(settings.host).is_unspecified else settings.host
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def _admin_key(laurel: Laurel) -> str:
    """A new admin key; that of an earlier demonstration ends."""
    now = laurel.clock()
    with laurel.database.transaction() as session:
        for known in api_keys.every_api_key(session):
            if known.row.name == _KEY_NAME and known.row.revoked_at is None:
                api_keys.revoke_api_key(session, known.row.prefix, actor=TERMINAL, now=now)
        new = api_keys.create_api_key(
            session,
            instance=laurel.instance,
            actor=TERMINAL,
            name=_KEY_NAME,
            issuer_slug=None,
            scopes=[ADMIN],
            test=False,
            expires_at=None,
            now=now,
        )
    return new.token


def _create(client: httpx.Client, path: str, body: Mapping[str, Any]) -> None:
    """Makes it, or leaves what an earlier demonstration made."""
    response = client.post(path, json=body)
    if response.status_code not in (201, 409):
        raise _failure(response)


def _open_test_issuer(client: httpx.Client) -> None:
    """What suites of tests are pointed at: any credential is signed for anybody, each way under a key of its own."""
    _create(client, "/v1/issuers", samples.TEST_ISSUER)
    for name in InstanceName:
        response = client.put(f"/vc-api/issuers/{samples.TEST_ISSUER['slug']}/{name}")
        if response.status_code not in (200, 201):
            raise _failure(response)


def _award(client: httpx.Client, completion: Mapping[str, Any]) -> dict[str, Any]:
    response = client.post("/v1/completions", json=completion)
    if response.status_code not in (200, 201):
        raise _failure(response)
    return dict(response.json())


def _sample_verdicts(client: httpx.Client, valid: Mapping[str, Any], folder: Path) -> dict[str, str]:
    """An expired, a revoked, a tampered and an unsigned credential, kept as files and judged."""
    expired = _award(client, samples.EXPIRED)
    revoked = _award(client, samples.REVOKED)
    uuid = revoked["id"].rsplit("/", 1)[1]
    response = client.post(f"/v1/credentials/{uuid}:revoke", json={"reason": samples.REVOCATION_REASON})
    if response.status_code != 200:  # noqa: PLR2004
        raise _failure(response)
    documents = {
        "valid": valid,
        "expired": expired["credential"],
        "revoked": revoked["credential"],
        "tampered": samples.tampered(valid),
        "unsigned": samples.unsigned(valid),
    }
    (folder / "samples").mkdir(parents=True, exist_ok=True)
    for name, document in documents.items():
        (folder / "samples" / f"{name}.json").write_bytes(strictjson.dumps(document))
    return {name: _verdict(client, json_body={"credential": document}) for name, document in documents.items()}


def _verdict(client: httpx.Client, *, json_body: Mapping[str, Any]) -> str:
    response = client.post("/v1/verify", json=json_body)
    if response.status_code != 200:  # noqa: PLR2004
        raise _failure(response)
    return str(response.json()["verdict"])


def _failure(response: httpx.Response) -> AppError:
    return ConfigurationError(f"The demonstration stopped at {response.request.url.path}: {response.text[:500]}")


# What it says ---------------------------------------------------------------------------------------------------------


def _tell(shown: Shown | Exception, settings: Settings, *, as_json: bool, once: bool) -> None:
    if isinstance(shown, Exception):
        return
    if as_json:
        print(shown.line(), flush=True)
        return
    print(_TEXT.format(shown=shown, folder=settings.data_dir / "samples"), flush=True)
    for name, verdict in shown.samples.items():
        print(f"  {name + '.json':16} {verdict}", flush=True)
    if not once:
        print(
            "\nServing until you press Ctrl-C. This is development mode: never use it for real badges.",
            flush=True,
        )


_TEXT = """
A badge was issued from a posted completion:

  {shown.credential_url}

  verdict: {shown.verdict}

Check it yourself:

  curl -s {shown.base_url}/v1/verify -H 'Content-Type: application/json' -d '{{"url": "{shown.credential_url}"}}'
  curl -s {shown.credential_url}.json |
    curl -s {shown.base_url}/v1/verify -H 'Content-Type: application/vc' --data-binary @-

Issue another (the same completion again answers with the same badge):

  curl -s {shown.base_url}/v1/completions -H 'Authorization: Bearer {shown.api_key}' \\
    -H 'Content-Type: application/json' -d '{{"achievement": "{shown.achievement}", "externalId": "my-first",
    "learner": {{"name": "Alex Example"}}, "completedAt": "2026-05-04T10:00:00Z"}}'

Samples in {folder}:
"""
