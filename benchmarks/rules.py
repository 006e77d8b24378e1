"""`make bench`: how fast one patient is judged, and a file of patients; also as a ratio to a baseline of this
run."""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from questionnaire import rules, yaml_file
from questionnaire.definition import Definition, Question, QuestionType

ROOT = Path(__file__).resolve().parent.parent
INSTRUMENT = ROOT / "questionnaire" / "instruments" / "ketamine.yaml"
PATIENTS = 2_000


def main() -> None:
    definition = yaml_file.read_yaml(INSTRUMENT.read_text(encoding="utf-8"), file=INSTRUMENT.name)
    chance = random.Random(1)
    patients = [some_answers(definition, chance) for _ in range(PATIENTS)]
    judged = median_seconds(lambda answers: rules.assess(definition, answers), patients)
    copied = median_seconds(lambda answers: json.loads(json.dumps(answers)), patients)
    print(
        f"assess(), {len(definition.questions)} questions, {len(definition.flags)} flags: median "
        f"{judged * 1e6:.0f} µs"
    )
    print(f"  = {judged / copied:.1f} times writing and reading the same answers as JSON")
    print(f"screen --jsonl: {PATIENTS / screen_seconds(patients):.0f} answer sets a second, after start-up")


def some_answers(definition: Definition, chance: random.Random) -> dict[str, object]:
    return {link_id: some_answer(question, chance) for link_id, question in definition.questions.items()}


def some_answer(question: Question, chance: random.Random) -> object:
    codes = [choice.code for choice in question.options]
    if question.type is QuestionType.CHOICE:
        return chance.choice(codes)
    if question.type is QuestionType.MULTI_CHOICE:
        return [chance.choice(codes)]
    if question.type is QuestionType.INTEGER:
        return chance.randint(question.minimum or 0, question.maximum or 100)
    return "a few words"


def median_seconds(work: Callable[[dict[str, object]], object], patients: list[dict[str, object]]) -> float:
    times = []
    for answers in patients:
        began = time.perf_counter()
        work(answers)
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def screen_seconds(patients: list[dict[str, object]]) -> float:
    """Seconds that all these patients take through the command, less what one patient takes."""
    with tempfile.TemporaryDirectory() as folder:
        manage("migrate", "--verbosity=0", folder=folder)
        manage("load_questionnaire", str(INSTRUMENT), "--publish", folder=folder)
        lines = "".join(f"{json.dumps(answers)}\n" for answers in patients)
        one = timed(folder, lines.partition("\n")[0] + "\n")
        return timed(folder, lines) - one


def timed(folder: str, lines: str) -> float:
    began = time.perf_counter()
    manage("screen", "--jsonl", "-", folder=folder, given=lines)
    return time.perf_counter() - began


def manage(*arguments: str, folder: str, given: str = "") -> None:
    from screening.core.keys import new_keys, new_secret

    surroundings = {**os.environ, "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3", "DEMO": "1"}
    keys = {"SECRET_KEY": new_secret(), "ANSWER_KEYS": new_keys()}
    subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**surroundings, **keys},
        input=given,
        text=True,
        stdout=subprocess.DEVNULL,
        check=True,
    )


if __name__ == "__main__":
    main()
