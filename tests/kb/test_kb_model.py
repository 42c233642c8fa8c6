"""The model takes a complete trámite and refuses a wrong one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from kb.model import Source, Tramite

Data = dict[str, Any]


def test_takes_a_complete_tramite(data: Data) -> None:
    tramite = Tramite.model_validate(data)
    assert tramite.verified_on == date(2026, 11, 24)
    assert tramite.steps[0].button == "Copias"
    assert tramite.account is None


def test_is_frozen(data: Data) -> None:
    tramite = Tramite.model_validate(data)
    with pytest.raises(ValidationError):
        tramite.title = "Otra cosa"  # type: ignore[misc]


@pytest.mark.parametrize("written", [date(2025, 10, 15), "2025-10-15"])
def test_a_date_of_a_source_may_be_written_with_or_without_quotes(written: object) -> None:
    source = Source.model_validate({"title": "Diario", "date": written})
    assert source.date == "2025-10-15"


def test_a_year_alone_is_a_date_of_a_source() -> None:
    assert Source.model_validate({"title": "Diario", "date": 2024}).date == "2024"


@pytest.mark.parametrize(
    ("spoil", "field"),
    [
        (lambda d: d.update(category="otros"), "category"),
        (lambda d: d.update(title="   "), "title"),
        (lambda d: d.update(steps=d["steps"][:2]), "steps"),
        (lambda d: d.update(steps=d["steps"] * 3), "steps"),
        (lambda d: d.update(id="Pedir Copia"), "id"),
        (lambda d: d.update(confidence="mucha"), "confidence"),
        (lambda d: d.update(account="sueldo"), "account"),
        (lambda d: d.update(verified_on="ayer"), "verified_on"),
        (lambda d: d.update(precio="caro"), "precio"),
        (lambda d: d.pop("summary"), "summary"),
        (lambda d: d["channels"][0].update(url="http://example.org"), "channels"),
        (lambda d: d["channels"][0].update(phone="01-800-INFONAVIT"), "channels"),
        (lambda d: d["steps"][1].pop("help"), "steps"),
    ],
)
def test_refuses_what_is_wrong(data: Data, spoil: Callable[[Data], Any], field: str) -> None:
    spoil(data)
    with pytest.raises(ValidationError) as caught:
        Tramite.model_validate(data)
    assert {error["loc"][0] for error in caught.value.errors()} == {field}
