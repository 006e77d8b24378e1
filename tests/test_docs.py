"""What the documents promise to those who read them: every file, command and link they name is there."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands
from django.urls import resolve

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
FOLDERS = ("benchmarks", "deploy", "docs", "locale", "questionnaire", "screening", "templates", "tests")
MADE_LATER = {
    *(
        "deploy/app.env",
        "deploy/database.env",
        "deploy/tls/",
        "var/",
        "var/beforehand.sqlite3",
        "staticfiles/",
    ),
    "templates/staff/parts/forms_in_period.html",
}
"""What an installation makes for itself, and the examples: named in the documents, never in the
repository."""
FILE_ENDINGS = "py|html|md|yaml|yml|po|lark|css|js|sh|conf|example|toml|in|txt"


def path_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def quoted_code(text: str) -> list[str]:
    """Everything that stands between backticks, in the line or as a block."""
    blocks = re.findall(r"^ *```\w*\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    in_lines = re.findall(
        r"`([^`\n]+)`", re.sub(r"^ *```.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL)
    )
    return blocks + in_lines


def named_paths(text: str) -> set[str]:
    """`a/b.py`, `a/b/`, `name.py` with a folder before it: what looks like a path inside the repository."""
    found: set[str] = set()
    for code in quoted_code(text):
        found.update(re.findall(rf"(?<![\w/.:<$-])((?:\.?[\w-]+/)+(?:[\w.-]+\.(?:{FILE_ENDINGS})\b)?)", code))
    return {path for path in found if path.split("/")[0] in top_names()} - MADE_LATER


def named_modules(text: str) -> set[str]:
    """`name.py` without a folder."""
    return {name for code in quoted_code(text) for name in re.findall(r"(?<![\w/.*-])[\w-]+\.py\b", code)}


@cache
def top_names() -> frozenset[str]:
    return frozenset(file.name for file in ROOT.iterdir())


@cache
def files_in(*folders: str) -> tuple[Path, ...]:
    return tuple(file for folder in folders for file in sorted((ROOT / folder).rglob("*")) if file.is_file())


@pytest.mark.parametrize("document", DOCUMENTS, ids=path_of)
def test_every_path_exists(document: Path) -> None:
    missing = {
        path for path in named_paths(document.read_text(encoding="utf-8")) if not (ROOT / path).exists()
    }
    assert not missing
    names = {file.name for file in [*ROOT.glob("*.py"), *files_in(*FOLDERS)]}
    assert not named_modules(document.read_text(encoding="utf-8")) - names


def test_docstrings_name_only_files_that_exist() -> None:
    files = files_in(*FOLDERS)
    known = {path_of(file) for file in [*ROOT.glob("*.py"), *files]}
    missing = [
        (path_of(file), name)
        for file in files
        if file.suffix == ".py" and file.parts[len(ROOT.parts)] in {"questionnaire", "screening"}
        for name in re.findall(r"(?<![\w/.<*-])(?:[\w-]+/)*[\w-]+\.py\b", file.read_text(encoding="utf-8"))
        if not any(f"/{path}".endswith(f"/{name}") for path in known)
    ]
    assert not missing


@pytest.mark.parametrize("document", DOCUMENTS, ids=path_of)
def test_every_link_inside_the_repository_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", document.read_text(encoding="utf-8"))
    assert not [link for link in links if not (document.parent / link).exists()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=path_of)
def test_every_make_target_exists(document: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    code = "\n".join(quoted_code(document.read_text(encoding="utf-8")))
    assert set(re.findall(r"\bmake ([a-z-]+)", code)) <= targets


@pytest.mark.parametrize("document", DOCUMENTS, ids=path_of)
def test_every_command_exists(document: Path) -> None:
    code = "\n".join(quoted_code(document.read_text(encoding="utf-8")))
    assert set(re.findall(r"manage\.py ([a-z_]+)", code)) <= set(get_commands())


def test_the_page_for_operators_names_each_variable_once() -> None:
    settings = "".join((ROOT / "screening" / file).read_text() for file in ("settings.py", "environment.py"))
    read = set(re.findall(r'env\.\w+\("([A-Z_]+)"', settings))
    rows = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs" / "deploy.md").read_text(), re.MULTILINE)
    assert len(rows) == len(set(rows))
    assert set(rows) == read


def test_the_notice_credits_every_instrument() -> None:
    shipped = ROOT / "questionnaire" / "instruments" / "ketamine.yaml"
    notice = " ".join((ROOT / "NOTICE").read_text(encoding="utf-8").split())
    for credit in yaml.safe_load(shipped.read_text(encoding="utf-8"))["credits"]:
        assert credit["en"] in notice


def test_decisions_are_listed_and_say_when_and_whether_they_stand() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(
        r"\[([^\]]+)\]\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8")
    )
    assert sorted(file for _, file in listed) == sorted(file.name for file in folder.glob("0*.md"))
    for title, file in listed:
        state = r"\*\*Date:\*\* \d{4}-\d\d-\d\d · \*\*Status:\*\* \w+"
        text = (folder / file).read_text(encoding="utf-8")
        assert re.match(rf"# \d+\. {re.escape(title)}\n\n{state}", text), file


def test_the_glossary_names_code_that_exists() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    cells = [row.split("|")[3] for row in text.splitlines() if row.startswith("| ") and row.count("|") == 6]
    words = {word for cell in cells for word in re.findall(r"`([^`]+)`", cell)}
    sources = [
        file
        for file in files_in("questionnaire", "screening", "templates")
        if file.suffix in {".py", ".html"}
    ]
    code = "".join(file.read_text(encoding="utf-8") for file in sources)
    assert not [
        word for word in words if not word.startswith("/") and not re.search(rf"\b{re.escape(word)}", code)
    ]
    for address in (word.replace("<n>", "1").replace("…", "x/") for word in words if word.startswith("/")):
        resolve(address)


def test_each_term_of_the_glossary_stands_once() -> None:
    terms = re.findall(
        r"^\| ([^|]+) \|(?:[^|]*\|){4}$", (ROOT / "docs" / "glossary.md").read_text(), re.MULTILINE
    )
    terms = [term for term in terms if term not in {"Term", "---"}]
    assert len(terms) > 60
    assert len(terms) == len(set(terms))


def test_containers_run_the_commands_the_page_for_operators_asks_for() -> None:
    page = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    for service in ("mail", "seals"):
        assert " ".join(compose["services"][service]["command"]).removeprefix("python ") in page
    nightly = re.findall(r"^    step (.+)$", (ROOT / "deploy" / "nightly.sh").read_text(), re.MULTILINE)
    every_night = page.split("## Every night")[1].split("```")[1]
    assert re.findall(r"manage\.py (\w+)", every_night) == nightly


def test_only_local_hooks_run_before_a_commit() -> None:
    """Nothing is fetched: each hook is a tool that `make dev` installed."""
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert {source["repo"] for source in hooks["repos"]} == {"local"}
    assert "make check" in [hook["entry"] for source in hooks["repos"] for hook in source["hooks"]]


def test_no_sentence_begins_with_whoever() -> None:
    beginning = re.compile(r"(?:^|[.:;|] |[*] |- )\W*Whoever\b", re.MULTILINE)
    assert not [path_of(file) for file in DOCUMENTS if beginning.search(file.read_text(encoding="utf-8"))]


def test_the_house_can_be_measured_and_has_no_import_circle() -> None:
    done = subprocess.run(
        [sys.executable, "docs/measure_house.py"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.count("\n") > 15
    assert re.findall(r"import circles[^|]*\| +(\d+) \|", done.stdout) == ["0", "0"]
