"""Topics, guides, follow-ups, yes and no, doubts: what is said and what is remembered."""

from __future__ import annotations

import pytest
from bot_talk import Talk, rules, texts, titles

from bot.actions import services
from bot.actions.seguimiento import QUESTIONS, SOURCES_AT_ONCE
from bot.messages import Messages
from kb.library import Library

LIBRARY = Library.load()
MESSAGES = Messages.load()


@pytest.mark.parametrize("intent", [t.id for t in LIBRARY if not t.account])
async def test_a_topic_is_answered_first_and_briefly(talk: Talk, intent: str) -> None:
    said = await talk.do(intent)
    assert said[0]["text"] == LIBRARY.get(intent).summary
    assert len(said) <= 3
    asked, mine = LIBRARY.get(intent).decisions.get("start"), LIBRARY.get(intent).mine
    assert 2 <= len(titles(said)) <= (len(asked.options) + 3 + len(mine) if asked else 6)
    assert talk.slots["tramite"] == intent


async def test_something_to_do_opens_with_step_one(talk: Talk) -> None:
    said = await talk.do("cancelacion_hipoteca")
    total = len(LIBRARY.get("cancelacion_hipoteca").steps)
    assert (said[-1]["step"]["number"], said[-1]["step"]["total"]) == (1, total)
    moves = ["Siguiente", "No me sale", "¿Qué necesito?", "Fuente y fecha", "Salir"]
    assert titles(said) == moves


async def test_the_guide_advances_repeats_and_goes_back(talk: Talk) -> None:
    await talk.do("actualizar_contacto")
    numbers = []
    moves = ("guia_siguiente", "guia_siguiente", "guia_repetir", "guia_anterior")
    for move in moves:
        numbers.append((await talk.do(move))[-1]["step"]["number"])
    assert numbers == [2, 3, 3, 2]
    await talk.do("guia_anterior")
    first = await talk.do("guia_anterior")
    assert first[-1]["step"]["number"] == 1
    assert "primer paso" in texts(first)


async def test_the_last_step_ends_with_a_question(talk: Talk) -> None:
    total = len(LIBRARY.get("actualizar_contacto").steps)
    await talk.do("actualizar_contacto")
    for _ in range(total - 1):
        said = await talk.do("guia_siguiente", "listo")
    assert titles(said)[0] == "Ya terminé"
    said = await talk.do("guia_siguiente")
    assert "¿Quedó resuelto?" in texts(said)
    assert "Me da gusto" in texts(await talk.do("afirmar", "sí"))


async def test_not_solved_offers_a_person(talk: Talk) -> None:
    await talk.do("infonatel")
    talk.slots.update(esperando="resuelto", tramite="correccion_rfc")
    said = await talk.do("negar", "no")
    assert "Hablar con una persona" in titles(said)


async def test_help_comes_first_and_a_person_second(talk: Talk) -> None:
    await talk.do("cancelacion_hipoteca")
    step = LIBRARY.get("cancelacion_hipoteca").steps[0]
    assert step.help in texts(await talk.do("guia_no_me_sale"))
    again = await talk.do("guia_no_me_sale")
    assert "800 008 3900" in texts(again)
    assert "Hablar con una persona" in titles(again)
    await talk.do("guia_siguiente")
    assert "800 008 3900" not in texts(await talk.do("guia_no_me_sale"))


async def test_a_digression_in_a_guide_brings_the_person_back(talk: Talk) -> None:
    await talk.do("cancelacion_hipoteca")
    await talk.do("guia_siguiente")
    said = await talk.do("donde_como_pagar", "y dónde pago")
    assert "¿Seguimos en el paso 2 de" in texts(said)
    assert len(said) <= 3
    back = await talk.do("afirmar", "sí")
    assert back[-1]["step"] == {**back[-1]["step"], "tramite": "cancelacion_hipoteca", "number": 2}


async def test_the_person_may_leave_the_guide_and_take_it_up(talk: Talk) -> None:
    await talk.do("cancelacion_hipoteca")
    await talk.do("guia_siguiente")
    left = await talk.do("guia_salir")
    assert left[-1]["choices"][0]["payload"] == (
        '/guia_empezar{"tramite":"cancelacion_hipoteca","paso":2}'
    )
    back = await talk.do("guia_empezar", tramite="cancelacion_hipoteca", paso=2)
    assert back[-1]["step"]["number"] == 2


async def test_next_without_a_guide_begins_the_topic_talked_about(talk: Talk) -> None:
    assert "¿Con qué trámite te guío?" in texts(await talk.do("guia_siguiente", "siguiente"))
    await talk.do("rentar_casa")
    said = await talk.do("guia_siguiente", "siguiente")
    assert said[-1]["step"]["tramite"] == "rentar_casa"


async def test_yes_advances_an_open_guide_and_no_helps(talk: Talk) -> None:
    await talk.do("cancelacion_hipoteca")
    assert (await talk.do("afirmar", "ok"))[-1]["step"]["number"] == 2
    help_ = LIBRARY.get("cancelacion_hipoteca").steps[1].help
    assert help_ in texts(await talk.do("negar", "no"))


@pytest.mark.parametrize(
    ("intent", "part"),
    [
        ("preguntar_costo", "gratis"),
        ("preguntar_requisitos", "constancia de situación fiscal"),
        ("preguntar_tiempo", "20 días hábiles"),
        ("preguntar_donde", "800 008 3900"),
        ("preguntar_quien", "persona dueña"),
        ("preguntar_fuente", "24 de noviembre de 2026"),
    ],
)
async def test_follow_ups_are_about_the_topic(talk: Talk, intent: str, part: str) -> None:
    said = await talk.do(intent, "y eso", tramite="correccion_rfc")
    assert part in texts(said)


async def test_what_is_needed_comes_with_a_list_to_take_along(talk: Talk) -> None:
    said = await talk.do("preguntar_requisitos", "qué llevo", tramite="correccion_rfc")
    assert said[-1]["document"] == {
        "title": "Lista para llevar: Corregir tu RFC",
        "url": "/requisitos/correccion_rfc.pdf",
        "mime": "application/pdf",
    }
    cost = await talk.do("preguntar_costo", "cuánto cuesta", tramite="correccion_rfc")
    assert "document" not in cost[-1]


@pytest.mark.parametrize("intent", [i for i in QUESTIONS if i != "preguntar_fuente"])
async def test_every_follow_up_offers_its_source(talk: Talk, intent: str) -> None:
    for tramite in LIBRARY:
        said = await talk.do(intent, "y eso", tramite=tramite.id)
        assert "Fuente y fecha" in titles(said)
        assert len(titles(said)) <= 5


async def test_a_follow_up_inside_a_guide_offers_source_and_guide(talk: Talk) -> None:
    await talk.do("correccion_rfc")
    said = await talk.do("preguntar_tiempo", "cuánto tarda")
    offered = [choice["title"] for one in said for choice in one.get("choices", [])]
    assert {"Fuente y fecha", "Seguir con la guía"} <= set(offered)


async def test_many_sources_are_told_in_two_parts(talk: Talk) -> None:
    for tramite in LIBRARY:
        first = await talk.do("preguntar_fuente", tramite=tramite.id)
        more = [c for c in first[0]["choices"] if c["title"] == "Ver más fuentes"]
        assert bool(more) == (len(tramite.sources) > SOURCES_AT_ONCE)
        second = await talk.do("preguntar_fuente", tramite=tramite.id, tema="mas_fuentes")
        told = first[0]["text"] + second[0]["text"]
        assert all(source.title in told for source in tramite.sources)
        if more:
            assert '"tema":"mas_fuentes"' in more[0]["payload"]
            assert "Ver más fuentes" not in titles(second)


async def test_a_follow_up_without_topic_asks_and_remembers(talk: Talk) -> None:
    assert "¿De cuál trámite?" in texts(await talk.do("preguntar_costo", "cuánto cuesta"))
    said = await talk.do("correccion_rfc", "corregir mi rfc")
    assert "gratis" in texts(said)
    assert "step" not in said[-1]


async def test_a_disputed_fact_is_said_as_disputed(talk: Talk) -> None:
    disputed = next(t for t in LIBRARY if t.disputed and not t.account)
    assert any(r["text"].startswith("Ojo:") for r in await talk.do(disputed.id))


async def test_the_greeting_says_what_it_is_and_offers_six(talk: Talk) -> None:
    said = await talk.do("inicio")
    assert "asistente virtual" in texts(said)
    assert "no una persona" in texts(said)
    assert "gratis" in texts(said)
    assert len(titles(said)) == 6


async def test_the_menu_goes_down_to_every_topic(talk: Talk) -> None:
    areas = (await talk.do("ayuda"))[-1]["choices"]
    assert len(areas) == len(MESSAGES.menu)
    reached = set()
    for area in MESSAGES.menu:
        reached |= {
            c["payload"].lstrip("/") for c in (await talk.do("ayuda", tema=area))[-1]["choices"]
        }
    assert reached >= set(LIBRARY.ids())


async def test_other_topics_are_the_related_ones(talk: Talk) -> None:
    said = await talk.do("ayuda", tramite="correccion_rfc")
    assert titles(said)[0] == LIBRARY.get(LIBRARY.get("correccion_rfc").related[0]).button


async def test_a_crisis_gets_the_line_and_never_a_form(talk: Talk) -> None:
    talk.slots.update(esperando="nss", pendiente=[{"dato": "deuda"}])
    said = await talk.do("crisis", "ya no quiero vivir")
    assert "800 911 2000" in said[0]["text"]
    assert not any("secure_input" in reply for reply in said)
    assert "Hablar con una persona" in titles(said)


async def test_somebody_elses_data_is_refused(talk: Talk) -> None:
    assert "titular" in texts(await talk.do("datos_de_otra_persona"))


@pytest.mark.parametrize("intent", list(MESSAGES.institutions))
async def test_other_institutions_are_named(talk: Talk, intent: str) -> None:
    said = await talk.do(intent)
    assert said[0]["links"]


async def test_no_person_is_promised(talk: Talk) -> None:
    said = texts(await talk.do("hablar_con_asesor"))
    assert "800 008 3900" in said
    assert "55 9171 5050" in said
    assert "CESI" in said


async def test_cancel_and_restart_forget(talk: Talk) -> None:
    await talk.do("cancelacion_hipoteca")
    await talk.do("cancelar")
    assert talk.slots["guia"] is None
    await talk.do("empezar_de_nuevo")
    assert talk.slots["tramite"] is None


async def test_a_doubt_offers_three_and_never_apologises_alike_twice(talk: Talk) -> None:
    ranking = ("correccion_rfc", "nss_obtener", "fuera_otros")
    seen = []
    for _ in range(3):
        said = await talk.play("action_fallback", "nlu_fallback", "rfc nss cosa", ranking)
        seen.append(said[0]["text"])
        assert {"Corregir mi RFC"} <= set(titles(said))
    assert len(set(seen)) == 3
    assert "Hablar con una persona" in titles(said)
    await talk.do("gracias")
    assert talk.slots["dudas"] is None


async def test_what_the_search_found_is_offered(talk: Talk) -> None:
    said = await talk.play(
        "action_fallback", "nlu_fallback", "homonimia", neighbours=("homonimia_nss",)
    )
    assert services.library().get("homonimia_nss").button in titles(said)


async def test_between_two_close_topics_both_are_offered_and_nothing_else(talk: Talk) -> None:
    pair = ("pago_tarjeta", "pago_spei")
    said = await talk.play(
        "action_fallback",
        "nlu_fallback",
        "pagar en línea",
        ranking=(*pair, "domiciliacion"),
        confidences=(0.45, 0.4, 0.1),
        neighbours=("app_movil",),
    )
    assert "una de dos cosas" in texts(said)
    offered = [services.library().get(name).button for name in pair]
    assert titles(said) == [*offered, "Ver todos los temas"]


async def test_the_same_apology_never_comes_twice_in_a_row(talk: Talk) -> None:
    said = [
        texts(await talk.play("action_fallback", "nlu_fallback", "asdf qwer", ranking=("quejas",)))
        for _ in range(5)
    ]
    assert len(set(said)) == 5


@pytest.mark.parametrize("text", ["🙃", "...", "¿?", "⟦"])
async def test_no_words_gets_its_own_answer(talk: Talk, text: str) -> None:
    said = await talk.play("action_fallback", "nlu_fallback", text)
    assert "No alcancé a leer palabras" in texts(said)


async def test_every_intent_gets_an_answer(talk: Talk, unreachable: None) -> None:
    for intent in rules():
        said = await talk.do(intent, "lo que sea")
        assert said, intent
        assert all(reply["text"] or "step" in reply for reply in said), intent
