"""Answer texts with a trained model: ``python -m bench.nlu.engines.ours_worker MODEL IN OUT``."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import structlog

from bench.nlu.answers import LISTED, Answer, Outcome, write
from bench.nlu.lines import FALLBACK
from bot import compat

_WARMING = 50


class _Remembering:
    """Run the graph and remember the message that came out: trust is not in what is parsed."""

    def __init__(self, runner: Any) -> None:
        self._runner = runner
        self.message: Any = None

    def run(self, inputs: Any = None, targets: Any = None) -> Any:
        results = self._runner.run(inputs=inputs, targets=targets)
        (messages,) = results.values()
        self.message = messages[0]
        return results


async def _answer_all(model: Path, texts: list[str]) -> Outcome:
    compat.leave_out_the_unserved()
    logging.disable(logging.WARNING)
    # As the services do: Rasa's own remarks on each message take longer than the message.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    from rasa.core.agent import Agent

    from bot.processor import TurnProcessor

    processor: Any = TurnProcessor(Agent.load(str(model)).processor)
    processor.graph_runner = _Remembering(processor.graph_runner)
    for text in texts[:_WARMING]:
        await _answer(processor, text)
    answers = {text: await _answer(processor, text) for text in texts}
    return Outcome(answers, memory=psutil.Process().memory_info().rss)


async def _answer(processor: Any, text: str) -> Answer:
    from rasa.core.channels.channel import UserMessage

    from bot.components.fallback import TRUST

    # As in a turn: a person's leading slash is only a slash.
    message = UserMessage(text.lstrip("/ ") or "?")
    began = time.perf_counter()
    parsed = await processor.parse_message(message)
    seconds = time.perf_counter() - began
    ranking = [entry for entry in parsed["intent_ranking"] if entry["name"] != FALLBACK][:LISTED]
    return Answer(
        tuple(entry["name"] for entry in ranking),
        tuple(entry["confidence"] for entry in ranking),
        processor.graph_runner.message.get(TRUST) or 0.0,
        parsed["intent"]["name"] in (FALLBACK, None),
        seconds,
        tuple(question["intent"]["name"] for question in parsed.get("questions", ())),
    )


if __name__ == "__main__":
    _model, _asked, _answered = map(Path, sys.argv[1:])
    _texts = json.loads(_asked.read_text(encoding="utf-8"))
    write(_answered, asyncio.run(_answer_all(_model, _texts)))
