"""Every guide, walked to its end through the real gateway and the real Rasa server."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from connectors.web.client import Entry, WebClient
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


async def begin(client: WebClient, tramite: Tramite) -> list[Entry]:
    answer = await client.say(questions()[tramite.id])
    if tramite.guided and any(entry["reply"]["step"] for entry in answer):
        return answer
    return await client.say("guíame paso a paso")


@pytest.mark.stack
@pytest.mark.parametrize("tramite", LIBRARY.tramites, ids=LIBRARY.ids())
async def test_a_guide_is_walked_to_its_end(stack, played, tramite: Tramite) -> None:
    async with WebClient(stack.url) as client:
        await client.open()
        answer = await begin(client, tramite)
        for number, step in enumerate(tramite.steps, 1):
            shown = step_of(answer)
            assert (shown["tramite"], shown["number"]) == (tramite.id, number)
            assert shown["action"] == step.action
            assert step.help in said(await client.say("no me sale"))
            played.step(tramite.id, number)
            answer = await client.say("siguiente" if number % 2 else "ya lo hice, qué sigue")
        assert "¿Quedó resuelto?" in said(answer)
        answer = await client.say("sí, gracias")
        assert "step" not in said(answer)
