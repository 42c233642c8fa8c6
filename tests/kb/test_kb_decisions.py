"""Decisions are refused when they lead nowhere, and every path of the library ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kb.check import check
from kb.decisions import START, paths, remaining
from kb.diagram import diagram
from kb.errors import LibraryInvalid
from kb.library import Library
from kb.model import Tramite

Data = dict[str, Any]
Write = Callable[..., Path]

ONE_WAY = "necesita exactamente uno de next, go, advice, begin y answer"
DECIDED = [tramite for tramite in Library.load() if tramite.decisions]


@pytest.fixture
def decided(data: Data) -> Data:
    """Give a trámite with two decisions and nothing wrong."""
    return data | {
        "decisions": {
            "start": {
                "question": "¿Ya tienes una copia?",
                "options": [
                    {"label": "Sí, tengo una", "says": ["sí"], "next": "sirve"},
                    {"label": "No tengo", "says": ["no"], "begin": 2},
                ],
            },
            "sirve": {
                "question": "¿Todavía se lee?",
                "help": "Mírala con buena luz.",
                "options": [
                    {"label": "Sí se lee", "advice": "Entonces saca otra de esa."},
                    {
                        "label": "Ya no",
                        "go": "abrir_copia",
                        "because": "Se pide una nueva.",
                        "condition": "Lleva la vieja.",
                    },
                ],
            },
        }
    }


@pytest.fixture
def other(data: Data) -> Data:
    """Give the trámite that the decisions go to."""
    return data | {"id": "abrir_copia", "title": "Abrir copia", "button": "Abrir copia"}


def test_the_paths_are_in_the_order_of_the_file(decided: Data) -> None:
    found = list(paths(Tramite.model_validate(decided)))
    assert [str(path) for path in found] == [
        "Sí, tengo una → Sí se lee",
        "Sí, tengo una → Ya no",
        "No tengo",
    ]
    assert [path.end.go or path.end.advice or path.end.begin for path in found] == [
        "Entonces saca otra de esa.",
        "abrir_copia",
        2,
    ]


def test_without_decisions_there_are_no_paths(data: Data) -> None:
    assert list(paths(Tramite.model_validate(data))) == []


def test_good_decisions_load(tmp_path: Path, decided: Data, other: Data, write: Write) -> None:
    write(decided)
    write(other)
    assert len(Library.load(tmp_path).get("pedir_copia").decisions) == 2


def _start(data: Data) -> list[Data]:
    return data["decisions"]["start"]["options"]


@pytest.mark.parametrize(
    ("spoil", "line"),
    [
        (
            lambda d: _start(d)[0].update(next="otra"),
            "decisions.start.options[1].next: no hay una pregunta «otra»",
        ),
        (
            lambda d: _start(d)[1].update(begin=4),
            "decisions.start.options[2].begin: solo hay 3 pasos",
        ),
        (
            lambda d: _start(d)[1].update(skips=[3, 4]),
            "decisions.start.options[2].skips[2]: solo hay 3 pasos",
        ),
        (
            lambda d: _start(d)[1].update(skips=[3, 3]),
            "decisions.start.options[2].skips[2]: el paso 3 está dos veces",
        ),
        (
            lambda d: _start(d)[1].update(skips=[0]),
            "decisions.start.options[2].skips[1]: debe ser mayor que 0",
        ),
        (
            lambda d: d["decisions"]["sirve"]["options"][1].update(skips=[3]),
            "decisions.sirve.options[2]: skips solo va con next, advice y begin",
        ),
        (
            lambda d: _start(d)[1].update(skips=[2]),
            "decisions: «No tengo» empieza en el paso 2, que se salta",
        ),
        (
            lambda d: _start(d)[0].update(skips=[1, 2, 3]) or _start(d)[1].update(begin=1),
            "decisions: «Sí, tengo una → Sí se lee» no deja ningún paso",
        ),
        (
            lambda d: _start(d)[0].update(skips=[1]),
            "steps[1]: ninguna respuesta lleva a este paso",
        ),
        (
            lambda d: d["decisions"]["sirve"]["options"][1].update(go="cerrar_copia"),
            "decisions.sirve.options[2].go: no hay un trámite «cerrar_copia»",
        ),
        (
            lambda d: d["decisions"].update(
                sola={"question": "¿Y?", "options": [{"label": "a", "begin": 1}] * 1
                      + [{"label": "b", "begin": 1}]}
            ),
            "decisions.sola: nada lleva aquí",
        ),
        (
            lambda d: d["decisions"]["sirve"]["options"].append({"label": "Otra", "next": "start"}),
            "decisions: nunca termina: start → sirve → start",
        ),
        (
            lambda d: d["decisions"]["sirve"]["options"][1].update(go="pedir_copia"),
            "decisions: nunca termina: pedir_copia → pedir_copia",
        ),
        (
            lambda d: _start(d)[1].update(label="SI, TENGO UNA"),
            "decisions.start.options[2]: «si tengo una» también es otra opción de esta pregunta",
        ),
        (
            lambda d: _start(d)[1].update(says=["si"]),
            "decisions.start.options[2]: «si» también es otra opción de esta pregunta",
        ),
        (
            lambda d: d["decisions"].update(primera=d["decisions"].pop("start")),
            "decisions: la primera pregunta se debe llamar «start»",
        ),
        (
            lambda d: d["decisions"]["sirve"].update(
                options=[{"label": n, "go": "abrir_copia"} for n in "ab"]
            )
            or _start(d)[1].update(begin=None, go="abrir_copia"),
            "decisions: ninguna opción lleva a los pasos",
        ),
        (
            lambda d: _start(d)[1].update(label="a" * 21),
            "decisions.start.options[2].label: caben 20 caracteres",
        ),
        (
            lambda d: _start(d)[1].update(go="abrir_copia"),
            f"decisions.start.options[2]: {ONE_WAY}",
        ),
        (
            lambda d: _start(d)[1].pop("begin"),
            f"decisions.start.options[2]: {ONE_WAY}",
        ),
        (
            lambda d: _start(d)[1].update(because="Porque sí."),
            "decisions.start.options[2]: because y condition solo van con go",
        ),
        (
            lambda d: d["decisions"]["sirve"]["options"].pop(),
            "decisions.sirve.options: hacen falta al menos 2",
        ),
        (
            lambda d: d["decisions"]["sirve"].pop("question"),
            "decisions.sirve.question: falta este campo",
        ),
    ],
)  # fmt: skip
def test_says_which_file_and_field_is_wrong(
    tmp_path: Path,
    decided: Data,
    other: Data,
    write: Write,
    spoil: Callable[[Data], Any],
    line: str,
) -> None:
    spoil(decided)
    write(decided)
    write(other)
    with pytest.raises(LibraryInvalid) as caught:
        Library.load(tmp_path)
    assert str(caught.value).splitlines() == [f"pedir_copia.yml: {line}"]


def test_two_tramites_may_not_send_a_person_round(
    tmp_path: Path, decided: Data, other: Data, write: Write
) -> None:
    options = [{"label": "Pedirla", "go": "pedir_copia"}, {"label": "Abrirla", "begin": 1}]
    other["decisions"] = {"start": {"question": "¿Qué quieres?", "options": options}}
    write(decided)
    write(other)
    with pytest.raises(LibraryInvalid) as caught:
        Library.load(tmp_path)
    assert str(caught.value).splitlines() == [
        "abrir_copia.yml: decisions: nunca termina: abrir_copia → pedir_copia → abrir_copia",
        "pedir_copia.yml: decisions: nunca termina: pedir_copia → abrir_copia → pedir_copia",
    ]


@pytest.mark.parametrize(
    ("part", "text", "rule"),
    [
        ("question", "¿Deberá usted una copia?", "bureaucratese"),
        ("help", "Mira la pagina.", "accent"),
        ("help", "Sí. " * 41, "length"),
    ],
)
def test_the_check_reads_the_decisions(decided: Data, part: str, text: str, rule: str) -> None:
    decided["decisions"]["sirve"][part] = text
    tramite = Tramite.model_validate(decided)
    findings = check([tramite], today=tramite.verified_on)
    assert {(f.field, f.rule) for f in findings} == {(f"decisions.sirve.{part}", rule)}


def test_most_of_the_choices_that_the_texts_had_are_now_questions() -> None:
    assert 8 <= len(DECIDED) <= 20


@pytest.mark.parametrize("tramite", DECIDED, ids=lambda t: t.id)
def test_every_option_is_on_a_path_that_ends(tramite: Tramite) -> None:
    found = list(paths(tramite))
    played = {(name, option.label) for path in found for name, option in path.answers}
    assert played == {(n, o.label) for n, d in tramite.decisions.items() for o in d.options}
    for path in found:
        assert path.answers[0][0] == START
        assert path.end.next is None
        assert path.end.go is None or path.end.go in Library.load()
        names = [name for name, _ in path.answers]
        assert len(names) == len(set(names)) <= 4


@pytest.mark.parametrize("tramite", DECIDED, ids=lambda t: t.id)
def test_the_diagram_draws_every_question_option_and_step(tramite: Tramite) -> None:
    drawn = diagram(tramite)
    assert drawn.startswith("flowchart TD\n")
    for name, decision in tramite.decisions.items():
        assert f'd_{name}{{"{decision.question}"}}' in drawn
        for option in decision.options:
            assert f'd_{name} -- "{option.label}" -->' in drawn
    for number in range(1, len(tramite.steps) + 1):
        assert drawn.count(f's{number}["') == 1
    options = sum(len(d.options) for d in tramite.decisions.values())
    assert (
        sum(line.startswith("    d_") and " -- " in line for line in drawn.splitlines()) == options
    )


def test_the_diagram_shows_where_each_option_leads(decided: Data) -> None:
    assert diagram(Tramite.model_validate(decided)).splitlines() == [
        "flowchart TD",
        '    title(["Pedir una copia"]) --> d_start',
        '    d_start{"¿Ya tienes una copia?"}',
        '    d_start -- "Sí, tengo una" --> d_sirve',
        '    d_start -- "No tengo" --> s2',
        '    d_sirve{"¿Todavía se lee?"}',
        '    d_sirve -- "Sí se lee" --> a_sirve_1["Entonces saca otra de esa."] --> s1',
        '    d_sirve -- "Ya no" --> g_abrir_copia[["abrir_copia"]]',
        '    s1["1. Toca «Copias»."] --> s2',
        '    s2["2. Elige la copia."] --> s3',
        '    s3["3. Guárdala."] --> solved(["¿Quedó resuelto?"])',
    ]


def test_where_answers_part_the_ways_the_diagram_names_them(decided: Data) -> None:
    decided["decisions"]["start"]["options"][0]["skips"] = [2]
    assert diagram(Tramite.model_validate(decided)).splitlines()[5:] == [
        '    d_sirve{"¿Todavía se lee?"}',
        '    d_sirve -- "Sí se lee" --> a_sirve_1["Entonces saca otra de esa."] --> s1',
        '    d_sirve -- "Ya no" --> g_abrir_copia[["abrir_copia"]]',
        '    s1["1. Toca «Copias»."] --> s3',
        '    s2["2. Elige la copia."] --> s3',
        '    s3["3. Guárdala."] --> solved(["¿Quedó resuelto?"])',
    ]
    decided["decisions"]["start"]["options"][1]["begin"] = 1
    assert diagram(Tramite.model_validate(decided)).splitlines()[8:11] == [
        '    s1["1. Toca «Copias»."]',
        '    s1 -- "Sí, tengo una → Sí se lee" --> s3',
        '    s1 -- "No tengo" --> s2',
    ]


@pytest.mark.parametrize("tramite", DECIDED, ids=lambda t: t.id)
def test_every_way_to_the_steps_leaves_some_and_every_step_is_on_one(tramite: Tramite) -> None:
    ways = [path.steps(tramite) for path in paths(tramite) if path.to_steps]
    assert all(ways)
    assert {number for way in ways for number in way} == {*remaining(tramite, ())}


def test_what_an_answer_skips_adds_up_along_the_way(decided: Data) -> None:
    decided["decisions"]["start"]["options"][0]["skips"] = [1]
    decided["decisions"]["sirve"]["options"][0]["skips"] = [3]
    kept, other, short = paths(tramite := Tramite.model_validate(decided))
    assert [path.steps(tramite) for path in (kept, other, short)] == [(2,), (), (2, 3)]


def test_without_decisions_the_diagram_is_the_steps(data: Data) -> None:
    lines = diagram(Tramite.model_validate(data)).splitlines()
    assert lines[1] == '    title(["Pedir una copia"]) --> s1'
    assert len(lines) == 5


def test_a_text_cannot_break_the_drawing(decided: Data) -> None:
    decided["decisions"]["start"]["question"] = 'Di "sí"; [no] #1 <b>'
    drawn = diagram(Tramite.model_validate(decided))
    assert 'd_start{"Di #quot;sí#quot;; [no] #35;1 #lt;b#gt;"}' in drawn
