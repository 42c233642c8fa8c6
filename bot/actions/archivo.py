"""Answer a file: say what of it differs from the account."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from accounts import file_schemas
from accounts.errors import LevelTooLow, UnknownEvidence
from bot.actions import correccion
from bot.actions.base import BotAction
from bot.actions.person import Person
from bot.actions.state import Waiting, ask_code, ask_nss, bring_back
from bot.actions.turn import Turn
from bot.replies import card

COMPARE = "archivo_comparar"
"""What may wait for identity, beside wishes, in the slot ``pendiente``."""

_OTHER_TOPICS = {"curp": "correccion_curp_nombre", "nss": "homonimia_nss"}
_NO_FILE = "not_supported"


class FileAction(BotAction):
    """Take what became of a file, or the wish to correct what it shows."""

    action = "action_archivo"
    digresses = False

    async def answer(self, turn: Turn) -> None:
        """Answer a file that was kept, one that was refused, or a correction that is asked for."""
        evidence, reason = turn.entity("archivo"), turn.entity("motivo")
        if turn.intent == "pedir_correccion":
            await correccion.request(turn, Person(turn))
        elif reason is not None:
            _refuse(turn, str(reason))
        elif evidence is not None:
            turn.remember(archivo=str(evidence), regresos=None)
            await tell(turn, Person(turn))
        else:
            turn.tell("archivo_invita", "menu")


async def tell(turn: Turn, person: Person, greeting: str = "") -> None:
    """Say what of the last file matches; without identity, ask for it and go on after it."""
    try:
        found = await person.comparison(str(turn.slot("archivo")))
    except LevelTooLow:
        _identify_first(turn)
    except UnknownEvidence:
        correccion.expired(turn)
    else:
        turn.remember(esperando=None, pendiente=None)
        await _say(turn, person, found, greeting)


def _identify_first(turn: Turn) -> None:
    waiting = [name for name in turn.slot("pendiente") or () if name != COMPARE]
    turn.remember(pendiente=[*waiting, COMPARE], regresos=None)
    if turn.slot("esperando") == Waiting.CODE:
        ask_code(turn, turn.sentence("archivo_recibido_codigo"))
    else:
        ask_nss(turn, turn.sentence("archivo_recibido"))


def _refuse(turn: Turn, reason: str) -> None:
    refusals = turn.messages.refusals
    text = refusals.get(reason, refusals[_NO_FILE])
    turn.tell("archivo_no_sirve", "persona", "menu", motivo=text)
    bring_back(turn)


async def _say(turn: Turn, person: Person, found: file_schemas.Comparison, greeting: str) -> None:
    labels = turn.messages.labels
    rfc = next(one for one in found.fields if one.field == "rfc")
    source = labels[f"archivo_{found.source}"]
    values: dict[str, Any] = {"fuente": source, "dice": rfc.in_file, "tiene": rfc.in_account}
    key, *buttons = _VERDICTS[found.verdict]
    text = turn.sentence(key, **values)
    topics = []
    if found.verdict in ("same", "correctable"):
        for one in found.fields:
            if one.result == "differs" and one.field in _OTHER_TOPICS:
                text += " " + turn.sentence("archivo_otro_dato", dato=labels[one.field])
                topics.append(turn.topic(_OTHER_TOPICS[one.field]))
    rows = [(labels[one.field], _row(turn, one)) for one in found.fields]
    note = turn.sentence("archivo_nota" if found.issuer_verified is not True else "archivo_nota_ac")
    said = f"{greeting}\n{text}" if greeting else text
    await person.say(
        said, card(labels["archivo"], rows, note), turn.choices(*buttons, *topics, "menu")
    )
    if found.verdict == "correctable":
        turn.remember(esperando=Waiting.CORRECTION)
    else:
        bring_back(turn)


def _row(turn: Turn, one: file_schemas.ComparedField) -> str:
    pattern = turn.messages.labels[f"archivo_{one.result}"]
    return pattern.format(dice=one.in_file, tiene=one.in_account)


RESUMED: Mapping[str, Callable[[Turn, Person, str], Awaitable[None]]] = {
    COMPARE: tell,
    correccion.REQUEST: correccion.request,
}
"""What goes on by itself once the person has proved who they are."""

_VERDICTS: Mapping[str, tuple[str, ...]] = {
    "same": ("archivo_igual",),
    "correctable": ("archivo_distinto", "pedir_correccion", "persona"),
    "another_person": ("archivo_de_otra_persona", "persona"),
    "unproven": ("archivo_sin_titular", "persona"),
}
