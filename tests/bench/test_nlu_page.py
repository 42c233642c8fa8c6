"""The page and its chart, from made-up figures."""

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench.figures import Section
from bench.nlu.answers import Answer, Outcome, read, write
from bench.nlu.chart import chart
from bench.nlu.lines import Line, Sets
from bench.nlu.metrics import confusions, topics
from bench.nlu.page import page
from bench.nlu.public import PublicResult, load
from bench.nlu.scores import asked, score
from bench.processes import BenchFailed

SURE = Answer(("pago", "saldo"), (0.9, 0.1), 0.9, False, 0.002)
UNSURE = replace(SURE, names=("saldo", "pago"), trust=0.1, refused=True)
SETS = Sets(
    topics=[Line("pago|ya", ("pago",))],
    talk=[Line("saldo", ("saldo",))],
    blind=[Line("mi pago", ("pago",))],
    outside=[Line("clima", ("fuera_otros",))],
    several=[],
)


def _outcome() -> Outcome:
    answers = {text: SURE for text in asked(SETS)}
    return Outcome(answers | {"saldo": UNSURE, "clima": UNSURE}, 3.0)


def test_answers_are_read_as_they_were_written(tmp_path: Path) -> None:
    outcome = replace(_outcome(), memory=7)
    write(tmp_path / "answers.jsonl", outcome)
    assert read(tmp_path / "answers.jsonl") == outcome


def test_a_refused_answer_is_acted_on_as_not_understood() -> None:
    assert (UNSURE.first, UNSURE.said) == ("saldo", "nlu_fallback")
    assert replace(SURE, names=()).said == "nlu_fallback"


def test_each_text_is_asked_once() -> None:
    texts = asked(SETS)
    assert len(texts) == len(set(texts))
    assert "PAGO|YA" in texts


def test_a_score_counts_the_likeliest_intent() -> None:
    found = score(SETS, SETS.blind, _outcome(), 3.0)
    assert (found.dev, found.blind) == (1.0, 1.0)
    # Every other spelling of «saldo» is taken for «pago».
    assert found.noise["UPPER CASE"] == 0.5
    assert 0.0 < found.noise_loss < 0.5


def test_the_page_says_what_was_not_measured() -> None:
    outcome = _outcome()
    said = [outcome.answers[line.text].said for line in SETS.dev]
    text = page(
        Section("nlu", "As it runs", "How.", [], 0.0, 0.0),
        SETS,
        (1000, 2),
        {"ours": score(SETS, SETS.blind, outcome, 3.0), "other": "not measured: why"},
        (1.0, {"UPPER CASE": 0.5}),
        [],
        topics(SETS.dev, said),
        confusions(SETS.dev, said),
    )
    assert "| other | not measured: why |" in text
    assert "NLU_BENCH" in text
    assert "| saldo | nlu_fallback | 1 | saldo |" in text
    rows = [line for line in text.splitlines() if line.startswith(("| engine", "| o"))]
    assert len({row.replace("\\|", "").count("|") for row in rows}) == 1


def test_the_page_shows_public_sets() -> None:
    found = PublicResult("biblio", 10, 5, 2, {"ours": 0.8, "other": 0.6})
    text = page(
        Section("nlu", "As it runs", "How.", [], 0.0, 0.0), SETS, (1, 1), {}, (1.0, {}), [found],
        {}, [],
    )  # fmt: skip
    assert "| biblio | 2 | 10 | 5 | 80.0% | 60.0% |" in text
    assert "NLU_BENCH" not in text


def test_the_chart_is_an_image_that_can_be_read_aloud() -> None:
    root = ElementTree.fromstring(chart("T & t", ("blind", "dev"), {"ours": (0.9, 0.95)}))
    assert root.tag.endswith("svg")
    assert root.attrib["aria-label"] == "T & t. ours: blind 90.0%, dev 95.0%"
    assert "prefers-color-scheme: dark" in "".join(root.itertext())


def test_public_sets_are_split(tmp_path: Path) -> None:
    with pytest.raises(BenchFailed):
        load(tmp_path)
    rows = [("a", "train"), ("a", "dev"), ("b", "test")]
    lines = [json.dumps({"text": text, "intent": "x/y", "split": split}) for text, split in rows]
    (tmp_path / "biblio.jsonl").write_text("\n".join(lines))
    (found,) = load(tmp_path)
    assert (found.name, found.train) == ("biblio", [("a", "x/y")])
    assert found.test == [Line("b", ("x/y",))]
