"""Give a trámite with nothing wrong in it, for each test to break in one way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

Data = dict[str, Any]


@pytest.fixture
def data() -> Data:
    """Give the fields of a trámite that loads and passes every check."""
    return {
        "id": "pedir_copia",
        "category": "datos",
        "title": "Pedir una copia",
        "button": "Pedir copia",
        "guided": True,
        "synonyms": ["quiero una copia"],
        "summary": "Pide tu copia en la ventanilla y te la dan el mismo día.",
        "who": "Cualquier persona.",
        "requirements": ["Tu identificación"],
        "cost": "Es gratis.",
        "time": "El mismo día.",
        "channels": [{"name": "Infonatel", "phone": "800 008 3900"}],
        "steps": [
            {
                "action": "Toca «Copias».",
                "button": "Copias",
                "problem": "No aparece",
                "help": "Vuelve a cargar la página.",
            },
            {"action": "Elige la copia.", "problem": "No está", "help": "Pregunta ahí."},
            {"action": "Guárdala.", "problem": "No abre", "help": "Usa otro navegador."},
        ],
        "contact": ["Infonatel: 800 008 3900"],
        "related": [],
        "sources": [{"title": "Página", "url": "https://example.org/copia", "date": "2026-01-02"}],
        "verified_on": "2026-11-24",
        "confidence": "alta",
    }


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Give a function that writes fields as a file of the library in tmp_path."""

    def _write(data: Data, name: str | None = None) -> Path:
        file = tmp_path / f"{name or data['id']}.yml"
        file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
        return file

    return _write
