"""Savings, contributions and employers: what is told adds up, whatever the period."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from accounts_peers import PEOPLE, Service
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.demo.cases import Case, Job
from accounts.demo.ledger import contributions, savings
from accounts.errors import Invalid, NotVerified

AS_OF = date(2026, 11, 24)
WHO = {"conversation": "c_1", "identity": "web:1"}


@st.composite
def cases(draw: st.DrawFn) -> Case:
    jobs = []
    for employer in range(1, draw(st.integers(2, 3))):
        began = date(2018, 1, 1) + timedelta(days=draw(st.integers(0, 2600)))
        lasted = draw(st.none() | st.integers(20, 1500))
        ended = min(began + timedelta(days=lasted), AS_OF) if lasted else None
        jobs.append(Job(employer, began, ended))
    withdrawn = draw(st.none() | st.dates(jobs[0].started, AS_OF))
    missed = draw(st.lists(st.integers(1, 12), max_size=4))
    wage = D(draw(st.integers(33080, 250000))) / 100
    return Case(tuple(jobs), wage, contact=True, missed=tuple(missed), withdrawn=withdrawn)


@settings(max_examples=60, deadline=None)
@given(cases())
def test_movements_add_up_to_the_balance_and_never_go_below_zero(case: Case) -> None:
    due = contributions(case, AS_OF)
    saved = savings(case, [one for one in due if one.paid], None, AS_OF)
    balance = D(0)
    for movement in saved:
        balance += movement.amount
        assert movement.balance == balance >= 0
    paid = sum((one.amount for one in due if one.paid), D(0))
    came = sum((m.amount for m in saved if m.concept == "aportacion_patronal"), D(0))
    assert came == paid
    assert {m.concept for m in saved if m.amount < 0} <= {"retiro"}


@settings(max_examples=60, deadline=None)
@given(cases())
def test_what_is_missed_is_what_the_case_says(case: Case) -> None:
    due = contributions(case, AS_OF)
    missed = {len(due) - number for number, one in enumerate(due) if not one.paid}
    assert missed == {back for back in case.missed if back <= len(due)}
    assert all(one.posted_on <= AS_OF and one.amount > 0 for one in due)
    assert len({(one.year, one.bimester, one.employer) for one in due}) == len(due)


async def signed_in(service: Service, number: int) -> None:
    people = (await service.client.demo_people(showcase=True)).people
    await service.verify(people[number - 1].nss)


async def test_any_period_opens_and_closes_with_its_movements(either: Service) -> None:
    await signed_in(either, PEOPLE.two_employers)
    everything = await either.client.savings_movements(**WHO, limit=100)
    assert everything.opening_balance == 0
    assert everything.closing_balance == (await either.client.savings(**WHO)).balance
    year = await either.client.savings_movements(
        **WHO, limit=100, first=date(2025, 1, 1), last=date(2025, 12, 31)
    )
    assert {item.date.year for item in year.items} == {2025}
    assert year.total == len(year.items)
    change = sum((item.amount for item in year.items), D(0))
    assert year.opening_balance + change == year.closing_balance == year.items[0].balance_after
    nothing = await either.client.savings_movements(
        **WHO, first=date(1999, 1, 1), last=date(1999, 1, 31)
    )
    assert (nothing.total, nothing.items, nothing.closing_balance) == (0, [], 0)


async def test_a_withdrawal_is_a_movement_that_takes(either: Service) -> None:
    await signed_in(either, PEOPLE.withdrawn)
    told = await either.client.savings_movements(**WHO, limit=1)
    [last] = told.items
    assert (last.concept, last.balance_after) == ("retiro", D(0))
    assert -last.amount == told.money_out > 0
    assert told.money_in == told.money_out


async def test_who_did_not_pay_in_is_told(either: Service) -> None:
    await signed_in(either, PEOPLE.two_employers)
    employers = (await either.client.employers(**WHO)).items
    assert sorted(one.missing for one in employers) == [0, 2]
    short = await either.client.contributions(**WHO, missing=True)
    assert short.missing_count == short.total == 2
    late = next(one.employer for one in employers if one.missing)
    assert {one.employer for one in short.items} == {late}
    assert all(one.paid == 0 and one.paid_on is None for one in short.items)
    assert short.missing == sum((one.expected for one in short.items), D(0))


async def test_a_bimester_is_that_of_the_days_worked(either: Service) -> None:
    await signed_in(either, PEOPLE.enough_points)
    third = await either.client.contributions(**WHO, first=date(2025, 5, 1), last=date(2025, 6, 30))
    [one] = third.items
    assert (one.year, one.bimester, one.due_on) == (2025, 3, date(2025, 7, 17))
    year = await either.client.contributions(
        **WHO, limit=100, first=date(2025, 1, 1), last=date(2025, 12, 31)
    )
    assert [item.bimester for item in year.items] == [6, 5, 4, 3, 2, 1]
    assert year.paid == sum((item.paid for item in year.items), D(0))


async def test_a_period_in_the_wrong_order_and_no_session_are_refused(service: Service) -> None:
    with pytest.raises(NotVerified):
        await service.client.employers(**WHO)
    await signed_in(service, PEOPLE.current)
    with pytest.raises(Invalid):
        await service.client.savings_movements(**WHO, first=date(2025, 2, 1), last=date(2025, 1, 1))


async def test_an_application_says_what_to_do_next(service: Service) -> None:
    await signed_in(service, PEOPLE.stopped)
    stopped = await service.client.application(**WHO)
    assert stopped.pending == "documento"
    assert "documento" in stopped.next_step
