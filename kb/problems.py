"""Say what is wrong with a file in the words of whoever writes it: ``kb/problems.yml``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

_FILE = Path(__file__).with_name("problems.yml")


class _Texts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow")

    campos: Mapping[str, str]
    __pydantic_extra__: dict[str, str]


def why(key: str, **values: object) -> str:
    """Return one text by its name."""
    return texts().__pydantic_extra__[key].format_map(values)


def why_field(kind: str, values: Mapping[str, Any]) -> str:
    """Return what is wrong with a field, by the kind of error that pydantic names."""
    text = texts().campos.get(kind)
    if text is None:
        return why("otro_campo", tipo=kind)
    plain = {name: _plain(value) for name, value in values.items()}
    return text.format_map(plain)


@cache
def texts() -> _Texts:
    """Return every text."""
    return _Texts.model_validate(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


def _plain(value: object) -> object:
    # Pydantic lists what it expects as «'alta', 'media' or 'baja'».
    return value.replace(" or ", " o ") if isinstance(value, str) else value
