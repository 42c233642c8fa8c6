"""Settings of the composition: where things run and what they share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
"""The folder that holds config.yml, domain.yml and the packages."""

Port = Annotated[int, Field(ge=1, le=65535)]

_REASONS = {
    "int_parsing": "debe ser un número entero",
    "bool_parsing": "debe ser 1 o 0",
    "greater_than_equal": "debe ser {ge} o más",
    "less_than_equal": "debe ser {le} o menos",
    "literal_error": "debe ser uno de: {expected}",
    "missing": "falta",
}


class BadSettings(Exception):
    """A variable of the environment cannot be used; the message says which and why."""


class ChatSettings(BaseSettings):
    """Read ``CHAT_*`` variables; see ``chat-infonavit doctor`` for what they came to."""

    model_config = SettingsConfigDict(env_prefix="CHAT_", extra="ignore")

    host: str = "127.0.0.1"
    port: Port = 8080
    brain_port: Port = 5005
    actions_port: Port = 5055
    accounts_port: Port = 8090
    demo: bool = False
    var: Path = ROOT / "var"
    models: Path = ROOT / "models"
    accounts_database: str = ""
    conversations_database: str = ""
    tracker_database: str = ""
    web_database: str = ""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    def sqlite(self, name: str, driver: str = "sqlite+aiosqlite") -> str:
        """Return the URL of a SQLite file under ``var``."""
        return f"{driver}:///{self.var / name}.sqlite3"

    @model_validator(mode="after")
    def _one_port_each(self) -> ChatSettings:
        ports = [self.port, self.brain_port, self.actions_port, self.accounts_port]
        if len(set(ports)) < len(ports):
            raise ValueError("dos procesos tienen el mismo puerto (CHAT_PORT, CHAT_…_PORT)")
        return self


def load() -> ChatSettings:
    """Read the settings; raise ``BadSettings`` when one cannot be used."""
    try:
        return ChatSettings()
    except ValidationError as error:
        raise BadSettings(explain(error, "CHAT_")) from None


def explain(error: ValidationError, prefix: str) -> str:
    """Say in one sentence which variables are wrong, without their values."""
    problems = []
    for one in error.errors():
        name = "_".join(str(part) for part in one["loc"]).upper()
        reason = _REASONS.get(one["type"], one["msg"].removeprefix("Value error, "))
        reason = reason.format(**one.get("ctx", {}))
        if name:
            reason = f"{name if name.startswith('CHAT_') else prefix + name} {reason}"
        problems.append(reason)
    return f"Ajustes que no sirven: {'; '.join(problems)}."
