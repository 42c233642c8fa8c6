"""Our brain beside Rasa's stock pipeline (DIET + TED), asked the same in turns."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import aiohttp

from bench import scripts, stock_model
from bench.figures import Figure, Target
from bench.processes import resident
from bench.rivals import Brain, backstage, ours, stock
from bench.stats import Summary, middle, summary

TITLE = "Beside Rasa's stock pipeline"
ALONE, AT_ONCE, ROUNDS = 10, 16, 3
TURNS = len(scripts.lines("brain"))
HOW = (
    "Only the brain is compared: ours by `POST /turns`, stock Rasa 3.6.21 (the pipeline and "
    "policies of `rasa init`: DIET, TED, UnexpecTED on TensorFlow, `bench/stock/`) by its own REST "
    "channel. Both are trained on the same examples, rules and stories, are asked the same "
    f"messages in conversations of {TURNS} turns, and call the same running action and account "
    "services; no gateway. They take turns: one measures while the others idle. Ours keeps every "
    "turn in SQLite with `synchronous=FULL`; stock is measured with its trackers in memory, its "
    "default, and in SQLite by its own store. Stock's DIET is trained for 10 epochs instead of "
    "100, which changes neither speed nor memory; its accuracy is not compared. Ratios compare "
    f"with the default. Medians of {ROUNDS} runs."
)
Runs = dict[str, list[tuple[float, Summary]]]


def measure() -> Sequence[Figure]:
    """Start all brains and let them take turns."""
    stock_model.install()
    model, training = stock_model.trained()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="bench-stock-")))
        environment = stack.enter_context(backstage(folder))
        brains = [
            stack.enter_context(ours(environment, folder)),
            stack.enter_context(
                stock("stock", "endpoints.yml", model, environment, folder),
            ),
            stack.enter_context(
                stock("stock with SQLite", "endpoints-sqlite.yml", model, environment, folder)
            ),
        ]
        one, many = asyncio.run(_take_turns(brains))
        memory = {brain.name: resident(brain.process)[0] for brain in brains}
    starts = {brain.name: brain.seconds for brain in brains}
    figures = [
        *_speed("1 conversation", one),
        *_speed(f"{AT_ONCE} conversations", many),
        *(Figure(f"memory, {name}", value, "MB", digits=0) for name, value in memory.items()),
        Figure("memory of stock against ours", memory["stock"] / memory["ours"], "×"),
        *(Figure(f"start, {name}", seconds, "s") for name, seconds in starts.items()),
        Figure("start of stock against ours", starts["stock"] / starts["ours"], "×"),
    ]
    if training is not None:
        figures.append(Figure("training of stock, DIET with 10 epochs", training, "s", digits=0))
    return figures


def _speed(kind: str, runs: Runs) -> Sequence[Figure]:
    rates = {name: median(rate for rate, _ in found) for name, found in runs.items()}
    notes = {name: str(middle([times for _, times in found])) for name, found in runs.items()}
    pairs = zip(runs["ours"], runs["stock"], strict=True)
    ratios = [mine[0] / theirs[0] for mine, theirs in pairs]
    each = ", ".join(f"{ratio:.2f}" for ratio in ratios)
    return [
        *(
            Figure(f"{kind}, {name}", rate, "turns/s", note=notes[name])
            for name, rate in rates.items()
        ),
        Figure(
            f"{kind}, ours against stock", median(ratios), "×", Target(2, at_least=True),
            f"runs: {each}",
        ),
    ]  # fmt: skip


async def _take_turns(brains: Sequence[Brain]) -> tuple[Runs, Runs]:
    one: Runs = {brain.name: [] for brain in brains}
    many: Runs = {brain.name: [] for brain in brains}
    timeout = aiohttp.ClientTimeout(total=60)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        for brain in brains:
            await _converse(brain, session, "warm")
        for number in range(ROUNDS):
            for brain in brains:
                one[brain.name].append(await _one(brain, session, number))
            for brain in brains:
                many[brain.name].append(await _many(brain, session, number))
    return one, many


async def _one(brain: Brain, session: aiohttp.ClientSession, run: int) -> tuple[float, Summary]:
    """Hold conversations one after another."""
    began = time.perf_counter()
    times = [
        seconds
        for index in range(ALONE)
        for seconds in await _converse(brain, session, f"one-{run}-{index}")
    ]
    return len(times) / (time.perf_counter() - began), summary(times)


async def _many(brain: Brain, session: aiohttp.ClientSession, run: int) -> tuple[float, Summary]:
    """Hold conversations at the same time, each at another place of the round."""
    began = time.perf_counter()
    found = await asyncio.gather(
        *(_converse(brain, session, f"many-{run}-{index}", start=index) for index in range(AT_ONCE))
    )
    times = [seconds for one in found for seconds in one]
    return len(times) / (time.perf_counter() - began), summary(times)


async def _converse(
    brain: Brain, session: aiohttp.ClientSession, conversation: str, start: int = 0
) -> list[float]:
    # Each brain has its own conversations: the account service is shared.
    name = f"{brain.name.replace(' ', '-')}-{conversation}"
    return [
        await brain.say(session, name, f"{name}-{number}", text)
        for number, text in enumerate(scripts.rounds("brain", TURNS, start=start))
    ]
