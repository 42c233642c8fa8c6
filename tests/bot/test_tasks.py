"""Tasks: an appointment and a contact in a few questions, whatever is said in between."""

from __future__ import annotations

import datetime as dt
import json
from itertools import count

import pytest
from bot_talk import Talk, texts, titles
from test_account_actions import hidden, opened, sign_in

from accounts import calendar
from accounts.appointments import BookingBody
from accounts.client import AccountsClient
from accounts.demo.cases import case_of
from accounts.demo.people import POPULATION, Profile, profile
from bot.actions import days, services
from bot.actions.turn import Turn
from kb.hours import MEXICO_CITY
from kb.library import Library

TODAY = dt.datetime.now(MEXICO_CITY).date()
NUMBERS = count(1)
REACHABLE = (
    person for person in map(profile, range(40, POPULATION + 1)) if case_of(person, TODAY).contact
)
"""An account is sent five codes an hour: each test takes people of its own."""


def workday(after: int = 1) -> dt.date:
    day = dt.datetime.now(MEXICO_CITY).date() + dt.timedelta(days=after)
    while calendar.closed(day, day) is not None:
        day += dt.timedelta(days=1)
    return day


def written(day: dt.date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


@pytest.fixture
def talk(executor):  # type: ignore[no-untyped-def]
    number = next(NUMBERS)
    return Talk(executor, conversation=f"c_task_{number}", identity=f"web:task{number}")


@pytest.fixture
async def someone(accounts: AccountsClient, talk: Talk) -> Profile:
    person = next(REACHABLE)
    await sign_in(accounts, talk, person)
    return person


async def say(talk: Talk, text: str, intent: str = "nlu_fallback", **entities: str) -> list:  # type: ignore[type-arg]
    action = "action_fallback" if intent == "nlu_fallback" else None
    if action:
        return await talk.play(action, intent, text, **entities)
    return await talk.do(intent, text, **entities)


async def to_the_last_yes(talk: Talk, day: dt.date, hour: str = "a las 10 de la mañana") -> list:  # type: ignore[type-arg]
    asked = await say(talk, "quiero agendar una cita", "citas_cesi")
    assert "¿En qué ciudad o estado" in texts(asked)
    asked = await say(talk, "en toluca", ciudad="Toluca")
    assert titles(asked)[:2] == ["Mi crédito", "Mi ahorro"]
    asked = await talk.press(asked, "Mi crédito")
    assert "¿Qué día" in texts(asked)
    asked = await say(talk, f"el {written(day)}")
    assert "¿A qué hora" in texts(asked)
    return await say(talk, hour)


async def test_book_move_and_cancel(accounts, talk: Talk, someone: Profile) -> None:
    day = workday(7)
    asked = await to_the_last_yes(talk, day)
    assert "¿Aparto tu cita en Oficina CESI de Toluca" in texts(asked)
    assert "a las 10:00" in texts(asked)
    done = texts(await say(talk, "sí", "afirmar"))
    assert "tu cita quedó apartada" in done
    assert "CIT-" in done

    told = await opened(accounts, talk, await talk.do("mi_dato", dato="citas"))
    assert "a las 10:00" in told["text"]

    asked = await say(talk, "cambia mi cita a las 11:30", "citas_cesi")
    asked = await say(talk, written(day)) if "¿Qué día" in texts(asked) else asked
    assert "¿Cambio tu cita" in texts(asked)
    assert "a las 11:30" in texts(asked)
    assert "a las 11:30" in texts(await talk.press(asked, "Sí, cámbiala"))

    asked = await say(talk, "cancela mi cita", "citas_cesi")
    assert "¿Cancelo tu cita" in texts(asked)
    assert "cancelé tu cita" in texts(await say(talk, "sí", "afirmar"))
    who = {"conversation": talk.conversation, "identity": talk.identity}
    assert (await accounts.own_appointments(**who)).items == []


async def test_identity_comes_in_between_and_the_booking_goes_on(accounts, talk: Talk) -> None:
    person = next(REACHABLE)
    day = workday(8)
    asked = await to_the_last_yes(talk, day)
    asked = await say(talk, "sí", "afirmar")
    assert asked[-1]["secure_input"]["kind"] == "nss"
    done = texts(await sign_in(accounts, talk, person))
    assert "tu cita quedó apartada" in done


async def test_a_digression_is_answered_and_the_question_comes_back(
    accounts, talk: Talk, someone: Profile
) -> None:
    await say(talk, "quiero agendar una cita", "citas_cesi")
    said = await talk.do("cofinavit", "qué es cofinavit y para qué sirve")
    assert Library.load().get("cofinavit").summary in texts(said)
    assert "¿En qué ciudad o estado" in said[-1]["text"]
    asked = await say(talk, "Toluca", ciudad="Toluca")
    assert titles(asked)[0] == "Mi crédito"
    said = texts(await say(talk, "cancelar", "cancelar"))
    assert "lo dejamos ahí" in said
    assert talk.slots["tarea"] is None


async def test_what_is_wrong_is_said_and_nothing_is_lost(
    accounts, talk: Talk, someone: Profile
) -> None:
    await say(talk, "quiero agendar una cita", "citas_cesi")
    await talk.press(await say(talk, "Toluca", ciudad="Toluca"), "Mis datos")
    today = dt.datetime.now(MEXICO_CITY).date()
    sunday = today + dt.timedelta(days=(6 - today.weekday()) % 7 + 7)
    christmas = next(
        today + dt.timedelta(days=ahead)
        for ahead in range(1, 400)
        if calendar.holiday(today + dt.timedelta(days=ahead))
        and (today + dt.timedelta(days=ahead)).weekday() < 5
    )
    wrong = {
        "ayer": "Ese día ya pasó",
        f"el {written(sunday)}": "de lunes a viernes",
        "el 31 de febrero": "no existe en el calendario",
        f"el {written(today + dt.timedelta(days=370))}": "próximos 60 días",
        "blablabla": "No entendí tu respuesta",
    }
    if (christmas - today).days <= calendar.AHEAD:
        wrong[f"el {written(christmas)}"] = "descanso oficial"
    for text, answer in wrong.items():
        said = await say(talk, text)
        assert answer in texts(said), text
        assert "¿Qué día" in texts(said), text
    asked = await say(talk, f"el {written(workday(9))}")
    assert "¿A qué hora" in texts(asked)
    said = await say(talk, "a las 6 de la tarde")
    assert "A las 18:00 no hay lugar" in texts(said)
    said = await say(talk, "9 y media")
    assert "a las 09:30" in texts(said)
    assert "Mis datos" not in texts(said)


async def test_the_last_place_may_go_while_deciding(
    accounts, talk: Talk, someone: Profile, executor
) -> None:
    day = workday(10)
    await to_the_last_yes(talk, day, "a las 12")
    office = {"id": "oficina-cesi-de-toluca", "name": "Oficina CESI de Toluca"}
    for number in range(2):
        other = Talk(executor, conversation=f"c_other_{number}", identity=f"web:o{number}")
        await sign_in(accounts, other, next(REACHABLE))
        who = {"conversation": other.conversation, "identity": other.identity}
        when = {"day": str(day), "time": "12:00"}
        await accounts.book(
            BookingBody.model_validate({**who, "office": office, "purpose": "otro", **when})
        )
    said = await say(talk, "sí", "afirmar")
    assert "se acaba de ocupar" in texts(said)
    assert "¿A qué hora" in texts(said)
    said = await say(talk, "12:30")
    assert "tu cita quedó apartada" in texts(await say(talk, "sí", "afirmar"))


async def test_a_state_asks_for_its_city_and_a_city_for_its_office(
    accounts, talk: Talk, someone: Profile
) -> None:
    await say(talk, "quiero agendar una cita", "citas_cesi")
    asked = await say(talk, "en jalisco", estado="Jalisco")
    assert "¿En qué ciudad de Jalisco?" in texts(asked)
    asked = await talk.press(asked, "Guadalajara")
    assert "CESI Vallarta" in titles(asked)
    asked = await say(talk, "la primera")
    assert "¿Para qué es la cita?" in texts(asked)


async def test_a_new_telephone_takes_a_code_to_the_old_one_and_one_to_the_new(
    accounts: AccountsClient, talk: Talk
) -> None:
    person = next(one for one in REACHABLE if one.id % 4)
    token = await hidden(accounts, talk, "TELEFONO", "5587654321")
    asked = await say(talk, f"mi nuevo teléfono es {token}", "actualizar_contacto", telefono=token)
    assert asked[-1]["secure_input"]["kind"] == "nss"
    asked = await sign_in(accounts, talk, person)
    assert "código a tu teléfono nuevo" in texts(asked)
    assert asked[-1]["secure_input"]["kind"] == "code"
    said = await talk.do("dar_codigo", problema="faltan", digitos="5")
    assert "6 dígitos" in texts(said)
    code = await accounts.demo_code(talk.conversation)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    said = await talk.do("dar_codigo", codigo=await hidden(accounts, talk, "CODIGO", wrong))
    assert "Te quedan 4 intentos" in texts(said)
    said = await talk.do("dar_codigo", codigo=await hidden(accounts, talk, "CODIGO", code))
    assert "cambié tu teléfono" in texts(said)
    assert "CON-" in texts(said)
    assert "8765" not in json.dumps([said, talk.slots], ensure_ascii=False, default=str)


@pytest.mark.parametrize(
    ("text", "entities", "answer"),
    [
        ("es ⟦NSS:1⟧", {"nss": "⟦NSS:1⟧"}, "lleva 10 dígitos"),
        ("55 12 34", {}, "lleva 10 dígitos"),
        ("ana@gmail", {}, "le falta algo"),
        ("no sé", {}, "No entendí tu respuesta"),
    ],
)
async def test_a_wrong_contact_is_asked_for_again(
    accounts, talk: Talk, someone: Profile, text: str, entities: dict[str, str], answer: str
) -> None:
    asked = await talk.do("tarea", hacer="cambiar_contacto")
    assert "nuevo teléfono" in texts(asked)
    said = await say(talk, text, **entities)
    assert answer in texts(said)
    assert "¿Cuál es tu nuevo teléfono" in texts(said)


async def test_a_button_of_an_older_question_does_nothing(
    accounts, talk: Talk, someone: Profile
) -> None:
    await say(talk, "quiero agendar una cita", "citas_cesi")
    old = await say(talk, "Toluca", ciudad="Toluca")
    await talk.press(old, "Mi ahorro")
    said = await talk.press(old, "Mi crédito")
    assert "era de otra pregunta" in texts(said)
    assert "¿Qué día" in texts(said)
    assert talk.slots["tarea"]["datos"]["para"] == "ahorro"


async def test_without_the_account_service_the_task_stays(talk: Talk, unreachable: None) -> None:
    await say(talk, "quiero agendar una cita", "citas_cesi")
    asked = await say(talk, "Toluca", ciudad="Toluca")
    said = texts(await talk.press(asked, "Mi ahorro"))
    assert "no puedo consultar" in said
    assert talk.slots["tarea"]["paso"] == "para"


NOW = dt.datetime(2026, 11, 24, 10, tzinfo=MEXICO_CITY)


class _Tracker:
    sender_id = "c"

    def __init__(self, text: str) -> None:
        self.latest_message = {"text": text, "entities": []}

    def current_slot_values(self) -> dict[str, object]:
        return {}


def reading(text: str, *, alone: bool = False) -> days.Said:
    shared = services.messages(), services.library(), services.directory()
    return days.read(Turn(_Tracker(text), *shared, now=NOW), hour_alone=alone)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "day", "hour"),
    [
        ("el jueves", "2026-11-26", None),
        ("mañana a las 10", "2026-11-25", "10:00"),
        ("mañana en la mañana", "2026-11-25", None),
        ("pasado mañana a las nueve y media", "2026-11-26", "09:30"),
        ("el 3 de diciembre a la una", "2026-12-03", "13:00"),
        ("3/12", "2026-12-03", None),
        ("3 dic 11:30", "2026-12-03", "11:30"),
        ("el día 30", "2026-11-30", None),
        ("5 de enero", "2027-01-05", None),
        ("20 de octubre", "2026-10-20", None),
        ("ayer", "2026-11-23", None),
        ("a las 10:30 de la mañana", None, "10:30"),
        ("10 am", None, "10:00"),
    ],
)
def test_days_and_hours_as_people_write_them(text: str, day: str | None, hour: str | None) -> None:
    said = reading(text)
    assert (str(said.day) if said.day else None, said.hour) == (day, hour)


@pytest.mark.parametrize(
    "text", ["31 de febrero", "30/02/2027", "el 32", "el 31 de abril", "45/12"]
)
def test_a_day_that_does_not_exist_is_told_apart(text: str) -> None:
    assert reading(text).impossible


def test_a_number_alone_is_an_hour_only_when_one_is_asked_for() -> None:
    assert reading("10", alone=True).hour == "10:00"
    assert reading("10").hour is None
