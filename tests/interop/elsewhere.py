"""The other side: what is handed to verifiers that share no code with Laurel."""

from __future__ import annotations

import base64
import json
import subprocess
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import httpx

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Case:
    """A credential and every document that a verifier needs for it, the published contexts aside."""

    credential: dict[str, Any]
    did_document: dict[str, Any]
    status_list: dict[str, Any] | None

    def changed(self, path: str, old: str, new: str) -> Case:
        """The case with `old` replaced by `new`, once, in the text at the dotted `path` of the credential."""
        copy = json.loads(json.dumps(self.credential))
        *parents, last = (int(part) if part.isdigit() else part for part in path.split("."))
        node = copy
        for part in parents:
            node = node[part]
        assert old in node[last], f"{path} does not hold {old}"
        node[last] = node[last].replace(old, new, 1)
        return replace(self, credential=copy)


@dataclass(frozen=True)
class Elsewhere:
    node: Path

    def verify(self, cases: Iterable[Case]) -> list[dict[str, Any]]:
        """What `verify.mjs` says of each case, in order: `verified`, `revoked`, `error`."""
        contexts = published_contexts()
        given = [as_given(case, contexts) for case in cases]
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "cases.json"
            file.write_text(json.dumps(given), "utf-8")
            command = [str(self.node), str(HERE / "verify.mjs"), str(file)]
            done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        return [json.loads(line) for line in done.stdout.splitlines()]

    def issue(self, credential: dict[str, Any]) -> dict[str, dict[str, Any]]:
        """`credential` as `issue.mjs` issues it: by each vendor, with each method that it offers."""
        return self._made("issue.mjs", {"credential": credential})

    def present(
        self, *credentials: dict[str, Any], date: str, challenge: str, domain: str
    ) -> dict[str, dict[str, Any]]:
        """`credentials` as `present.mjs` presents them, with each method that it offers."""
        given = {"credentials": credentials, "date": date, "challenge": challenge, "domain": domain}
        return self._made("present.mjs", given)

    def _made(self, script: str, given: dict[str, Any]) -> dict[str, dict[str, Any]]:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "given.json"
            file.write_text(json.dumps(given | {"contexts": published_contexts()}), "utf-8")
            command = [str(self.node), str(HERE / script), str(file)]
            done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        made: dict[str, dict[str, Any]] = json.loads(done.stdout)
        return made

    def verify_one(self, case: Case) -> dict[str, Any]:
        return self.verify([case])[0]


@dataclass(frozen=True)
class Stranger:
    """openbadgeslib: see stranger.py."""

    python: Path
    script: Path

    def issue(self, folder: Path) -> None:
        """Badges in every form that it makes; `folder` holds picture.png and drawing.svg to bake them into."""
        self._run("issue", folder)

    def verify(self, *files: Path) -> list[str]:
        """What it says of each file: `accepted`, or why not."""
        return self._run("verify", *files).splitlines()

    def _run(self, *arguments: object) -> str:
        command = [str(self.python), "-I", str(self.script), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout


@dataclass(frozen=True)
class Version2:
    """1EdTech's verifier of Open Badges 2.0: see version_2.py."""

    python: Path
    script: Path

    def verify(self, web: Mapping[str, httpx.Response], *files: Path, recipient: Mapping[str, str] | None) -> list[Any]:
        """What it says of each file where the web answers so and nothing else: `valid`, and the `messages` if not."""
        answers = {
            url: {
                "status": answer.status_code,
                "type": answer.headers["content-type"],
                "body": base64.b64encode(answer.content).decode(),
            }
            for url, answer in web.items()
        }
        with tempfile.TemporaryDirectory() as folder:
            given = Path(folder) / "web.json"
            given.write_text(json.dumps({"web": answers, "recipient": recipient}), "utf-8")
            command = [str(self.python), "-I", str(self.script), str(given), *map(str, files)]
            done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        return [json.loads(line) for line in done.stdout.splitlines()]


def as_given(case: Case, contexts: dict[str, Any]) -> dict[str, Any]:
    given = {"credential": case.credential, "didDocument": case.did_document, "contexts": contexts}
    return given | ({"statusListCredential": case.status_list} if case.status_list else {})


def published_contexts() -> dict[str, Any]:
    """The contexts as their authors publish them: the files that the app pins by digest."""
    from app.jsonld import GENERIC_CONTEXTS

    return {url: json.loads(context.raw) for url, context in GENERIC_CONTEXTS.items()}
