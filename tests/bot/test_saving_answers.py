"""What one's savings, employers, points, requests and application say, right to the cent."""

from __future__ import annotations

import datetime as dt
from itertools import count

import pytest
from bot_talk import Talk, titles
from test_account_actions import hidden, opened, sign_in

from accounts.client import AccountsClient
from accounts.schemas import DemoPerson
from bot.actions import services, spans
from bot.actions.formats import money
from bot.actions.turn import Turn
from conversations.messages import Reply
from kb.hours import MEXICO_CITY

NUMBERS = count(1)


@pytest.fixture
def talk(executor):  # type: ignore[no-untyped-def]
    number = next(NUMBERS)
    return Talk(executor, conversation=f"c_saving_{number}", identity=f"web:saving{number}")


async def read(accounts: AccountsClient, talk: Talk, replies: list) -> dict:  # type: ignore[type-arg]
    """Return the sealed content, which must be one the gateway can show."""
    content = await opened(accounts, talk, replies)
    Reply.model_validate(content)
    return content


async def show(accounts: AccountsClient, talk: Talk, situation: str) -> DemoPerson:
    people = (await accounts.demo_people(showcase=True)).people
    person = next(one for one in people if situation in one.situation)
    # Codes to one account are few and far between: a session is opened once for each situation.
    await sign_in(accounts, talk, person)
    return person


def who(talk: Talk) -> dict[str, str]:
    return {"conversation": talk.conversation, "identity": talk.identity}


async def test_two_employers_and_who_did_not_pay(accounts: AccountsClient, talk: Talk) -> None:
    await show(accounts, talk, "con dos patrones")
    replies = await talk.do("relaciones_laborales", "qué patrones tengo registrados")
    said = await read(accounts, talk, replies)
    employers = (await accounts.employers(**who(talk))).items
    assert all(one.employer in said["text"] for one in employers)
    late = next(one.employer for one in employers if one.missing)
    assert f"{late} no ha pagado 2 de tus bimestres" in said["text"]
    assert titles(replies)[0] == "Si tu patrón no paga"

    replies = await talk.do("patron_no_aporta", "qué bimestres no ha pagado mi patrón")
    said = await read(accounts, talk, replies)
    missing = (await accounts.contributions(**who(talk), missing=True)).missing
    assert money(missing) in said["text"]
    assert "Si tu patrón no paga" in titles(replies)

    replies = await talk.do("subcuenta_movimientos", "aportaciones de 2025")
    said = await read(accounts, talk, replies)
    year = dt.date(2025, 1, 1), dt.date(2025, 12, 31)
    paid = (await accounts.contributions(**who(talk), limit=1, first=year[0], last=year[1])).paid
    assert money(paid) in said["text"]
    assert "2025" in said["text"]

    replies = await talk.do("subcuenta_movimientos", "movimientos de mi ahorro de 2025")
    said = await read(accounts, talk, replies)
    moved = await accounts.savings_movements(**who(talk), first=year[0], last=year[1])
    rows = {row["label"]: row["value"] for row in said["card"]["rows"]}
    assert money(moved.money_in) in said["text"]
    assert rows["Saldo al empezar"] == money(moved.opening_balance)
    assert rows["Saldo al terminar"] == money(moved.closing_balance)

    text = "cuánto aportó mi patrón el tercer bimestre de 2025"
    replies = await talk.do("subcuenta_movimientos", text, bimestre="2025-B3")
    said = await read(accounts, talk, replies)
    bimester = dt.date(2025, 5, 1), dt.date(2025, 6, 30)
    paid = (await accounts.contributions(**who(talk), first=bimester[0], last=bimester[1])).paid
    assert money(paid) in said["text"]
    assert "mayo y junio de 2025" in said["text"]


async def test_a_stopped_application_says_what_to_do(accounts: AccountsClient, talk: Talk) -> None:
    person = await show(accounts, talk, "le regresaron un documento")
    said = await read(accounts, talk, await talk.do("mi_dato", dato="solicitud"))
    assert person.figures.application.next_step in said["text"]
    said = await read(accounts, talk, await talk.do("mi_dato", dato="citas"))
    assert "CESI Vallarta" in said["text"]


async def test_folios_say_their_stage_and_the_next_step(
    accounts: AccountsClient, talk: Talk
) -> None:
    await show(accounts, talk, "una aclaración y una corrección")
    said = await read(accounts, talk, await talk.do("seguimiento_solicitud", "cómo va mi folio"))
    found = (await accounts.own_requests(**who(talk))).items
    assert len(found) == 3
    assert all(any(one.folio in row["label"] for row in said["card"]["rows"]) for one in found)
    one = found[-1]
    text = f"cómo va mi folio {one.folio.lower()}"
    said = await read(accounts, talk, await talk.do("seguimiento_solicitud", text))
    assert one.stage_name in said["text"]
    assert one.next_step in said["text"]
    said = await read(
        accounts, talk, await talk.do("seguimiento_solicitud", "mi folio COR-2345-ABCD")
    )
    assert "No veo el folio COR-2345-ABCD" in said["text"]
    # Asked without a credit application, the answer still tells of the folios.
    said = await read(accounts, talk, await talk.do("mi_dato", dato="solicitud"))
    assert "No veo una solicitud de crédito" in said["text"]


async def test_points_say_what_is_missing_and_what_to_do(
    accounts: AccountsClient, talk: Talk
) -> None:
    person = await show(accounts, talk, "le faltan puntos")
    said = await read(accounts, talk, await talk.do("precalificacion_puntos"))
    assert f"Te faltan {person.figures.points.gap}" in said["text"]
    assert "Suben si sigues cotizando" in said["text"]
    assert "1,080" in said["card"]["note"]


async def test_what_is_asked_waits_for_identity_with_its_period(
    accounts: AccountsClient, talk: Talk
) -> None:
    people = (await accounts.demo_people(showcase=True)).people
    person = next(one for one in people if "puntos suficientes" in one.situation)
    await talk.do("subcuenta_movimientos", "aportaciones de 2024")
    await talk.do("dar_nss", nss=await hidden(accounts, talk, "NSS", person.nss))
    code = await accounts.demo_code(talk.conversation)
    replies = await talk.do("dar_codigo", codigo=await hidden(accounts, talk, "CODIGO", code))
    said = await read(accounts, talk, replies)
    assert "de aportaciones: 2024" in said["text"]


NOW = dt.datetime(2026, 11, 24, 10, tzinfo=MEXICO_CITY)


class _Tracker:
    sender_id = "c"

    def __init__(self, text: str, entities: dict[str, str]) -> None:
        found = [{"entity": name, "value": value} for name, value in entities.items()]
        self.latest_message = {"text": text, "entities": found}

    def current_slot_values(self) -> dict[str, object]:
        return {}


@pytest.mark.parametrize(
    ("text", "entities", "first", "last"),
    [
        ("aportaciones de 2025", {}, "2025-01-01", "2025-12-31"),
        ("las del año pasado", {}, "2025-01-01", "2025-12-31"),
        ("tercer bimestre", {"bimestre": "B3"}, "2026-05-01", "2026-06-30"),
        ("tercer bimestre de 2024", {"bimestre": "2024-B3"}, "2024-05-01", "2024-06-30"),
        ("sexto bimestre", {"bimestre": "B6"}, "2026-11-01", "2026-12-31"),
        ("movimientos de marzo", {"mes": "--03"}, "2026-03-01", "2026-03-31"),
        ("movimientos de diciembre", {"mes": "--12"}, "2025-12-01", "2025-12-31"),
        ("febrero de 2024", {"mes": "2024-02"}, "2024-02-01", "2024-02-29"),
    ],
)
def test_a_period_is_read_as_people_say_it(
    text: str, entities: dict[str, str], first: str, last: str
) -> None:
    shared = services.messages(), services.library(), services.directory()
    turn = Turn(_Tracker(text, entities), *shared, now=NOW)  # type: ignore[arg-type]
    found = spans.read(turn, NOW.date())
    assert found is not None
    assert (str(found.first), str(found.last)) == (first, last)
    assert spans.Period.of({"dias": found.to_wish()}) == found


def test_no_period_is_read_where_there_is_none() -> None:
    shared = services.messages(), services.library(), services.directory()
    turn = Turn(_Tracker("mis movimientos", {}), *shared, now=NOW)  # type: ignore[arg-type]
    assert spans.read(turn, NOW.date()) is None
