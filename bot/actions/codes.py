"""Send a one-time code for the NSS of a message."""

from __future__ import annotations

from accounts.errors import UnknownToken
from bot.actions.person import Person
from bot.actions.state import ask_code, ask_nss
from bot.actions.turn import Turn


async def send_code(turn: Turn, nss: str) -> None:
    """Send a code for an NSS; what is said never tells whether the NSS is known."""
    try:
        await Person(turn).send_code(nss)
    except UnknownToken:
        turn.remember(nss=None)
        ask_nss(turn, turn.sentence("nss_vencido"))
        return
    turn.remember(nss=nss, regresos=None)
    ask_code(turn, turn.sentence("codigo_enviado"))
