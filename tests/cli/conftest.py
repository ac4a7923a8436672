"""A deployment that the commands themselves made, and a machine that knows of none."""

from __future__ import annotations

import json
import os
import shutil

import pytest

from app.cli import samples
from tests.cli.console import start

KEY = "11" * 32
SLUG = "differentiated-teaching"
BASE_URL = "http://localhost:8000"


class Place:
    """A folder with a deployment's environment; calling it runs a command there."""

    def __init__(self, folder, **env):
        self.folder = folder
        bare = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        self.env = bare | {f"LAUREL_{name.upper()}": str(value) for name, value in env.items()}

    def __call__(self, *arguments, stdin=b"", status=0):
        ended = start(arguments, env=self.env, cwd=self.folder, stdin=stdin)
        assert "Traceback" not in ended.out + ended.err, ended
        assert ended.status == status, ended
        return ended

    def json_file(self, name, value):
        path = self.folder / name
        path.write_text(json.dumps(value), "utf-8")
        return path.name


def deployment(folder):
    return Place(folder, environment="development", data_dir=folder / "var", key_encryption_key=KEY)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A deployment with an issuer, an achievement and one badge; made by the commands themselves."""
    place = deployment(tmp_path_factory.mktemp("template"))
    place("migrate")
    place("issuer", "create", place.json_file("issuer.json", samples.ISSUER))
    body = {"slug": SLUG, "issuer": "riverside", **samples.ACHIEVEMENTS[SLUG]}
    place("achievement", "create", "-", stdin=json.dumps(body).encode())
    place.json_file("completion.json", samples.COMPLETIONS[0])
    place.url = place("issue", "completion.json").out.strip()
    return place


@pytest.fixture
def laurel(template, tmp_path):
    """A copy of the template to do with as one likes."""
    shutil.copytree(template.folder, tmp_path / "laurel")
    place = deployment(tmp_path / "laurel")
    place.url = template.url
    return place


@pytest.fixture
def nowhere(tmp_path):
    """A machine that knows nothing of any deployment."""
    return Place(tmp_path)
