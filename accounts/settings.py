"""Read this package's settings from the environment: a process knows only what it needs."""

from datetime import timedelta
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from accounts.audit import Trail
from accounts.code_limits import Policy
from accounts.crypto import KeyRing, parse_masters
from accounts.errors import ConfigurationError
from accounts.files import Issuers
from accounts.messages import message
from accounts.sender import Channel, CodeSender, LogSender, RoutedSender
from accounts.senders.http import HttpSender
from accounts.senders.smtp import Security, Server, SmtpSender

_NO_LIMIT = 1_000_000


class Settings(BaseSettings):
    """Hold what one account process needs; secrets never show in its repr.

    `audit_key` chains the audit log; it must last as long as the log, so it is not `key`, which
    is rotated. Without one, `key` serves.
    Codes go to phones by the messaging service at `sender_url`, and to mail by `smtp_host`, or
    by the same service when there is none. `code_cooldown` is in seconds; the demo, where
    nothing leaves, has no such limits unless they are given.
    `sat_ca_bundle` is a file of SAT certificates (PEM, or one DER): with it, a .cer that none of
    them signed is refused; without it, who issued a .cer is not checked.
    """

    model_config = SettingsConfigDict(
        env_prefix="ACCOUNTS_", populate_by_name=True, extra="ignore", frozen=True
    )

    database_url: str = "sqlite+aiosqlite:///var/accounts.sqlite3"
    host: str = "127.0.0.1"
    port: int = Field(default=8090, ge=0, le=65535)
    key: SecretStr
    audit_key: SecretStr | None = None
    service_token: SecretStr = Field(validation_alias="CHAT_SERVICE_TOKEN")
    demo: bool = Field(default=False, validation_alias="CHAT_DEMO")
    sender_url: str | None = None
    sender_token: SecretStr | None = None
    smtp_host: str | None = None
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Security = "starttls"
    smtp_from: str | None = None
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_ca: Path | None = None
    code_cooldown: int | None = Field(default=None, ge=0)
    codes_a_day: int | None = Field(default=None, ge=1)
    sat_ca_bundle: Path | None = None

    @field_validator("demo", mode="before")
    @classmethod
    def _blank_is_off(cls, value: object) -> object:
        return False if value == "" else value

    @field_validator("audit_key", mode="before")
    @classmethod
    def _blank_is_no_key(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("key", "audit_key")
    @classmethod
    def _key_is_usable(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            parse_masters(value.get_secret_value())
        return value

    @field_validator("service_token")
    @classmethod
    def _token_is_not_blank(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value().strip()) < 16:
            raise ValueError("too short")
        return value

    @field_validator(
        "sat_ca_bundle",
        "sender_url",
        "smtp_host",
        "smtp_from",
        "smtp_user",
        "smtp_ca",
        "code_cooldown",
        "codes_a_day",
        mode="before",
    )
    @classmethod
    def _blank_is_none(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("sat_ca_bundle")
    @classmethod
    def _bundle_is_readable(cls, value: Path | None) -> Path | None:
        if value is not None:
            try:
                Issuers.load(value)
            except OSError:
                raise ValueError("unreadable") from None
        return value

    @model_validator(mode="after")
    def _codes_can_be_sent(self) -> Self:
        if not self.demo and not (self.sender_url or self.smtp_host):
            raise ValueError("sender_url")
        if self.smtp_host and not (self.smtp_from and "@" in self.smtp_from):
            raise ValueError("smtp_from")
        return self

    def policy(self) -> Policy:
        """Tell how often codes are sent and by which channels."""
        cooldown = self.code_cooldown
        if cooldown is None:
            cooldown = 0 if self.demo else 60
        daily = self.codes_a_day or (_NO_LIMIT if self.demo else 10)
        by_phone = self.demo or self.sender_url is not None
        channels: tuple[Channel, ...] = ("phone", "email") if by_phone else ("email",)
        return Policy(channels, timedelta(seconds=cooldown), daily)

    def sender(self) -> CodeSender:
        """Make what carries the codes: in the demo they only show in the log."""
        if self.demo:
            return LogSender()
        routes: dict[Channel, CodeSender] = {}
        if self.sender_url is not None:
            service = HttpSender(self.sender_url, _value(self.sender_token))
            routes = {"phone": service, "email": service}
        if self.smtp_host is not None:
            server = Server(
                host=self.smtp_host,
                port=self.smtp_port,
                sender=self.smtp_from or "",
                user=self.smtp_user,
                password=_value(self.smtp_password),
                security=self.smtp_security,
                ca=self.smtp_ca,
            )
            routes["email"] = SmtpSender(server)
        return RoutedSender(routes)

    def issuers(self) -> Issuers | None:
        """Load the SAT certificates that are trusted, None when there are none."""
        return Issuers.load(self.sat_ca_bundle) if self.sat_ca_bundle else None

    def keyring(self) -> KeyRing:
        """Build the key ring from the master keys."""
        return KeyRing.parse(self.key.get_secret_value())

    def trail(self) -> Trail:
        """Build the audit log's chain from its own master keys."""
        return Trail(parse_masters((self.audit_key or self.key).get_secret_value()))


def _value(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None


def load_settings() -> Settings:
    """Read the settings or raise ConfigurationError saying what is missing and what to do."""
    try:
        return Settings()
    except ValidationError as error:
        fields = [str(item["loc"][0]) if item["loc"] else "sender" for item in error.errors()]
        known = {"key", "audit_key", "CHAT_SERVICE_TOKEN", "sender", "sat_ca_bundle"}
        lines = [
            message("settings", field if field in known else "other").format(field=field)
            for field in fields
        ]
        # The cause is dropped: pydantic's text would carry the rejected values.
        raise ConfigurationError("\n".join(lines)) from None
