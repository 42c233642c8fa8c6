"""Write figures, dates and numbers the way they are printed."""

from datetime import date
from decimal import Decimal

from accounts.credit import cents
from accounts.documents.wording import wording


def money(amount: Decimal) -> str:
    """Return pesos with thousands and cents: ``$1,234.56``."""
    rounded = cents(amount)
    return f"{'-' if rounded < 0 else ''}${abs(rounded):,.2f}"


def day(when: date) -> str:
    """Return a date in words: ``17 de enero de 2026``."""
    words = wording()
    return words.day.format(day=when.day, month=words.months[when.month - 1], year=when.year)


def short_day(when: date) -> str:
    """Return a date for a row of a table: ``17 ene 2026``."""
    return f"{when.day:02d} {wording().months[when.month - 1][:3]} {when.year}"


def span(first: date, last: date) -> str:
    """Return a stretch of time: ``Del 1 de enero al 30 de junio de 2026``."""
    words = wording()
    begin = day(first)
    if first.year == last.year:
        begin = begin.removesuffix(words.of_year.format(year=first.year))
    return words.span.format(first=begin, last=day(last))


def fingerprint(digest: bytes) -> str:
    """Return the start of a digest in groups that a person can compare."""
    text = digest[:8].hex().upper()
    return " ".join(text[place : place + 4] for place in range(0, len(text), 4))
