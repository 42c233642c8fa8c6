"""Roll a demo person's credit and savings month by month, to the cent, up to a date."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from accounts import credit
from accounts.credit import ZERO, Applied, Debt, cents, month_end, next_month_end
from accounts.demo.cases import FUND, PAUSE, Case, Loan, vsm_value

# Credits in VSM show movements from here on: the UMI has not changed since.
VSM_HISTORY = date(2024, 1, 1)

_YIELDS = {2021: Decimal("7.36"), 2023: Decimal("6.33")}
_ASSUMED_YIELD = Decimal("6.00")
_PREPAID_MONTHS = 3


@dataclass(frozen=True)
class Contribution:
    """Hold what an employer owed for a bimestre on the day it was due, and whether it paid."""

    posted_on: date
    amount: Decimal
    employer: int
    year: int
    bimester: int
    paid: bool = True


@dataclass(frozen=True)
class Movement:
    """Hold one movement of a credit."""

    posted_on: date
    concept: str
    amount: Decimal
    fees: Decimal
    interest: Decimal
    principal: Decimal
    unapplied: Decimal
    balance: Decimal


@dataclass(frozen=True)
class Saving:
    """Hold one signed movement of the Subcuenta."""

    posted_on: date
    concept: str
    amount: Decimal
    balance: Decimal
    employer: int | None = None


@dataclass(frozen=True)
class Rolled:
    """Hold a credit as it stands, and the contributions it no longer needed."""

    movements: list[Movement]
    debt: Debt
    vsm: Decimal | None
    ordinary: Decimal
    payment: Decimal
    favour: Decimal
    mode: str
    reason: str
    charged_through: date
    liquidated_on: date | None
    unused: list[Contribution]


def contributions(case: Case, as_of: date) -> list[Contribution]:
    """List what employers owed: on the 17th after each bimestre, for the days worked."""
    first = min(job.started for job in case.jobs)
    due = [
        Contribution(posted, amount, job.employer, start.year, (start.month + 1) // 2)
        for posted, start, end in _bimesters(first, as_of)
        for job in case.jobs
        if (amount := credit.employer_contribution(case.wage_in(end.year), job.days(start, end)))
    ]
    missed = {len(due) - back for back in case.missed}
    return [replace(one, paid=number not in missed) for number, one in enumerate(due)]


def _bimesters(first: date, as_of: date) -> Iterator[tuple[date, date, date]]:
    start = date(first.year, first.month - (first.month - 1) % 2, 1)
    while True:
        end = next_month_end(start)
        following = end + timedelta(days=1)
        posted = following.replace(day=17)
        if posted > as_of:
            return
        yield posted, start, end
        start = following


def savings(
    case: Case, received: list[Contribution], rolled: Rolled | None, as_of: date
) -> list[Saving]:
    """Build the Subcuenta: contributions and yields, emptied into a credit when it is granted."""
    granted = case.loan.granted_on if case.loan else None
    mine = [c for c in received if granted is None or c.posted_on <= granted]
    events: list[tuple[date, int, str, Contribution | None]] = [
        (c.posted_on, 0, "aportacion_patronal", c) for c in mine + (rolled.unused if rolled else [])
    ]
    month = month_end(case.jobs[0].started)
    while month <= as_of:
        events.append((month, 1, "rendimiento", None))
        month = next_month_end(month)
    if granted:
        events.append((granted, 2, "aplicacion_credito", None))
    if case.withdrawn:
        events.append((case.withdrawn, 2, "retiro", None))
    built: list[Saving] = []
    balance = ZERO
    for day, _, concept, contribution in sorted(events, key=lambda event: event[:2]):
        if contribution:
            amount = contribution.amount
        elif concept == "rendimiento":
            amount = cents(balance * _YIELDS.get(day.year, _ASSUMED_YIELD) / 1200)
        else:
            amount = -balance
        if not amount:
            continue
        balance += amount
        employer = contribution.employer if contribution else None
        built.append(Saving(day, concept, amount, balance, employer))
    return built


class _Book:
    """Carry the state of one credit while its months go by."""

    def __init__(self, case: Case, loan: Loan, as_of: date) -> None:
        self.case, self.loan, self.as_of = case, loan, as_of
        self.umi = credit.umi_on(as_of)
        self.floating = loan.vsm and loan.frozen_on is None
        self.vsm = loan.amount if loan.vsm else None
        self.payment = _payment(loan, self.umi)
        self.debt = Debt(ZERO if loan.vsm else loan.amount)
        self.movements: list[Movement] = []
        self.unused: list[Contribution] = []
        self.favour = ZERO
        self.charged_through = month_end(loan.granted_on)
        self.liquidated_on: date | None = None
        # Whoever is behind stopped paying after this date.
        last_due = _previous_month_end(as_of)
        for _ in range(case.behind):
            last_due = _previous_month_end(last_due)
        self.pays_until = last_due if case.behind else None

    def monthly(self, day: date) -> Decimal:
        """Give the monthly payment of a date: in VSM it is larger without an employer."""
        if self.floating and self.case.job_on(day) is None:
            wage = self.case.wage_in(self.loan.granted_on.year)
            return credit.unemployed_payment(self.payment, wage)
        return self.payment

    def by_payroll(self, day: date) -> bool:
        """Tell whether the employer discounts that date's payment."""
        return self.case.job_on(day) is not None and not self.case.notice_pending

    def post(self, day: date, concept: str, applied: Applied) -> None:
        """Write down what was applied; what the debt could not take is somebody else's to post."""
        self._write(day, concept, replace(applied, unapplied=ZERO))
        if not self.debt.balance and self.liquidated_on is None:
            self.liquidated_on = day

    def post_beyond(self, day: date, concept: str, amount: Decimal) -> None:
        """Write down money that no debt takes, or that is given back."""
        self.favour += amount
        self._write(day, concept, Applied(ZERO, ZERO, ZERO, amount))

    def _write(self, day: date, concept: str, applied: Applied) -> None:
        self.movements.append(
            Movement(
                day,
                concept,
                applied.amount + applied.unapplied,
                applied.fees,
                applied.interest,
                applied.principal,
                applied.unapplied,
                self.debt.balance,
            )
        )

    def opening(self, day: date, concept: str) -> None:
        """Write the first movement down."""
        balance = self.debt.balance
        self.movements.append(Movement(day, concept, balance, ZERO, ZERO, ZERO, ZERO, balance))

    def contribute(self, contribution: Contribution) -> None:
        """Apply an employer contribution to principal."""
        before = self.debt.balance
        if self.vsm is not None and self.floating:
            # Whole steps of VSM are credited, so that pesos and VSM say the same.
            self.vsm -= min(self.vsm, credit.pesos_to_vsm(contribution.amount, self.umi))
            amount = before - credit.vsm_to_pesos(self.vsm, self.umi)
        else:
            amount = contribution.amount
        self.debt, applied = credit.pay_principal(self.debt, amount)
        self.post(contribution.posted_on, "aportacion_patronal", applied)
        if applied.unapplied:
            self.unused.append(replace(contribution, amount=applied.unapplied))

    def insurance(self, due: date) -> Decimal:
        """Give the insurance charged with a month."""
        return credit.house_insurance(self.loan.product, due)

    def pause(self, due: date) -> None:
        """Let a month of prórroga go by: no payment, no interest, the same balance."""
        self.charged_through = due
        self._write(due, PAUSE, Applied(ZERO, ZERO, ZERO, ZERO))

    def settle_with_fund(self, day: date, due: date) -> None:
        """Pay a month with the fund: the person a tenth and the insurance, the fund the rest."""
        due_amount = self.charge(due)
        own, _ = credit.fund_shares(self.payment)
        own = min(due_amount, own + self.insurance(due))
        for concept, amount in (("pago_directo", own), (FUND, due_amount - own)):
            self.debt, applied = credit.pay(self.debt, amount)
            self.post(day, concept, applied)

    def pay_off(self, day: date) -> None:
        """Pay everything off, with the interest of the days gone by this month."""
        interest = credit.accrued_interest(self.debt, self.loan.rate, self.charged_through, day)
        self.debt = replace(self.debt, interest_due=self.debt.interest_due + interest)
        self.debt, applied = credit.pay(self.debt, self.debt.total)
        self.post(day, "liquidacion", applied)

    def charge(self, due: date) -> Decimal:
        """Make a month fall due and return what paying everything due takes."""
        payment = self.monthly(due)
        self.debt = replace(self.debt, fees_due=self.debt.fees_due + self.insurance(due))
        if self.vsm is not None and self.floating:
            interest = credit.vsm_to_pesos(self._vsm_interest(self.vsm), self.umi)
            principal = min(payment - interest, self.debt.balance - self.debt.principal_due)
            self.debt = replace(
                self.debt,
                interest_due=self.debt.interest_due + interest,
                principal_due=self.debt.principal_due + principal,
            )
        else:
            self.debt = credit.charge(self.debt, self.loan.rate, payment)
        self.charged_through = due
        return self.debt.overdue

    def _vsm_interest(self, vsm: Decimal) -> Decimal:
        return (vsm * self.loan.rate / 1200).quantize(credit.VSM_STEP)

    def settle(self, day: date, due: date) -> None:
        """Pay everything due, and sometimes something more."""
        payroll = self.by_payroll(due)
        concept = "pago_nomina" if payroll else "pago_directo"
        if self.vsm is not None and self.floating:
            self._settle_vsm(self.vsm, day, due, concept)
            return
        amount_due = self.charge(due)
        self.debt, applied = credit.pay(self.debt, amount_due)
        self.post(day, concept, applied)
        if due == self.case.prepaid and self.debt.balance:
            self.debt, applied = credit.pay(self.debt, self.payment * _PREPAID_MONTHS)
            self.post(day, "abono_capital", applied)

    def _settle_vsm(self, vsm: Decimal, day: date, due: date, concept: str) -> None:
        payment, before, fees = self.monthly(due), self.debt.balance, self.insurance(due)
        units = credit.pesos_to_vsm(payment, self.umi) - self._vsm_interest(vsm)
        self.vsm = vsm - min(vsm, units)
        after = credit.vsm_to_pesos(self.vsm, self.umi)
        principal = before - after
        # Rounding VSM to four decimals moves cents; interest takes them so that the sum holds.
        self.debt = Debt(after)
        self.charged_through = due
        self.post(day, concept, Applied(fees, payment - principal, principal, ZERO))


def _payment(loan: Loan, umi: Decimal) -> Decimal:
    if not loan.vsm:
        return credit.monthly_payment(loan.amount, loan.rate, loan.term)
    return credit.factor_to_pesos(discount_factor(loan), umi)


def discount_factor(loan: Loan) -> Decimal:
    """Give the discount factor of a credit in VSM, in daily wages."""
    units = credit.level_payment(loan.amount, loan.rate, loan.term) * credit.DAYS_PER_MONTH
    return units.quantize(credit.VSM_STEP)


def _previous_month_end(day: date) -> date:
    return day.replace(day=1) - timedelta(days=1)


def roll(case: Case, loan: Loan, received: list[Contribution], as_of: date) -> Rolled:
    """Play a credit from the day it was granted to a date."""
    book = _Book(case, loan, as_of)
    if loan.vsm:
        _open_vsm(book)
    else:
        book.opening(loan.granted_on, "otorgamiento")
    since = book.movements[0].posted_on
    pending = [c for c in received if c.posted_on > since]
    due = next_month_end(book.charged_through)
    while book.liquidated_on is None and due.replace(day=1) <= as_of:
        _play_month(book, due, pending)
        due = next_month_end(due)
    book.unused.extend(pending)
    _go_on_discounting(book)
    payroll = case.current_job is not None and not case.notice_pending
    reason = "aviso_pendiente" if case.notice_pending else "con_patron" if payroll else "sin_patron"
    return Rolled(
        movements=book.movements,
        debt=book.debt,
        vsm=book.vsm if book.floating else None,
        ordinary=book.payment,
        payment=book.monthly(as_of),
        favour=book.favour,
        mode="nomina" if payroll else "directo",
        reason=reason,
        charged_through=book.charged_through,
        liquidated_on=book.liquidated_on,
        unused=book.unused,
    )


def _go_on_discounting(book: _Book) -> None:
    """Post what an employer went on discounting after the last payment."""
    if book.liquidated_on is None:
        return
    due = book.liquidated_on
    for _ in range(book.case.overpaid):
        due = next_month_end(due)
        if due <= book.as_of:
            book.post_beyond(due, "descuento_de_mas", book.payment)
    given_back = due.replace(day=1) + timedelta(days=50)
    if book.case.refunded and given_back <= book.as_of:
        book.post_beyond(given_back, "devolucion", -book.payment)


def _open_vsm(book: _Book) -> None:
    """Bring a credit in VSM to the start of its history in VSM alone, which needs no UMI."""
    loan, case = book.loan, book.case
    share = (
        credit.EMPLOYER_SHARE * case.wage_in(loan.granted_on.year) / vsm_value(loan.granted_on.year)
    )
    units = (discount_factor(loan) / credit.DAYS_PER_MONTH + share).quantize(credit.VSM_STEP)
    vsm, due = loan.amount, next_month_end(book.charged_through)
    while due < VSM_HISTORY:
        vsm -= units - (vsm * loan.rate / 1200).quantize(credit.VSM_STEP)
        book.charged_through = due
        due = next_month_end(due)
    book.vsm = vsm
    book.debt = Debt(credit.vsm_to_pesos(vsm, book.umi))
    book.opening(VSM_HISTORY, "saldo_inicial")


def _play_month(book: _Book, due: date, pending: list[Contribution]) -> None:
    payroll = book.by_payroll(due)
    paid_on = due if payroll else due.replace(day=min(book.case.direct_day, due.day))
    while pending and pending[0].posted_on <= paid_on and book.liquidated_on is None:
        book.contribute(pending.pop(0))
    support = book.case.support_on(due)
    if support is not None:
        if support == FUND and paid_on <= book.as_of:
            book.settle_with_fund(paid_on, due)
    elif due == book.case.settled and book.liquidated_on is None:
        book.pay_off(paid_on)
    elif book.liquidated_on is None:
        missed = due == book.case.skipped or (book.pays_until is not None and due > book.pays_until)
        if not missed and paid_on <= book.as_of:
            book.settle(paid_on, due)
        elif missed and due < book.as_of:
            book.charge(due)
    while pending and pending[0].posted_on <= due and book.liquidated_on is None:
        book.contribute(pending.pop(0))
    if support == PAUSE and due <= book.as_of:
        book.pause(due)
