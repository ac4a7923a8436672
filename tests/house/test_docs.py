"""What can be set, run, met or read in a report is documented; what is documented is there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer
from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))
PROSE = sorted(path for path in (*ROOT.glob("*.md"), *DOCS.rglob("*.md")))
SETTING = re.compile(r"\bLAUREL_[A-Z_]*[A-Z]\b")
NOT_SETTINGS = {
    "LAUREL_UID",  # compose.yaml: which user runs the container
    "LAUREL_GID",
    "LAUREL_CHROMIUM",  # CONTRIBUTING.md: the browser of the tests
}
DEPENDENCY_ROW = re.compile(r"^\| `([a-z0-9._-]+)` \| \S", re.MULTILINE)
DECISION_HEADINGS = ["Context", "Decision", "Consequences", "Rejected"]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def read(*parts: str) -> str:
    return ROOT.joinpath(*parts).read_text("utf-8")


def variables(model: type[BaseModel]) -> Iterator[str]:
    """The environment variables of a settings class, those of the classes inside it too."""
    prefix: str = model.model_config["env_prefix"]  # type: ignore[typeddict-item]
    for name, field in model.model_fields.items():
        inner: Any = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from variables(inner)
        else:
            yield prefix + name.upper()


def settings() -> set[str]:
    from app.settings import Settings

    return set(variables(Settings))


def test_every_setting_is_documented():
    documented = set(re.findall(r"^\| `(LAUREL_[A-Z_]+)` \|", read("docs", "configuration.md"), re.MULTILINE))
    assert documented == settings()


def test_no_page_names_a_setting_that_does_not_exist():
    named = {(path.name, name) for path in PROSE for name in SETTING.findall(path.read_text("utf-8"))}
    known = settings() | NOT_SETTINGS
    # `LAUREL_LIMIT_*` names a family.
    unknown = {item for item in named if item[1] not in known and not any(k.startswith(item[1]) for k in known)}
    assert unknown == set()


def commands(command: Any, path: str) -> Iterator[str]:
    below = getattr(command, "commands", None)
    if below is None:
        yield path
        return
    for name, child in below.items():
        yield from commands(child, f"{path} {name}")


def test_every_command_is_documented():
    import app.cli

    documented = set(re.findall(r"^\| `(laurel [a-z -]*[a-z])[^`]*` \|", read("docs", "commands.md"), re.MULTILINE))
    assert documented == set(commands(typer.main.get_command(app.cli.app), "laurel"))


def dependencies() -> set[str]:
    project = tomllib.loads(read("pyproject.toml"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    return {re.split(r"[^A-Za-z0-9._-]", item, maxsplit=1)[0].lower() for item in wanted}


def test_every_dependency_has_a_line_with_its_reason():
    assert set(DEPENDENCY_ROW.findall(read("docs", "dependencies.md"))) == dependencies()


def test_every_check_is_documented():
    from app.verification import CHECKS

    documented = re.findall(r"^\| `([a-z]+)` \|", read("docs", "verification.md"), re.MULTILINE)
    assert documented == list(CHECKS)


def test_every_rule_of_the_preflight_is_documented():
    from app.issuance.preflight import RULES

    rows = re.findall(r"^\| `([a-z-]+)` \| (yes)? ?\|", read("docs", "preflight.md"), re.MULTILINE)
    assert rows == [(rule.id, "yes" if rule.binding else "") for rule in RULES]


def test_every_question_of_the_doctor_is_documented():
    from app.cli import doctor
    from app.services import doctor_database, doctor_outside, doctor_settings
    from app.services.examination import Question

    modules = (doctor, doctor_settings, doctor_database, doctor_outside)
    asked = {value.id for module in modules for value in vars(module).values() if isinstance(value, Question)}
    [table] = re.findall(r"^## Check it$(.*?)^## ", read("docs", "operating.md"), re.MULTILINE | re.DOTALL)
    assert set(re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE)) == asked


def test_the_notice_names_every_context():
    """Each with its file, its address and its digest: what is shipped is what others published."""
    from app.jsonld import GENERIC_CONTEXTS

    notice = read("NOTICE")
    folder = ROOT / "app" / "jsonld" / "contexts"
    files = {path.name for path in folder.iterdir() if path.suffix in (".json", ".jsonld")}
    assert {name for name in files if name not in notice} == set()
    missing = {url for url, context in GENERIC_CONTEXTS.items() if url not in notice or context.sha256 not in notice}
    assert missing == set()


def test_the_notice_names_every_folder_of_other_peoples_files():
    """Fonts, contexts and the like: folders of the package that hold no code of ours."""
    folders = {
        str(path.parent.relative_to(ROOT))
        for path in (ROOT / "app").rglob("*")
        if path.suffix in (".ttf", ".otf", ".woff2", ".jsonld")
    }
    notice = read("NOTICE")
    assert {folder for folder in folders if folder not in notice} == set()


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_has_its_parts(path: Path):
    text = path.read_text("utf-8")
    assert re.match(rf"# {path.name[:4]}\. \S.+\n\nDate: \d{{4}}-\d\d-\d\d\. Status: \w+", text)
    assert re.findall(r"^## (\w+)$", text, re.MULTILINE) == DECISION_HEADINGS


def test_decisions_are_numbered_without_gaps_and_listed():
    assert [path.name[:4] for path in DECISIONS] == [f"{number:04}" for number in range(1, len(DECISIONS) + 1)]
    index = read("docs", "index.md")
    assert [path.name for path in DECISIONS if f"decisions/{path.name}" not in index] == []


def test_code_refers_to_decisions_that_exist():
    numbers = {path.name[:4] for path in DECISIONS}
    sources = (path.read_text("utf-8") for path in (ROOT / "app").rglob("*.py"))
    assert {number for text in sources for number in re.findall(r"docs/decisions/(\d{4})", text)} <= numbers


@pytest.mark.parametrize("path", PROSE, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(path: Path):
    targets = [target for target in LINK.findall(path.read_text("utf-8")) if "://" not in target]
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_every_page_is_listed():
    index = read("docs", "index.md")
    pages = [path.name for path in DOCS.glob("*.md") if path.name != "index.md"]
    assert [name for name in pages if f"({name})" not in index] == []
