"""The walls of the house: the rules of docs/architecture.md. A new exception is listed here, on purpose."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import Resolver404, get_resolver, resolve

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("questionnaire", "screening")
MODULES = sorted(
    file
    for package in PACKAGES
    for file in (ROOT / package).rglob("*.py")
    if "migrations" not in file.relative_to(ROOT).parts
)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

PURE = (
    "questionnaire.definition",
    "questionnaire.document",
    "questionnaire.document_reading",
    "questionnaire.document_place",
    "questionnaire.yaml_file",
    "questionnaire.rules",
    "questionnaire.proofs",
    "questionnaire.vignettes.run",
    "questionnaire.vignettes.maintenance",
    "questionnaire.vignettes.mutation_score",
    "questionnaire.vignettes.coverage",
    "questionnaire.checks.definition",
)
"""Judge the same way anywhere: no clock, no database, no settings."""

WRITERS = ("questionnaire/actions/", "screening/actions/")
"""The only folders that write. Sessions and limit counters are written by Django, below core/."""

WRITES = {
    "save",
    "create",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "delete",
    "asave",
    "acreate",
}

MARKED_SAFE: dict[str, str] = {}
"""Modules that may call mark_safe or format HTML by hand, with the reason."""

OF_THE_INSTRUMENT = {"editor", "beforehand", "workplace"}
"""Folders of templates that the instrument may use: its own, its forms, and the layout it shares with the
desk."""
BY_DOTTED_STRING = {"import_string", "import_module", "get_model", "get_app_config", "__import__"}
"""What turns a string into something of the service."""

ROOMS = [ROOT / "tests" / room for room in ("editor", "rules")]
"""Folders of tests whose modules stand each on its own."""

LONGEST_MODULE = 400
LONGEST_FUNCTION = 40
LONGEST_TEMPLATE_LINE = 120
BLOCK_LEVEL = re.compile(
    r"<(?:address|article|aside|blockquote|body|caption|dd|details|dialog|div|dl|dt|fieldset|figcaption|figure|footer"
    r"|form|h[1-6]|head|header|hr|html|legend|li|link|main|meta|nav|ol|optgroup|option|p|pre|script|section|select"
    r"|summary|svg|table|tbody|td|textarea|tfoot|th|thead|title|tr|ul)\b"
)
"""What opens an element that begins a new line on the page, or stands in its head."""
BEGINS_WITH_PUNCTUATION = re.compile(
    r"^\s*(\{% (if|elif|else|for|empty|with|endif|endfor|endwith)\b[^%]*%\}\s*)*[,.;:]"
)
"""The line break before it is a space on the page: "a choice , optional"."""


def name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), filename=name(file))


def imports(file: Path) -> Iterator[str]:
    """Every module this file imports, wherever in it the import stands."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name(file)}: write imports in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_the_instrument_never_imports_the_service() -> None:
    guilty = [
        (name(file), found)
        for file in (ROOT / "questionnaire").rglob("*.py")
        for found in imports(file)
        if found.split(".")[0] == "screening"
    ]
    assert not guilty


def strings(code: ast.Module) -> Iterator[str]:
    """Every string in a module but those that only explain: docstrings of modules, functions and
    attributes."""
    explaining = {id(node.value) for node in ast.walk(code) if isinstance(node, ast.Expr)}
    for node in ast.walk(code):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in explaining:
            yield node.value


def ways_to_the_service(text: str, *, is_template: bool) -> list[str]:
    """What in a file of the instrument leads to the service by another way than questionnaire/service.py.

    That is a dotted name, a permission, an address or its name, a template, or a library of template tags.
    """
    guilty, words = (_in_template if is_template else _in_module)(text)
    return guilty + [word for word in words if leads_to_the_service(word)]


def _in_module(text: str) -> tuple[list[str], list[str]]:
    code = ast.parse(text)
    words = list(strings(code))
    names = {node.id for node in ast.walk(code) if isinstance(node, ast.Name)}
    return [
        *sorted(names & BY_DOTTED_STRING),
        *(word for word in words if re.search(r"\bscreening\b", word)),
    ], words


def _in_template(text: str) -> tuple[list[str], list[str]]:
    tags = re.findall(r"{[%{].*?[%}]}", text, re.DOTALL)
    words = [word for tag in tags for quoted in re.findall(r"\"([^\"]*)\"|'([^']*)'", tag) for word in quoted]
    words += re.findall(r"=[\"'](/[^\"']*)", text)
    loaded = {name for tag in tags if re.match(r"{%\s*load\s", tag) for name in re.findall(r"\w+", tag)}
    guilty = [name for name in sorted(loaded) if (ROOT / f"screening/templatetags/{name}.py").exists()]
    return guilty + [tag for tag in tags if re.search(r"\bscreening\.", tag)], words


def leads_to_the_service(text: str) -> bool:
    """Whether a string is the name of a service's address or template, or such an address itself."""
    resolver = get_resolver()
    folders = {
        folder.name for folder in (ROOT / "templates").iterdir() if folder.is_dir()
    } - OF_THE_INSTRUMENT
    if any(text.startswith(f"{space}:") for space in resolver.namespace_dict.keys() - {"editor"}):
        return True
    if text in resolver.reverse_dict or any(text.startswith(f"{folder}/") for folder in folders):
        return True
    if not text.startswith("/") or text == "/":
        return False
    try:
        return resolve(text).func.__module__.split(".")[0] == "screening"
    except Resolver404:
        return False


@pytest.mark.parametrize(
    "file",
    [file for file in MODULES if name(file).startswith("questionnaire/")]
    + [file for file in TEMPLATES if name(file).startswith("templates/editor/")],
    ids=name,
)
def test_the_instrument_reaches_the_service_by_its_port_alone(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert not ways_to_the_service(text, is_template=file.suffix == ".html")


@pytest.mark.parametrize(
    "line",
    [
        'CLINIC = "screening.queries.clinic.current"',
        "clinic = import_string(settings.CLINIC)()",
        'request.user.has_perm("screening.view_submission")',
        'reverse("patient:resume")',
        'reverse(f"staff:{page}")',
        'redirect("account_login")',
        'render(request, "patient/pages/question.html", {})',
        'template = f"staff/{page}.html"',
        'SeeOther("/staff/settings/")',
    ],
)
def test_the_wall_sees_a_module_that_goes_around_the_port(line: str) -> None:
    assert ways_to_the_service(line, is_template=False)


@pytest.mark.parametrize(
    "line",
    [
        "{% url 'staff:impact' slug number as impact %}",
        '{% url "account_logout" %}',
        '{% extends "patient/base.html" %}',
        "{% include 'staff/parts/severity.html' %}",
        "{% load i18n desk %}",
        "{% if perms.screening.view_submission %}",
        '<a href="/staff/">',
    ],
)
def test_the_wall_sees_a_template_that_goes_around_the_port(line: str) -> None:
    assert ways_to_the_service(line, is_template=True)


@pytest.mark.parametrize("file", sorted(file for room in ROOMS for file in room.glob("test_*.py")), ids=name)
def test_what_tests_share_is_a_builder(file: Path) -> None:
    """A test module imports no other: what two of them need stands in tests/builders."""
    assert not [found for found in imports(file) if re.search(r"(^|\.)test_", found.rpartition(".")[0])]


@pytest.mark.parametrize("module", [*PURE, "questionnaire.checks.definition"])
def test_the_instrument_judges_without_django_clock_or_database(module: str) -> None:
    """Imported in a fresh interpreter: nothing it pulls in may bring Django along."""
    unwanted = {"django", "screening", "sqlite3", "z3"}
    script = f"import sys, {module}; print(*{{m.split('.')[0] for m in sys.modules}} & {unwanted})"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr, done.returncode) == ("", "", 0)


@pytest.mark.parametrize("file", sorted((ROOT / "questionnaire" / "rules").glob("*.py")), ids=name)
def test_rules_read_no_clock(file: Path) -> None:
    clocks = {"time", "random", "os", "socket"}
    assert not clocks & {found.split(".")[0] for found in imports(file)}
    assert not re.search(r"\b(today|now|utcnow)\(\)", file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", [file for file in MODULES if not name(file).startswith(WRITERS)], ids=name)
def test_only_actions_write(file: Path) -> None:
    assert not list(writes(file))


def writers_imported_by(file: Path) -> Iterator[str]:
    """The names under which this file knows modules that write."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.ImportFrom) and f"{node.module}.".replace(".", "/") in WRITERS:
            yield from (alias.asname or alias.name for alias in node.names)


def writes(file: Path) -> Iterator[str]:
    """Calls that change rows: model.save(), objects.create(), queryset.update() and their kin, and raw SQL.

    A writer's own function may be called like that too: `clinic.save(…)` is how a page is meant to write.
    """
    writers = set(writers_imported_by(file))
    for node in ast.walk(tree(file)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        method, receiver = node.func.attr, ast.unparse(node.func.value)
        if receiver in writers:
            continue
        on_rows = "objects" in receiver or re.search(r"\.(filter|exclude|all)\(|_set\b", receiver)
        if (
            method in WRITES
            or (method in {"update", "aupdate"} and on_rows)
            or method in {"execute", "executemany"}
        ):
            yield f"{name(file)}:{node.lineno} {receiver.splitlines()[0]}.{method}()"


def test_views_that_are_read_never_write() -> None:
    """Patient and staff pages call one writer; they never open a transaction themselves."""
    for folder in ("screening/patient", "screening/staff", "screening/reports", "questionnaire/editor"):
        for file in (ROOT / folder).rglob("*.py"):
            assert "transaction.atomic" not in file.read_text(encoding="utf-8"), name(file)


@pytest.mark.parametrize("file", MODULES, ids=name)
def test_nothing_evaluates_text_as_code(file: Path) -> None:
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in {"eval", "exec", "compile", "__import__"}, (
                f"{name(file)}:{node.lineno}"
            )
    assert not {"pickle", "marshal", "shelve"} & {found.split(".")[0] for found in imports(file)}


@pytest.mark.parametrize("file", MODULES, ids=name)
def test_text_is_never_declared_safe_html(file: Path) -> None:
    if name(file) not in MARKED_SAFE:
        assert not re.search(r"\b(mark_safe|SafeString|autoescape off)\b", file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", TEMPLATES, ids=name)
def test_templates_hold_no_script_no_style_and_no_trust(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:", text, re.IGNORECASE)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text, re.IGNORECASE), "scripts are files"
    assert not re.search(r"\|\s*safe\b|autoescape\s+off|safeseq", text)
    assert not re.search(r"(src|href)\s*=\s*[\"'](https?:)?//", text), "nothing is fetched from another site"


@pytest.mark.parametrize("file", TEMPLATES, ids=name)
def test_a_template_line_is_short_and_opens_at_most_one_block_level_element(file: Path) -> None:
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        assert len(line) <= LONGEST_TEMPLATE_LINE, f"{name(file)}:{number} has {len(line)} characters"
        assert len(BLOCK_LEVEL.findall(line)) <= 1, f"{name(file)}:{number} opens several elements"


@pytest.mark.parametrize("file", TEMPLATES, ids=name)
def test_no_template_line_puts_a_space_before_punctuation(file: Path) -> None:
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        assert not BEGINS_WITH_PUNCTUATION.match(line), f"{name(file)}:{number}: {line.strip()}"


@pytest.mark.parametrize("file", MODULES, ids=name)
def test_modules_and_functions_stay_small(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_MODULE
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{name(file)}:{node.lineno} {node.name} has {length} lines"


@pytest.mark.parametrize("file", MODULES, ids=name)
def test_every_module_says_which_sentence_of_the_mission_it_is(file: Path) -> None:
    assert ast.get_docstring(tree(file)) or not file.read_text(encoding="utf-8").strip()


def test_only_encryption_knows_keys() -> None:
    """Keys are named where they are read, where they are used, and by the command that rotates them."""
    knowing = {name(file) for file in MODULES if "settings.ANSWER_KEYS" in file.read_text(encoding="utf-8")}
    assert knowing <= {
        "screening/core/encryption.py",
        "screening/wsgi.py",
        "screening/management/commands/rotate_keys.py",
    }
    using = {name(file) for file in MODULES if any(found.split(".")[0] == "tink" for found in imports(file))}
    assert using == {"screening/core/encryption.py", "screening/core/keys.py"}


def test_every_encrypted_column_is_rotated() -> None:
    from django.apps import apps
    from django.db.models import BinaryField

    from screening.actions.key_rotation import SEALED_COLUMNS

    sealed = {
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.fields
        if isinstance(field, BinaryField) and model._meta.app_label == "screening"
    }
    assert sealed == set(SEALED_COLUMNS)


def test_nothing_leaves_a_request_by_a_signal() -> None:
    """submit() shows all that happens on submit: no signal receivers in business flow."""
    guilty = [name(file) for file in MODULES if any("signals" in found.split(".") for found in imports(file))]
    assert not guilty


def public_functions_that_raise(file: Path) -> Iterator[Any]:
    for node in ast.walk(tree(file)):
        public = isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        if public and any(isinstance(inner, ast.Raise) and inner.exc for inner in ast.walk(node)):
            yield node


@pytest.mark.parametrize("file", MODULES, ids=name)
def test_public_functions_that_raise_say_what(file: Path) -> None:
    silent = [
        f.name for f in public_functions_that_raise(file) if "Raises" not in (ast.get_docstring(f) or "")
    ]
    assert not silent, "say in the docstring: Raises … if …"
