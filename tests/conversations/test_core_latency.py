"""The core adds little to a turn, however long the conversation is."""

from __future__ import annotations

import statistics
import time

from core_peers import FakeBrain, Person

from conversations.messages import Reply
from conversations.ports import Answer, Question
from conversations.service import Conversations

# Twice the target of 6 ms, for machines that do other work meanwhile.
LIMIT_MS = 12.0


class InstantBrain:
    """Answers at once, without a network."""

    async def ask(self, question: Question, limit: float) -> Answer:
        """Say something with choices, like most answers."""
        reply = Reply.model_validate(
            {"text": "Hola", "choices": [{"title": f"Opción {n}", "payload": "/x"} for n in "123"]}
        )
        return Answer((reply,), (), False)

    async def close(self) -> None:
        """Hold nothing."""


async def test_the_median_turn_is_quick_and_stays_quick(settings, start) -> None:
    core: Conversations = await start(settings, brain=InstantBrain())
    ana = await Person.meet(core, "ana")
    spent: list[float] = []
    for _ in range(220):
        begin = time.perf_counter()
        await ana.say("¿cuánto debo de mi crédito?")
        spent.append((time.perf_counter() - begin) * 1000)
    first, last = statistics.median(spent[10:60]), statistics.median(spent[-50:])
    assert first < LIMIT_MS
    assert last < max(1.5 * first, LIMIT_MS)


async def test_an_idle_core_does_not_spin(core: Conversations, brain: FakeBrain) -> None:
    import asyncio
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF)
    await asyncio.sleep(2)
    after = resource.getrusage(resource.RUSAGE_SELF)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.2
