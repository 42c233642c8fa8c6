"""The steps that the answers of a guide leave, and the way back to the questions, however far."""

from __future__ import annotations

import pytest
from bot_talk import Talk, step_of, texts, titles

from bot.replies import Reply
from kb.decisions import START, Path, paths, remaining
from kb.library import Library
from kb.model import Tramite

LIBRARY = Library.load()
WAYS = [
    (tramite, path)
    for tramite in LIBRARY
    for path in ([p for p in paths(tramite) if p.to_steps] or [None])
]
"""Every guide by every way to its steps; without decisions there is one."""
RFC = LIBRARY.get("correccion_rfc")
XML, EFIRMA = "XML de mi nómina", "Mi e.firma"


async def follow(talk: Talk, tramite: Tramite, path: Path | None) -> list[Reply]:
    """Begin a guide anew and answer its questions."""
    said = await talk.do("guia_empezar", tramite=tramite.id, paso=0)
    for _, option in path.answers if path else ():
        said = await talk.press(said, option.label)
    return said


async def answer(talk: Talk, label: str) -> list[Reply]:
    """Begin the guide to the correction of the RFC with an answer."""
    return await talk.press(await talk.do("guia_empezar", tramite=RFC.id, paso=0), label)


def shown(said: list[Reply]) -> str:
    """Return the place that a step is shown with, as `2/7`."""
    return "{number}/{total}".format(**said[-1]["step"])


@pytest.mark.parametrize(
    ("tramite", "path"), WAYS, ids=lambda it: getattr(it, "id", None) or str(it or "")
)
async def test_every_guide_is_walked_to_its_end(
    talk: Talk, tramite: Tramite, path: Path | None
) -> None:
    said = await follow(talk, tramite, path)
    left = path.steps(tramite) if path else remaining(tramite, ())
    for place, number in enumerate(left, start=1):
        step = tramite.steps[number - 1]
        assert shown(said) == f"{place}/{len(left)}"
        assert said[-1]["step"]["action"] == step.action
        assert titles(said)[0] == ("Ya terminé" if place == len(left) else "Siguiente")
        assert step.help in texts(await talk.press(said, "No me sale"))
        said = await talk.do("guia_siguiente", "siguiente")
    assert "¿Quedó resuelto?" in texts(said)
    assert (f"los {len(left)} pasos" if len(left) > 1 else "el único paso") in texts(said)
    assert "Me da gusto" in texts(await talk.press(said, "Sí, quedó"))
    names = ("guia", "decision", "decisiones", "omitidos", "lugares")
    assert [talk.slots.get(name) for name in names] == [None] * len(names)


@pytest.mark.parametrize(("label", "never"), [(XML, ".cer"), (EFIRMA, ".xml")])
async def test_an_answer_leaves_out_the_step_of_the_other(
    talk: Talk, label: str, never: str
) -> None:
    said = await answer(talk, label)
    seen = []
    while "step" in said[-1]:
        seen.append(said[-1]["step"]["action"])
        said = await talk.do("guia_siguiente")
    assert len(seen) == len(RFC.steps) - 1
    assert not any(never in action for action in seen)


async def test_back_and_forth_pass_over_what_is_left_out(talk: Talk) -> None:
    said = await answer(talk, EFIRMA)
    for _ in range(4):
        said = await talk.do("guia_siguiente")
    assert (step_of(said[-1]), shown(said)) == ((RFC.id, 6), "5/7")
    said = await talk.do("guia_anterior", "anterior")
    assert (step_of(said[-1]), shown(said)) == ((RFC.id, 4), "4/7")


async def test_another_answer_leaves_other_steps(talk: Talk) -> None:
    await answer(talk, XML)
    said = await talk.press(await talk.do("guia_anterior"), EFIRMA)
    for _ in range(4):
        said = await talk.do("guia_siguiente")
    assert step_of(said[-1]) == (RFC.id, 6)


async def test_a_digression_keeps_the_count(talk: Talk) -> None:
    await answer(talk, XML)
    for _ in range(5):
        await talk.do("guia_siguiente")
    said = await talk.do("rentar_casa", "puedo rentar mi casa")
    assert f"paso 6 de 7 de «{RFC.title}»" in texts(said)
    assert step_of((await talk.do("afirmar", "sí"))[-1]) == (RFC.id, 7)
    await talk.do("guia_no_me_sale")
    assert "paso 6 de 7" in texts(await talk.do("guia_no_me_sale"))
    assert "paso 6 de 7" in texts(await talk.do("guia_salir", "salir"))


async def test_days_later_the_answers_still_count(talk: Talk) -> None:
    await answer(talk, XML)
    for _ in range(5):
        await talk.do("guia_siguiente")
    await talk.do("guia_salir", "salir")
    await talk.do("rentar_casa", "puedo rentar mi casa")
    await talk.do("guia_salir", "salir")
    assert "paso 6 de 7" in texts(await talk.do(RFC.id, "mi rfc está mal"))
    said = await talk.do("afirmar", "sí")
    assert (step_of(said[-1]), shown(said)) == ((RFC.id, 7), "6/7")
    for _ in range(5):
        said = await talk.do("guia_anterior", "anterior")
    assert shown(said) == "1/7"
    said = await talk.do("guia_anterior", "anterior")
    assert said[-1]["text"] == RFC.decisions[START].question


async def test_begun_anew_nothing_is_left_out(talk: Talk) -> None:
    await answer(talk, XML)
    await talk.do("guia_siguiente")
    await talk.do("guia_salir")
    said = await talk.do("guia_empezar", "guíame", tramite=RFC.id)
    await talk.press(said, "Desde el principio")
    assert talk.slots.get("omitidos") is None
    assert talk.slots.get("lugares") is None


async def test_a_place_of_an_older_library_does_not_break(talk: Talk) -> None:
    talk.slots.update(lugares={RFC.id: 19}, omitidos={RFC.id: [*range(1, 20)], "nadie": [1]})
    said = await talk.do(RFC.id, "mi rfc está mal")
    assert "paso 8 de 8" in texts(said)
    assert shown(await talk.do("afirmar", "sí")) == "8/8"


async def through(talk: Talk, tramite_id: str, *labels: str) -> list[Reply]:
    said = await talk.do("guia_empezar", tramite=tramite_id)
    for label in labels:
        said = await talk.press(said, label)
    return said


async def test_back_from_another_guide_is_the_question_that_led_there(talk: Talk) -> None:
    origin = LIBRARY.get("opciones_problemas_pago")
    said = await through(talk, origin.id, "Perdí mi empleo", "No puedo nada")
    assert said[-1]["step"]["tramite"] == "prorroga"
    await talk.do("guia_siguiente")
    await talk.do("guia_anterior", "anterior")
    said = await talk.do("guia_anterior", "anterior")
    question = origin.decisions["sin_empleo"].question
    assert said[-1]["text"] == f"Volvamos a «{origin.title}». {question}"
    assert talk.slots.get("guia") == origin.id
    said = await talk.press(said, "Sí, una parte")
    assert said[-1]["step"]["tramite"] == "fondo_proteccion_pagos"


async def test_back_through_several_guides(talk: Talk) -> None:
    first, second = LIBRARY.get("opciones_problemas_pago"), LIBRARY.get("atraso_perder_casa")
    said = await through(
        talk, first.id, "Ya debo pagos", "De 1 a 3", "Sí, trabajo", "No me alcanza"
    )
    assert said[-1]["step"]["tramite"] == "reestructura"
    asked = []
    for _ in range(4):
        said = await talk.do("guia_anterior", "anterior")
        asked.append((talk.slots.get("guia"), talk.slots.get("decision")))
    assert asked == [
        (second.id, "varias"), (second.id, "pocas"), (second.id, START), (first.id, START),
    ]  # fmt: skip
    assert said[-1]["text"].startswith(f"Volvamos a «{first.title}».")
    assert "Anterior" not in titles(said)
    assert "primera pregunta" in texts(await talk.do("guia_anterior", "anterior"))


async def test_the_first_question_of_another_guide_offers_to_go_back(talk: Talk) -> None:
    said = await through(talk, "opciones_problemas_pago", "Ya debo pagos")
    said = await talk.press(said, "Anterior")
    assert talk.slots.get("guia") == "opciones_problemas_pago"


async def test_a_button_of_the_guide_that_led_here_is_an_answer_anew(talk: Talk) -> None:
    old = await talk.do("guia_empezar", tramite="opciones_problemas_pago")
    said = await talk.press(old, "Ya debo pagos")
    await talk.press(said, "De 1 a 3")
    said = await talk.press(old, "Quiero un convenio")
    assert said[-1]["step"]["tramite"] == "reestructura"
    trail = [["opciones_problemas_pago", START, "Quiero un convenio"]]
    assert talk.slots.get("decisiones") == trail


async def test_a_guide_asked_for_by_itself_has_no_way_back_to_another(talk: Talk) -> None:
    await through(talk, "opciones_problemas_pago", "Perdí mi empleo", "No puedo nada")
    await talk.do("guia_empezar", tramite="rentar_casa")
    assert "primer paso" in texts(await talk.do("guia_anterior", "anterior"))
