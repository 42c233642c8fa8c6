"""List the documents once: who writes each, by which template, and the period it takes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.documents import credit_sheets, other_sheets
from accounts.documents.periods import Period
from accounts.documents.schemas import Kind
from accounts.documents.source import Source
from accounts.errors import Invalid

Write = Callable[[Source, Any], Awaitable[dict[str, Any]]]


@dataclass(frozen=True)
class Spec:
    """How one kind is written; `usual` gives the period of whoever asks for none."""

    write: Write
    template: str
    usual: Callable[[date], Period] | None = None

    def period(self, asked: str | None, today: date) -> Period | None:
        """Return the period to print, or raise Invalid."""
        if self.usual is None:
            if asked is not None:
                raise Invalid
            return None
        found = self.usual(today) if asked is None else Period.parse(asked)
        if found.first > today:
            raise Invalid
        return found


def _this_year(today: date) -> Period:
    return Period.of_year(today.year)


def _last_year(today: date) -> Period:
    return Period.of_year(today.year - 1)


def _notice(kind: str) -> Spec:
    async def write(source: Source, period: None) -> dict[str, Any]:
        return await other_sheets.notices(source, kind)

    return Spec(write, "aviso")


SPECS: Mapping[Kind, Spec] = {
    "estado_de_cuenta": Spec(credit_sheets.statement, "estado_de_cuenta", _this_year),
    "movimientos_subcuenta": Spec(other_sheets.savings, "movimientos_subcuenta", _this_year),
    "aviso_retencion": _notice("retencion"),
    "aviso_suspension": _notice("suspension"),
    "aviso_modificacion": _notice("modificacion"),
    "constancia_intereses": Spec(credit_sheets.interest, "constancia_intereses", _last_year),
    "ficha_pago": Spec(credit_sheets.payment, "ficha_pago"),
}
