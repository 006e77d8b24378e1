"""Prints how tidy the code is, one figure a line: `python docs/measure_house.py [REV …]` adds a column for
each commit.

The last column is the working tree. Migrations and tests are not measured.
"""

from __future__ import annotations

import ast
import io
import re
import statistics
import subprocess
import sys
import tarfile
import tempfile
import tokenize
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("questionnaire", "screening")
FOLDERS = (*PACKAGES, "templates", "docs")
NOT_A_COMMENT = re.compile(r"#\s*(noqa|type:|pragma|fmt:|!)|#.*-{10}")
COMMAND_CLASSES = {"Command", "Meta", "Migration"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Tree:
    """The files of one commit or of the working tree, below `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.modules = {
            file: file.read_text(encoding="utf-8")
            for package in PACKAGES
            for file in sorted((root / package).rglob("*.py"))
            if "migrations" not in file.relative_to(root).parts
        }
        self.parsed = {file: ast.parse(text) for file, text in self.modules.items()}
        self.templates = [file.read_text(encoding="utf-8") for file in (root / "templates").rglob("*.html")]

    @cached_property
    def functions(self) -> list[Function]:
        return [
            node for tree in self.parsed.values() for node in ast.walk(tree) if isinstance(node, Function)
        ]

    @cached_property
    def lines(self) -> list[str]:
        return [line for text in self.modules.values() for line in text.splitlines() if line.strip()]

    @cached_property
    def template_lines(self) -> list[str]:
        return [line for text in self.templates for line in text.splitlines() if line.strip()]

    def name_of(self, file: Path) -> str:
        return ".".join(file.relative_to(self.root).with_suffix("").parts).removesuffix(".__init__")

    def circles(self, *, inside_functions: bool) -> list[set[str]]:
        """Groups of modules that import each other, directly or by way of others."""
        names = {self.name_of(file) for file in self.modules}
        arrows = {
            self.name_of(file): {target for target in imports(tree, names, inside_functions=inside_functions)}
            for file, tree in self.parsed.items()
        }
        reach = {name: reachable(name, arrows) for name in names}
        groups = {frozenset(other for other in reach[name] if name in reach[other]) for name in names}
        return sorted((set(group) for group in groups if len(group) > 1), key=sorted)


def imports(tree: ast.Module, names: set[str], *, inside_functions: bool) -> Iterator[str]:
    """The modules among `names` that this one imports when it runs; what only the type checker sees does not
    count."""
    for node in ast.walk(tree) if inside_functions else at_module_level(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield from ({whole, node.module} & names and [whole if whole in names else node.module])


def at_module_level(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        only_types = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
        if not isinstance(child, Function) and not only_types:
            yield child
            yield from at_module_level(child)


def reachable(start: str, arrows: dict[str, set[str]]) -> set[str]:
    """Every module that importing `start` brings in, without `start` unless a circle leads back to it."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for target in arrows[waiting.pop()] - seen:
            seen.add(target)
            waiting.append(target)
    return seen


def length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def words(function: Function) -> int:
    return len([word for word in function.name.split("_") if word])


def raises(function: Function) -> bool:
    """Whether its own body holds a `raise` that names an error."""
    waiting: list[ast.AST] = [*function.body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Raise) and node.exc:
            return True
        if not isinstance(node, Function):
            waiting.extend(ast.iter_child_nodes(node))
    return False


def comments(text: str) -> int:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return sum(token.type == tokenize.COMMENT and not NOT_A_COMMENT.match(token.string) for token in tokens)


def twice_used_classes(tree: Tree) -> list[str]:
    in_modules = (
        {node.name for node in ast.walk(one) if isinstance(node, ast.ClassDef)}
        for one in tree.parsed.values()
    )
    counts = Counter(name for names in in_modules for name in names - COMMAND_CLASSES)
    return [name for name, count in counts.items() if count > 1]


def whoever(tree: Tree) -> int:
    files = [
        file
        for folder in FOLDERS
        for file in (tree.root / folder).rglob("*")
        if file.suffix in {".html", ".md"}
    ]
    texts = [
        *tree.modules.values(),
        *(file.read_text(encoding="utf-8") for file in [*files, *tree.root.glob("*.md")]),
    ]
    return sum(len(re.findall(r"\bWhoever\b", text)) for text in texts)


def percent_longer(lines: list[str], limit: int) -> str:
    return f"{100 * sum(len(line) > limit for line in lines) / len(lines):.1f} %"


def saying_raises(tree: Tree) -> str:
    public = [
        function for function in tree.functions if not function.name.startswith("_") and raises(function)
    ]
    saying = [function for function in public if "Raises" in (ast.get_docstring(function) or "")]
    return f"{len(saying)} of {len(public)}"


def loose(package: str) -> Callable[[Tree], int]:
    return lambda tree: len([file for file in tree.modules if file.parent == tree.root / package])


def p90(values: list[int]) -> int:
    return sorted(values)[int(0.9 * (len(values) - 1))]


MEASURES: dict[str, Callable[[Tree], object]] = {
    **{f"files loose in {package}/": loose(package) for package in PACKAGES},
    "import circles at module level": lambda tree: len(tree.circles(inside_functions=False)),
    "import circles with imports in functions": lambda tree: len(tree.circles(inside_functions=True)),
    "longest template line": lambda tree: max(map(len, tree.template_lines)),
    "template lines over 120": lambda tree: percent_longer(tree.template_lines, 120),
    "characters a template line": lambda tree: round(statistics.mean(map(len, tree.template_lines))),
    "lines a function, median": lambda tree: round(statistics.median(map(length, tree.functions))),
    "lines a function, p90": lambda tree: p90([length(function) for function in tree.functions]),
    "modules over 400 lines": lambda tree: sum(
        len(text.splitlines()) > 400 for text in tree.modules.values()
    ),
    "comments per 100 lines": lambda tree: (
        f"{100 * sum(map(comments, tree.modules.values())) / len(tree.lines):.1f}"
    ),
    "words in a function's name": lambda tree: f"{statistics.mean(map(words, tree.functions)):.2f}",
    "Python lines over 100": lambda tree: percent_longer(tree.lines, 100),
    "Python lines over 110": lambda tree: percent_longer(tree.lines, 110),
    "public functions that raise and say so": saying_raises,
    "class names in two or more modules": lambda tree: len(twice_used_classes(tree)),
    "sentences that begin with Whoever": whoever,
}


def measure(root: Path) -> dict[str, str]:
    tree = Tree(root)
    return {name: str(figure(tree)) for name, figure in MEASURES.items()}


def measure_commit(revision: str) -> dict[str, str]:
    archive = subprocess.run(["git", "archive", revision], cwd=ROOT, capture_output=True, check=True).stdout
    with tempfile.TemporaryDirectory() as folder, tarfile.open(fileobj=io.BytesIO(archive)) as packed:
        packed.extractall(folder, filter="data")
        return measure(Path(folder))


def main() -> None:
    columns = {revision: measure_commit(revision) for revision in sys.argv[1:]} | {"now": measure(ROOT)}
    print(" | ".join(["", " " * 40, *(f"{name[:12]:>12}" for name in columns), ""]).strip())
    print("|" + "|".join(["-" * 42, *("-" * 13 + ":" for _ in columns)]) + "|")
    for name in MEASURES:
        print(
            " | ".join(
                ["", f"{name:40}", *(f"{column[name]:>12}" for column in columns.values()), ""]
            ).strip()
        )


if __name__ == "__main__":
    main()
