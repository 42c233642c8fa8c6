"""Answer texts with a stock Rasa model: ``python diet_worker.py MODEL IN OUT``.

It runs in the stock environment, which has nothing of the assistant.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent

_FALLBACK = "nlu_fallback"
_LISTED, _WARMING = 5, 20


async def _answer(agent: Agent, text: str) -> dict[str, Any]:
    began = time.perf_counter()
    parsed = await agent.parse_message(text)
    seconds = time.perf_counter() - began
    likely = [one for one in parsed["intent_ranking"] if one["name"] != _FALLBACK][:_LISTED]
    return {
        "text": text,
        "names": [one["name"] for one in likely],
        "chances": [one["confidence"] for one in likely],
        "trust": likely[0]["confidence"] if likely else 0.0,
        "refused": parsed["intent"]["name"] == _FALLBACK,
        "seconds": seconds,
    }


async def _answer_all(model: str, texts: list[str], answered: Path) -> None:
    agent = Agent.load(model)
    for text in texts[:_WARMING]:
        await _answer(agent, text)
    with answered.open("w", encoding="utf-8") as file:
        for text in texts:
            file.write(json.dumps(await _answer(agent, text)) + "\n")
        file.write(json.dumps({"training": None, "memory": None}) + "\n")


if __name__ == "__main__":
    _texts = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    asyncio.run(_answer_all(sys.argv[1], _texts, Path(sys.argv[3])))
