"""What a patient wrote can be read by this installation, in its own row, unchanged, and by nobody else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from screening.core import encryption, keys
from screening.core.encryption import DecryptionError, keyed_hash, seal, unseal
from screening.core.keys import KeysetError

ANSWERS = {"age": 0, "goal": "", "list": [], "words": ["a", "ñ", "😀"], "no": False, "nothing": None}


@given(
    st.dictionaries(
        st.text(max_size=8), st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text())
    )
)
def test_whatever_is_sealed_comes_back_as_it_was(plain: dict[str, object]) -> None:
    assert unseal(seal(plain, purpose="p"), purpose="p") == plain


def test_a_sealed_value_does_not_show_what_is_in_it() -> None:
    assert b"SECRETANSWER" not in seal({"a": "SECRETANSWER"}, purpose="p")


def test_the_same_answers_never_look_the_same_twice() -> None:
    assert seal(ANSWERS, purpose="p") != seal(ANSWERS, purpose="p")


def test_a_value_moved_to_another_row_does_not_open() -> None:
    with pytest.raises(DecryptionError):
        unseal(seal(ANSWERS, purpose="submission:a:response"), purpose="submission:b:response")


def test_any_flipped_byte_is_noticed() -> None:
    blob = seal(ANSWERS, purpose="p")
    for place in range(len(blob)):
        damaged = bytearray(blob)
        damaged[place] ^= 1
        with pytest.raises(DecryptionError):
            unseal(bytes(damaged), purpose="p")


@pytest.mark.parametrize("blob", [b"", b"\x01", b"words that were never sealed"])
def test_what_was_never_sealed_does_not_open(blob: bytes) -> None:
    with pytest.raises(DecryptionError):
        unseal(blob, purpose="p")


def test_another_installation_cannot_open_it(settings: Settings) -> None:
    blob = seal(ANSWERS, purpose="p")
    settings.ANSWER_KEYS = keys.new_keys()
    with pytest.raises(DecryptionError):
        unseal(blob, purpose="p")


def test_after_a_new_key_old_values_open_and_new_ones_use_it(settings: Settings) -> None:
    old = seal(ANSWERS, purpose="p")
    settings.ANSWER_KEYS = keys.with_new_primary(settings.ANSWER_KEYS)
    fresh = seal(ANSWERS, purpose="p")
    assert unseal(old, purpose="p") == unseal(fresh, purpose="p") == ANSWERS
    assert (encryption.sealed_by_primary(old), encryption.sealed_by_primary(fresh)) == (False, True)
    settings.ANSWER_KEYS = keys.only_primary(settings.ANSWER_KEYS)
    assert unseal(fresh, purpose="p") == ANSWERS
    with pytest.raises(DecryptionError):
        unseal(old, purpose="p")


@pytest.mark.parametrize("line", ["", "abc", "ü", "AAAA", "not a keyset", "CAE"])
def test_a_line_that_is_no_keyset_is_refused(line: str) -> None:
    with pytest.raises(KeysetError, match="generate_keys"):
        keys.check_keys(line)


def test_a_keyed_hash_depends_on_text_purpose_and_key(settings: Settings) -> None:
    first = keyed_hash("token", purpose="token")
    assert len(first) == 64
    assert first == keyed_hash("token", purpose="token")
    assert first != keyed_hash("token", purpose="page")
    assert first != keyed_hash("other", purpose="token")
    settings.SECRET_KEY = "another"
    assert first != keyed_hash("token", purpose="token")
