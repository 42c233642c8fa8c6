"""Send what is not the Infonavit's to whoever does attend it."""

from __future__ import annotations

from bot.actions.base import BotAction
from bot.actions.state import offer_greeted
from bot.actions.turn import Turn
from bot.replies import Link, reply


class OutOfScopeAction(BotAction):
    """Name the right institution, or say plainly what the assistant knows."""

    action = "action_fuera"

    async def answer(self, turn: Turn) -> None:
        """Answer with the institution of the intent."""
        institution = turn.messages.institutions.get(turn.intent)
        if institution is None:
            offer_greeted(turn, "fuera_otros")
            return
        links: list[Link] = [{"title": page.title, "url": page.url} for page in institution.links]
        turn.say(reply(institution.text, links=links, choices=turn.choices("menu")))
