"""Write figures the way people read them in Mexico."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

from bot.messages import Messages

_CENT = Decimal("0.01")


def money(amount: Decimal) -> str:
    """Return pesos with thousands and cents: ``$1,234.56``."""
    rounded = amount.quantize(_CENT, ROUND_HALF_UP)
    sign = "-" if rounded < 0 else ""
    return f"{sign}${abs(rounded):,.2f}"


def day(messages: Messages, date: dt.date) -> str:
    """Return a date in words: ``17 de enero de 2026``."""
    month = messages.months[date.month - 1]
    return messages.labels["dia"].format(dia=date.day, mes=month, anio=date.year)


def month_name(messages: Messages, date: dt.date) -> str:
    """Return a month in words: ``enero de 2026``."""
    month = messages.months[date.month - 1]
    return messages.labels["mes"].format(mes=month, anio=date.year)


def short_day(date: dt.date) -> str:
    """Return a date in figures, for the rows of a card: ``17/01/2026``."""
    return f"{date:%d/%m/%Y}"
