"""Settings of the conversation core (environment prefix `CONVERSATIONS_`)."""

from __future__ import annotations

import base64
import binascii
from functools import cached_property

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from conversations.errors import Misconfigured


class Settings(BaseSettings):
    """What the core needs to run. Times are seconds.

    `key` is one base64 AES-256 key or several separated by commas: the first writes, all read.
    `consent` shows the privacy notice before the first personal datum; off only where whoever
    embeds the chat has shown its own. `patience` is how long a person may wait before being told
    that the turn failed.
    """

    model_config = SettingsConfigDict(env_prefix="CONVERSATIONS_", frozen=True, extra="ignore")

    database_url: str = "sqlite+aiosqlite:///var/conversations.sqlite3"
    key: SecretStr = SecretStr("")
    brain_url: str = "http://127.0.0.1:5005"
    accounts_url: str = "http://127.0.0.1:8090"
    service_token: SecretStr = Field(default=SecretStr(""), validation_alias="CHAT_SERVICE_TOKEN")
    brain_timeout: float = Field(default=6.0, gt=0)
    vault_timeout: float = Field(default=2.0, gt=0)
    patience: float = Field(default=8.0, gt=0)
    high_water: int = Field(default=5000, ge=1)
    workers: int = Field(default=32, ge=1)
    lease_seconds: float = Field(default=30.0, gt=0)
    max_attempts: int = Field(default=6, ge=1)
    consent: bool = True
    poll_seconds: float = Field(default=0.5, gt=0, le=0.5)

    @model_validator(mode="after")
    def _lease_outlives_a_turn(self) -> Settings:
        longest = self.brain_timeout + 2 * self.vault_timeout
        if self.lease_seconds <= longest:
            raise ValueError(f"lease_seconds must be above {longest:g}, the longest turn")
        return self

    @cached_property
    def keys(self) -> tuple[bytes, ...]:
        """Decode the AES keys, the writing one first."""
        try:
            found = tuple(
                base64.b64decode(part.strip(), validate=True)
                for part in self.key.get_secret_value().split(",")
                if part.strip()
            )
        except (binascii.Error, ValueError):
            raise Misconfigured("CONVERSATIONS_KEY is not valid base64") from None
        if not found or any(len(key) != 32 for key in found):
            raise Misconfigured("CONVERSATIONS_KEY must hold 32-byte keys in base64")
        return found
