"""Round, count days and value the units credits are kept in: pesos, UMA, UMI, VSM."""

from calendar import isleap, monthrange
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal("0.00")
CENT = Decimal("0.01")
VSM_STEP = Decimal("0.0001")
DAYS_PER_MONTH = Decimal("30.4")
EMPLOYER_SHARE = Decimal("0.05")

# Daily values in pesos by the year they start; the UMA starts on 1 February, the UMI on 1 January.
UMA = {2025: Decimal("113.14"), 2026: Decimal("117.31")}
UMI = {2024: Decimal("100.81"), 2025: Decimal("100.81"), 2026: Decimal("100.81")}

# Product limits are multiples of the monthly UMA.
CAPS_IN_UMA = {
    "tradicional": Decimal(823),
    "segundo_credito": Decimal(823),
    "crediterreno": Decimal(823),
    "unamos": Decimal(823) * Decimal("1.8"),
    "cofinavit": Decimal(325),
    "mejoravit": Decimal("47.4"),
}


def cents(amount: Decimal) -> Decimal:
    """Round to the cent, half up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def month_end(day: date) -> date:
    """Give the last day of a date's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def next_month_end(day: date) -> date:
    """Give the last day of the month after a date's month."""
    return month_end(month_end(day) + timedelta(days=1))


def bimester_days(year: int, bimester: int) -> int:
    """Count the days of a bimestre, 1 (January-February) to 6."""
    return (59 + isleap(year), 61, 61, 62, 61, 61)[bimester - 1]


def uma_on(day: date) -> Decimal:
    """Give the daily UMA in force; the nearest year known when the date is outside the table."""
    return _in_force(UMA, day.year if day.month > 1 else day.year - 1)


def umi_on(day: date) -> Decimal:
    """Give the daily UMI in force; the nearest year known when the date is outside the table."""
    return _in_force(UMI, day.year)


def _in_force(table: dict[int, Decimal], year: int) -> Decimal:
    return table[min(max(year, min(table)), max(table))]


def product_cap(product: str, day: date) -> Decimal:
    """Give the most a product lends on a date."""
    return cents(CAPS_IN_UMA[product] * uma_on(day) * DAYS_PER_MONTH)


def vsm_to_pesos(vsm: Decimal, umi: Decimal) -> Decimal:
    """Value a balance in VSM."""
    return cents(vsm * DAYS_PER_MONTH * umi)


def pesos_to_vsm(pesos: Decimal, umi: Decimal) -> Decimal:
    """Give the VSM, with four decimals, that an amount buys."""
    return (pesos / (DAYS_PER_MONTH * umi)).quantize(VSM_STEP, ROUND_HALF_UP)


def factor_to_pesos(factor: Decimal, umi: Decimal) -> Decimal:
    """Give the monthly payment of a discount factor, which counts daily wages."""
    return cents(factor * umi)
