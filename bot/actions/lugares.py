"""Where a person is in each guide: kept in the conversation and, once known, for every channel.

The slot ``lugares`` maps a trámite to the number of its step, the latest last; `camino` knows the
steps that its answers leave. A guide at its first step has no place: there is nothing to go back
to.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import structlog

from accounts.errors import AccountsError, NotVerified
from bot.actions import camino
from bot.actions.camino import Position
from bot.actions.person import Person
from bot.actions.state import Waiting
from bot.actions.turn import Turn
from bot.replies import reply
from kb.model import Tramite

log = structlog.get_logger(__name__)


class Place(NamedTuple):
    """A step of a guide and the steps that the answers of the guide leave out."""

    step: int | None
    skips: tuple[int, ...]


def keep(turn: Turn, tramite: Tramite, at: Position) -> None:
    """Remember the step of a guide; the first one forgets it."""
    places = _steps(turn)
    places.pop(tramite.id, None)
    if at.before is not None:
        places[tramite.id] = at.number
    turn.remember(lugares=places or None)


def forget(turn: Turn, tramite: Tramite) -> None:
    """Forget the place in a guide that is finished or begun anew, and its answers."""
    places = _steps(turn)
    places.pop(tramite.id, None)
    turn.remember(lugares=places or None)
    camino.omit(turn, tramite.id, ())


def kept(turn: Turn, tramite: Tramite) -> Position | None:
    """Return the step a guide was left at, None when there is none to go back to."""
    step = _steps(turn).get(tramite.id)
    return camino.position(turn, tramite, step) if step else None


def latest(turn: Turn) -> Tramite | None:
    """Return the trámite whose guide was left last."""
    known = [name for name in _steps(turn) if name in turn.library]
    return turn.library.get(known[-1]) if known else None


def offer(turn: Turn, tramite: Tramite) -> bool:
    """Ask whether to go on where a guide was left; tell whether there was such a place."""
    at = kept(turn, tramite)
    if at is None:
        return False
    turn.remember(tramite=tramite.id, esperando=Waiting.LEFT)
    text = turn.sentence("guia_seguimos", titulo=tramite.title, **at.shown)
    again = turn.button("retomar", tramite=tramite.id, paso=at.number)
    anew = turn.button("desde_el_principio", tramite=tramite.id, paso=0)
    turn.say(reply(text, choices=[again, anew, turn.button("otros_temas")]))
    return True


async def fetch(turn: Turn, person: Person) -> Tramite | None:
    """Add what the person left open elsewhere; return the latest of it."""
    try:
        found = (await person.guide_places()).places
    except AccountsError as error:
        log.warning("places not read", error=error.type)
        return None
    here = _steps(turn)
    elsewhere = {
        place.tramite: place.step
        for place in reversed(found)
        if place.tramite in turn.library and place.tramite not in here
    }
    turn.remember(lugares=elsewhere | here or None, conocido=True)
    for place in found:
        if place.tramite in elsewhere:
            camino.omit(turn, place.tramite, place.skips)
    return turn.library.get(next(reversed(elsewhere))) if elsewhere else None


async def share(turn: Turn, before: Mapping[str, Place]) -> None:
    """Tell the account service what changed, so that other channels go on from there.

    A place is a convenience: when it cannot be shared the turn goes on.
    """
    if not turn.slot("conocido"):
        return
    after = of(turn)
    changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    person = Person(turn)
    try:
        for name in changed:
            place = after.get(name, Place(None, ()))
            await person.keep_place(name, place.step, place.skips)
    except NotVerified:
        turn.remember(conocido=None)
    except AccountsError as error:
        log.warning("place not shared", error=error.type)


def of(turn: Turn) -> dict[str, Place]:
    """Return the places as they are now."""
    return {name: Place(step, camino.omitted(turn, name)) for name, step in _steps(turn).items()}


def _steps(turn: Turn) -> dict[str, int]:
    return dict(turn.slot("lugares") or {})
