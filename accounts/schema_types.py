"""Define what every request and answer of the contract is made of."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema


def _writer(places: int) -> PlainSerializer:
    def write(value: Decimal) -> str:
        return f"{value:.{places}f}"

    return PlainSerializer(write, return_type=str, when_used="json")


def _schema(places: int) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": rf"^-?\d+\.\d{{{places}}}$"})


Money = Annotated[Decimal, _writer(2), _schema(2)]
Percent = Annotated[Decimal, _writer(2), _schema(2)]
Vsm = Annotated[Decimal, _writer(4), _schema(4)]

Conversation = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[!-~]+$")]
Identity = Annotated[str, Field(min_length=1, max_length=256, pattern=r"^[!-~]+$")]
Token = Annotated[str, Field(min_length=3, max_length=80, pattern=r"^⟦[^⟦⟧]+⟧$")]


class Model(BaseModel):
    """Base of every answer: frozen; a field not known yet is no error for who reads it."""

    model_config = ConfigDict(frozen=True)


class Request(BaseModel):
    """Base of every request: frozen, and nothing unknown is let in."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PageQuery(Request):
    """How many of the newest movements are wanted."""

    limit: int = Field(default=6, ge=1, le=100)
