"""Amounts and periods as people write them: any text is taken, and what is written comes back."""

from __future__ import annotations

import datetime as dt
import time
from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.actions import periods
from bot.actions.periods import NoPeriod, Period
from bot.components import amounts
from bot.components.entities import NO_SUCH_DATE, find

TODAY = dt.date(2026, 11, 24)

UNITS = (
    "cero un dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
    "dieciséis diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés "
    "veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve"
)
TENS = "treinta cuarenta cincuenta sesenta setenta ochenta noventa"
HUNDREDS = (
    "ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos "
    "novecientos"
)
MONTHS = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"


def nth(words: str, number: int) -> str:
    """Return one of some words."""
    return words.split()[number]


def in_words(number: int) -> str:
    """Write a number below a thousand million in Spanish words."""
    for size, one, many in ((1_000_000, "un millón", "millones"), (1_000, "mil", "mil")):
        if number >= size:
            times, rest = divmod(number, size)
            head = one if times == 1 else f"{in_words(times)} {many}"
            return f"{head} {in_words(rest)}" if rest else head
    if number == 100:
        return "cien"
    if number > 100:
        hundreds, rest = divmod(number, 100)
        return " ".join([nth(HUNDREDS, hundreds - 1), *([in_words(rest)] if rest else [])])
    if number >= 30:
        tens, rest = divmod(number, 10)
        return " y ".join([nth(TENS, tens - 3), *([nth(UNITS, rest)] if rest else [])])
    return nth(UNITS, number)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1500", "1500"),
        ("$1,500.50", "1500.50"),
        ("1.500,50", "1500.50"),
        ("1.500", "1500"),
        ("1,50", "1.50"),
        ("$ 1 500", "1500"),
        ("mil quinientos", "1500"),
        ("Mil Quinientos pesos", "1500"),
        ("treinta y cinco mil", "35000"),
        ("20 mil", "20000"),
        ("1.5 millones", "1500000"),
        ("fueron como 1500, creo", "1500"),
        ("٣٠٠", "300"),
    ],
)
def test_an_amount_is_read(text: str, amount: str) -> None:
    assert amounts.read(text) == amounts.Reading(amount=D(amount).quantize(D("0.01")))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "ninguno"),
        ("no sé", "ninguno"),
        ("un pago", "ninguno"),
        ("²", "ninguno"),
        ("⟦NUMERO:1⟧", "ninguno"),
        ("$-3", "negativo"),
        ("-3", "negativo"),
        ("- $3.50", "negativo"),
        ("0", "cero"),
        ("0.00", "cero"),
        ("999999999", "grande"),
        ("entre 1000 y 2000", "varios"),
    ],
)
def test_what_is_no_amount_says_why(text: str, problem: str) -> None:
    assert amounts.read(text) == amounts.Reading(problem=problem)


# The first message builds the ruler.
@settings(deadline=None)
@given(st.text(max_size=80) | st.text(alphabet="0123456789$.,- milyunoáé⟦⟧N:", max_size=60))
def test_any_text_is_an_amount_or_is_not(text: str) -> None:
    found = amounts.read(text)
    assert (found.amount is None) != (found.problem is None)
    assert found.amount is None or D(0) < found.amount <= amounts.MOST
    for entity in find(text):
        if entity.kind == "monto":
            assert D(0) <= D(entity.value) <= amounts.MOST


@given(st.integers(1, 9_999_999_999).map(lambda cents: D(cents) / 100))
def test_figures_come_back_however_they_are_marked(amount: D) -> None:
    mexican = f"{amount:,.2f}"
    european = mexican.translate(str.maketrans(",.", ".,"))
    for written in (mexican, european, f"{amount:.2f}", f"${mexican}", f"$ {mexican} pesos"):
        assert amounts.read(written).amount == amount, written


@given(st.integers(2, 99_999_999))
def test_number_words_come_back(number: int) -> None:
    assert amounts.read(in_words(number)).amount == number


@settings(deadline=None)
@given(st.integers(101, 99_999_999))
def test_number_words_with_pesos_are_found_in_a_sentence(number: int) -> None:
    found = [(e.kind, D(e.value)) for e in find(f"quiero dar {in_words(number)} pesos a capital")]
    assert found == [("monto", D(number))]


@pytest.mark.parametrize("words", ["mil ", "mil quinientos ", "dos y ", "$1 ", "este mes "])
def test_a_message_of_nothing_but_numbers_takes_no_time(words: str) -> None:
    find(words)
    seconds = []
    for _ in range(5):
        began = time.perf_counter()
        find(words * 400)
        seconds.append(time.perf_counter() - began)
    # Half a second when the length of a number has no limit.
    assert min(seconds) < 0.1


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("movimientos de marzo", "2026-03-01", "2026-03-31"),
        ("de diciembre", "2025-12-01", "2025-12-31"),
        ("de noviembre", "2026-11-01", "2026-11-30"),
        ("de febrero de 2024", "2024-02-01", "2024-02-29"),
        ("de 2025", "2025-01-01", "2025-12-31"),
        ("del año pasado", "2025-01-01", "2025-12-31"),
        ("de este año", "2026-01-01", "2026-12-31"),
        ("del mes pasado", "2026-10-01", "2026-10-31"),
        ("de este mes", "2026-11-01", "2026-11-30"),
        ("del tercer bimestre", "2026-05-01", "2026-06-30"),
        ("del bimestre 6 de 2025", "2025-11-01", "2025-12-31"),
        ("del 15 de octubre", "2026-10-15", "2026-10-15"),
        ("del 25 de diciembre", "2025-12-25", "2025-12-25"),
        ("del 29 de febrero", "2024-02-29", "2024-02-29"),
        ("del 03/05/26", "2026-05-03", "2026-05-03"),
    ],
)
def test_a_period_is_the_latest_that_has_begun(text: str, first: str, last: str) -> None:
    said = {found.kind: found.value for found in find(text)}
    expected = Period(dt.date.fromisoformat(first), dt.date.fromisoformat(last))
    assert periods.named(said, TODAY) == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("del 31 de febrero", "periodo_imposible"),
        ("del 30/02/2026", "periodo_imposible"),
        ("de diciembre de 2026", "periodo_futuro"),
        ("de 2030", "periodo_futuro"),
        ("del 25/11/2026", "periodo_futuro"),
    ],
)
def test_a_period_that_cannot_be_says_why(text: str, problem: str) -> None:
    with pytest.raises(NoPeriod, match=problem):
        periods.named({found.kind: found.value for found in find(text)}, TODAY)


@given(
    st.dictionaries(st.sampled_from([*periods.HEARD, NO_SUCH_DATE]), st.text(max_size=12)),
    st.dates(dt.date(1950, 1, 1), dt.date(2090, 12, 31)),
)
def test_any_value_is_a_period_or_is_refused(said: dict[str, str], today: dt.date) -> None:
    try:
        found = periods.named(said, today)
    except NoPeriod:
        return
    assert found is None or found.first <= found.last


@settings(deadline=None)
@given(st.dates(dt.date(1990, 1, 1), TODAY))
def test_a_date_comes_back(day: dt.date) -> None:
    for written in (f"{day:%d/%m/%Y}", f"{day.day} de {nth(MONTHS, day.month - 1)} de {day.year}"):
        said = {found.kind: found.value for found in find(f"los del {written}")}
        assert periods.named(said, TODAY) == Period(day, day)
