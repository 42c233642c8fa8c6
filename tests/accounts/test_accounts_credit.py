from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import credit
from accounts.credit import ZERO, Debt

# month, interest, principal, employer contribution, balance
SAMPLE = [
    ("2816.67", "470.08", "0.00", "519529.92"),
    ("2814.12", "472.63", "1431.18", "517626.11"),
    ("2803.81", "482.94", "0.00", "517143.17"),
    ("2801.19", "485.56", "1431.18", "515226.43"),
    ("2790.81", "495.94", "0.00", "514730.49"),
    ("2788.12", "498.63", "1431.18", "512800.68"),
]

amounts = st.integers(1_000_00, 3_000_000_00).map(lambda c: D(c) / 100)
rates = st.integers(0, 1200).map(lambda r: D(r) / 100)


@pytest.mark.parametrize(
    ("principal", "rate", "months", "payment"),
    [
        ("364582.34", "3.5", 360, "1637.14"),
        ("520000.00", "6.50", 360, "3286.75"),
        ("80000.00", "11", 60, "1739.39"),
        ("1200.00", "0", 12, "100.00"),
    ],
)
def test_monthly_payments_match_the_published_ones(
    principal: str, rate: str, months: int, payment: str
) -> None:
    assert credit.monthly_payment(D(principal), D(rate), months) == D(payment)


def test_the_sample_account_rolls_to_the_cent() -> None:
    debt, rate, payment = Debt(D("520000.00")), D("6.50"), D("3286.75")
    for interest, principal, contribution, balance in SAMPLE:
        debt, applied = credit.pay(credit.charge(debt, rate, payment), payment)
        assert (applied.interest, applied.principal) == (D(interest), D(principal))
        debt, applied = credit.pay_principal(debt, D(contribution))
        assert applied.amount == D(contribution)
        assert debt == Debt(D(balance))


def test_the_employer_contribution_is_five_per_cent_of_the_days() -> None:
    assert credit.employer_contribution(D("469.24"), 61) == D("1431.18")


@pytest.mark.parametrize(
    ("product", "year", "cap"),
    [
        ("tradicional", 2025, "2830672.29"),
        ("tradicional", 2026, "2935002.35"),
        ("unamos", 2025, "5095210.12"),
        ("cofinavit", 2025, "1117823.20"),
        ("mejoravit", 2026, "169039.02"),
    ],
)
def test_product_limits_follow_the_uma(product: str, year: int, cap: str) -> None:
    assert credit.product_cap(product, date(year, 6, 1)) == D(cap)


def test_the_uma_changes_in_february() -> None:
    assert credit.uma_on(date(2026, 1, 31)) == D("113.14")
    assert credit.uma_on(date(2026, 2, 1)) == D("117.31")
    assert credit.umi_on(date(2031, 1, 1)) == D("100.81")


def test_vsm_values_match_the_published_example() -> None:
    umi = credit.umi_on(date(2026, 11, 24))
    assert credit.vsm_to_pesos(D("96.4521"), umi) == D("295589.42")
    assert credit.factor_to_pesos(D("19.8740"), umi) == D("2003.50")
    assert credit.pesos_to_vsm(D("295589.42"), umi) == D("96.4521")


def test_bimesters_count_their_days() -> None:
    assert [credit.bimester_days(2026, b) for b in range(1, 7)] == [59, 61, 61, 62, 61, 61]
    assert credit.bimester_days(2028, 1) == 60


def test_a_payment_covers_charges_then_interest_then_what_is_due_then_principal() -> None:
    debt = Debt(
        D("1000.00"), principal_due=D("40.00"), interest_due=D("20.00"), fees_due=D("15.00")
    )
    after, applied = credit.pay(debt, D("100.00"))
    assert (applied.fees, applied.interest, applied.principal) == (
        D("15.00"),
        D("20.00"),
        D("65.00"),
    )
    assert after == Debt(D("935.00"))
    after, applied = credit.pay(debt, D("30.00"))
    assert (applied.fees, applied.interest, applied.principal) == (D("15.00"), D("15.00"), ZERO)
    assert after.overdue == D("45.00")


def test_missed_months_add_up_to_whole_payments() -> None:
    debt, rate = Debt(D("400000.00")), D("8.00")
    payment = credit.monthly_payment(debt.balance, rate, 240)
    for month in range(1, 7):
        debt = credit.charge(debt, rate, payment)
        assert debt.overdue == payment * month
        assert credit.months_overdue(debt.overdue, payment) == month
    assert credit.months_overdue(debt.overdue - D("0.01"), payment) == 6
    assert credit.months_overdue(ZERO, payment) == 0


def test_interest_accrues_by_days_inside_a_month() -> None:
    debt, since = Debt(D("120000.00")), date(2026, 10, 31)
    assert credit.accrued_interest(debt, D("10"), since, date(2026, 11, 15)) == D("500.00")
    assert credit.accrued_interest(debt, D("10"), since, date(2026, 11, 30)) == D("1000.00")
    assert credit.accrued_interest(debt, D("10"), since, date(2027, 5, 1)) == D("1000.00")
    assert credit.accrued_interest(debt, D("10"), date(2026, 11, 30), date(2026, 11, 24)) == ZERO


@given(amounts, rates, st.integers(1, 360))
def test_amortization_closes_at_zero_and_adds_up(principal: D, rate: D, months: int) -> None:
    lines = list(credit.schedule(principal, rate, months))
    assert lines[-1].balance == 0
    assert len(lines) <= months
    assert sum(line.principal for line in lines) == principal
    balance = principal
    for line in lines:
        balance -= line.principal
        assert line.balance == balance >= 0
        assert line.interest >= 0


events = st.lists(
    st.tuples(st.sampled_from(["charge", "pay", "contribute"]), st.integers(0, 900_000)),
    max_size=60,
)


@given(amounts, rates, st.integers(12, 360), events)
def test_no_history_loses_a_cent_or_goes_below_zero(
    principal: D, rate: D, months: int, history: list[tuple[str, int]]
) -> None:
    payment = credit.monthly_payment(principal, rate, months)
    debt = Debt(principal)
    for what, number in history:
        amount, before = D(number) / 100, debt
        if what == "charge":
            debt = credit.charge(debt, rate, payment)
            assert debt.balance == before.balance
        else:
            apply = credit.pay if what == "pay" else credit.pay_principal
            debt, applied = apply(debt, amount)
            assert applied.amount + applied.unapplied == amount
            assert debt.total == before.total - applied.amount
        assert ZERO <= debt.principal_due <= debt.balance
        assert min(debt.interest_due, debt.fees_due) >= 0


@given(st.integers(1, 5_000_000).map(lambda n: D(n) / 10_000))
def test_vsm_survives_a_round_trip_through_pesos(vsm: D) -> None:
    umi = D("100.81")
    assert credit.pesos_to_vsm(credit.vsm_to_pesos(vsm, umi), umi) == vsm
