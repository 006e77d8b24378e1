"""The words of the patients' pages in other languages: found in the source, kept as .po, read by Django as
.mo.

Plain Python, so that nobody needs gettext's own tools. `python locale/catalogue.py` adds new words to each
.po, drops those no page says any more, and writes the .mo; `--check` only says what it would change or what
is untranslated.
"""

from __future__ import annotations

import ast
import re
import struct
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from django.utils.translation.template import templatize

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
SOURCES = (
    "templates/*.html",
    "templates/patient/**/*.html",
    "templates/beforehand/*.html",
    "questionnaire/forms.py",
    "questionnaire/presenters/reader.py",
    "screening/core/filled_by.py",
    "screening/core/message_wish.py",
    "screening/patient/*.py",
    "screening/reports/visit_paper.py",
)
"""Everything a patient reads. Staff read English, with the patient's own words beside it."""
_CALLED = {"_", "gettext", "gettext_lazy"}
_IN_TEMPLATE = re.compile(r"""\b(?:_|gettext)\(\s*u?('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")""")
_QUOTED = re.compile(r'"((?:\\.|[^"\\])*)"')


def words() -> dict[str, list[str]]:
    """Every sentence to translate, and the files that say it."""
    found: dict[str, list[str]] = {}
    for pattern in SOURCES:
        for file in sorted(ROOT.glob(pattern)):
            text = file.read_text(encoding="utf-8")
            for said in _in_python(text) if file.suffix == ".py" else _in_template(text):
                places = found.setdefault(said, [])
                if (name := file.relative_to(ROOT).as_posix()) not in places:
                    places.append(name)
    return found


def _in_python(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _CALLED:
            yield ast.literal_eval(node.args[0])


def _in_template(text: str) -> Iterator[str]:
    for literal in _IN_TEMPLATE.findall(templatize(text)):
        yield ast.literal_eval(literal)


def read(file: Path) -> dict[str, str]:
    """The entries of a .po file, the header under ""."""
    entries: dict[str, str] = {}
    parts: dict[str, str] = {}
    key = ""
    for line in [*file.read_text(encoding="utf-8").splitlines(), ""]:
        keyword = line.split(" ", 1)[0]
        if keyword in {"msgid", "msgstr"}:
            key = keyword
            parts[key] = ""
        if key and (quoted := _QUOTED.search(line)) and not line.startswith("#"):
            parts[key] += ast.literal_eval(f'"{quoted[1]}"')
        elif "msgstr" in parts:
            entries[parts["msgid"]] = parts["msgstr"]
            parts, key = {}, ""
    return entries


def as_po(entries: Mapping[str, str], places: Mapping[str, list[str]]) -> str:
    blocks = [f'msgid ""\nmsgstr ""\n{_lines(entries[""])}']
    for said, files in places.items():
        blocks.append(
            f"#: {' '.join(files)}\nmsgid {_literal(said)}\nmsgstr {_literal(entries.get(said, ''))}\n"
        )
    return "\n".join(blocks)


def as_mo(entries: Mapping[str, str]) -> bytes:
    """The same, as Django reads it: translated entries only, sorted, each with its place and length."""
    pairs = sorted((said.encode(), meant.encode()) for said, meant in entries.items() if meant)
    first = 28 + 16 * len(pairs)
    texts, tables, at = b"", [b"", b""], first
    for side in (0, 1):
        for pair in pairs:
            tables[side] += struct.pack("<II", len(pair[side]), at)
            texts += pair[side] + b"\0"
            at += len(pair[side]) + 1
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, first)
    return head + tables[0] + tables[1] + texts


def _lines(header: str) -> str:
    return "".join(f"{_literal(line)}\n" for line in header.splitlines(keepends=True))


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def problems(file: Path) -> list[str]:
    """What is not as it should be with this .po file and the .mo beside it, in words."""
    entries, places = read(file), words()
    mo = file.with_suffix(".mo")
    untranslated = [f"not translated: {said}" for said in places if not entries.get(said)]
    stale = (
        []
        if file.read_text(encoding="utf-8") == as_po(entries, places)
        else [f"{file.name} is not up to date"]
    )
    old = [] if mo.exists() and mo.read_bytes() == as_mo(entries) else [f"{mo.name} is not up to date"]
    return untranslated + stale + old


def main(arguments: list[str]) -> int:
    wrong = 0
    for file in sorted(HERE.glob("*/LC_MESSAGES/*.po")):
        if arguments != ["--check"]:
            places = words()
            known = read(file)
            kept = {said: meant for said, meant in known.items() if not said or said in places}
            file.write_text(as_po(kept, places), encoding="utf-8")
            file.with_suffix(".mo").write_bytes(as_mo(kept))
        for problem in problems(file):
            wrong += 1
            sys.stderr.write(f"{file.parent.parent.name}: {problem}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
