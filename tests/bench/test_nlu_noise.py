"""Noise damages a text always alike and leaves vault tokens as they are."""

import re

import pytest

from bench.nlu.noise import KINDS, bare, fillers, joined, no_accents, phonetic, slips, sms, upper

TEXT = "¿Qué necesito para pagar mi crédito y llevar el recibo a la oficina, mañana?"
TOKEN = re.compile(r"⟦[A-ZÑ]+:\d+⟧")
MASKED = [
    "Mi NSS es ⟦NSS:1⟧, ¿cuánto debo hoy?",
    "⟦NSS:1⟧",
    "dice ⟦CODIGO:12⟧ y llegó también ⟦CONTRASEÑA:2⟧ al celular",
    "",
]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_text_is_damaged_alike(kind: str) -> None:
    assert KINDS[kind](TEXT) == KINDS[kind](TEXT) != TEXT


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", MASKED)
def test_vault_tokens_are_left_alone(kind: str, text: str) -> None:
    assert TOKEN.findall(KINDS[kind](text)) == TOKEN.findall(text)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_joined_to_a_vault_token(kind: str) -> None:
    for number in range(30):
        assert " ⟦NSS:1⟧ " in KINDS[kind](f"con el número {number} mi dato es ⟦NSS:1⟧ gracias")


def test_accents_go_and_ñ_stays() -> None:
    assert no_accents("¿Cuánto año pingüino Ñandú?") == "¿Cuanto año pinguino Ñandu?"


def test_upper_case_keeps_accents() -> None:
    assert upper("¿cuánto año?") == "¿CUÁNTO AÑO?"


def test_sms_shortens_and_drops_marks() -> None:
    assert sms("¿Qué necesito para pagar por OXXO?") == "q nesesito pa pagar x oxxo"


def test_a_slip_in_every_eight_letters() -> None:
    word = "abcdefgh"
    slipped = [slips(f"{word}{number}") for number in range(200)]
    assert all(abs(len(text) - len(f"{word}{n}")) <= 1 for n, text in enumerate(slipped))
    assert all(text != f"{word}{number}" for number, text in enumerate(slipped))
    assert slips("sí") == "sí"


def test_joining_takes_only_spaces() -> None:
    assert joined(TEXT).replace(" ", "") == TEXT.replace(" ", "")


def test_fillers_keep_the_words_in_order() -> None:
    words = iter(fillers(TEXT).split())
    assert all(word in words for word in TEXT.split())


def test_bare_keeps_letters_and_figures() -> None:
    assert bare("¿Cuánto es $1,000? ¡Ya!") == "cuánto es $1000 ya"


def test_spelled_by_ear_sounds_alike() -> None:
    assert phonetic("mmm") == "mmm"
    heard = {phonetic(f"vaca {number}").split()[0] for number in range(50)}
    assert heard == {"vaca", "baca", "vaka", "baka"}
    assert {phonetic(f"ocho {number}").split()[0] for number in range(20)} == {"ocho"}
