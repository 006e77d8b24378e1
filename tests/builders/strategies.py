"""Random answer sets for the shipped questionnaire: honest ones, and hostile ones."""

from __future__ import annotations

from hypothesis import strategies as st

from questionnaire.definition import NONE_CODE, UNSURE_CODES, Question, QuestionType
from tests.builders.shipped import shipped


def answer_to(question: Question, *, blank: bool = True) -> st.SearchStrategy[object]:
    """Every answer a form could store for this question."""
    nothing = [st.none()] if blank else []
    if question.type is QuestionType.CHOICE:
        return st.one_of(*nothing, st.sampled_from([choice.code for choice in question.options]))
    if question.type is QuestionType.MULTI_CHOICE:
        return st.one_of(*nothing, _several(question))
    if question.type is QuestionType.INTEGER:
        numbers = st.integers(question.minimum or 0, question.maximum or 300)
        return st.one_of(*nothing, numbers, st.sampled_from(sorted(UNSURE_CODES)))
    return st.one_of(*nothing, st.just("ibuprofen 200 mg"), st.just("not-sure"))


def _several(question: Question) -> st.SearchStrategy[object]:
    order = [choice.code for choice in question.options]
    exclusive = [[code] for code in order if code == NONE_CODE]
    others = [code for code in order if code != NONE_CODE]
    sets = st.sets(st.sampled_from(others), min_size=1, max_size=4).map(
        lambda s: [c for c in order if c in s]
    )
    return st.one_of(sets, *[st.just(one) for one in exclusive])


@st.composite
def answer_sets(draw: st.DrawFn) -> dict[str, object]:
    """Answers to any part of the questionnaire, leftovers to closed questions among them."""
    definition = shipped()
    every = st.fixed_dictionaries(
        {}, optional={q.link_id: answer_to(q) for q in definition.questions.values()}
    )
    return {link_id: value for link_id, value in draw(every).items() if value is not None}


HOSTILE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.sampled_from(
        ["not-sure", "none", "yes", "0", "٣", "１２", "\x00", "<b>", "-1", "9" * 500, "1e5", "\ud800", " "]
    ),
    st.lists(
        st.one_of(st.text(max_size=5), st.integers(), st.none(), st.lists(st.text(), max_size=1)), max_size=4
    ),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


def hostile_sets() -> st.SearchStrategy[dict[str, object]]:
    """Anything JSON can carry, under real link ids and made-up ones."""
    names = st.one_of(st.sampled_from(list(shipped().questions)), st.text(max_size=10))
    return st.dictionaries(names, HOSTILE, max_size=40)
