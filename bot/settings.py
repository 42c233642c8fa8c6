"""Settings of the brain and of its action server."""

from __future__ import annotations

from pathlib import Path

from pydantic import AliasChoices, AwareDatetime, Field, SecretStr, model_validator
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
    turn_timeout: float = Field(default=5.5, gt=0, description="seconds")
    action_timeout: float = Field(default=4.5, gt=0, description="seconds; below turn_timeout")
    now: AwareDatetime | None = Field(
        default=None, description="a moment the clock stands still at, for tests and demonstrations"
    )
    service_token: SecretStr = Field(
        validation_alias=AliasChoices("CHAT_SERVICE_TOKEN", "service_token")
    )

    @model_validator(mode="after")
    def _actions_end_first(self) -> BotSettings:
        if self.action_timeout >= self.turn_timeout:
            raise ValueError("BOT_ACTION_TIMEOUT must be below BOT_TURN_TIMEOUT")
        return self
