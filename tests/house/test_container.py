"""What can be said of the image and of compose.yaml without building them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml  # comes with schemathesis

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def instructions() -> list[tuple[str, str]]:
    """(instruction, arguments) of the Dockerfile, continuation lines joined, comments left out."""
    text = (ROOT / "Dockerfile").read_text("utf-8")
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#")).replace("\\\n", " ")
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in lines.splitlines() if line.strip()]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))


def last(instructions: list[tuple[str, str]], name: str) -> str:
    return [arguments for instruction, arguments in instructions if instruction == name][-1]


def test_the_image_runs_as_nobody_in_particular(instructions):
    assert last(instructions, "USER") == "10001:10001"


def test_the_command_takes_signals_itself(instructions):
    """The exec form: no shell between the engine and the server, so SIGTERM ends it gracefully."""
    assert json.loads(last(instructions, "CMD")) == ["laurel", "serve"]


def test_the_health_check_needs_no_tool_but_python(instructions):
    command = last(instructions, "HEALTHCHECK").partition("CMD ")[2]
    python, flag, program = json.loads(command)
    assert (python, flag) == ("python", "-c")
    compile(program, "<health check>", "exec")
    assert "/healthz" in program


def test_what_is_copied_exists_and_passes_the_ignore_file(instructions):
    """.dockerignore starts with everything and lets through what is named."""
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line[:1] == "!"}
    copies = [
        arguments.split()[:-1] for name, arguments in instructions if name == "COPY" and "--from" not in arguments
    ]
    copied = {source.removeprefix("./") for sources in copies for source in sources}
    assert copied == allowed
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_the_packages_come_from_the_lock_file(instructions):
    installs = [arguments for name, arguments in instructions if name == "RUN" and "uv sync" in arguments]
    assert installs
    assert all("--frozen" in arguments and "--no-dev" in arguments for arguments in installs)


def test_the_installer_is_pinned_by_hash():
    pinned = (ROOT / ".ci" / "uv.txt").read_text("utf-8")
    assert re.search(r"^uv==\d+\.\d+\.\d+ \\$", pinned, re.MULTILINE)
    assert "--hash=sha256:" in pinned


def test_secrets_are_files(compose):
    assert all(set(secret) == {"file"} for secret in compose["secrets"].values())
    used = {name for service in compose["services"].values() for name in service["secrets"]}
    assert used == set(compose["secrets"])


def test_no_password_stands_in_the_environment(compose):
    for service in compose["services"].values():
        for name, value in service["environment"].items():
            assert "PASSWORD" not in name or name.endswith("_FILE")
            assert not re.search(r"://[^/@]*:[^/@]*@", str(value))


def test_the_container_cannot_change_itself(compose):
    app = compose["services"]["app"]
    assert app["read_only"] is True
    assert app["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in app["security_opt"]


def test_the_database_is_healthy_before_the_app_starts(compose):
    assert compose["services"]["app"]["depends_on"]["db"]["condition"] == "service_healthy"
    assert compose["services"]["db"]["image"].startswith("postgres:17")
    assert compose["services"]["db"]["healthcheck"]["test"][0] == "CMD"


def test_compose_sets_only_what_exists(compose):
    from app.settings import Settings

    names = {name for name in compose["services"]["app"]["environment"] if name.startswith("LAUREL_")}
    assert {name.removeprefix("LAUREL_").lower() for name in names} <= set(Settings.model_fields)
