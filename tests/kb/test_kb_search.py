"""The search offers the right trámite among its three nearest."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kb.library import Library
from kb.search import Search
from kb.text import fold, words

QUESTIONS: dict[str, list[str]] = {
    wanted: texts
    for file in sorted((Path(__file__).parent / "questions").glob("*.yml"))
    for wanted, texts in yaml.safe_load(file.read_text(encoding="utf-8")).items()
}
SEARCH = Search(Library.load())


def _ids(text: str, k: int = 3) -> list[str]:
    return [hit.tramite.id for hit in SEARCH.nearest(text, k)]


def test_the_right_one_is_among_three_for_nine_questions_in_ten() -> None:
    asked = [(wanted, text) for wanted, texts in QUESTIONS.items() for text in texts]
    missed = [(wanted, text) for wanted, text in asked if wanted not in _ids(text)]
    assert len(asked) >= 150
    assert 1 - len(missed) / len(asked) >= 0.9, missed


def test_the_questions_ask_for_every_tramite() -> None:
    assert set(QUESTIONS) == set(Library.load().ids())


@pytest.mark.parametrize("text", ["", "   ", "🙂🙂", "de la que", "xyzzy plugh", "¿?", "s", "ss"])
def test_nothing_known_finds_nothing(text: str) -> None:
    assert SEARCH.nearest(text) == []


def test_case_and_accents_do_not_matter() -> None:
    assert SEARCH.nearest("CORRECCION DE RFC") == SEARCH.nearest("corrección de rfc")


def test_gives_at_most_k_best_first() -> None:
    hits = SEARCH.nearest("pagar mi crédito", k=5)
    assert len(hits) == 5
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert [hit.tramite.id for hit in hits[:2]] == _ids("pagar mi crédito", k=2)


@given(st.text(max_size=200))
def test_any_text_is_safe(text: str) -> None:
    assert all(hit.score > 0 for hit in SEARCH.nearest(text))


def test_words_are_folded() -> None:
    assert fold("ÑANDÚ Página") == "nandu pagina"
    assert words("¿Cuánto debo, mi RFC?") == ["cuanto", "debo", "mi", "rfc"]
