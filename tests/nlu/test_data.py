"""Check the NLU examples: they parse, they are enough, distinct and free of personal data.

`dev.jsonl`, `dev_talk.jsonl`, `outside.jsonl` and `double.jsonl` guided the training data, so
accuracy on them flatters; `blind.jsonl` did not and must not: never read its errors to write
examples.
"""

import json
import re
import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import yaml
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer

from kb.library import Library

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "bot" / "data" / "nlu").glob("*.yml"))
DEV, TALK, OUTSIDE, BLIND = (
    Path(__file__).with_name(f"{name}.jsonl") for name in ("dev", "dev_talk", "outside", "blind")
)
SEVERAL = Path(__file__).with_name("double.jsonl")
HELD_OUT = (DEV, TALK, OUTSIDE, BLIND)
_CONFIG = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
_DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
TOPICS = frozenset(Library.load().ids())
OTHERS = frozenset(_DOMAIN["intents"]) - frozenset(_CONFIG["importers"][0]["payload_only"])
MOST_ASKED = (
    "atraso_perder_casa",
    "precalificacion_puntos",
    "quejas",
    "fraudes",
    "devolucion_subcuenta",
    "tipos_de_credito",
    "consultar_saldo_credito",
    "aviso_retencion",
    "citas_cesi",
    "donde_como_pagar",
)
EXAMPLES_OF_A_TOPIC, OF_THE_MOST_ASKED, OF_ANOTHER = 140, 165, 55
PER_INTENT = {DEV: 10, TALK: 4, OUTSIDE: 25}

# Shared character trigrams over all of them: above these two lines say the same thing
# in the same words. Within an intent a fixed core ("mi nss es …") is legitimate.
NEAR_ACROSS, NEAR_WITHIN, NEAR_HELD_OUT = 0.80, 0.87, 0.75

BLOCK = 500

TOKEN = re.compile(r"⟦[A-Z]+:\d+⟧")
PERSONAL = {
    "eleven digits or more": re.compile(r"\d(?:[ .-]?\d){10,}"),
    "telephone": re.compile(r"(?<!\d)\d(?:[ .()-]{0,2}\d){9}(?!\d)"),
    "curp": re.compile(r"\b[a-z]{4}\d{6}[hmx][a-z]{5}[0-9a-z]\d\b", re.IGNORECASE),
    "rfc": re.compile(r"\b[a-zñ&]{3,4}[ -]?\d{6}(?:[ -]?[0-9a-z]{3})?\b", re.IGNORECASE),
    "e-mail": re.compile(r"\S+@\S+\.\w+"),
}


class Example(NamedTuple):
    """One line of text, the intents it may mean and where it is written."""

    text: str
    intents: tuple[str, ...]
    source: str


def fold(text: str) -> str:
    """Reduce a text to lower-case letters and digits, without accents or punctuation."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    words = re.sub(r"[^\w]+", " ", plain).strip()
    # A text of emoji only has no letters: it is compared as it stands.
    return words or text.strip()


@cache
def training() -> tuple[Example, ...]:
    """Read every training example."""
    examples = []
    for file in FILES:
        for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            for line in block["examples"].splitlines():
                text = line.removeprefix("- ").strip()
                examples.append(Example(text, (block["intent"],), file.name))
    return tuple(examples)


@cache
def held_out(file: Path) -> tuple[Example, ...]:
    """Read every line of a set that is kept out of training."""
    examples = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        row = json.loads(line)
        intents = tuple(row["intents"]) if "intents" in row else (row["intent"],)
        examples.append(Example(row["text"], intents, f"{file.name}:{number}"))
    return tuple(examples)


def held_out_lines() -> tuple[Example, ...]:
    """List the lines of every set that is kept out of training."""
    several = tuple(
        Example(row["text"], tuple(row["parts"][0]), f"{SEVERAL.name}:{number}")
        for number, row in enumerate(map(json.loads, SEVERAL.open(encoding="utf-8")), start=1)
    )
    return tuple(line for file in HELD_OUT for line in held_out(file)) + several


def everything() -> tuple[Example, ...]:
    """List the training examples and the lines of every other set."""
    return training() + held_out_lines()


def similar_pairs(
    left: tuple[Example, ...], right: tuple[Example, ...], threshold: float
) -> list[tuple[Example, Example, float]]:
    """Find the pairs whose character trigrams have a Jaccard index at or above the threshold."""
    vectorizer = CountVectorizer(
        analyzer="char_wb", ngram_range=(3, 3), binary=True, dtype=np.float32
    )
    texts = [fold(example.text) for example in left + right]
    every: csr_matrix = vectorizer.fit_transform(texts)
    first, second = every[: len(left)], every[len(left) :]
    sizes_first = np.asarray(first.sum(axis=1)).ravel()
    sizes_second = np.asarray(second.sum(axis=1)).ravel()
    found = []
    # In blocks: all against all does not fit in memory.
    for start in range(0, len(left), BLOCK):
        shared = (first[start : start + BLOCK] @ second.T).toarray()
        union = sizes_first[start : start + BLOCK, np.newaxis] + sizes_second - shared
        index = shared / np.maximum(union, 1)
        for row, column in zip(*np.where(index >= threshold), strict=True):
            found.append((left[start + row], right[column], float(index[row, column])))
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_file_follows_the_training_format(file: Path) -> None:
    """Every file is Rasa 3.1 NLU, one block an intent, one example a line."""
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert content["version"] == "3.1"
    assert set(content) == {"version", "nlu"}
    for block in content["nlu"]:
        assert set(block) == {"intent", "examples"}
        for line in block["examples"].splitlines():
            assert line.startswith("- "), (block["intent"], line)
            assert line[2:].strip(), block["intent"]
            # A leading slash is a payload; square brackets and braces are entity markup.
            assert not line[2:].startswith("/"), line
            assert not set("[]{}") & set(line), line


def test_every_intent_is_written_once() -> None:
    """The files hold exactly the known intents, each in one block."""
    blocks = Counter(
        block["intent"]
        for file in FILES
        for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]
    )
    assert set(blocks) == TOPICS | OTHERS
    assert [intent for intent, times in blocks.items() if times > 1] == []


def test_training_has_enough_examples() -> None:
    """Every topic has many examples, the most asked have more."""
    counts = Counter(example.intents[0] for example in training())
    needed = dict.fromkeys(OTHERS, OF_ANOTHER) | dict.fromkeys(TOPICS, EXAMPLES_OF_A_TOPIC)
    needed |= dict.fromkeys(MOST_ASKED, OF_THE_MOST_ASKED)
    assert {intent: counts[intent] for intent in needed if counts[intent] < needed[intent]} == {}


@pytest.mark.parametrize("file", [DEV, TALK, OUTSIDE], ids=["dev", "talk", "outside"])
def test_development_set_has_enough_lines(file: Path) -> None:
    """Every intent has enough lines to be measured."""
    counts = Counter(example.intents[0] for example in held_out(file))
    outside = {intent for intent in OTHERS if intent.startswith("fuera_")}
    wanted = {DEV: TOPICS, TALK: OTHERS - outside, OUTSIDE: outside}[file]
    short = {intent: counts[intent] for intent in wanted if counts[intent] < PER_INTENT[file]}
    assert short == {}


def test_the_sets_are_large_enough() -> None:
    """A thousand development lines, two hundred outside, a hundred with two questions."""
    assert len(held_out(DEV)) + len(held_out(TALK)) >= 1_000
    assert len(held_out(OUTSIDE)) >= 200
    rows = [json.loads(line) for line in SEVERAL.open(encoding="utf-8")]
    assert sum(len(row["parts"]) > 1 for row in rows) >= 100
    assert sum(len(row["parts"]) == 1 for row in rows) >= 50
    assert {intent for row in rows for part in row["parts"] for intent in part} <= TOPICS | OTHERS
    asked = {intent for example in held_out(BLIND) for intent in example.intents}
    assert len(held_out(BLIND)) >= 500
    assert asked >= TOPICS


@pytest.mark.parametrize("file", HELD_OUT, ids=lambda file: file.stem)
def test_held_out_lines_name_known_intents(file: Path) -> None:
    """Every line has a text and only intents that exist, several only when they differ."""
    for example in held_out(file):
        assert example.text.strip(), example
        assert set(example.intents) <= TOPICS | OTHERS, example
        assert len(set(example.intents)) == len(example.intents), example


def test_no_example_is_repeated() -> None:
    """No text appears twice, within or across intents, once folded."""
    seen: dict[str, Example] = {}
    repeated = []
    for example in everything():
        other = seen.setdefault(fold(example.text), example)
        if other is not example:
            repeated.append((other, example))
    assert repeated == []


def test_no_near_duplicates_in_training() -> None:
    """Two intents never share a phrasing, and one intent does not repeat itself."""
    pairs = similar_pairs(training(), training(), NEAR_ACROSS)
    near = [
        (left, right, round(index, 2))
        for left, right, index in pairs
        if left.text < right.text
        and index >= (NEAR_WITHIN if left.intents == right.intents else NEAR_ACROSS)
    ]
    assert near == []


def test_held_out_sets_are_not_copies() -> None:
    """No held-out line is close to a training line, written or derived from a trámite."""
    derived = tuple(
        Example(text, (tramite.id,), f"{tramite.id}.yml")
        for tramite in Library.load()
        for text in (tramite.title, *tramite.synonyms)
    )
    pairs = similar_pairs(training() + derived, held_out_lines(), NEAR_HELD_OUT)
    assert [(left.text, right.text, round(index, 2)) for left, right, index in pairs] == []


def test_no_line_holds_a_personal_identifier() -> None:
    """Identifiers appear only as vault tokens."""
    found = [
        (kind, example.source)
        for example in everything()
        for kind, pattern in PERSONAL.items()
        if pattern.search(TOKEN.sub(" ", example.text))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("eleven digits or more", "mi nss es 00-15-98-0001-0"),
        ("telephone", "llámame al 00 0000 0000"),
        ("curp", "QUWZ900228MZSXXR07"),
        ("rfc", "mi rfc es quwz900228"),
        ("e-mail", "soy zoraida@example.org"),
    ],
)
def test_the_identifier_check_sees_one(kind: str, text: str) -> None:
    """Each pattern recognises a value of its kind."""
    assert PERSONAL[kind].search(text)
