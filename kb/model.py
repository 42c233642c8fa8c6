"""Describe a trámite, so that a file with a missing or misspelt field is refused on loading."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PositiveInt,
    StringConstraints,
    model_validator,
)

from kb.problems import why

Category = Literal[
    "cuenta",
    "credito",
    "credito_nuevo",
    "casa",
    "pagos",
    "apoyos",
    "puntos",
    "ahorro",
    "nss",
    "datos",
    "avisos",
    "seguros",
    "contacto",
    "seguridad",
]
Confidence = Literal["alta", "media", "baja"]
AccountAnswer = Literal[
    "deuda",
    "mensualidad",
    "movimientos",
    "ahorro",
    "ahorro_movimientos",
    "aportaciones",
    "patrones",
    "solicitud",
    "tramites",
    "citas",
    "puntos",
    "datos_credito",
    "numero_credito",
    "pdf_estado_de_cuenta",
    "pdf_movimientos_ahorro",
    "pdf_aviso_retencion",
    "pdf_aviso_suspension",
    "pdf_aviso_modificacion",
    "pdf_constancia_intereses",
    "pdf_ficha_pago",
    "liquidar",
    "simulacion",
    "intereses",
    "no_baja",
    "seguros",
    "avisos",
    "descuento",
    "aclaracion",
    "aclaraciones",
]


def _as_text(value: object) -> object:
    # YAML reads `2025-10-15` and `2024` as a date and a number; a source's date is only shown.
    if isinstance(value, date) or (isinstance(value, int) and not isinstance(value, bool)):
        return str(value)
    return value


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Label = Annotated[Text, StringConstraints(max_length=20)]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
Phone = Annotated[str, StringConstraints(pattern=r"^\d[\d ]+\d$")]
HttpsUrl = Annotated[str, StringConstraints(pattern=r"^https://[^\s/]+\.[^\s]+$")]
SourceUrl = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/]+\.[^\s]+$")]
SourceDate = Annotated[Text, BeforeValidator(_as_text)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Channel(_Frozen):
    """Name one way to do the trámite, with its address or phone when it has one."""

    name: Text
    url: HttpsUrl | None = None
    phone: Phone | None = None


class Step(_Frozen):
    """Say one action, what people say when it fails, and what to do then.

    `button` is the exact label on the official page, without the quotes it has in `action`.
    """

    action: Text
    button: Text | None = None
    problem: Text
    help: Text


class Option(_Frozen):
    """Name one answer to a decision and where it leads: to exactly one of `WAYS`.

    `says` is what people type for it. `because` and `condition` are told on the way to `go`.
    `skips` are the steps, counted from 1, that this answer makes pointless; so are those before
    `begin`.
    """

    label: Label
    says: tuple[Text, ...] = ()
    next: Id | None = None
    go: Id | None = None
    because: Text | None = None
    condition: Text | None = None
    advice: Text | None = None
    begin: PositiveInt | None = None
    answer: Text | None = None
    skips: tuple[PositiveInt, ...] = ()

    @model_validator(mode="after")
    def _one_way(self) -> Option:
        ways = [name for name in WAYS if getattr(self, name) is not None]
        if len(ways) != 1:
            raise ValueError(why("una_salida"))
        if self.go is None and (self.because or self.condition):
            raise ValueError(why("solo_con_go"))
        if self.skips and (self.go is not None or self.answer is not None):
            raise ValueError(why("skips_sin_pasos"))
        return self


WAYS = ("next", "go", "advice", "begin", "answer")
"""Another decision, another trámite, what to know before step 1, a step, or the end of it."""


class Decision(_Frozen):
    """Ask one question; `help` says where to look for the answer."""

    question: Text
    help: Text | None = None
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=6)]


class Source(_Frozen):
    """Say who published a fact and when; `date` is text because many pages give only a year."""

    title: Text
    url: SourceUrl | None = None
    date: SourceDate


class Cue(_Frozen):
    """Say what in a message plainly asks for one's own figures: an entity or some words."""

    entity: Literal["monto", "mes", "bimestre", "fecha", "anio"] | None = None
    words: tuple[Text, ...] = ()


class Tramite(_Frozen):
    """Hold everything the assistant says about one trámite.

    `guided` is true when the person wants to do something, so the answer opens with step 1.
    `account` names the personal answer this topic has once identity is proven; `mine` names those
    that are offered beside what it says to everybody, and `mine_if` what in a message asks for
    such an answer so plainly that it is given at once.
    `decisions` are asked before the steps, from the one called `start` on.
    """

    id: Id
    category: Category
    title: Text
    button: Text
    synonyms: Annotated[tuple[Text, ...], Field(min_length=1)]
    summary: Text
    who: Text
    requirements: Annotated[tuple[Text, ...], Field(min_length=1)]
    cost: Text
    time: Text
    channels: Annotated[tuple[Channel, ...], Field(min_length=1)]
    decisions: Mapping[Id, Decision] = Field(default_factory=dict)
    steps: Annotated[tuple[Step, ...], Field(min_length=3, max_length=8)]
    contact: Annotated[tuple[Text, ...], Field(min_length=1)]
    related: tuple[Id, ...] = ()
    sources: tuple[Source, ...] = ()
    verified_on: date
    confidence: Confidence
    disputed: Text | None = None
    guided: bool
    account: AccountAnswer | None = None
    mine: Annotated[tuple[AccountAnswer, ...], Field(max_length=2)] = ()
    mine_if: Mapping[AccountAnswer, Cue] = Field(default_factory=dict)
