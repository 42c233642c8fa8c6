"""Every guide, walked to its end through the real gateway and the real Rasa server."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from connectors.web.client import Entry, WebClient
from kb.decisions import Path as DecisionPath
from kb.decisions import paths, remaining
from kb.library import Library
from kb.model import Tramite

TOPICS = Path(__file__).resolve().parents[1] / "conversations" / "topics"
LIBRARY = Library.load()


def questions() -> dict[str, str]:
    """Return how a person asks for each trámite, as its conversation begins."""
    return {
        script["name"]: script["turns"][0]["say"]
        for path in TOPICS.glob("*.yml")
        for script in yaml.safe_load(path.read_text())
    }


def said(entries: list[Entry]) -> str:
    return "\n".join(entry["text"] for entry in entries)


def step_of(entries: list[Entry]) -> dict:  # type: ignore[type-arg]
    steps = [entry["reply"]["step"] for entry in entries if entry["reply"]]
    assert steps and steps[-1], said(entries)
    return steps[-1]


def way_in(tramite: Tramite) -> DecisionPath | None:
    """Return the answers that lead to the most steps."""
    ways = [way for way in paths(tramite) if way.to_steps]
    return max(ways, key=lambda way: len(way.steps(tramite)), default=None)


async def begin(client: WebClient, tramite: Tramite) -> tuple[tuple[int, ...], list[Entry]]:
    """Ask for a trámite and answer what its guide asks; return its steps and the first of them."""
    answer = await client.say(questions()[tramite.id])
    way = way_in(tramite)
    if not tramite.guided or not (way or any(entry["reply"]["step"] for entry in answer)):
        answer = await client.say("guíame paso a paso")
    if way is None:
        return remaining(tramite, ()), answer
    for name, option in way.answers:
        assert tramite.decisions[name].question in said(answer)
        answer = await client.say(option.label)
    return way.steps(tramite), answer


@pytest.mark.stack
@pytest.mark.parametrize("tramite", LIBRARY.tramites, ids=LIBRARY.ids())
async def test_a_guide_is_walked_to_its_end(stack, tramite: Tramite) -> None:
    async with WebClient(stack.url) as client:
        await client.open()
        left, answer = await begin(client, tramite)
        for place, number in enumerate(left, start=1):
            shown, step = step_of(answer), tramite.steps[number - 1]
            assert (shown["tramite"], shown["number"], shown["total"]) == (
                tramite.id, place, len(left),
            )  # fmt: skip
            assert shown["action"] == step.action
            assert step.help in said(await client.say("no me sale"))
            answer = await client.say("siguiente" if place % 2 else "ya lo hice, qué sigue")
        assert "¿Quedó resuelto?" in said(answer)
        last = await client.say("sí, gracias")
        assert all(entry["reply"]["step"] is None for entry in last)
