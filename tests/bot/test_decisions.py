"""The questions of a guide: every option, answers in other words, slips, ways back and out."""

from __future__ import annotations

import pytest
from bot_talk import Talk, action_of, step_of, texts, titles

from bot.messages import Messages
from bot.replies import Reply
from conversations.messages import Reply as GatewayReply
from kb.decisions import START, Path, paths
from kb.library import Library
from kb.model import Option, Tramite

LIBRARY = Library.load()
MESSAGES = Messages.load()
DECIDED = [tramite for tramite in LIBRARY if tramite.decisions]
PATHS = [(tramite, path) for tramite in DECIDED for path in paths(tramite)]
OPTIONS = [
    (tramite, name, option)
    for tramite in DECIDED
    for name, decision in tramite.decisions.items()
    for option in decision.options
]
ROWS = 10
"""The most choices a list of WhatsApp has room for."""


async def at(talk: Talk, tramite: Tramite, name: str = START) -> list[Reply]:
    """Bring a conversation to one question by pressing what leads to it."""
    said = await talk.do("guia_empezar", tramite=tramite.id)
    if name == START:
        return said
    path = next(p for _, p in PATHS if _ is tramite and name in [n for n, _ in p.answers])
    for reached, option in path.answers:
        if reached == name:
            return said
        said = await talk.press(said, option.label)
    raise AssertionError(name)


def assert_led(talk: Talk, tramite: Tramite, name: str, option: Option, said: list[Reply]) -> None:
    """Check that an option led where the data says."""
    last = said[-1]
    if option.next is not None:
        assert last["text"] == tramite.decisions[option.next].question
        assert talk.slots.get("decision") == option.next
    elif option.go is not None:
        target = LIBRARY.get(option.go)
        assert said[0]["text"].startswith(option.because or target.summary)
        assert (option.condition or "") in said[0]["text"]
        assert (talk.slots.get("guia"), talk.slots.get("tramite")) == (target.id, target.id)
        assert_begun(target, last)
    elif option.answer is not None:
        assert last["text"] == f"{option.answer}\n¿Quedó resuelto?"
        assert (talk.slots.get("guia"), talk.slots.get("decision")) == (None, None)
        assert titles(said)[:2] == ["Sí, quedó", "Todavía no"]
    else:
        assert last["step"]["number"] == 1
        shown, number = step_of(last)
        assert shown == tramite.id
        assert number == (option.begin or number)
        assert number not in option.skips
        assert last["text"] == (option.advice or "")
        assert talk.slots.get("decision") is None
    assert len(said) <= 3


def assert_begun(target: Tramite, last: Reply) -> None:
    if target.decisions:
        assert last["text"] == target.decisions[START].question
    else:
        assert (last["step"]["tramite"], last["step"]["number"]) == (target.id, 1)


@pytest.mark.parametrize(("tramite", "path"), PATHS, ids=lambda x: getattr(x, "id", None) or str(x))
async def test_every_path_leads_where_the_data_says(
    talk: Talk, tramite: Tramite, path: Path
) -> None:
    said = await talk.do("guia_empezar", tramite=tramite.id)
    for name, option in path.answers:
        question = tramite.decisions[name]
        assert said[-1]["text"] == question.question
        assert titles(said)[: len(question.options)] == [o.label for o in question.options]
        assert len(titles(said)) <= ROWS
        assert titles(said)[-1] == "Salir"
        said = await talk.press(said, option.label)
        assert_led(talk, tramite, name, option, said)
        for reply in said:
            GatewayReply.model_validate(reply)


@pytest.mark.parametrize(("tramite", "name", "option"), OPTIONS)
async def test_every_answer_that_is_listened_for_is_understood(
    talk: Talk, tramite: Tramite, name: str, option: Option
) -> None:
    await at(talk, tramite, name)
    before = dict(talk.slots)
    # Whatever the classifier takes them for: these are the words of the option.
    for text in (option.label, *option.says, option.label.upper()):
        for intent in ("nlu_fallback", "fuera_sat", "guia_repetir", "gracias"):
            talk.slots = dict(before)
            said = await talk.do(intent, text)
            assert_led(talk, tramite, name, option, said)


@pytest.mark.parametrize(("tramite", "name", "option"), OPTIONS)
async def test_an_answer_may_be_given_by_its_place(
    talk: Talk, tramite: Tramite, name: str, option: Option
) -> None:
    await at(talk, tramite, name)
    decision = tramite.decisions[name]
    place = decision.options.index(option)
    ways = [f"la {('primera', 'segunda', 'tercera', 'cuarta', 'quinta', 'sexta')[place]}"]
    said_by_another = {words for o in decision.options for words in o.says}
    if not any(words.isdecimal() for words in said_by_another):
        ways += [str(place + 1), f"la opción {place + 1}", f"quiero la {place + 1} por favor"]
    if place == len(decision.options) - 1:
        ways.append("la última")
    before = dict(talk.slots)
    for text in ways:
        talk.slots = dict(before)
        assert_led(talk, tramite, name, option, await talk.do("nlu_fallback", text))


@pytest.mark.parametrize(
    ("tramite_id", "name", "intent", "text", "label"),
    [
        ("nss_obtener", "curp", "afirmar", "simón", "Sí, la tengo"),
        ("nss_obtener", "curp", "negar", "nel", "No la tengo"),
        ("recuperar_contrasena", START, "afirmar", "claro que sí", "Sí, lo abro"),
        ("recuperar_contrasena", START, "negar", "para nada", "Ya no lo tengo"),
        ("opciones_problemas_pago", "sin_empleo", "negar", "no pues no", "No puedo nada"),
        # Slips, short forms and spelling by ear.
        ("nss_obtener", START, "nlu_fallback", "se me olbido", "Sí, pero lo olvidé"),
        ("nss_obtener", "como", "nlu_fallback", "por interenet", "Por internet"),
        ("correccion_rfc", START, "fuera_sat", "la e firma", "Mi e.firma"),
        ("correccion_rfc", START, "nlu_fallback", "kon el xml", "XML de mi nómina"),
        ("devolucion_subcuenta", "ley", "nlu_fallback", "creo que la 73", "Ley 73"),
        ("tipos_de_credito", START, "credito_tradicional", "una casa", "Comprar casa"),
        # More words around those of the option.
        ("opciones_problemas_pago", START, "nss_activo_inactivo",
         "híjole es que me corrieron de la fábrica", "Perdí mi empleo"),
        ("opciones_problemas_pago", START, "nlu_fallback",
         "pues me bajaron el sueldo otra vez", "Sigo trabajando"),
        ("atraso_perder_casa", START, "estado_de_cuenta", "debo 2 meses", "De 1 a 3"),
        ("devolucion_subcuenta", "ley", "fuera_imss", "tengo la 97", "Ley 97"),
        ("escrituras", "anio", "datos_del_credito", "es del 2015", "De 2008 o después"),
        ("opciones_problemas_pago", "con_empleo", "tasa_plazo", "como 5 años", "2 años o más"),
        ("precalificacion_puntos", START, "nlu_fallback", "ahorita no trabajo", "Ahora no"),
        # The topic that an option leads to.
        ("opciones_problemas_pago", "sin_empleo", "fondo_proteccion_pagos",
         "mejor el seguro ese del noventa", "Sí, una parte"),
        ("donde_como_pagar", START, "pago_spei", "depositando de mi cuenta", "Por transferencia"),
    ],
)  # fmt: skip
async def test_an_answer_in_other_words(
    talk: Talk, tramite_id: str, name: str, intent: str, text: str, label: str
) -> None:
    tramite = LIBRARY.get(tramite_id)
    await at(talk, tramite, name)
    option = next(o for o in tramite.decisions[name].options if o.label == label)
    assert_led(talk, tramite, name, option, await talk.do(intent, text))


@pytest.mark.parametrize(
    ("tramite_id", "text"),
    [
        ("nss_obtener", "sí no"),
        ("opciones_problemas_pago", "no perdí mi empleo"),
        ("devolucion_subcuenta", "89"),
        ("nss_obtener", "asdf qwer"),
        ("nss_obtener", "🙃"),
        ("nss_obtener", "7"),
        ("correccion_rfc", "?"),
    ],
)
async def test_something_else_keeps_the_question(talk: Talk, tramite_id: str, text: str) -> None:
    tramite = LIBRARY.get(tramite_id)
    asked = await at(talk, tramite)
    said = await talk.do("nlu_fallback", text)
    assert len(said) == 1
    assert said[0]["text"].endswith(tramite.decisions[START].question)
    assert said[0]["text"] != asked[-1]["text"]
    assert titles(said) == titles(asked)
    assert talk.slots.get("decision") == START


@pytest.mark.parametrize(
    ("intent", "text", "kept"),
    [
        ("fuera_otros", "9", True),
        ("fuera_otros", "¿cómo pago la tenencia?", False),
        ("nss_obtener", "de eso de mi seguro", True),
        ("nss_obtener", "¿cómo saco mi nss?", False),
    ],
)
async def test_only_a_question_of_its_own_is_answered_beside_it(
    talk: Talk, intent: str, text: str, kept: bool
) -> None:
    tramite = LIBRARY.get("nss_obtener")
    await at(talk, tramite)
    said = await talk.do(intent, text)
    assert (len(said) == 1) is kept
    assert said[-1]["text"].endswith(tramite.decisions[START].question)


async def test_yes_to_a_question_that_is_not_yes_or_no_keeps_it(talk: Talk) -> None:
    tramite = LIBRARY.get("opciones_problemas_pago")
    await at(talk, tramite)
    for intent, text in (("afirmar", "sí"), ("negar", "no")):
        said = await talk.do(intent, text)
        assert said[-1]["text"].endswith(tramite.decisions[START].question)
        assert talk.slots.get("decision") == START


async def test_a_second_wrong_answer_offers_a_person(talk: Talk) -> None:
    await at(talk, LIBRARY.get("opciones_problemas_pago"))
    await talk.do("nlu_fallback", "mmm quién sabe qué")
    said = await talk.do("nlu_fallback", "asdf")
    assert "Hablar con una persona" in titles(said)
    assert "800 008 3900" in texts(said)
    assert talk.slots.get("decision") == START


@pytest.mark.parametrize(
    ("intent", "text"),
    [("guia_no_me_sale", "no me sale"), ("negar", "no sé"), ("nlu_fallback", "no le entiendo")],
)
async def test_who_does_not_know_is_helped_and_then_offered_a_person(
    talk: Talk, intent: str, text: str
) -> None:
    tramite = LIBRARY.get("devolucion_subcuenta")
    await at(talk, tramite, "ley")
    said = await talk.do(intent, text)
    assert said[-1]["text"].startswith(tramite.decisions["ley"].help or "")
    assert titles(said)[:2] == ["Ley 73", "Ley 97"]
    again = await talk.do(intent, text)
    assert "Hablar con una persona" in titles(again)
    assert "800 008 3900" in texts(again)
    await talk.press(again, "Ley 73")
    assert talk.slots.get("ayudas") is None


async def test_help_still_comes_after_a_wrong_answer(talk: Talk) -> None:
    tramite = LIBRARY.get("devolucion_subcuenta")
    await at(talk, tramite, "ley")
    await talk.do("nlu_fallback", "asdf")
    assert (tramite.decisions["ley"].help or "?") in texts(await talk.do("negar", "no sé"))


async def test_a_question_without_help_offers_a_person_at_once(talk: Talk) -> None:
    tramite = next(t for t in DECIDED if t.decisions[START].help is None)
    said = await at(talk, tramite)
    assert "Ayúdame a elegir" not in titles(said)
    assert "Hablar con una persona" in titles(await talk.do("nlu_fallback", "ni idea"))


async def test_the_button_for_help_is_there_when_there_is_help(talk: Talk) -> None:
    tramite = LIBRARY.get("devolucion_subcuenta")
    said = await talk.press(await at(talk, tramite, "ley"), "Ayúdame a elegir")
    assert (tramite.decisions["ley"].help or "?") in texts(said)


async def test_back_goes_one_question_and_says_when_it_is_the_first(talk: Talk) -> None:
    tramite = LIBRARY.get("devolucion_subcuenta")
    await at(talk, tramite, "efirma")
    seen = []
    for _ in range(3):
        await talk.do("guia_anterior", "anterior")
        seen.append(talk.slots.get("decision"))
    assert seen == ["credito", "ley", START]
    first = await talk.do("guia_anterior", "anterior")
    assert "primera pregunta" in texts(first)
    assert "Anterior" not in titles(first)
    assert talk.slots.get("decision") == START


async def test_back_from_the_first_step_is_the_last_question(talk: Talk) -> None:
    tramite = LIBRARY.get("nss_obtener")
    said = await at(talk, tramite, "como")
    await talk.press(said, "Por internet")
    await talk.do("guia_siguiente")
    assert (await talk.do("guia_anterior"))[-1]["step"]["number"] == 1
    said = await talk.do("guia_anterior")
    assert said[-1]["text"] == tramite.decisions["como"].question
    said = await talk.do("guia_anterior")
    assert said[-1]["text"] == tramite.decisions["curp"].question


async def test_leaving_closes_the_questions_and_they_can_be_taken_up(talk: Talk) -> None:
    tramite = LIBRARY.get("nss_obtener")
    await at(talk, tramite, "como")
    left = await talk.do("guia_salir", "salir")
    assert "Dejamos «Obtener tu NSS por internet» aquí" in texts(left)
    assert [talk.slots.get(n) for n in ("guia", "paso", "decision", "decisiones")] == [None] * 4
    back = await talk.press(left, "Retomar la guía")
    assert back[-1]["text"] == tramite.decisions[START].question


async def test_cancel_forgets_the_question(talk: Talk) -> None:
    await at(talk, LIBRARY.get("nss_obtener"), "curp")
    await talk.do("cancelar", "cancela")
    assert (
        talk.slots.get("decision") is talk.slots.get("decisiones") is talk.slots.get("guia") is None
    )
    assert "No hay ninguna guía abierta" in texts(await talk.do("guia_salir", "salir"))


async def test_next_and_repeat_do_not_skip_the_question(talk: Talk) -> None:
    tramite = LIBRARY.get("nss_obtener")
    await at(talk, tramite)
    said = await talk.do("guia_siguiente", "siguiente")
    assert said[-1]["text"].startswith("Primero dime esto")
    assert (await talk.do("guia_repetir", "otra vez"))[-1]["text"] == (
        tramite.decisions[START].question
    )
    assert talk.slots.get("decision") == START


async def test_a_topic_asks_right_after_its_summary_and_once(talk: Talk) -> None:
    tramite = LIBRARY.get("opciones_problemas_pago")
    said = await talk.do(tramite.id, "no puedo pagar")
    assert said[0]["text"] == tramite.summary
    asking = [reply for reply in said if tramite.decisions[START].question in reply["text"]]
    assert asking == [said[-1]]


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("rentar_casa", "oye y puedo rentar mi casa"),
        ("preguntar_costo", "¿y eso cuánto cuesta?"),
        # A question about what an option leads to is not that answer.
        ("prorroga", "¿qué es la prórroga?"),
        ("gracias", "gracias"),
    ],
)
async def test_a_digression_is_answered_and_the_question_comes_back(
    talk: Talk, intent: str, text: str
) -> None:
    tramite = LIBRARY.get("opciones_problemas_pago")
    await at(talk, tramite, "sin_empleo")
    said = await talk.do(intent, text)
    assert len(said) <= 3
    assert said[0]["text"] != said[-1]["text"]
    assert said[-1]["text"] == (
        f"Volvamos a «{tramite.title}». {tramite.decisions['sin_empleo'].question}"
    )
    assert "step" not in said[0]
    assert titles(said)[:2] == ["No puedo nada", "Sí, una parte"]
    assert talk.slots.get("decision") == "sin_empleo"
    led = await talk.do("negar", "no")
    assert led[-1]["step"]["tramite"] == "prorroga"


async def test_after_two_digressions_the_question_rests_but_can_be_answered(talk: Talk) -> None:
    tramite = LIBRARY.get("nss_obtener")
    await at(talk, tramite)
    for _ in range(2):
        assert "Volvamos a" in texts(await talk.do("rentar_casa", "puedo rentar"))
    assert "Volvamos a" not in texts(await talk.do("rentar_casa", "puedo rentar"))
    said = await talk.do("nlu_fallback", "nunca he tenido")
    assert said[-1]["text"] == tramite.decisions["curp"].question


async def test_with_two_questions_in_a_message_it_is_asked_at_the_end_only(talk: Talk) -> None:
    tramite = LIBRARY.get("opciones_problemas_pago")
    first = await talk.play(
        action_of(tramite.id), tramite.id, "no puedo pagar", question=1, questions=2
    )
    second = await talk.play(
        action_of("rentar_casa"), "rentar_casa", "y puedo rentarla", question=2, questions=2
    )
    asking = [r for r in [*first, *second] if tramite.decisions[START].question in r["text"]]
    assert asking == [second[-1]]


async def test_an_earlier_question_of_the_same_guide_can_be_answered_anew(talk: Talk) -> None:
    tramite = LIBRARY.get("nss_obtener")
    old = await at(talk, tramite)
    said = await talk.press(old, "Nunca he tenido")
    await talk.press(said, "Sí, la tengo")
    said = await talk.press(old, "Tengo dos o más")
    assert said[-1]["text"] == tramite.decisions["dos"].question
    assert talk.slots.get("decisiones") == [[tramite.id, START, "Tengo dos o más"]]


async def test_an_old_button_of_another_guide_does_not_disturb_the_open_one(talk: Talk) -> None:
    old = await at(talk, LIBRARY.get("correccion_rfc"))
    await at(talk, LIBRARY.get("nss_obtener"), "curp")
    before = dict(talk.slots)
    said = await talk.press(old, "Ninguna")
    assert "de otra pregunta" in said[0]["text"]
    assert said[-1]["text"] == LIBRARY.get("nss_obtener").decisions["curp"].question
    assert talk.slots == before


async def test_an_old_button_does_not_disturb_an_open_step(talk: Talk) -> None:
    old = await at(talk, LIBRARY.get("correccion_rfc"))
    await talk.do("guia_empezar", tramite="cancelacion_hipoteca", paso=3)
    said = await talk.press(old, "Ninguna")
    assert "de otra pregunta" in said[0]["text"]
    assert (said[-1]["step"]["tramite"], said[-1]["step"]["number"]) == ("cancelacion_hipoteca", 3)


async def test_an_old_button_works_when_nothing_is_open(talk: Talk) -> None:
    old = await at(talk, LIBRARY.get("correccion_rfc"))
    await talk.do("guia_salir")
    said = await talk.press(old, "Ninguna")
    assert said[-1]["step"]["tramite"] == "citas_cesi"


@pytest.mark.parametrize(
    "given",
    [
        {"tramite": "nss_obtener", "decision": "start", "opcion": "Ya no existe"},
        {"tramite": "nss_obtener", "decision": "otra", "opcion": "Por internet"},
        {"tramite": "nadie", "decision": "start", "opcion": "Por internet"},
        {"tramite": "rentar_casa", "decision": "start", "opcion": "Por internet"},
        {},
    ],
)
async def test_a_button_of_an_older_library_keeps_the_question(
    talk: Talk, given: dict[str, str]
) -> None:
    tramite = LIBRARY.get("nss_obtener")
    await at(talk, tramite, "curp")
    said = await talk.do("guia_decidir", **given)
    assert said[-1]["text"] == tramite.decisions["curp"].question
    assert talk.slots.get("decision") == "curp"


async def test_a_place_that_is_no_longer_in_the_library_does_not_break(talk: Talk) -> None:
    talk.slots.update(tramite="nss_obtener", guia="nss_obtener", decision="ya_no_existe")
    said = await talk.do("guia_siguiente", "siguiente")
    assert said[-1]["text"] == LIBRARY.get("nss_obtener").decisions[START].question


async def test_a_trail_that_is_no_longer_in_the_library_does_not_break(talk: Talk) -> None:
    tramite = LIBRARY.get("nss_obtener")
    for entry in ("ya_no", [tramite.id, "ya_no", "Sí"], ["nadie", START, "Sí"], [1]):
        talk.slots.update(tramite=tramite.id, guia=tramite.id, paso=1, decision=None)
        talk.slots.update(decisiones=[entry])
        said = await talk.do("guia_anterior", "anterior")
        assert said[-1]["text"] == tramite.decisions[START].question


async def test_while_the_nss_is_waited_for_no_answer_is_taken(talk: Talk) -> None:
    await at(talk, LIBRARY.get("nss_obtener"))
    talk.slots.update(esperando="nss", pendiente=[{"dato": "deuda"}])
    await talk.do("negar", "no")
    assert talk.slots.get("decision") is talk.slots.get("esperando") is None


async def test_despair_comes_before_any_answer(talk: Talk) -> None:
    await at(talk, LIBRARY.get("opciones_problemas_pago"))
    said = await talk.do("crisis", "perdí mi trabajo y quiero morirme")
    assert "800 911 2000" in said[0]["text"]


async def test_a_person_asked_for_is_offered_and_the_question_stays(talk: Talk) -> None:
    await at(talk, LIBRARY.get("tipos_de_credito"), "comprar")
    said = await talk.do("hablar_con_asesor", "con una persona")
    assert "800 008 3900" in texts(said)
    assert talk.slots.get("decision") == "comprar"


def test_every_way_to_answer_by_place_has_words() -> None:
    most = max(len(d.options) for t in DECIDED for d in t.decisions.values())
    assert len(MESSAGES.heard.ordinals) >= most
