"""Syllables, sentences and the score, on cases that can be counted by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.reading import perspicuity, sentences, spoken_words, syllables

SYLLABLES = """
pan:1 hoy:1 muy:1 ley:1 quién:1 y:1 NSS:1 buey:1
ahí:2 día:2 país:2 leer:2 guía:2 queja:2 ciudad:2 búho:2 construí:2 aún:2 banco:2 huella:2
cambiáis:2 ahorro:3 siguiente:3 oía:3 reúne:3 crédito:3 Uruguay:3 recibo:3 prohíbe:3 prohibido:3
continúa:4 aéreo:4 vehículo:4 cooperar:4 averigüe:4 Infonavit:4 mensualidad:4
escritura:4 hipoteca:4 notario:3 deuda:2 trámite:3 página:3 pingüino:3 cigüeña:3 baúl:2
"""


@pytest.mark.parametrize("pair", SYLLABLES.split())
def test_counts_the_syllables_of_a_word(pair: str) -> None:
    word, count = pair.split(":")
    assert syllables(word) == int(count)
    assert syllables(word.upper()) == int(count)


def test_splits_at_stops_and_not_inside_numbers_or_addresses() -> None:
    text = "Paga $1,500.50 hoy. Entra a micuenta.infonavit.org.mx. ¿Ya? ¡Sí! Llama al 800 008 3900"
    assert sentences(text) == [
        "Paga $1,500.50 hoy",
        "Entra a",
        "¿Ya",
        "¡Sí",
        "Llama al 800 008 3900",
    ]


def test_a_phone_or_an_amount_is_read_as_one_word() -> None:
    assert spoken_words("Llama al 800 008 3900") == 3
    assert spoken_words("Paga $1,500.50, o el 10 % más") == 6


def test_the_score_is_the_formula() -> None:
    # 2 sentences, 6 words, 8 syllables.
    text = "El pan es bueno. Come ya."
    assert sum(map(syllables, ("El", "pan", "es", "bueno", "Come", "ya"))) == 8
    assert perspicuity(text) == pytest.approx(206.835 - 62.3 * 8 / 6 - 6 / 2)


def test_a_law_scores_as_hard_and_a_story_for_children_as_easy() -> None:
    law = (
        "Las entidades financieras proporcionarán a las autoridades correspondientes la "
        "documentación comprobatoria que acredite fehacientemente el cumplimiento de las "
        "obligaciones establecidas en las disposiciones reglamentarias aplicables."
    )
    story = (
        "Había una vez una niña que vivía en una casa. Un día salió al campo y vio un pájaro azul."
    )
    hard, easy = perspicuity(law), perspicuity(story)
    assert hard is not None
    assert hard < 15
    assert easy is not None
    assert easy > 80


def test_without_words_there_is_no_score() -> None:
    assert perspicuity("") is None
    assert perspicuity("10 %. www.gob.mx") is None


@given(st.text(max_size=300))
def test_any_text_is_safe(text: str) -> None:
    score = perspicuity(text)
    assert score is None or score < 206.835
    assert all(syllables(word) >= 1 for word in text.split())
