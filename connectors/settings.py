"""Settings of the web connector (environment prefix `WEB_`)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from conversations.messages import MAX_TEXT


class Settings(BaseSettings):
    """What the web connector needs to run. Times are seconds.

    `allowed_origins` are the other sites that may embed the widget, separated by commas and
    compared exactly. `public_url` is the address people see when a proxy stands in front; with
    https there, cookies are Secure. `trust_proxy` takes the caller's address from the last entry
    of X-Forwarded-For. Only what the person sends counts as activity for `session_idle`.
    """

    model_config = SettingsConfigDict(env_prefix="WEB_", frozen=True, extra="ignore")

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    public_url: str = ""
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = ()
    trust_proxy: bool = False
    database_url: str = "sqlite+aiosqlite:///var/web.sqlite3"
    session_idle: int = Field(default=12 * 3600, ge=60)
    session_max: int = Field(default=7 * 86400, ge=60)
    max_body: int = Field(default=64 * 1024, ge=1024)
    max_depth: int = Field(default=8, ge=2)
    max_text: int = Field(default=MAX_TEXT, ge=100, le=MAX_TEXT)
    message_burst: int = Field(default=60, ge=1)
    messages_per_second: float = Field(default=20.0, gt=0)
    max_upload: int = Field(default=5 * 1024 * 1024, ge=1024)
    upload_burst: int = Field(default=6, ge=1)
    uploads_per_second: float = Field(default=0.1, gt=0)
    uploads_at_once: int = Field(default=16, ge=1)
    upload_seconds: float = Field(default=60.0, gt=0)
    download_burst: int = Field(default=10, ge=1)
    downloads_per_second: float = Field(default=0.2, gt=0)
    verification_burst: int = Field(default=20, ge=1)
    verifications_per_second: float = Field(default=0.2, gt=0)
    session_burst: int = Field(default=120, ge=1)
    sessions_per_second: float = Field(default=4.0, gt=0)
    max_streams: int = Field(default=3, ge=1)
    stream_seconds: float = Field(default=600.0, gt=0)
    ping_seconds: float = Field(default=15.0, gt=0)

    @field_validator("allowed_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("allowed_origins")
    @classmethod
    def _exact(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            scheme, _, rest = origin.partition("://")
            if scheme not in {"http", "https"} or not rest or "/" in rest or "*" in rest:
                raise ValueError(f"{origin!r} is not an origin such as https://sitio.mx")
        return tuple(origin.lower() for origin in value)

    @field_validator("public_url")
    @classmethod
    def _no_slash(cls, value: str) -> str:
        return value.rstrip("/")
