"""What is measured by kind is of that kind: every kind is played, and a stray answer is none."""

from __future__ import annotations

import asyncio

import pytest

from bench import people
from bench.parts.kinds import _IS, Line, lines
from bench.parts.turns import AT_ONCE, EACH, LONG, RATE, RUNS, SECONDS, TURNS
from bench.processes import BenchFailed
from connectors.web.client import Unreachable
from kb.library import Library


def entry(text: str, step: dict[str, int] | None = None) -> dict[str, object]:
    return {"text": text, "role": "bot", "reply": {"step": step}}


def test_every_kind_is_played_about_topics_that_exist() -> None:
    assert {line.kind for line in lines() if line.kind} == set(_IS)
    assert all(line.tramite in Library.load() for line in lines() if line.tramite)


def test_an_answer_of_another_kind_does_not_count() -> None:
    topic = Library.load().get("aviso_retencion")
    line = Line("x", "topic", topic.id)
    said = {
        "topic": entry(topic.summary),
        "follow-up": entry(f"**{topic.title}.** Es gratis."),
        "guide step": entry("", {"number": 2}),
        "directory": entry("Ahora sí hay atención.\nHorario: lunes a viernes."),
        "search fallback": entry("No estoy seguro de qué necesitas. ¿Es alguna de estas?"),
    }
    for kind, is_one in _IS.items():
        assert [other for other, one in said.items() if is_one(line, [one])] == [kind]


def test_a_measurement_ends_in_time_or_says_why() -> None:
    async def never() -> None:
        await asyncio.Event().wait()

    async def lost() -> None:
        raise Unreachable("no complete answer in 60 s")

    with pytest.raises(BenchFailed, match="did not end within 0 s"):
        asyncio.run(people.in_time(never(), 0.01))
    with pytest.raises(BenchFailed, match="a turn was lost: no complete answer"):
        asyncio.run(people.in_time(lost(), 5))


def test_the_turns_are_counted_as_they_are_played() -> None:
    assert TURNS == RUNS * LONG + RUNS * AT_ONCE * EACH + 2 * RATE * SECONDS == 3060
