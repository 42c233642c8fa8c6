"""The assistant's understanding learnt from other data than its own."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from bench.nlu.answers import LISTED, Answer, Outcome
from bench.nlu.lines import FALLBACK, Pairs
from bench.nlu.understood import learnt


class Learnt:
    """The assistant's parts without Rasa's graph, as ``bot/understanding.py`` puts them."""

    name = "Chat Infonavit"

    def ask(self, examples: Pairs, texts: Sequence[str]) -> Outcome:
        """Train on the examples, then answer each text alone."""
        from bot.encoding import encode

        encode(["hola"])  # loads the weights
        began = time.perf_counter()
        mind = learnt(examples)
        training = time.perf_counter() - began
        return Outcome({text: _answer(mind, text) for text in texts}, training)


def _answer(mind: Any, text: str) -> Answer:
    began = time.perf_counter()
    reading = mind.read(text)
    seconds = time.perf_counter() - began
    return Answer(
        tuple(reading.names[:LISTED]),
        tuple(reading.chances[:LISTED]),
        reading.trust,
        mind.intent(reading) == FALLBACK,
        seconds,
    )
