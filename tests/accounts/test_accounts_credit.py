import random
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


@given(
    amounts,
    rates,
    st.integers(0, 50_000_00).map(lambda n: D(n) / 100),
    st.lists(
        st.tuples(
            st.sampled_from([credit.pay, credit.pay_principal]),
            st.integers(0, 4_000_000_00).map(lambda n: D(n) / 100),
        ),
        max_size=5,
    ),
    st.randoms(use_true_random=False),
)
def test_postings_of_one_day_leave_the_same_total_in_any_order(
    principal: D, rate: D, fees: D, postings: list, order: random.Random
) -> None:
    owed = credit.charge(Debt(principal, fees_due=fees), rate, principal)

    def posted() -> tuple[D, D]:
        debt, left = owed, ZERO
        for post, amount in postings:
            debt, applied = post(debt, amount)
            left += applied.unapplied if post is credit.pay else ZERO
        return debt.total, left

    paid = sum(amount for _, amount in postings)
    total, left = posted()
    order.shuffle(postings)
    again, left_again = posted()
    if paid <= principal:
        assert (total, left) == (again, left_again) == (owed.total - paid, ZERO)
    assert min(total, again) >= ZERO


@given(amounts, rates, st.integers(1, 360))
def test_a_projection_replays_the_schedule(principal: D, rate: D, months: int) -> None:
    payment = credit.monthly_payment(principal, rate, months)
    lines = list(credit.schedule(principal, rate, months))
    played = credit.project(Debt(principal), rate, payment, date(2026, 10, 31))
    assert played is not None
    # Rounding the payment down leaves cents for one month more than the term.
    assert played.months in {len(lines), len(lines) + 1}
    same = played.months == len(lines) and lines[-1].principal <= payment - lines[-1].interest
    if same:
        assert played.interest == sum(line.interest for line in lines)


@given(
    amounts,
    st.integers(100, 1200).map(lambda r: D(r) / 100),
    st.integers(12, 360),
    st.integers(0, 200_000_00).map(lambda n: D(n) / 100),
    st.integers(0, 5_000_00).map(lambda n: D(n) / 100),
)
def test_paying_more_never_ends_later_nor_costs_more(
    principal: D, rate: D, months: int, once: D, monthly: D
) -> None:
    payment, day = credit.monthly_payment(principal, rate, months), date(2026, 10, 31)
    plain = credit.project(Debt(principal), rate, payment, day)
    debt, _ = credit.pay(Debt(principal), once)
    more = credit.project(debt, rate, payment, day, extra=monthly)
    assert plain is not None and more is not None
    assert more.months <= plain.months
    assert more.interest <= plain.interest


def test_a_projection_by_hand() -> None:
    debt, payment, day = Debt(D("1000.00")), D("400.00"), date(2026, 10, 31)
    # 12 % a year: 10.00 of 1000, 6.10 of 610, 2.16 of 216.10; the last payment is 218.26.
    played = credit.project(debt, D("12"), payment, day)
    assert played == credit.Projection(3, D("18.26"), date(2027, 1, 31))
    # 250 more each month: 10.00 of 1000, 3.60 of 360.
    played = credit.project(debt, D("12"), payment, day, extra=D("250.00"))
    assert played == credit.Projection(2, D("13.60"), date(2026, 12, 31))
    assert credit.project(Debt(ZERO), D("12"), payment, day) == credit.Projection(0, ZERO, None)


def test_a_payment_that_only_covers_interest_never_ends() -> None:
    day = date(2026, 10, 31)
    assert credit.project(Debt(D("1000.00")), D("12"), D("10.00"), day) is None
    assert credit.project(Debt(D("1000.00")), D("12"), D("9.00"), day) is None


def test_the_fund_pays_nine_tenths() -> None:
    assert credit.fund_shares(D("3286.75")) == (D("328.68"), D("2958.07"))


def test_a_discount_for_paying_off_needs_a_quarter_or_less() -> None:
    assert credit.settlement(D("25000.00"), D("100000.00")) == D("12500.00")
    assert credit.settlement(D("25000.01"), D("100000.00")) is None
    assert credit.settlement(ZERO, D("100000.00")) is None


def test_house_insurance_comes_once_a_bimestre() -> None:
    charged = [credit.house_insurance("tradicional", date(2026, month, 28)) for month in (1, 2, 3)]
    assert charged == [ZERO, D("15.00"), ZERO]
    assert credit.house_insurance("mejoravit", date(2026, 2, 28)) == ZERO


def test_a_support_counts_its_months() -> None:
    period = credit.Period.of(date(2026, 9, 1), 6)
    assert (period.first, period.last) == (date(2026, 9, 30), date(2027, 2, 28))
    assert period.covers(date(2026, 12, 31))
    assert not period.covers(date(2026, 8, 31))
    assert [period.used(date(2026, m, 28)) for m in (8, 9, 11)] == [0, 1, 3]
    assert period.used(date(2028, 1, 31)) == period.months == 6
