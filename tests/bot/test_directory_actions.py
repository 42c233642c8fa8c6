"""«¿Está abierto ahorita?», «oficina en Toluca», «¿trabajan el sábado?»: answered by the clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from bot_talk import Talk, texts, titles

from bot.actions import services
from bot.actions.hours_question import read
from bot.components.entities import find
from bot.replies import Reply
from kb.directory import Directory
from kb.hours import MEXICO_CITY
from kb.library import Library

DIRECTORY = Directory.load()
TUESDAY = "2026-11-24T10:00"
TODAY = dt.date(2026, 11, 24)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Give a function that stops the actions' clock at a time of Mexico City."""

    def stop(moment: str) -> None:
        now = dt.datetime.fromisoformat(moment).replace(tzinfo=MEXICO_CITY)
        monkeypatch.setattr(services, "clock", lambda: lambda: now)

    stop(TUESDAY)
    return stop


async def ask(talk: Talk, text: str, intent: str = "fuera_otros", **more: Any) -> list[Reply]:
    """Write a text, with the entities the extractor finds in it."""
    found = {entity.kind: entity.value for entity in reversed(find(text))}
    return await talk.do(intent, text, **found, **more)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (TUESDAY, "Ahora sí hay atención"),
        ("2026-11-24T08:29", "Abren hoy a las 8:30"),
        ("2026-11-24T13:45", "no coinciden en la hora de cierre"),
        ("2026-11-24T14:30", "Abren mañana a las 8:30"),
        ("2026-11-27T20:00", "Abren el lunes 30 de noviembre a las 8:30"),
        ("2026-11-28T10:00", "Ahora no hay atención"),
        ("2026-11-16T10:00", "descanso oficial (Día de la Revolución). Abren mañana"),
        ("2026-12-31T18:00", "Abren el lunes 4 de enero de 2027 a las 8:30"),
    ],
)
async def test_is_it_open_now(
    talk: Talk, clock: Callable[[str], None], moment: str, expected: str
) -> None:
    clock(moment)
    said = texts(await ask(talk, "¿está abierto ahorita?", "saludo"))
    assert expected in said
    assert "13:30" in said  # the other version is always told
    assert talk.slots["tramite"] == "citas_cesi"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("trabajan el sábado", "El sábado 28 de noviembre normalmente no hay atención"),
        ("trabajan el sábado", "A veces abren un sábado, de 9:00 a 14:00"),
        ("abren mañana", "El miércoles 25 de noviembre sí hay atención"),
        ("abren pasado mañana", "El jueves 26 de noviembre sí hay atención"),
        ("abren el 16 de septiembre", "El jueves 16 de septiembre de 2027 no hay atención"),
        ("trabajan el 25 de diciembre", "es día de descanso oficial (Navidad)"),
        ("abren el día de la constitución?", "El lunes 1 de febrero de 2027 no hay atención"),
        ("abren el 25/11/2026", "El miércoles 25 de noviembre sí hay atención"),
        ("abren en semana santa", "no tengo el calendario"),
        ("a qué hora cierran", "Horario: lunes a viernes, de 8:30 a 14:30."),
        ("ya cerraron?", "Ahora sí hay atención"),
        ("cuándo abren", "Horario: lunes a viernes"),
        ("puedo ir ahorita a la oficina", "Ahora sí hay atención"),
        ("ya tengo cita, ¿a qué hora abren?", "Horario: lunes a viernes"),
    ],
)
async def test_the_day_that_is_asked_for(
    talk: Talk, clock: Callable[[str], None], text: str, expected: str
) -> None:
    intent = "citas_cesi" if "cita" in text else "fuera_otros"
    assert expected in texts(await ask(talk, text, intent))


@pytest.mark.parametrize(
    ("place", "local"),
    [
        ("Tijuana", "Son las 8:00 en Tijuana (10:00 en la Ciudad de México)"),
        ("Hermosillo", "Son las 9:00 en Hermosillo (10:00 en la Ciudad de México)"),
        ("cancun", "Son las 11:00 en Cancún (10:00 en la Ciudad de México)"),
        ("cd juárez", "Son las 9:00 en Ciudad Juárez (10:00 en la Ciudad de México)"),
    ],
)
async def test_another_clock_is_told_beside_that_of_the_capital(
    talk: Talk, clock: Callable[[str], None], place: str, local: str
) -> None:
    assert local in texts(await ask(talk, f"está abierta la oficina de {place}"))


async def test_an_office_opens_by_its_own_clock(talk: Talk, clock: Callable[[str], None]) -> None:
    said = texts(await ask(talk, "a qué hora abren en tijuana", "citas_cesi"))
    assert "Ahora no hay atención" in said
    assert "Abren hoy a las 8:30, hora de Tijuana" in said
    clock("2026-11-24T15:00")
    assert "Ahora sí hay atención" in texts(await ask(talk, "y ahorita está abierto?", "saludo"))


async def test_the_telephone_is_never_told_as_certain(
    talk: Talk, clock: Callable[[str], None]
) -> None:
    said = texts(await ask(talk, "a qué hora contesta infonatel en tijuana", "infonatel"))
    assert "no está confirmado" in said
    assert "Parece que ahora sí" in said
    assert "Horario, en hora de la Ciudad de México" in said
    later = texts(await ask(talk, "y el domingo?", "despedida"))
    assert "Parece que el domingo 29 de noviembre sí contestan en Infonatel" in later


async def test_the_chat_has_no_published_hours(talk: Talk, clock: Callable[[str], None]) -> None:
    said = texts(await ask(talk, "a qué hora atiende el chat", "chat_whatsapp"))
    assert "No hay un horario publicado" in said
    assert "Horario:" not in said


@pytest.mark.parametrize("state", [state.name for state in DIRECTORY.states])
async def test_every_state_has_an_answer_without_an_invented_address(
    talk: Talk, clock: Callable[[str], None], state: str
) -> None:
    said = await ask(talk, f"oficina en {state}", "preguntar_donde")
    assert f"**{state}**" in said[0]["text"]
    assert "«Haz una cita»" in said[0]["text"]
    assert "https://micuenta.infonavit.org.mx" in [link["url"] for link in said[0]["links"]]
    assert titles(said)[0] == "Pedir una cita"
    assert talk.slots["lugar"] == state
    assert len(said) <= 3


async def test_the_offices_with_a_known_name_are_named(
    talk: Talk, clock: Callable[[str], None]
) -> None:
    said = texts(await ask(talk, "oficina de infonavit en gdl", "citas_cesi"))
    assert "CESI Vallarta y CESI San Jorge" in said
    clock("2026-02-21T10:00")
    assert "Ahora sí hay atención" in texts(await ask(talk, "está abierto", "saludo"))


async def test_without_a_place_the_state_is_asked_for(
    talk: Talk, clock: Callable[[str], None]
) -> None:
    said = texts(await ask(talk, "dónde quedan las oficinas", "citas_cesi"))
    assert "¿En qué estado estás?" in said
    assert "«Haz una cita»" in said
    assert "**Toluca**" in texts(await ask(talk, "pues radico aquí en Toluca"))
    assert "Son las 10:00." in texts(await ask(talk, "¿está abierto?", "saludo"))


async def test_a_place_nobody_knows_is_said_once(talk: Talk, clock: Callable[[str], None]) -> None:
    await ask(talk, "dónde quedan las oficinas", "citas_cesi")
    assert "No encuentro ese lugar" in texts(await ask(talk, "en Macondo"))
    assert "No encuentro ese lugar" not in texts(await ask(talk, "en Macondo"))


async def test_instead_of_the_state_something_else_may_be_asked(
    talk: Talk, clock: Callable[[str], None]
) -> None:
    await ask(talk, "dónde quedan las oficinas", "citas_cesi")
    said = await ask(talk, "dónde pago en jalisco", "donde_como_pagar")
    assert said[0]["text"] == Library.load().get("donde_como_pagar").summary


async def test_making_an_appointment_is_no_question_about_hours(
    talk: Talk, clock: Callable[[str], None]
) -> None:
    said = await ask(talk, "quiero una cita para el lunes", "citas_cesi")
    assert said[0]["text"] == Library.load().get("citas_cesi").summary
    assert "¿En qué ciudad o estado quieres tu cita?" in said[-1]["text"]


async def test_where_is_still_about_the_topic_and_adds_the_offices_of_a_place(
    talk: Talk, clock: Callable[[str], None]
) -> None:
    await talk.do("correccion_rfc")
    said = texts(await ask(talk, "¿dónde?", "preguntar_donde"))
    assert "Lo haces en:" in said
    assert "oficinas hay en" not in said
    there = texts(await ask(talk, "¿dónde lo hago en mexicali?", "preguntar_donde"))
    assert "Lo haces en:" in there
    assert "**Mexicali**" in there


async def test_a_guide_left_open_is_taken_up_again(
    talk: Talk, clock: Callable[[str], None]
) -> None:
    await talk.do("correccion_curp_nombre")
    said = await ask(talk, "¿está abierto ahorita?", "guia_no_me_sale")
    assert "¿Seguimos en el paso 1 de" in texts(said)
    assert (await talk.do("afirmar", "sí"))[-1]["step"]["tramite"] == "correccion_curp_nombre"


async def test_where_to_pay_offers_each_way_and_the_official_list(
    talk: Talk, clock: Callable[[str], None]
) -> None:
    await talk.do("donde_como_pagar")
    said = await ask(talk, "¿y dónde?", "preguntar_donde")
    assert "infonavit.org.mx, en «Tengo un crédito», «Pagos»" in texts(said)
    ways = [Library.load().get(way).button for way in DIRECTORY.payments.ways]
    assert titles(said) == [*ways, "Fuente y fecha"]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("no abre", "guia_no_me_sale"),
        ("ya no abre la página", "falla_portal"),
        ("hasta mañana", "despedida"),
        ("a qué hora abre el banco", "fuera_otros"),
        ("qué hora es", "fuera_otros"),
        ("Toluca", "fuera_otros"),
        ("mañana", "fuera_otros"),
        ("me quiero morir en Jalisco", "crisis"),
        ("cambiar el horario de mi cita del lunes", "citas_cesi"),
        ("quiero una cita en la oficina de Tijuana", "citas_cesi"),
        ("no hay citas en Guadalajara, ¿cuándo abren más?", "citas_cesi"),
        ("qué es un cesi", "citas_cesi"),
        ("en qué oficina", "preguntar_donde"),
        ("la oficina me queda lejos, ¿hay un teléfono donde me atiendan?", "infonatel"),
        ("infonavit atiende por whatsapp o por chat", "chat_whatsapp"),
        ("dónde está la oficina del imss en toluca", "fuera_imss"),
        ("en la oficina o por internet?", "preguntar_donde"),
    ],
)
async def test_what_is_not_about_hours_is_left_to_its_own_answer(
    talk: Talk, clock: Callable[[str], None], text: str, intent: str
) -> None:
    said = texts(await ask(talk, text, intent))
    assert "hay atención" not in said
    assert "horario publicado del chat" not in said
    assert "dirección" not in said


async def test_a_choice_is_never_read_as_a_question(
    talk: Talk, clock: Callable[[str], None]
) -> None:
    said = await talk.do("citas_cesi")
    assert said[0]["text"] == Library.load().get("citas_cesi").summary


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("hoy", TODAY),
        ("martes", TODAY),
        ("el lunes", dt.date(2026, 11, 30)),
        ("fin de semana", dt.date(2026, 11, 28)),
        ("navidad", dt.date(2026, 12, 25)),
        ("dia del trabajo", dt.date(2027, 5, 1)),
        ("natalicio de Benito Juárez", dt.date(2027, 3, 15)),
        ("mañana en la mañana", dt.date(2026, 11, 25)),
        ("en la mañana", None),
    ],
)
def test_days_are_read_from_today_on(text: str, day: dt.date | None) -> None:
    question = read(text, None, TODAY)
    assert question.day == day
    assert question.closed


def test_the_29th_of_february_waits_for_its_year() -> None:
    assert read("abren", "--02-29", TODAY).day == dt.date(2028, 2, 29)


def test_every_spelling_of_a_place_is_understood_as_that_place() -> None:
    for kind, name, written in DIRECTORY.spellings():
        for form in written:
            found = {(one.kind, one.value) for one in find(f"vivo en {form}")}
            assert (kind, name) in found, form
            assert DIRECTORY.place(form).name == name


def test_the_clock_stands_still_where_the_settings_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    services.clock.cache_clear()
    monkeypatch.setenv("BOT_NOW", "2026-11-24T10:00:00-06:00")
    assert services.clock()() == dt.datetime(2026, 11, 24, 10, tzinfo=MEXICO_CITY)
    services.clock.cache_clear()
    monkeypatch.delenv("BOT_NOW")
    assert abs(services.clock()() - dt.datetime.now(dt.UTC)) < dt.timedelta(seconds=5)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Edo. Méx.", "Estado de México"),
        ("Edomex", "Estado de México"),
        ("CDMX", "Ciudad de México"),
        ("D.F.", "Ciudad de México"),
        ("DF", "Ciudad de México"),
        ("NL", "Nuevo León"),
        ("N.L.", "Nuevo León"),
        ("BC", "Baja California"),
        ("Jalisco", "Jalisco"),
        ("guadalajra", "Guadalajara"),
        ("tijuna", "Tijuana"),
        ("monterey", "Monterrey"),
        ("tolucca", "Toluca"),
        ("keretaro", "Querétaro"),
    ],
)
@pytest.mark.parametrize("asked", ["{}", "estoy en {}", "en la ciudad de {} por favor"])
async def test_a_place_in_short_or_with_a_slip_is_that_place(
    talk: Talk, clock: Callable[[str], None], written: str, name: str, asked: str
) -> None:
    await ask(talk, "dónde quedan las oficinas", "citas_cesi")
    for intent in ("nlu_fallback", "subcuenta_saldo"):
        talk.slots.update(esperando="lugar", lugar=None)
        assert f"**{name}**" in texts(await ask(talk, asked.format(written), intent))
        assert talk.slots["lugar"] == name


@pytest.mark.parametrize("written", ["guadalajra", "N.L.", "edo. méx."])
async def test_an_office_is_asked_for_with_a_slip_at_once(
    talk: Talk, clock: Callable[[str], None], written: str
) -> None:
    said = texts(await ask(talk, f"¿dónde está la oficina de {written}?", "preguntar_donde"))
    assert f"**{DIRECTORY.near(written)[0].name}**" in said


async def test_of_several_places_it_is_asked_which(
    talk: Talk, clock: Callable[[str], None]
) -> None:
    await ask(talk, "dónde quedan las oficinas", "citas_cesi")
    both = ["San Luis Potosí", "San Luis Río Colorado"]
    for _ in range(2):
        said = await ask(talk, "san luis", "nlu_fallback")
        assert "¿Cuál de estos lugares?" in texts(said)
        assert titles(said)[:2] == both
    for name in both:
        talk.slots.update(esperando="lugar")
        assert f"**{name}**" in texts(await talk.press(said, name))
        assert talk.slots["lugar"] == name
    talk.slots.update(esperando="lugar")
    assert f"**{both[1]}**" in texts(await ask(talk, "san luis rio colorado"))


@pytest.mark.parametrize("text", ["igual", "clima", "la herida", "ninguno", "la verdad no sé"])
async def test_a_common_word_is_no_place(
    talk: Talk, clock: Callable[[str], None], text: str
) -> None:
    await ask(talk, "dónde quedan las oficinas", "citas_cesi")
    await ask(talk, text, "nlu_fallback")
    assert talk.slots.get("lugar") is None


async def test_a_slip_is_no_place_where_none_is_asked_for(
    talk: Talk, clock: Callable[[str], None]
) -> None:
    assert "oficina" not in texts(await ask(talk, "tijuna", "nlu_fallback"))
    said = await ask(talk, "mi casa es de tolucca y no puedo pagar", "opciones_problemas_pago")
    assert said[0]["text"] == Library.load().get("opciones_problemas_pago").summary
