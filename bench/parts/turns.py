"""A turn through everything, from the POST to the event that completes it."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench import people, scripts
from bench.figures import Figure, Target
from bench.stats import Summary, middle, summary
from bench.system import assistant
from connectors.web.client import WebClient

TITLE = "A turn"
LONG, AT_ONCE, EACH, RUNS = 500, 16, 20, 3
RATE, SECONDS, SPREAD = 10, 30, 30
TURNS = RUNS * (LONG + AT_ONCE * EACH) + 2 * RATE * SECONDS
LIMIT = 600
"""After these seconds the measurement is given up: the machine is too busy to measure anything."""

# The brain begins a new session every 12 turns and the round has 20: in any 60 turns each
# message meets each age of a session equally often.
WINDOW = 60
HOW = (
    "Through the gateway by `connectors.web.client`: from the POST of a message to the event of "
    f"the stream that completes its turn. Long: {LONG} turns of one conversation, {RUNS} "
    f"conversations; the medians of the last and the first {WINDOW} turns, the same messages, are "
    f"compared. At once: {AT_ONCE} conversations of {EACH} turns, each waiting for its "
    f"answers, {RUNS} times. Open: {RATE} messages a second for {SECONDS} s over {SPREAD} "
    "conversations, sent when they are due whatever is pending, counted from when they are due; "
    "evenly spaced, and at random moments (Poisson) as people do. A third of the people prove who "
    "they are and ask for their own figures. The limits on messages per person are lifted, since "
    f"one client plays them all, on the same cores. Medians of the runs. {TURNS:,} turns are "
    "measured, beside those that prove who the people are: some two minutes, of which one is the "
    f"open load; after {LIMIT // 60} minutes it is given up."
)


def measure() -> Sequence[Figure]:
    """Measure all kinds of load on one running assistant."""
    with TemporaryDirectory(prefix="bench-turns-") as folder, assistant(Path(folder)) as system:
        return asyncio.run(people.in_time(_measure(system.url, system.borrowers()), LIMIT))


async def _measure(url: str, numbers: Sequence[str]) -> Sequence[Figure]:
    # Whatever is only paid once is paid before.
    await _long(url, numbers[0], len(scripts.lines("web")))
    long = [await _long(url, numbers[run % len(numbers)], LONG) for run in range(RUNS)]
    async with AsyncExitStack() as stack:
        clients = await _clients(stack, url, numbers, AT_ONCE)
        at_once = [await _at_once(clients) for _ in range(RUNS)]
    async with AsyncExitStack() as stack:
        clients = await _clients(stack, url, numbers, SPREAD)
        even = await _open_loop(clients, [number / RATE for number in range(RATE * SECONDS)])
        poisson = await _open_loop(clients, _moments())
    return [
        *_long_figures(long),
        Figure(
            f"{AT_ONCE} conversations at once",
            median(rate for rate, _ in at_once),
            "turns/s",
            note=str(middle([times for _, times in at_once])),
        ),
        *_open_figures("evenly spaced", even),
        *_open_figures("at random moments", poisson),
    ]


def _long_figures(runs: Sequence[Sequence[float]]) -> Sequence[Figure]:
    whole = middle([summary(times) for times in runs])
    starts = [median(times[:WINDOW]) * 1e3 for times in runs]
    ends = [median(times[-WINDOW:]) * 1e3 for times in runs]
    ratio = median(end / start for start, end in zip(starts, ends, strict=True))
    note = (
        f"turns 1–{WINDOW} {median(starts):.1f} ms, {LONG - WINDOW + 1}–{LONG} "
        f"{median(ends):.1f} ms; ratio of each run: "
        + ", ".join(f"{end / start:.2f}" for start, end in zip(starts, ends, strict=True))
    )
    return [
        Figure(f"long conversation, p50 of {LONG} turns", whole.p50, "ms", note=str(whole)),
        Figure(f"the last turns of {LONG} against the first", ratio, "×", Target(1.2), note, 2),
    ]


def _open_figures(how: str, times: Summary) -> Sequence[Figure]:
    name = f"{RATE} messages a second, {how}"
    note = f"p95 {times.p95:.1f}, longest {times.longest:.0f} ms, {times.count} turns"
    return [
        Figure(f"{name}, p50", times.p50, "ms", Target(25)),
        Figure(f"{name}, p99", times.p99, "ms", Target(100), note),
    ]


async def _long(url: str, nss: str, turns: int) -> Sequence[float]:
    async with WebClient(url, accepts=True) as client:
        await client.open()
        await people.identify(client, nss)
        return await people.converse(client, scripts.rounds("web", turns))


async def _clients(
    stack: AsyncExitStack, url: str, numbers: Sequence[str], count: int
) -> Sequence[WebClient]:
    """Open conversations; in a third of them the person proves who they are."""
    clients = []
    for index in range(count):
        client = await stack.enter_async_context(WebClient(url))
        await client.open()
        if index % 3 == 0:
            await people.identify(client, numbers[index // 3 % len(numbers)])
        clients.append(client)
    return clients


async def _at_once(clients: Sequence[WebClient]) -> tuple[float, Summary]:
    began = time.perf_counter()
    found = await asyncio.gather(
        *(
            people.converse(client, scripts.rounds("web", EACH, start=index))
            for index, client in enumerate(clients)
        )
    )
    took = time.perf_counter() - began
    times = [seconds for one in found for seconds in one]
    return len(times) / took, summary(times)


async def _open_loop(clients: Sequence[WebClient], moments: Sequence[float]) -> Summary:
    """Send a message at each moment, to one conversation after another."""
    texts = [scripts.rounds("web", len(moments), start=index) for index in range(len(clients))]
    began = time.perf_counter()

    async def send(number: int, due: float) -> float:
        await asyncio.sleep(max(0.0, began + due - time.perf_counter()))
        late = time.perf_counter() - began - due
        person = number % len(clients)
        return late + await people.timed(clients[person], next(texts[person]))

    return summary(await asyncio.gather(*(send(*item) for item in enumerate(moments))))


def _moments() -> Sequence[float]:
    rng = random.Random(1)
    due = 0.0
    moments: list[float] = []
    while len(moments) < RATE * SECONDS:
        due += rng.expovariate(RATE)
        moments.append(due)
    return moments
