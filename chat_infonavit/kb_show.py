"""``chat-infonavit kb show``: one trámite as each channel shows it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot import replies
from bot.messages import Messages
from bot.preview import Scene, scenes
from connectors.layout import CHANNELS, Bubble, lay_out
from conversations.messages import Capabilities, Choice, Inbound, Reply
from conversations.pipeline import Turn
from conversations.records import BOT, Claim, Conversation
from conversations.stages.render import Render
from kb.model import Tramite

_TITLES = {
    "guia_empezar": "Paso {step}",
    "guia_no_me_sale": "Ayuda del paso {step}",
    "guia_decidir": "Si contesta: {answers}",
}
_ONLY = " (solo si contesta: {answers})"


async def show(tramite: Tramite, channels: Sequence[str], console: Console) -> None:
    """Print what each channel shows for everything a trámite says."""
    played = [scene async for scene in scenes(tramite)]
    for channel in channels:
        console.rule(f"{tramite.title} · {channel}", align="left")
        for scene in played:
            console.print(f"\n▸ {_title(scene)}", style="bold", markup=False, highlight=False)
            for bubble in await shown(scene, channel):
                console.print(Padding(Text(_readable(bubble)), (0, 0, 0, 2)))


async def shown(scene: Scene, channel: str) -> list[Bubble]:
    """Give the messages of one scene as a channel shows them."""
    can = CHANNELS[channel]
    turn = _turn(scene.replies, channel, can)
    await Render().run(turn)
    choices = iter(turn.choices or ())
    kept = []
    for row in turn.rows:
        reply = Reply.model_validate_json(row.reply or "{}")
        titles = [Choice(title=next(choices).title) for _ in reply.choices]
        kept.append(reply.model_copy(update={"choices": tuple(titles)}))
    return lay_out(kept, can)


def _turn(said: Sequence[replies.Reply], channel: str, can: Capabilities) -> Turn:
    now = datetime.now(UTC)
    conversation = Conversation("preview", channel, "preview", BOT, None, None)
    return Turn(
        claim=Claim(conversation, 0, "", 0, channel, "preview", b"", 0, now, now, ()),
        inbound=Inbound(channel, "preview", "preview", "text", "preview"),
        capabilities=can,
        now=now,
        replies=tuple(Reply.model_validate_json(json.dumps(one)) for one in said),
        answered=True,
    )


def _title(scene: Scene) -> str:
    if scene.intent in _TITLES:
        only = _ONLY if scene.step and scene.answers else ""
        return (_TITLES[scene.intent] + only).format(step=scene.step, answers=scene.answers)
    buttons = Messages.load().buttons.values()
    titles = (button.title for button in buttons if button.intent == scene.intent)
    return next(titles, "Respuesta") if scene.intent.startswith("preguntar_") else "Respuesta"


def _readable(bubble: Bubble) -> str:
    lines = [bubble.text]
    lines += [f"[{title}]" for title in bubble.buttons]
    lines += [f"☰ {' — '.join(filter(None, (r.title, r.description)))}" for r in bubble.rows]
    lines.append(f"({len(bubble.text)} caracteres)")
    return "\n".join(lines)
