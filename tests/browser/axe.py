"""axe-core, installed from its lock file on first use, run inside a page. The page's own rules about scripts stand."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
LOCK = HERE / "package-lock.json"
INSTALLED = HERE / "node_modules" / ".package-lock.json"
SCRIPT = HERE / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Rules that do not hold here, each with its reason.
EXCEPTIONS: dict[str, str] = {}
_RUN = """([tags, off]) => axe.run(document, {
    runOnly: {type: 'tag', values: tags},
    rules: Object.fromEntries(off.map(name => [name, {enabled: false}])),
    resultTypes: ['violations'],
}).then(found => found.violations.map(one => ({
    rule: one.id, help: one.help, nodes: one.nodes.map(node => [node.target.join(' '), node.failureSummary]),
})))"""


@cache
def source():
    """The script; skips where it cannot be had. A failing installation is a failure."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("axe-core needs node and npm, and they are not on this machine")
    if not INSTALLED.is_file() or INSTALLED.stat().st_mtime < LOCK.stat().st_mtime:
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, f"npm ci failed:\n{done.stderr[-2000:]}"
    return SCRIPT.read_text("utf-8")


def violations(page):
    """What axe finds on the page as it stands, a line for each element."""
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(source())
    found = page.evaluate(_RUN, [TAGS, list(EXCEPTIONS)])
    return [f"{one['rule']}: {one['help']}: {target}: {why}" for one in found for target, why in one["nodes"]]
