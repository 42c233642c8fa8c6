"""Read amounts of pesos as people write them: «$1,500.50», «1.500,50», «mil quinientos», «20 mil».

Everything here takes any text and gives an amount, or says what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml

from bot.components.folding import VAULT_TOKEN, strip_accents

MOST = Decimal("99999999.99")

Problem = Literal["ninguno", "varios", "negativo", "cero", "grande"]

_DATA_FILE = Path(__file__).with_name("entities.yml")
_CENT = Decimal("0.01")
_MULTIPLIERS = {"mil": 1_000, "millon": 1_000_000, "millones": 1_000_000}
_MIXED = re.compile(r"^(\d+(?:[.,]\d{3})*)[.,](\d{1,2})$")
_GROUPED = re.compile(r"^\d{1,3}(?:[.,]\d{3})+$")
_TOKEN = re.compile(
    r"[-−–]\s*\$?\s*\d[\d.,]*|\$\s*[-−–]\s*\d[\d.,]*|\$?\s*\d[\d.,]*|[^\W\d_]+|[^\w\s]"
)
_MINUS = re.compile(r"[-−–]")
_SPACED = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
_JOINS = "y"


@dataclass(frozen=True)
class Reading:
    """Hold the one amount of a text, or why there is none."""

    amount: Decimal | None = None
    problem: Problem | None = None


@lru_cache(maxsize=1)
def _numbers() -> Mapping[str, int]:
    data: dict[str, Any] = yaml.safe_load(_DATA_FILE.read_text(encoding="utf-8"))
    written: dict[str, int] = data["numeros"]
    return {strip_accents(word): value for word, value in written.items()}


@lru_cache(maxsize=1)
def number_words() -> tuple[str, ...]:
    """Return every word that is a number, with and without its accent."""
    data: dict[str, Any] = yaml.safe_load(_DATA_FILE.read_text(encoding="utf-8"))
    written = [*data["numeros"], *_MULTIPLIERS, "millón"]
    return tuple(dict.fromkeys([*written, *map(strip_accents, written)]))


def in_figures(written: str) -> Decimal | None:
    """Return the number written in figures; the mark before one or two last figures is decimal.

    With three figures after each mark they are thousands, whichever mark it is.
    """
    text = written.strip().strip("$").strip().rstrip(".,")
    mixed = _MIXED.match(text)
    if mixed:
        whole = re.sub(r"[.,]", "", mixed.group(1))
        plain = f"{whole}.{mixed.group(2)}"
    elif _GROUPED.match(text):
        plain = re.sub(r"[.,]", "", text)
    else:
        plain = text.replace(",", "")
    try:
        value = Decimal(plain)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def in_words(words: Iterable[str]) -> Decimal | None:
    """Return the number that number words say, as ``["mil", "quinientos"]``; None when none do."""
    total, group, heard = 0, 0, False
    for word in map(strip_accents, words):
        if word in _MULTIPLIERS:
            times = _MULTIPLIERS[word]
            # «dos millones trescientos mil»: what is smaller adds to what is larger.
            total, group = (total + (group or 1) * times, 0)
            heard = True
        elif word in _numbers():
            group += _numbers()[word]
            heard = True
        elif word != _JOINS:
            return None
    return Decimal(total + group) if heard else None


def amount_of(words: Sequence[str]) -> Decimal | None:
    """Return the amount of some words: figures with a multiplier, or number words alone."""
    figures = next((word for word in words if word.strip("$ ")[:1].isdecimal()), None)
    if figures is None:
        return in_words(word for word in words if strip_accents(word) in _known() or word == _JOINS)
    value = in_figures(figures)
    for word in map(strip_accents, words):
        value = value * _MULTIPLIERS.get(word, 1) if value is not None else None
    return value


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    return frozenset([*_numbers(), *_MULTIPLIERS])


def read(text: str) -> Reading:
    """Return the one amount a person gives when asked for it, or what is wrong with it."""
    found = list(_runs(_SPACED.sub("", VAULT_TOKEN.sub(" ", text[:200]).lower())))
    if not found:
        return Reading(problem="ninguno")
    if len({(value, minus) for value, minus in found}) > 1:
        return Reading(problem="varios")
    value, minus = found[0]
    value = value.quantize(_CENT) if value <= MOST else value
    if minus:
        return Reading(problem="negativo")
    if not value:
        return Reading(problem="cero")
    return Reading(problem="grande") if value > MOST else Reading(amount=value)


def _runs(text: str) -> Iterable[tuple[Decimal, bool]]:
    """Yield each amount and whether it is below zero: a run of figures and number words."""
    run: list[str] = []
    for token in [*_TOKEN.findall(text), ""]:
        if token[-1:].isdecimal() or token.rstrip(".,")[-1:].isdecimal():
            yield from _value(run)
            run = [token]
        elif strip_accents(token) in _known() or (token == _JOINS and run):
            run.append(token)
        else:
            yield from _value(run)
            run = []


def _value(run: list[str]) -> Iterable[tuple[Decimal, bool]]:
    while run and run[-1] == _JOINS:
        run.pop()
    if not run:
        return
    minus = bool(_MINUS.search(run[0])) or run[0] == "menos"
    plain = [_MINUS.sub("", word).replace(" ", "") for word in run]
    value = amount_of(plain)
    # «Un pago» is no amount.
    if value is not None and not (len(run) == 1 and run[0] in ("un", "una", "uno")):
        yield value, minus
