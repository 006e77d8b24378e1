"""What a patient must never read, and how hard a sentence is to read.

The banned phrases are those of the safety contract: verdicts, promises, blame, diagnoses and medicine advice.
A phrase is found as whole words, whatever its case. The reading grade is a gate, not a judge.
"""

from __future__ import annotations

import re
from functools import lru_cache

import pyphen

CLOSINGS = {
    "en": ("discuss this with your physician",),
    "es": ("hable de esto con su médico", "hable también de esto con su médico"),
}
"""Every sentence of a flag that a patient reads ends in a talk with the physician."""

CLOSING_SENTENCE = {
    "en": "Please discuss this with your physician.",
    "es": "Por favor, hable de esto con su médico.",
}

BANNED: dict[str, tuple[str, ...]] = {
    "en": (
        *(
            "eligible",
            "ineligible",
            "eligibility",
            "qualify",
            "qualifies",
            "qualified",
            "disqualified",
            "candidate",
        ),
        *(
            "candidacy",
            "suitable for you",
            "unsuitable for you",
            "suitable",
            "unsuitable",
            "right for you",
            "good fit",
        ),
        *(
            "contraindicated",
            "contraindication",
            "cleared",
            "clearance",
            "approved for you",
            "approved",
            "all clear",
        ),
        *(
            "safe for you",
            "unsafe for you",
            "safe to",
            "is safe",
            "are safe",
            "unsafe",
            "recommended",
            "we recommend",
        ),
        *(
            "you should take",
            "you should not take",
            "you should",
            "you can have",
            "you cannot have",
            "denied",
        ),
        *("rejected", "passed", "failed", "score", "scored", "high risk", "low risk", "no risk", "risk-free"),
        *(
            "normal",
            "abnormal",
            "nothing to worry about",
            "guarantee",
            "guaranteed",
            "cure",
            "cures",
            "miracle",
        ),
        *("breakthrough", "life-changing", "game-changer", "you have depression", "you are depressed"),
        *(
            "your answers mean",
            "diagnosed you",
            "addict",
            "addicts",
            "abuser",
            "abuse",
            "junkie",
            "clean or dirty",
        ),
        *(
            "non-compliant",
            "noncompliant",
            "suffers from",
            "suffering from",
            "committed suicide",
            "commit suicide",
        ),
        *("attention-seeking", "stop taking", "start taking", "change your dose", "the system decided"),
    ),
    "es": (
        *("elegible", "no elegible", "elegibilidad", "califica", "calificar", "calificado", "descalificado"),
        *("candidato", "candidata", "apto", "apta", "no apto", "adecuado para usted", "adecuada para usted"),
        *(
            "contraindicado",
            "contraindicada",
            "contraindicación",
            "autorizado",
            "autorizada",
            "aprobado",
            "aprobada",
        ),
        *("seguro para usted", "segura para usted", "es seguro", "es segura", "inseguro", "recomendado"),
        *("recomendada", "recomendamos", "debe tomar", "no debe tomar", "puede recibir", "no puede recibir"),
        *("rechazado", "rechazada", "denegado", "negado", "aprobó", "reprobó", "puntuación", "puntaje"),
        *(
            "alto riesgo",
            "bajo riesgo",
            "riesgo alto",
            "riesgo bajo",
            "sin riesgo",
            "libre de riesgo",
            "normal",
        ),
        *("anormal", "nada de qué preocuparse", "garantía", "garantizado", "cura", "milagro", "milagroso"),
        *(
            "usted tiene depresión",
            "sus respuestas significan",
            "adicto",
            "adicta",
            "drogadicto",
            "drogadicta",
        ),
        *("abuso", "sufre de", "cometió suicidio", "se suicidó", "llamar la atención", "deje de tomar"),
        *("empiece a tomar", "cambie su dosis", "el sistema decidió"),
    ),
}


UNITS = ("years", "months", "weeks", "days", "hours", "minutes", "times", "drinks", "tablets")
"""Units that are words, known in every language of the pages. Others, such as mmHg, are the same
everywhere."""


def find_banned_phrases(text: str, language: str = "en") -> list[str]:
    """The banned phrases in this text, in the order of the list; a longer phrase hides the shorter ones
    inside it."""
    plain = _plain(text)
    found = [
        phrase for phrase in BANNED.get(language, ()) if phrase in plain and _pattern(phrase).search(plain)
    ]
    return [phrase for phrase in found if not any(phrase != other and phrase in other for other in found)]


def has_closing(text: str, language: str = "en") -> bool:
    """Whether the text ends in a talk with the physician, in this language."""
    closings = CLOSINGS.get(language)
    return closings is None or _plain(text).rstrip(" .").endswith(closings)


def drop_closing(text: str, language: str = "en") -> str:
    """The text without its last sentence, where that is the closing one and not all there is.

    For lists of sentences that say it once for all.
    """
    closing = CLOSING_SENTENCE.get(language, "")
    shorter = text.strip().removesuffix(closing).rstrip() if closing else ""
    return shorter or text


def compute_reading_grade(text: str, language: str = "en") -> float:
    """How many years of school this text asks for.

    English: Flesch-Kincaid grade. Spanish: Fernández-Huerta ease, turned to years on the same scale (90 is
    grade 4, 60 is grade 9). Syllables are counted by hyphenation (pyphen), so single words may be off by one.
    """
    words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text)
    if not words:
        return 0.0
    sentences = max(1, len(re.findall(r"[.!?]+(?=\s|$)", text)))
    syllables = sum(_syllables(word, language) for word in words)
    per_sentence, per_word = len(words) / sentences, syllables / len(words)
    if language == "es":
        ease = 206.84 - 60 * per_word - 1.02 * per_sentence
        return round(max(0.0, 4 + (90 - ease) / 6), 1)
    return round(max(0.0, 0.39 * per_sentence + 11.8 * per_word - 15.59), 1)


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().lower().replace("’", "'")


@lru_cache(maxsize=1024)
def _pattern(phrase: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-]){re.escape(phrase)}(?![\w-])")


def _syllables(word: str, language: str) -> int:
    return max(1, len(_hyphenation(language).positions(word.lower())) + 1)


@lru_cache(maxsize=8)
def _hyphenation(language: str) -> pyphen.Pyphen:
    known = pyphen.language_fallback(language) or "en_US"
    return pyphen.Pyphen(lang=known, left=1, right=1)
