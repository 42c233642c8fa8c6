"""The meaning of trámites, on vectors small enough to be worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kb.library import Library
from kb.meaning import Meaning, passages
from kb.model import Tramite
from kb.search import Search
from kb.text import fold

UP, RIGHT = np.array([0.0, 1.0], np.float32), np.array([1.0, 0.0], np.float32)


@pytest.fixture
def library(data: dict[str, Any]) -> Library:
    other = data | {"id": "abrir_cuenta", "title": "Abrir cuenta", "synonyms": ["una cuenta"]}
    return Library((Tramite.model_validate(data), Tramite.model_validate(other)))


@pytest.fixture
def meaning(library: Library) -> Meaning:
    own = {"abrir_cuenta": np.array([UP, UP, RIGHT]), "pedir_copia": np.array([UP, RIGHT, RIGHT])}
    return Meaning.of(library, own, {"pedir_copia": [UP, RIGHT]})


def test_two_passages_count_and_not_one(meaning: Meaning) -> None:
    nearest, _ = meaning.scores(UP)
    assert nearest.tolist() == [2.0, 1.0]


def test_what_nobody_asks_has_no_centre(meaning: Meaning) -> None:
    _, asked = meaning.scores(UP)
    assert asked.tolist() == pytest.approx([0.0, 0.5**0.5])


def test_what_is_saved_is_read_again(meaning: Meaning, tmp_path: Path) -> None:
    meaning.save(tmp_path / "meaning.npz")
    again = Meaning.load(tmp_path / "meaning.npz")
    for before, after in zip(meaning.scores(RIGHT), again.scores(RIGHT), strict=True):
        assert after == pytest.approx(before, abs=1e-3)


def test_a_meaning_is_found_when_no_word_is(library: Library, meaning: Meaning) -> None:
    search = Search(library, meaning=meaning)
    assert search.nearest("xyzzy") == []
    assert search.nearest("xyzzy", vector=RIGHT)[0].tramite.id == "pedir_copia"


def test_what_people_ask_is_found_by_its_words(library: Library) -> None:
    assert Search(library).nearest("fotostática") == []
    search = Search(library, asked={"pedir_copia": ["dónde saco la fotostática"]})
    assert [hit.tramite.id for hit in search.nearest("fotostática")] == ["pedir_copia"]


def test_passages_are_short_and_say_what_the_topic_is() -> None:
    for tramite in Library.load():
        texts = passages(tramite)
        folded = [fold(text) for text in texts]
        assert {fold(text) for text in (tramite.title, *tramite.synonyms)} <= set(folded)
        assert len(set(folded)) == len(folded)
        assert max(map(len, texts)) <= 220
