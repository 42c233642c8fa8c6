"""Settings of the composition: where things run and what they share."""

from __future__ import annotations

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
"""The folder that holds config.yml, domain.yml and the packages."""


class ChatSettings(BaseSettings):
    """Read ``CHAT_*`` variables; see ``chat-infonavit doctor`` for what they came to."""

    model_config = SettingsConfigDict(env_prefix="CHAT_", extra="ignore")

    host: str = "127.0.0.1"
    port: int = 8080
    brain_port: int = 5005
    actions_port: int = 5055
    accounts_port: int = 8090
    demo: bool = False
    var: Path = ROOT / "var"
    models: Path = ROOT / "models"
    accounts_database: str = ""
    conversations_database: str = ""
    tracker_database: str = ""
    web_database: str = ""
    log_level: str = "INFO"

    def sqlite(self, name: str, driver: str = "sqlite+aiosqlite") -> str:
        """Return the URL of a SQLite file under ``var``."""
        return f"{driver}:///{self.var / name}.sqlite3"
