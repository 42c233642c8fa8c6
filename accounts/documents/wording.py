"""Load the words of the documents, checked when they are read."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict, Field


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Sheet(_Frozen):
    """The words of one kind of document."""

    title: str
    file: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    lead: str
    notes: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()


class Wording(_Frozen):
    """Everything that is printed and is not a person's."""

    author: str
    months: tuple[str, ...] = Field(min_length=12, max_length=12)
    day: str
    of_year: str
    span: str
    issued: str
    of_page: str
    watermark: str
    footer_demo: str
    footer: str
    verify: str
    verify_fingerprint: str
    verify_alt: str
    none: str
    labels: Mapping[str, str]
    sheets: Mapping[str, Sheet]


@cache
def wording() -> Wording:
    """Return the words, read once."""
    text = files("accounts.documents").joinpath("wording.yml").read_text(encoding="utf-8")
    return Wording.model_validate(yaml.safe_load(text))
