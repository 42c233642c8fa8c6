"""Hand a person's documents over as PDF: a link that works once, sealed like any figure."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from accounts.documents.schemas import Issued, Kind, download_path
from accounts.errors import Invalid, NothingToPrint
from bot.actions.answering import Answer, Wish
from bot.actions.person import Person
from bot.actions.turn import Turn
from bot.replies import Choice, Document


@dataclass(frozen=True)
class _Sheet:
    """One document: its sentence when there is nothing to print, and what may come after it."""

    kind: Kind
    none: str
    next: tuple[str, ...]


def _hand(name: str, sheet: _Sheet) -> Callable[[Turn, Person, Wish], Awaitable[Answer]]:
    async def hand(turn: Turn, person: Person, wish: Wish) -> Answer:
        period = wish.get("periodo")
        try:
            issued = await person.issue_document(
                sheet.kind, None if period is None else str(period)
            )
        except (NothingToPrint, Invalid):
            return Answer(turn.sentence(sheet.none), None, sheet.next)
        document: Document = {
            "title": issued.title,
            "url": download_path(issued.token, issued.file_name),
            "mime": "application/pdf",
        }
        text = turn.sentence("documento_listo", minutos=issued.expires_in // 60)
        return Answer(text, None, (*_year_before(turn, name, issued), *sheet.next), document)

    return hand


def _year_before(turn: Turn, name: str, issued: Issued) -> list[Choice]:
    if issued.period is None:
        return []
    year = int(issued.period[:4]) - 1
    return [turn.button("documento_anterior", dato=name, periodo=str(year))]


_SHEETS: Mapping[str, _Sheet] = {
    "pdf_estado_de_cuenta": _Sheet(
        "estado_de_cuenta", "documento_sin_periodo", ("movimientos", "cuanto_debo")
    ),
    "pdf_movimientos_ahorro": _Sheet(
        "movimientos_subcuenta", "documento_sin_periodo", ("mi_ahorro", "mis_puntos")
    ),
    "pdf_aviso_retencion": _Sheet("aviso_retencion", "documento_sin_aviso", ("mensualidad",)),
    "pdf_aviso_suspension": _Sheet("aviso_suspension", "documento_sin_aviso", ("cuanto_debo",)),
    "pdf_aviso_modificacion": _Sheet("aviso_modificacion", "documento_sin_aviso", ("mensualidad",)),
    "pdf_constancia_intereses": _Sheet(
        "constancia_intereses", "documento_sin_intereses", ("movimientos",)
    ),
    "pdf_ficha_pago": _Sheet("ficha_pago", "documento_sin_periodo", ("donde_pagar", "mensualidad")),
}

DOCUMENTS = {name: _hand(name, sheet) for name, sheet in _SHEETS.items()}
"""The answers that hand a document over, by the name of what is wanted."""
