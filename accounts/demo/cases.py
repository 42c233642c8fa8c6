"""Decide each demo person's history: jobs, wage, credit and how it is being paid.

Published rules are used where there are any; the rest (how wages grow, which rate a wage gets,
how many points a factor gives) is a model for fictitious accounts, not a rule of the institution.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from functools import cached_property
from typing import Any

from accounts import credit
from accounts.credit import DAYS_PER_MONTH, cents
from accounts.demo.people import Dice, Profile, data

# The population needs this much history behind it.
EARLIEST = date(2026, 10, 1)

_WAGE_YEAR = 2026
_WAGE_GROWTH = Decimal("1.05")
# Daily values a credit in VSM was valued with when granted.
_VSM_VALUES = {
    2012: Decimal("62.33"),
    2013: Decimal("64.76"),
    2014: Decimal("67.29"),
    2015: Decimal("70.10"),
    2016: Decimal("73.04"),
    2017: Decimal("75.49"),
    2018: Decimal("78.43"),
    2019: Decimal("82.22"),
    2020: Decimal("84.55"),
}
_PRODUCTS = (
    *("tradicional",) * 6,
    *("mejoravit",) * 2,
    *("unamos", "cofinavit", "segundo_credito", "crediterreno"),
)
_DESTINATIONS = {
    "tradicional": ("comprar_vivienda", "comprar_vivienda", "construir_vivienda"),
    "mejoravit": ("mejorar_vivienda",),
    "crediterreno": ("comprar_terreno",),
}
FUND, PAUSE = "fondo_proteccion", "prorroga"
"""The supports that change what falls due."""

_STAGES = ("precalificacion", "inscripcion", "autorizacion", "titulacion")


@dataclass(frozen=True)
class Job:
    """Hold one employment; `ended` is None while it lasts."""

    employer: int
    started: date
    ended: date | None

    def covers(self, day: date) -> bool:
        """Tell whether the job lasted that day."""
        return self.started <= day and (self.ended is None or day <= self.ended)

    def days(self, first: date, last: date) -> int:
        """Count the days worked between two dates, both included."""
        end = min(last, self.ended or last)
        return max(0, (end - max(first, self.started)).days + 1)


@dataclass(frozen=True)
class Loan:
    """Hold the terms of a credit; `amount` is VSM when `vsm` is true."""

    product: str
    destination: str
    vsm: bool
    granted_on: date
    amount: Decimal
    term: int
    rate: Decimal
    frozen_on: date | None = None

    @property
    def granted_in_pesos(self) -> Decimal:
        """Give the amount granted at the value it had that day."""
        if not self.vsm:
            return self.amount
        return credit.vsm_to_pesos(self.amount, vsm_value(self.granted_on.year))


@dataclass(frozen=True)
class Support:
    """Hold the months a support covers."""

    kind: str
    period: credit.Period


@dataclass(frozen=True)
class Case:
    """Hold a whole history up to a date; `missed` counts contributions back from the last due."""

    jobs: tuple[Job, ...]
    wage: Decimal
    contact: bool
    loan: Loan | None = None
    direct_day: int = 10
    notice_pending: bool = False
    behind: int = 0
    skipped: date | None = None
    prepaid: date | None = None
    support: Support | None = None
    settled: date | None = None
    overpaid: int = 0
    refunded: bool = False
    application: str | None = None
    pending: str | None = None
    missed: tuple[int, ...] = ()
    withdrawn: date | None = None

    @cached_property
    def current_job(self) -> Job | None:
        """Return the job in force, if any."""
        return next((job for job in self.jobs if job.ended is None), None)

    def wage_in(self, year: int) -> Decimal:
        """Give the integrated daily wage of a year."""
        return wage_in(self.wage, year)

    def support_on(self, due: date) -> str | None:
        """Return the kind of the support that covers a month."""
        covered = self.support is not None and self.support.period.covers(due)
        return self.support.kind if self.support and covered else None

    def job_on(self, day: date) -> Job | None:
        """Return the job of a day."""
        return next((job for job in self.jobs if job.covers(day)), None)


def wage_in(wage: Decimal, year: int) -> Decimal:
    """Give the wage of a year from that of 2026."""
    return cents(wage * _WAGE_GROWTH ** (year - _WAGE_YEAR))


def vsm_value(year: int) -> Decimal:
    """Give the daily value of a VSM in the year a credit was granted."""
    return _VSM_VALUES[year]


def months_before(day: date, months: int, on: int = 1) -> date:
    """Give a day of the month that many months earlier."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, on)


def rate_for(wage: Decimal) -> Decimal:
    """Give the rate of a daily wage: 3.69 up to 2.4 UMA, 10.45 from 6.1, straight in between."""
    times = min(max(wage / credit.UMA[2026], Decimal("2.4")), Decimal("6.1"))
    slope = (Decimal("10.45") - Decimal("3.69")) / (Decimal("6.1") - Decimal("2.4"))
    return cents(Decimal("3.69") + (times - Decimal("2.4")) * slope)


def case_of(person: Profile, as_of: date) -> Case:
    """Tell a person's history up to a date; ValueError before EARLIEST."""
    if as_of < EARLIEST:
        raise ValueError(f"the demo population starts on {EARLIEST}")
    shown = data()["showcase"]
    if person.showcase:
        return _showcase(person, shown[person.id - 1]["case"], as_of)
    return _drawn(person, as_of)


def _employer(person: Profile, job: int) -> int:
    """Draw the employer of the first or the second job, never the same for both."""
    dice, count = Dice(person.id), len(data()["employers"])
    first = dice.below("employer0", count)
    return 1 + (first if job == 0 else (first + 1 + dice.below("employer1", count - 1)) % count)


def _showcase(person: Profile, spec: dict[str, Any], as_of: date) -> Case:
    left = months_before(as_of, spec["left"], 15) if "left" in spec else None
    jobs = [Job(_employer(person, 0), months_before(as_of, spec["hired"], 6), left)]
    if "second" in spec:
        jobs.append(Job(_employer(person, 1), months_before(as_of, spec["second"], 3), None))
    loan = None
    if spec["kind"] != "none":
        product = spec.get("product", "tradicional")
        loan = Loan(
            product=product,
            destination=_DESTINATIONS[product][0],
            vsm=spec["kind"] == "vsm",
            granted_on=months_before(as_of, spec["granted"], 9),
            amount=Decimal(spec["amount"]),
            term=spec["term"],
            rate=Decimal(spec["rate"]),
            frozen_on=months_before(as_of, spec["frozen"]) if "frozen" in spec else None,
        )
    return Case(
        jobs=tuple(jobs),
        wage=Decimal(spec["wage"]),
        contact=spec.get("contact", True),
        loan=loan,
        direct_day=spec.get("direct_day", 10),
        notice_pending=spec.get("notice_pending", False),
        behind=spec.get("behind", 0),
        application=spec.get("application"),
        pending=spec.get("pending"),
        missed=tuple(spec.get("missed", ())),
        withdrawn=months_before(as_of, spec["withdrawn"], 20) if "withdrawn" in spec else None,
        support=_support(spec, as_of),
        settled=credit.month_end(months_before(as_of, spec["settled"]))
        if "settled" in spec
        else None,
        overpaid=spec.get("overpaid", 0),
        refunded=spec.get("refunded", False),
    )


def _support(spec: dict[str, Any], as_of: date) -> Support | None:
    for kind, months in ((FUND, credit.FUND_MONTHS), (PAUSE, credit.PAUSE_MONTHS)):
        if kind in spec:
            first = months_before(as_of, spec[kind])
            return Support(kind, credit.Period.of(first, months))
    return None


def _drawn(person: Profile, as_of: date) -> Case:
    dice = Dice(person.id)
    wage = cents(
        Decimal(dice.between("wage", 33080, 33080 + dice.between("spread", 0, 150000))) / 100
    )
    kind = dice.pick("kind", ("none", "none", "none", "pesos", "pesos", "pesos", "pesos", "vsm"))
    if kind == "vsm" and person.joined > 2015:
        kind = "pesos"
    # Who joined too recently has not had the time to get a credit.
    if kind == "pesos" and person.joined > 2022:
        kind = "none"
    loan = {"none": _no_loan, "pesos": _pesos_loan, "vsm": _vsm_loan}[kind](person, dice, wage)
    behind = dice.between("behind", 1, 6) if loan and dice.chance("late", 22) else 0
    unemployed = bool(behind) or dice.chance("unemployed", 12)
    jobs = _jobs(person, dice, loan, unemployed, behind, as_of)
    return Case(
        jobs=jobs,
        wage=wage,
        contact=not dice.chance("unreachable", 4),
        loan=loan,
        direct_day=dice.between("direct_day", 3, 26),
        behind=behind,
        skipped=_once(dice, "skipped", loan, 20),
        prepaid=_once(dice, "prepaid", loan, 15),
        application=dice.pick("stage", _STAGES)
        if kind == "none" and not unemployed and dice.chance("application", 25)
        else None,
        missed=_missed(dice, loan),
    )


def _missed(dice: Dice, loan: Loan | None) -> tuple[int, ...]:
    if loan is not None or not dice.chance("missed", 15):
        return ()
    return (dice.between("missed_first", 1, 4),)


def _once(dice: Dice, what: str, loan: Loan | None, percent: int) -> date | None:
    if loan is None or loan.vsm or not dice.chance(what, percent):
        return None
    return credit.month_end(loan.granted_on + timedelta(days=dice.between(f"{what}_day", 120, 900)))


def _jobs(
    person: Profile, dice: Dice, loan: Loan | None, unemployed: bool, behind: int, as_of: date
) -> tuple[Job, ...]:
    if loan:
        first_year = max(person.joined, loan.granted_on.year - dice.between("before", 2, 6))
        started = min(date(first_year, dice.between("month", 1, 12), 3), loan.granted_on)
    else:
        first_year = dice.between("since", min(max(person.joined, 2012), 2025), 2025)
        started = date(first_year, dice.between("month", 1, 12), 3)
    ended = months_before(as_of, behind + dice.between("left", 1, 5), 14) if unemployed else None
    if ended and ended <= started:
        ended = None
    span = ((ended or date(2026, 1, 1)) - started).days
    if span < 1200 or not dice.chance("changed", 40):
        return (Job(_employer(person, 0), started, ended),)
    change = started + timedelta(days=span * dice.between("change", 30, 70) // 100)
    again = change + timedelta(days=dice.between("gap", 1, 70))
    return (
        Job(_employer(person, 0), started, change),
        Job(_employer(person, 1), again, ended),
    )


def _no_loan(person: Profile, dice: Dice, wage: Decimal) -> None:
    return None


def _pesos_loan(person: Profile, dice: Dice, wage: Decimal) -> Loan:
    product = dice.pick("product", _PRODUCTS)
    year = dice.between("granted", max(2021, person.joined + 2), 2026)
    # Credits in pesos start in mid-2021; nothing is granted after the population's first date.
    month = dice.between("granted_month", 7 if year == 2021 else 1, 9 if year == 2026 else 12)
    granted = date(year, month, dice.between("granted_day", 2, 26))
    then = wage_in(wage, year) * DAYS_PER_MONTH
    if product == "mejoravit":
        low = then <= 12 * credit.uma_on(granted) * DAYS_PER_MONTH
        rate, term = (
            Decimal(10 if low else 11).quantize(credit.CENT),
            dice.pick("term", (24, 36, 48, 60)),
        )
    else:
        rate = Decimal("10.45") if product == "cofinavit" else rate_for(wage)
        term = _term(person, granted, dice)
    share = Decimal(dice.between("share", 17, 28)) / 100
    most = min(credit.affordable(then * share, rate, term), credit.product_cap(product, granted))
    step = Decimal(1000)
    amount = cents((most / step).to_integral_value(ROUND_FLOOR) * step)
    destination = dice.pick("destination", _DESTINATIONS.get(product, ("comprar_vivienda",)))
    return Loan(product, destination, False, granted, amount, term, rate)


def _term(person: Profile, granted: date, dice: Dice) -> int:
    """Give a term within the rule that age and years add up to 70 at most, 75 for women."""
    room = (75 if person.woman else 70) - (granted.year - person.born_on.year) - 1
    return 12 * min(dice.pick("term", (10, 15, 20, 25, 30, 30)), max(5, room))


def _vsm_loan(person: Profile, dice: Dice, wage: Decimal) -> Loan:
    year = dice.between("granted", max(2012, person.joined + 2), 2020)
    granted = date(year, dice.between("granted_month", 1, 12), dice.between("granted_day", 2, 26))
    rate = Decimal(dice.between("rate", 8, 19)) / 2
    term = max(_term(person, granted, dice), 300)
    share = Decimal(dice.between("share", 17, 24)) / 100
    monthly = wage_in(wage, year) * share / vsm_value(year)
    amount = credit.affordable(monthly, rate, term).quantize(credit.VSM_STEP)
    frozen = (
        date(2025, dice.between("frozen_month", 1, 12), 1) if dice.chance("frozen", 40) else None
    )
    return Loan("tradicional", "comprar_vivienda", True, granted, amount, term, cents(rate), frozen)


def points_of(person: Profile, case: Case, savings: Decimal, as_of: date) -> dict[str, int]:
    """Give the points of each factor; 100 or so after eight steady years on a middling wage."""
    age = as_of.year - person.born_on.year
    job = case.current_job
    steady = (
        (as_of.year * 12 + as_of.month - job.started.year * 12 - job.started.month) // 2
        if job
        else 0
    )
    return {
        "edad": max(5, 25 - max(0, abs(age - 36) - 9)),
        "salario": min(25, int(case.wage / credit.UMA[2026] * 4)) if job else 0,
        "ahorro": min(30, int(savings / 3000)),
        "continuidad": min(40, steady),
    }
