"""The readable file: one questionnaire as YAML that a clinician can review in a diff.

Pure Python. Round trip is identity, both ways for files written by `write_yaml`. A bad file raises
`DocumentError` with file, line, key and what was expected.
"""

from __future__ import annotations

from typing import Any

import yaml

from questionnaire.definition import Definition
from questionnaire.document import definition_to_plain
from questionnaire.document_place import DocumentError, DocumentPath
from questionnaire.document_reading import definition_from_plain

MAXIMUM_BYTES = 5_000_000
MAXIMUM_DEPTH = 12
_FLOW_LISTS = {
    *("items", "languages", "about", "readers", "tags", "covers"),
    *("not_asked", "raised", "not_raised", "cannot_tell"),
}
_FLOW_ANSWERS = 6
"""A vignette with at most this many answers has them on one line."""
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(text: str, *, file: str = "questionnaire") -> Definition:
    """The definition in this YAML text. `file` is only named in messages.

    Raises DocumentError with file, line, key and what was expected.
    """
    if len(text) > MAXIMUM_BYTES:
        raise DocumentError(
            f"{file}: larger than {MAXIMUM_BYTES // 1_000_000} MB; expected one questionnaire"
        )
    lines: dict[DocumentPath, int] = {}

    def complain(path: DocumentPath, expected: str) -> DocumentError:
        line = next(lines[path[:end]] for end in range(len(path), -1, -1) if path[:end] in lines)
        where = " › ".join(str(part) for part in path) or "the whole file"
        return DocumentError(f"{file}, line {line}, {where}: {expected}")

    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=_Loader)):
            raise DocumentError(f"{file}: uses YAML aliases (*name); expected every value written out")
        root = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise DocumentError(f"{file}, {_yaml_fault(error)}") from None
    except RecursionError:
        raise DocumentError(f"{file}: nested too deeply; expected one questionnaire") from None
    if root is None:
        raise DocumentError(f"{file}, line 1: the file is empty; expected one questionnaire")
    plain = _plain(root, (), lines, complain)
    return definition_from_plain(plain, complain=complain)


def write_yaml(definition: Definition) -> str:
    """The YAML text of this definition."""
    return yaml.dump(
        definition_to_plain(definition),
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=110,
        default_flow_style=False,
    )


class _Dumper(yaml.SafeDumper):
    """Block style throughout, lists of ids and a vignette's few answers on one line, list items indented."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data: object) -> bool:
        return True

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> yaml.MappingNode:
        node = super().represent_mapping(tag, mapping, flow_style)
        for key, value in node.value:
            if key.value in _FLOW_LISTS and isinstance(value, yaml.SequenceNode):
                value.flow_style = all(len(item.value) < 60 for item in value.value)
            if key.value == "answers" and isinstance(value, yaml.MappingNode):
                _on_few_lines(value)
        return node


def _on_few_lines(answers: yaml.MappingNode) -> None:
    answers.flow_style = len(answers.value) <= _FLOW_ANSWERS
    for _, value in answers.value:
        if isinstance(value, yaml.SequenceNode):
            value.flow_style = True


def _plain(node: yaml.Node, path: DocumentPath, lines: dict[DocumentPath, int], complain: Any) -> object:
    """Plain data of a YAML node, noting every value's line. Scalars stay text but for whole numbers and
    booleans."""
    lines[path] = node.start_mark.line + 1
    if len(path) > MAXIMUM_DEPTH:
        raise complain(path, f"nested more than {MAXIMUM_DEPTH} deep (or an alias to itself)")
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, index), lines, complain) for index, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        values: dict[str, object] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise complain(path, "expected a simple key")
            if key.value in values:
                lines[path] = key.start_mark.line + 1
                raise complain(path, f'the key "{key.value}" stands twice')
            values[key.value] = _plain(value, (*path, key.value), lines, complain)
        return values
    return _scalar(node)


def _scalar(node: yaml.Node) -> object:
    if node.tag == "tag:yaml.org,2002:int" and node.value.lstrip("-").isdecimal():
        return int(node.value)
    if node.tag == "tag:yaml.org,2002:bool":
        return node.value.lower() in {"true", "yes", "on"}
    return None if node.tag == "tag:yaml.org,2002:null" else node.value


def _yaml_fault(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    place = f"line {mark.line + 1}" if mark else "line 1"
    return f"{place}: not readable as YAML ({getattr(error, 'problem', None) or 'unexpected content'})"
