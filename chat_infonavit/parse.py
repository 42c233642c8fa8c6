"""``chat-infonavit parse``: what the trained model understands, without a server."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from typing import Any

from rich.console import Console

from bot import compat
from bot.brain import newest_model
from chat_infonavit.settings import ChatSettings

_SHOWN = 10
_ENTITY_KEYS = ("entity", "value", "start", "end", "valid", "problem")


async def parse(
    settings: ChatSettings, lines: Iterable[str], console: Console, *, as_json: bool
) -> None:
    """Print what the newest model makes of each line."""
    model = newest_model(settings.models)
    compat.leave_out_the_unserved()
    logging.disable(logging.WARNING)
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import UserMessage

    from bot.processor import TurnProcessor

    processor = TurnProcessor(Agent.load(str(model)).processor)
    for line in lines:
        text = line.rstrip("\n")
        # As in a turn: a person's leading slash is only a slash.
        message = UserMessage(text.lstrip("/ ") or "?")
        understood = _result(text, await processor.parse_message(message))
        if as_json:
            console.out(json.dumps(understood, ensure_ascii=False), highlight=False)
        else:
            console.print(_readable(understood), highlight=False, markup=False)


def _result(text: str, parsed: dict[str, Any]) -> dict[str, Any]:
    ranking = [
        {"intent": item["name"], "confidence": round(item["confidence"], 4)}
        for item in parsed.get("intent_ranking", [])[:_SHOWN]
    ]
    entities = [
        {key: item[key] for key in _ENTITY_KEYS if key in item}
        for item in parsed.get("entities", [])
    ]
    understood = {
        "text": text,
        "intent": parsed["intent"]["name"],
        "confidence": round(parsed["intent"]["confidence"] or 0.0, 4),
        "ranking": ranking,
        "entities": entities,
    }
    asked = [_result(question["text"], question) for question in parsed.get("questions", [])]
    if not asked:
        return understood
    # A message with several questions is answered from its first on.
    first = {key: asked[0][key] for key in ("intent", "confidence")}
    return understood | first | {"questions": asked}


def _readable(understood: dict[str, Any]) -> str:
    others = ", ".join(
        f"{item['intent']} {item['confidence']:.2f}" for item in understood["ranking"][:3]
    )
    entities = "".join(f"  [{item['entity']}: {item['value']}]" for item in understood["entities"])
    line = (
        f"{understood['intent']} {understood['confidence']:.2f}  «{understood['text']}»"
        f"  ({others}){entities}"
    )
    return "\n  ".join([line, *map(_readable, understood.get("questions", []))])
