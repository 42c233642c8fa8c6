"""Answer follow-up questions about the trámite that is talked about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.actions import directorio, formats
from bot.actions.base import BotAction
from bot.actions.state import in_guide, offer_follow_up
from bot.actions.turn import Turn
from bot.replies import Document, Link, reply
from kb.checklist import path_of
from kb.model import Tramite

_OFFERED = ("costo", "requisitos", "tiempo", "donde")
_SOURCE, _MORE_SOURCES, _HOURS = "fuente", "mas_fuentes", "horario"
_MAX_CHOICES = 5

SOURCES_AT_ONCE = 5
"""More do not fit on the screen of a phone; the newest come first."""


class FollowUpAction(BotAction):
    """Tell cost, requirements, time, place, who or source."""

    action = "action_seguimiento"

    async def answer(self, turn: Turn) -> None:
        """Answer about the trámite, or ask which one."""
        tramite = turn.tramite()
        if tramite is None:
            turn.remember(pregunta=turn.intent)
            offer_follow_up(turn, "cual_tramite", turn.intent)
            return
        turn.remember(tramite=tramite.id, pregunta=None)
        tell(turn, tramite, turn.intent)


def tell(turn: Turn, tramite: Tramite, question: str) -> None:
    """Answer one follow-up question about one trámite."""
    key, values = _ANSWERS[question]
    text = turn.sentence(key, titulo=tramite.title, **values(turn, tramite))
    begin = "seguir_guia" if _guided_now(turn, tramite) else "paso_a_paso"
    # Every answer can be traced: where it comes from is always among what is offered.
    source = _source_button(turn, tramite) if key == _SOURCE else _SOURCE
    others = [name for name in _OFFERED if name != key]
    names = [begin, *others[: _MAX_CHOICES - 2], source or others[-1]]
    choices = [turn.button(name, tramite=tramite.id) for name in dict.fromkeys(names)]
    if question == "preguntar_donde":
        text = "\n\n".join((text, *_whereabouts(turn, tramite)))
        ways = directorio.payment_choices(turn, tramite)
        choices = [*ways, choices[-1]] if ways else choices
    links = _LINKS.get(question, _no_links)(tramite)
    document = _checklist(turn, tramite) if question == "preguntar_requisitos" else None
    turn.say(reply(text, choices=choices, links=links, document=document))


def _checklist(turn: Turn, tramite: Tramite) -> Document:
    title = turn.messages.labels["lista_requisitos"].format(titulo=tramite.title)
    return {"title": title, "url": path_of(tramite.id), "mime": "application/pdf"}


def _whereabouts(turn: Turn, tramite: Tramite) -> list[str]:
    """Return what the directory adds to the channels of a trámite."""
    payments, place = turn.directory.payments, directorio.named_place(turn)
    if tramite.id == payments.tramite:
        return [payments.official_list]
    return [directorio.offices_text(turn, place)] if place and _in_person(tramite) else []


def _in_person(tramite: Tramite) -> bool:
    return any(directorio.OFFICE in channel.name for channel in tramite.channels)


def _guided_now(turn: Turn, tramite: Tramite) -> bool:
    return in_guide(turn) and turn.slot("guia") == tramite.id


def _plain(field: str) -> Callable[[Turn, Tramite], dict[str, Any]]:
    return lambda turn, tramite: {"valor": getattr(tramite, field)}


def _requirements(turn: Turn, tramite: Tramite) -> dict[str, Any]:
    label = turn.messages.labels["requisito_linea"]
    return {"valor": "\n".join(label.format(requisito=item) for item in tramite.requirements)}


def _channels(turn: Turn, tramite: Tramite) -> dict[str, Any]:
    labels = turn.messages.labels
    lines = [
        labels["canal_telefono" if channel.phone else "canal_linea"].format(
            nombre=channel.name, telefono=channel.phone
        )
        for channel in tramite.channels
    ]
    return {"valor": "\n".join(lines)}


def _sources(turn: Turn, tramite: Tramite) -> dict[str, Any]:
    labels = turn.messages.labels
    told = (directorio.sources(turn, tramite) if turn.entity("tema") == _HOURS else None) or tramite
    first, rest = told.sources[:SOURCES_AT_ONCE], told.sources[SOURCES_AT_ONCE:]
    lines = [
        labels["fuente_linea"].format(titulo=source.title, fecha=source.date)
        for source in (rest if rest and _more_asked(turn) else first)
    ]
    if told.disputed and not _more_asked(turn):
        lines.append(turn.sentence("disputa", disputa=told.disputed))
    return {
        "valor": "\n".join(lines),
        "fecha": formats.day(turn.messages, told.verified_on),
        "confianza": labels[told.confidence],
    }


def _source_button(turn: Turn, tramite: Tramite) -> str | None:
    hidden = len(tramite.sources) > SOURCES_AT_ONCE
    return _MORE_SOURCES if hidden and not _more_asked(turn) else None


def _more_asked(turn: Turn) -> bool:
    return turn.entity("tema") == _MORE_SOURCES


def _channel_links(tramite: Tramite) -> list[Link]:
    return [{"title": c.name, "url": c.url} for c in tramite.channels if c.url]


def _no_links(tramite: Tramite) -> list[Link]:
    return []


_ANSWERS: Mapping[str, tuple[str, Callable[[Turn, Tramite], dict[str, Any]]]] = {
    "preguntar_costo": ("costo", _plain("cost")),
    "preguntar_requisitos": ("requisitos", _requirements),
    "preguntar_tiempo": ("tiempo", _plain("time")),
    "preguntar_donde": ("donde", _channels),
    "preguntar_quien": ("quien", _plain("who")),
    "preguntar_fuente": ("fuente", _sources),
}
_LINKS: Mapping[str, Callable[[Tramite], list[Link]]] = {"preguntar_donde": _channel_links}

QUESTIONS = tuple(_ANSWERS)
"""The intents of the follow-up questions."""
