"""Print what a trámite needs as a PDF to take along."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from kb.model import Tramite

_HERE = Path(__file__).parent
_TEMPLATE = _HERE / "checklist.typ"


class _Wording(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    heading: str
    needed: str
    who: str
    cost: str
    time: str
    where: str
    disputed: str
    source: str
    sources: str
    footer: str
    months: tuple[str, ...]
    day: str


HANDOUT = "requisitos"


def path_of(tramite_id: str) -> str:
    """Return the path that the gateway serves the list at."""
    return f"/{HANDOUT}/{tramite_id}.pdf"


def checklist(tramite: Tramite) -> bytes:
    """Return the list of requirements as a tagged PDF, one page of letter size as a rule.

    The same trámite gives the same bytes: its date is the one it was verified on.
    """
    words = _wording()
    verified = tramite.verified_on
    day = words.day.format(
        day=verified.day, month=words.months[verified.month - 1], year=verified.year
    )
    titles = ", ".join(dict.fromkeys(source.title for source in tramite.sources))
    data = {
        "heading": words.heading.format(title=tramite.title),
        "labels": words.model_dump(include={*_LABELS}),
        "source": words.sources.format(sources=titles, day=day),
        "footer": words.footer,
        **tramite.model_dump(mode="json", include={*_FIELDS}),
    }
    return typeset(json.dumps(data, ensure_ascii=False))


@cache
def typeset(data: str) -> bytes:
    """Return the PDF of what the template reads, as JSON."""
    # With its own compiler: whoever only names the list does not load it.
    import typst

    document: bytes = typst.compile(
        str(_TEMPLATE),
        sys_inputs={"tramite": data},
        # Universal accessibility: a screen reader knows headings, lists and reading order.
        pdf_standards=["ua-1"],
    )
    return document


_FIELDS = ("summary", "requirements", "who", "cost", "time", "channels", "disputed")
_LABELS = ("needed", "who", "cost", "time", "where", "disputed", "source")


@cache
def _wording() -> _Wording:
    text = (_HERE / "checklist.yml").read_text(encoding="utf-8")
    return _Wording.model_validate(yaml.safe_load(text))
