"""The small questions a personal answer may need: each asks, and reads what is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bot.actions import periods
from bot.actions.answering import Wish
from bot.actions.decision import words
from bot.actions.formats import money, month_name
from bot.actions.turn import Turn
from bot.components import amounts
from bot.components.entities import NO_SUCH_DATE, find
from bot.replies import Reply, choice, reply
from kb.hours import MEXICO_CITY

_NOWHERE = ("nlu_fallback", "fuera_otros")
"""What a message that is no question of its own is taken for, beside one."""

_MONTHS_OFFERED = 4
_NO_PERIOD: Mapping[str, Any] = dict.fromkeys((*periods.HEARD, NO_SUCH_DATE))
_AMOUNTS_OFFERED = (Decimal(5_000), Decimal(20_000), Decimal(50_000))


@dataclass(frozen=True)
class Read:
    """What an answer said, or the sentence on why it is none."""

    said: Mapping[str, Any] | None = None
    problem: str | None = None


@dataclass(frozen=True)
class Detail:
    """One question: what is offered with it and how a typed answer is read.

    ``read`` returns None when the message does not look like an answer.
    """

    offered: Callable[[Turn, Wish], list[tuple[str, Mapping[str, Any]]]]
    read: Callable[[Turn, Wish], Read | None]


def today(turn: Turn) -> Any:
    """Return the day it is in Mexico City."""
    return turn.now.astimezone(MEXICO_CITY).date()


def question(turn: Turn, wanted: Wish, problem: str | None = None) -> Reply:
    """Return the question of what a wish lacks; ``problem`` is the sentence that leads to it."""
    name = str(wanted["falta"])
    key = f"detalle_{name}_{wanted['dato']}"
    text = turn.sentence(key if key in turn.messages.sentences else f"detalle_{name}")
    if problem is not None:
        text = f"{turn.sentence(problem)} {text}"
    options = [
        choice(title, "mi_dato", **completed(wanted, said))
        for title, said in DETAILS[name].offered(turn, wanted)
    ]
    return reply(text, choices=[*options, *turn.choices("cancelar")])


def completed(wanted: Wish, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return a wish with what was said to its question; None takes back what was said before."""
    both = {**wanted, **said, "falta": None}
    return {key: value for key, value in both.items() if value is not None}


def read(turn: Turn, wanted: Wish) -> Read | None:
    """Return what a typed message answers to the question; None when it asks something else."""
    found = DETAILS[str(wanted["falta"])].read(turn, wanted)
    if found is None and turn.intent in _NOWHERE:
        return Read(problem="detalle_no_entendi")
    return found


def is_question(said: Reply) -> bool:
    """Tell whether a bubble asks for a detail: its last choice is to leave it."""
    return [one["payload"] for one in said.get("choices", ())][-1:] == ["/cancelar"] and (
        "secure_input" not in said
    )


def _months(turn: Turn, wanted: Wish) -> list[tuple[str, Mapping[str, Any]]]:
    days = [periods.before(today(turn), back) for back in range(_MONTHS_OFFERED)]
    return [(month_name(turn.messages, day), {**_NO_PERIOD, "mes": f"{day:%Y-%m}"}) for day in days]


def _read_period(turn: Turn, wanted: Wish) -> Read | None:
    said = {found.kind: found.value for found in find(turn.text)}
    said = {kind: said[kind] for kind in (*periods.HEARD, NO_SUCH_DATE) if kind in said}
    if not said:
        return Read(problem="detalle_mes_no") if turn.text.strip()[:1].isdecimal() else None
    try:
        found = periods.named(said, today(turn))
    except periods.NoPeriod as none:
        return Read(problem=str(none))
    assert found is not None
    if wanted["dato"] == CLAIM and found != periods.month_of(found.first):
        if found.first != found.last:
            return Read(problem="detalle_un_mes")
        return Read({**_NO_PERIOD, "mes": f"{found.first:%Y-%m}"})
    return Read({**_NO_PERIOD, **said})


def _amounts(turn: Turn, wanted: Wish) -> list[tuple[str, Mapping[str, Any]]]:
    heard = wanted.get("montos") or ()
    offered = [Decimal(one) for one in heard]
    if not offered and wanted["dato"] != CLAIM:
        offered = list(_AMOUNTS_OFFERED)
    return [(money(one), {"monto": f"{one:.2f}", "montos": None}) for one in offered]


def _read_amount(turn: Turn, wanted: Wish) -> Read | None:
    if any(found.kind in (*periods.HEARD, NO_SUCH_DATE) for found in find(turn.text)):
        return None
    found = amounts.read(turn.text)
    if found.amount is not None:
        return Read({"monto": f"{found.amount:.2f}", "montos": None})
    return None if found.problem == "ninguno" else Read(problem=f"monto_{found.problem}")


def _ways(turn: Turn, wanted: Wish) -> list[tuple[str, Mapping[str, Any]]]:
    return [(way.title, {"via": name}) for name, way in turn.messages.heard.ways.items()]


def _read_way(turn: Turn, wanted: Wish) -> Read | None:
    typed = f" {' '.join(words(turn.text))} "
    for name, way in turn.messages.heard.ways.items():
        if any(f" {' '.join(words(said))} " in typed for said in (way.title, *way.says)):
            return Read({"via": name})
    return None


CLAIM = "aclaracion"

DETAILS: Mapping[str, Detail] = {
    "periodo": Detail(_months, _read_period),
    "mes": Detail(_months, _read_period),
    "monto": Detail(_amounts, _read_amount),
    "via": Detail(_ways, _read_way),
}
