"""From the text of a condition to its expression, with an error that says where and what could stand there.

The grammar is in `grammar.lark`. Whether the ids and codes exist is not looked at here:
`checks/conditions.py` does that.
"""

from __future__ import annotations

import difflib
from functools import lru_cache
from importlib.resources import files
from typing import cast

from lark import Lark, Token, Transformer, UnexpectedInput, UnexpectedToken, v_args
from lark.exceptions import VisitError

from questionnaire.definition import Definition
from questionnaire.rules.conditions import (
    AllOf,
    AnyOf,
    Compare,
    Expression,
    HasAny,
    Missing,
    MissingKind,
    NotBelow,
    OneOf,
    Position,
    ScoreAtLeast,
    Test,
    iter_tests,
    list_link_ids,
)

MAXIMUM_LENGTH = 10_000
MAXIMUM_DEPTH = 20
MAXIMUM_DIGITS = 9
_KEYWORDS = ("AND", "OR", "in", "has", "has-any", "score", "unknown", "unknown-any", "unsure", "unanswered")


class ConditionError(ValueError):
    """A text that is not a condition. The message says line, column, what stands there and what could."""

    def __init__(
        self, found: str, expected: tuple[str, ...], position: Position, suggestion: str | None = None
    ) -> None:
        self.found, self.expected, self.suggestion = found, expected, suggestion
        self.line, self.column = position.line, position.column
        could = f"; expected {_join_names(expected)}" if expected else ""
        hint = f'; did you mean "{suggestion}"?' if suggestion else ""
        super().__init__(f"line {self.line}, column {self.column}: found {found}{could}{hint}")


@lru_cache(maxsize=4096)
def parse_condition(text: str) -> Expression:
    """The expression in this text. Raises ConditionError if it is not a condition."""
    _refuse_oversize(text)
    try:
        return cast(Expression, _load_parser().parse(text))
    except UnexpectedInput as error:
        raise _make_syntax_error(error, text) from None
    except VisitError as error:
        raise error.orig_exc from None


def _refuse_oversize(text: str) -> None:
    if len(text) > MAXIMUM_LENGTH:
        raise ConditionError(f"{len(text)} characters", (f"at most {MAXIMUM_LENGTH}",), Position())
    depth = 0
    for place, character in enumerate(text):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth > MAXIMUM_DEPTH:
            raise ConditionError(
                f"more than {MAXIMUM_DEPTH} nested brackets",
                ("a simpler condition",),
                _position_at(text, place),
            )


@v_args(inline=True)
class _ExpressionBuilder(Transformer[Token, Expression]):
    """Turns parsed tokens into the dataclasses of conditions.py; each method is named after a rule of the
    grammar."""

    def either(self, *terms: Expression) -> Expression:
        return terms[0] if len(terms) == 1 else AnyOf(_flatten(terms, AnyOf))

    def both(self, *terms: Expression) -> Expression:
        return terms[0] if len(terms) == 1 else AllOf(_flatten(terms, AllOf))

    def is_code(self, link_id: Token, code: Token) -> Expression:
        return OneOf(str(link_id), (str(code),), _position_of(link_id))

    def one_of(self, link_id: Token, *codes: Token) -> Expression:
        return OneOf(str(link_id), _require_distinct(codes), _position_of(link_id))

    def has(self, link_id: Token, code: Token) -> Expression:
        return HasAny(str(link_id), (str(code),), _position_of(link_id))

    def has_any(self, link_id: Token, *codes: Token) -> Expression:
        return HasAny(str(link_id), _require_distinct(codes), _position_of(link_id))

    def compare(self, link_id: Token, operator: Token, number: Token) -> Expression:
        return Compare(str(link_id), str(operator), _read_number(number), _position_of(link_id))

    def at_least(self, link_id: Token, number: Token) -> Expression:
        return Compare(str(link_id), ">=", _read_number(number), _position_of(link_id))

    def not_below(self, link_id: Token, other: Token) -> Expression:
        return NotBelow(str(link_id), str(other), _position_of(link_id))

    def score(self, name: Token, number: Token) -> Expression:
        return ScoreAtLeast(str(name), _read_number(number), _position_of(name))

    def unknown(self, *ids: Token) -> Expression:
        return Missing(MissingKind.UNKNOWN, _require_distinct(ids), _position_of(ids[0]))

    def unsure(self, link_id: Token) -> Expression:
        return Missing(MissingKind.UNSURE, (str(link_id),), _position_of(link_id))

    def unanswered(self, link_id: Token) -> Expression:
        return Missing(MissingKind.UNANSWERED, (str(link_id),), _position_of(link_id))


def _flatten(terms: tuple[Expression, ...], kind: type[AllOf] | type[AnyOf]) -> tuple[Expression, ...]:
    """Bracketed ORs inside an OR (and ANDs inside an AND) say nothing extra."""
    return tuple(inner for term in terms for inner in (term.terms if isinstance(term, kind) else (term,)))


def _require_distinct(tokens: tuple[Token, ...]) -> tuple[str, ...]:
    repeated = next((token for place, token in enumerate(tokens) if token in tokens[:place]), None)
    if repeated is not None:
        raise ConditionError(f'"{repeated}" twice', ("each once",), _position_of(repeated))
    return tuple(str(token) for token in tokens)


def _read_number(token: Token) -> int:
    if len(token) > MAXIMUM_DIGITS:
        raise ConditionError(
            f"a number of {len(token)} digits", (f"at most {MAXIMUM_DIGITS} digits",), _position_of(token)
        )
    return int(token)


def _position_of(token: Token) -> Position:
    return Position(token.line or 1, token.column or 1)


@lru_cache(maxsize=1)
def _load_parser() -> Lark:
    grammar = files("questionnaire.rules").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", transformer=_ExpressionBuilder(), maybe_placeholders=False)


# What a condition reads -------------------------------------------------------------------------------------


def parse_if_valid(text: str | None) -> Expression | None:
    """The expression in this text; None for an empty one or one with a syntax error."""
    try:
        return parse_condition(text) if text else None
    except ConditionError:
        return None


def find_questions_read(definition: Definition, text: str | None) -> frozenset[str]:
    """The link ids a condition reads, the items of its scores included."""
    expression = parse_if_valid(text)
    tests = iter_tests(expression) if expression else ()
    return frozenset(link_id for test in tests for link_id in _find_questions_of_test(definition, test))


def _find_questions_of_test(definition: Definition, test: Test) -> tuple[str, ...]:
    if isinstance(test, ScoreAtLeast):
        score = definition.scores_by_name.get(test.name)
        return score.items if score else ()
    return list_link_ids(test)


# Explaining a syntax error ----------------------------------------------------------------------------------

_TERMINAL_NAMES = {
    "ID": "a question or score name",
    "CODE": "an option code",
    "NUMBER": "a whole number",
    "AT_MOST": '"<="',
    "MORE": '">"',
    "LESS": '"<"',
    "EQUAL": '"="',
    "_AT_LEAST": '">="',
    "LPAR": '"("',
    "RPAR": '")"',
    "LBRACE": '"{"',
    "RBRACE": '"}"',
    "COMMA": '","',
    "_IN": '"in"',
    "_HAS": '"has"',
    "_HAS_ANY": '"has-any"',
    "_SCORE": '"score"',
    "$END": "the end",
}


def _make_syntax_error(error: UnexpectedInput, text: str) -> ConditionError:
    ended = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    place = len(text.rstrip()) if ended else (error.pos_in_stream or 0)
    word = "" if ended else _read_word(text, place)
    names = (
        getattr(error, "accepts", None) or getattr(error, "allowed", None) or getattr(error, "expected", None)
    )
    expected = tuple(sorted({_name_terminal(name) for name in names or ()}))
    found = f'"{word}"' if word else "the end"
    return ConditionError(found, expected, _position_at(text, place), _suggest_keyword(word, expected))


def _suggest_keyword(word: str, expected: tuple[str, ...]) -> str | None:
    """The keyword that was probably meant: one like this word, or this word in capitals."""
    possible = [keyword for keyword in _KEYWORDS if f'"{keyword}"' in expected]
    if word and (close := difflib.get_close_matches(word, possible, 1, 0.5)):
        return close[0]
    return next(
        (keyword for keyword in _KEYWORDS if keyword.lower() == word.lower() and keyword != word), None
    )


def _position_at(text: str, place: int) -> Position:
    return Position(text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place))


def _read_word(text: str, place: int) -> str:
    end = place
    while end < len(text) and (text[end].isalnum() or text[end] in "-_"):
        end += 1
    return text[place : max(end, place + 1)]


def _name_terminal(terminal: str) -> str:
    if terminal in _TERMINAL_NAMES:
        return _TERMINAL_NAMES[terminal]
    definition = next((t for t in _load_parser().terminals if t.name == terminal), None)
    return f'"{definition.pattern.value}"' if definition else terminal


def _join_names(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
