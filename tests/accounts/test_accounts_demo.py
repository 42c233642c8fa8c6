import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal as D
from pathlib import Path
from time import perf_counter

import pytest
from accounts_peers import PEOPLE, sqlite_url
from sqlalchemy import func, select

from accounts import credit, models
from accounts.crypto import KeyRing
from accounts.db import Database
from accounts.demo import demo_people, demo_people_in, seed
from accounts.demo.people import POPULATION, homoclave, profile
from accounts.errors import ConfigurationError
from accounts.identifiers import is_valid
from accounts.schemas import DemoPerson

AS_OF = date(2026, 11, 24)
KEYS = KeyRing([b"k" * 32])


@pytest.fixture(scope="module")
def people() -> list[DemoPerson]:
    return demo_people(AS_OF)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database(sqlite_url(tmp_path))
    await opened.migrate()
    yield opened
    await opened.close()


def test_there_are_enough_people_and_nobody_twice(people: list[DemoPerson]) -> None:
    assert len(people) == POPULATION >= 200
    for field in ("nss", "curp", "rfc"):
        assert len({getattr(person, field) for person in people}) == POPULATION
    numbers = [p.figures.credit.number for p in people if p.figures.credit]
    assert len(set(numbers)) == len(numbers)


def test_their_numbers_are_well_formed_and_never_assigned(people: list[DemoPerson]) -> None:
    for person in people:
        assert is_valid("NSS", person.nss)
        assert person.nss.startswith("00")
        assert is_valid("CURP", person.curp)
        assert is_valid("RFC", person.rfc)
        assert person.rfc[4:10] == person.curp[4:10]
        assert person.nss[4:6] == person.curp[4:6]
        contact = person.contact or "@example.com"
        assert contact.startswith("+52 55 0000 ") or contact.endswith("@example.com")
        if person.figures.credit:
            assert is_valid("NUMERO", person.figures.credit.number)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("QUUX WEXLER ZORAIDA", "9R"),
        ("XOLOTZIN ZKARABE KIRAN", "BQ"),
        ("WUPPER XIXTLI JANO", "Q9"),
    ],
)
def test_the_homoclave_matches_the_published_algorithm(name: str, expected: str) -> None:
    assert homoclave(name) == expected


def test_every_kind_of_account_is_there(people: list[DemoPerson]) -> None:
    kinds = Counter(
        (p.figures.credit.denomination, p.figures.credit.status) if p.figures.credit else None
        for p in people
    )
    assert kinds[None] >= 40
    for kind in (("pesos", "al_corriente"), ("vsm", "al_corriente"), ("pesos", "atrasado")):
        assert kinds[kind] >= 20
    assert kinds["vsm", "atrasado"] >= 5
    assert kinds["pesos", "liquidado"] >= 3
    credits = [p.figures.credit for p in people if p.figures.credit]
    assert {c.months_overdue for c in credits} >= set(range(7))
    assert len({c.product for c in credits}) >= 5
    assert len({c.granted_on.year for c in credits}) >= 10


def test_the_first_people_show_what_they_say(people: list[DemoPerson]) -> None:
    shown = {number: people[number - 1] for number in PEOPLE.all}
    assert all(person.showcase for person in shown.values())
    assert not people[PEOPLE.all[-1]].showcase
    assert shown[PEOPLE.current].figures.credit.granted_amount == D("520000.00")
    assert shown[PEOPLE.current].figures.next_payment.mode == "nomina"
    assert shown[PEOPLE.behind].figures.credit.months_overdue == 2
    assert shown[PEOPLE.vsm].figures.credit.vsm_balance
    assert shown[PEOPLE.frozen].figures.credit.frozen_on
    assert shown[PEOPLE.frozen].figures.credit.vsm_balance is None
    assert shown[PEOPLE.enough_points].figures.points.enough
    assert shown[PEOPLE.enough_points].figures.application
    assert shown[PEOPLE.few_points].figures.points.gap > 0
    assert shown[PEOPLE.recent].figures.next_payment.reason == "aviso_pendiente"
    almost = shown[PEOPLE.almost].figures
    assert 0 < almost.credit.balance < 5 * almost.credit.monthly_payment
    assert shown[PEOPLE.liquidated].figures.credit.status == "liquidado"
    assert shown[PEOPLE.liquidated].figures.next_payment is None
    assert shown[PEOPLE.liquidated].figures.savings.balance > 0
    assert shown[PEOPLE.mejoravit].figures.credit.product == "mejoravit"
    assert shown[PEOPLE.unemployed].figures.next_payment.mode == "directo"
    assert shown[PEOPLE.unreachable].contact is None
    covered = shown[PEOPLE.fund].figures.next_payment
    assert (covered.support.kind, covered.support.months) == ("fondo_proteccion", 6)
    assert 0 < covered.amount < shown[PEOPLE.fund].figures.credit.monthly_payment / 5
    paused = shown[PEOPLE.paused].figures.next_payment
    assert (paused.amount, paused.support.kind) == (0, "prorroga")
    beyond = shown[PEOPLE.overpaid].figures.credit
    assert beyond.status == "liquidado"
    assert beyond.favour_balance == 2 * beyond.monthly_payment


@pytest.mark.parametrize(
    "as_of", [date(2026, 10, 1), date(2026, 12, 31), date(2027, 1, 1), date(2027, 2, 28)]
)
def test_the_first_people_show_it_on_any_day(as_of: date) -> None:
    people = demo_people(as_of, showcase=True)
    assert people[PEOPLE.current - 1].figures.credit.status == "al_corriente"
    assert people[PEOPLE.behind - 1].figures.credit.months_overdue == 2
    assert people[PEOPLE.almost - 1].figures.credit.status == "al_corriente"
    assert people[PEOPLE.liquidated - 1].figures.credit.status == "liquidado"
    assert people[PEOPLE.recent - 1].figures.credit.status == "al_corriente"
    for number in (PEOPLE.fund, PEOPLE.paused):
        assert people[number - 1].figures.credit.status == "al_corriente"
        assert people[number - 1].figures.next_payment.support.used >= 3
    assert people[PEOPLE.overpaid - 1].figures.credit.favour_balance > 0
    assert all(p.figures.next_payment.due_on >= as_of for p in people if p.figures.next_payment)


def test_figures_agree_with_one_another(people: list[DemoPerson]) -> None:
    for person in people:
        found = person.figures
        if found.credit is None:
            assert found.movements is found.next_payment is None
            continue
        owed, last = found.credit, found.movements.items[0]
        assert last.balance_after == owed.balance
        assert last.date <= AS_OF
        assert owed.total_owed == owed.balance + owed.interest_due + owed.fees_due
        assert owed.payoff_amount >= owed.total_owed
        whole_months = owed.months_overdue * owed.monthly_payment
        assert owed.overdue_amount == min(whole_months + owed.fees_due, owed.total_owed)
        assert (owed.status == "atrasado") == (owed.overdue_amount > 0)
        if owed.status == "liquidado":
            assert owed.payoff_amount == owed.amount_to_be_current == 0
            continue
        following = found.next_payment
        assert following.due_on == credit.month_end(following.due_on) >= AS_OF
        assert following.total_due == owed.amount_to_be_current
        assert following.amount <= owed.monthly_payment + 15
        assert following.amount == sum(part.amount for part in following.parts)
        if owed.vsm_balance is not None:
            assert owed.balance == credit.vsm_to_pesos(owed.vsm_balance, owed.umi)


async def test_movements_add_up_for_everybody(database: Database) -> None:
    await seed(database, KEYS, AS_OF)
    async with database.read() as session:
        table = models.CreditMovement
        rows = await session.scalars(select(table).order_by(table.credit_id, table.number))
        previous = None
        for row in rows:
            if previous is None or previous.credit_id != row.credit_id:
                assert row.concept in {"otorgamiento", "saldo_inicial"}
            else:
                assert row.number == previous.number + 1
                assert row.posted_on >= previous.posted_on
                assert row.amount == row.fees + row.interest + row.principal + row.unapplied
                assert row.balance == previous.balance - row.principal >= 0
                assert min(row.fees, row.interest, row.principal) >= 0
                assert row.amount > 0 or row.concept in {"prorroga", "devolucion"}
                if row.concept.startswith("pago"):
                    assert row.interest > 0
            previous = row
        savings = models.SavingsMovement
        saved = await session.scalars(select(savings).order_by(savings.person_id, savings.number))
        last: tuple[int, D] = (0, D(0))
        for movement in saved:
            before = last[1] if last[0] == movement.person_id else D(0)
            assert movement.balance == before + movement.amount >= 0
            last = movement.person_id, movement.balance
        used = await session.scalar(
            select(func.count()).where(savings.concept == "aplicacion_credito")
        )
        assert used > 50


async def test_terms_respect_the_rules(database: Database) -> None:
    await seed(database, KEYS, AS_OF)
    async with database.read() as session:
        rows = await session.execute(
            select(models.Credit, models.Person).join(
                models.Person, models.Person.id == models.Credit.person_id
            )
        )
        for row, person in rows:
            who = profile(person.id)
            age = row.granted_on.year - who.born_on.year
            if row.denomination == "pesos":
                assert age + row.term_months / 12 <= (75 if who.woman else 70)
                assert row.granted_amount <= credit.product_cap(row.product, row.granted_on)
                assert D("3.69") <= row.annual_rate <= D("11.00")
                assert row.granted_on >= date(2021, 6, 1)
            else:
                assert row.granted_on < date(2021, 6, 1)
            if row.purchase_price:
                assert row.purchase_price > row.granted_amount
            wages = select(models.WorkRelation).where(models.WorkRelation.person_id == person.id)
            first = min((await session.scalars(wages)).all(), key=lambda work: work.started_on)
            assert first.started_on <= row.granted_on


async def test_the_same_day_gives_the_same_figures_and_writes_once(database: Database) -> None:
    started = perf_counter()
    assert await seed(database, KEYS, AS_OF)
    assert perf_counter() - started < 5
    assert not await seed(database, KEYS, AS_OF)
    here = await demo_people_in(database, KEYS, AS_OF, showcase=True)
    assert here == await asyncio.to_thread(demo_people, AS_OF, showcase=True)


async def test_another_day_keeps_the_people_and_rewrites_their_histories(
    database: Database,
) -> None:
    await seed(database, KEYS, AS_OF)
    async with database.read() as session:
        before = await session.scalar(select(models.Person.nss).where(models.Person.id == 1))
    assert await seed(database, KEYS, date(2026, 12, 1))
    async with database.read() as session:
        after = await session.scalar(select(models.Person.nss).where(models.Person.id == 1))
    assert before == after
    [first, *_] = await demo_people_in(database, KEYS, date(2026, 12, 1), showcase=True)
    assert first.figures.movements.items[0].date == date(2026, 11, 30)


async def test_another_key_writes_the_people_anew(database: Database) -> None:
    await seed(database, KEYS, AS_OF)
    other = KeyRing([b"o" * 32])
    await seed(database, other, date(2026, 11, 25))
    assert (await demo_people_in(database, other, date(2026, 11, 25), showcase=True))[0].nss


async def test_a_database_with_real_people_is_left_alone(database: Database) -> None:
    await seed(database, KEYS, AS_OF)
    async with database.write() as session:
        (await session.get_one(models.Person, 200)).demo = False
    with pytest.raises(ConfigurationError):
        await seed(database, KEYS, date(2026, 11, 25))
    async with database.read() as session:
        assert await session.scalar(select(func.count(models.Credit.id)))


def test_a_day_before_the_population_is_refused() -> None:
    with pytest.raises(ValueError, match="2026"):
        demo_people(date(2020, 1, 1), showcase=True)
