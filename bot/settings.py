"""Settings of the brain and of its action server."""

from __future__ import annotations

from pathlib import Path

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class BotSettings(BaseSettings):
    """Read ``BOT_*`` variables; the service token is shared by all processes."""

    model_config = SettingsConfigDict(env_prefix="BOT_", extra="ignore")

    host: str = "127.0.0.1"
    port: int = 5005
    actions_port: int = 5055
    models: Path = Path("models")
    tracker_url: str = "sqlite:///var/tracker.sqlite3"
    actions_url: str = "http://127.0.0.1:5055/webhook"
    accounts_url: str = "http://127.0.0.1:8090"
    session_turns: int = Field(default=12, ge=2, description="user turns before a new session")
    turn_timeout: float = Field(default=8.0, gt=0, description="seconds")
    service_token: SecretStr = Field(
        validation_alias=AliasChoices("CHAT_SERVICE_TOKEN", "service_token")
    )
