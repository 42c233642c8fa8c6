"""What goes in and out of a conversation, free of any provider's format.

A `Reply` is what the assistant says; each connector renders it as far as its `Capabilities`
allow. A choice's payload is excluded from every dump, so it cannot leave the process.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlsplit

import structlog
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

log = structlog.get_logger(__name__)

MAX_TEXT = 4000
MAX_TITLE = 40
LINK_HOSTS = (
    "infonavit.org.mx",
    "infonavitfacil.mx",
    "gob.mx",
    "banxico.org.mx",
)
_MARKUP = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)

Kind = Literal["text", "choice", "secure", "start", "file"]
SecureKind = Literal["nss", "code"]
Role = Literal["user", "bot", "system"]


def allowed_link(url: str) -> bool:
    """Tell whether a link is https and goes to a host on the allow-list or below one."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return False
    if parts.scheme != "https" or port not in (None, 443) or parts.username is not None:
        return False
    return any(host == known or host.endswith("." + known) for known in LINK_HOSTS)


class _Part(BaseModel):
    """Base of the parts of a reply: frozen; unknown keys are ignored so versions may differ."""

    model_config = ConfigDict(frozen=True, extra="ignore", str_strip_whitespace=True)


class Choice(_Part):
    """One quick reply: `id` goes out, `payload` never does."""

    title: str = Field(min_length=1, max_length=MAX_TITLE)
    id: str = Field(default="", max_length=32)
    payload: str = Field(default="", max_length=1000, exclude=True, repr=False)

    @field_validator("payload")
    @classmethod
    def _is_intent(cls, value: str) -> str:
        if value and not value.startswith("/"):
            raise ValueError("payload must start with '/'")
        return value


class Row(_Part):
    """One figure of a card."""

    label: str = Field(min_length=1, max_length=60)
    value: str = Field(min_length=1, max_length=200)


class Card(_Part):
    """Figures as label and value."""

    title: str = Field(min_length=1, max_length=80)
    rows: tuple[Row, ...] = Field(min_length=1, max_length=24)
    note: str | None = Field(default=None, max_length=400)


class Step(_Part):
    """One step of a guided trámite."""

    tramite: str = Field(min_length=1, max_length=60)
    title: str = Field(min_length=1, max_length=80)
    number: int = Field(ge=1)
    total: int = Field(ge=1, le=20)
    action: str = Field(min_length=1, max_length=1000)
    help: str | None = Field(default=None, max_length=1000)

    @model_validator(mode="after")
    def _within(self) -> Step:
        if self.number > self.total:
            raise ValueError("step number is above the total")
        return self


class Document(_Part):
    """A file to download, by an own path or an allowed https link.

    `size` is in bytes, 0 when it is not known before the file is made.
    """

    title: str = Field(min_length=1, max_length=80)
    url: str = Field(min_length=1, max_length=1000)
    mime: str = Field(min_length=3, max_length=100)
    size: int = Field(default=0, ge=0)

    @field_validator("url")
    @classmethod
    def _own_or_allowed(cls, value: str) -> str:
        if not (re.match(r"/(?![/\\])", value) or allowed_link(value)):
            raise ValueError("document url is not allowed")
        return value


class Link(_Part):
    """A link to an allowed host."""

    title: str = Field(min_length=1, max_length=120)
    url: str = Field(min_length=1, max_length=1000)

    @field_validator("url")
    @classmethod
    def _allowed(cls, value: str) -> str:
        if not allowed_link(value):
            raise ValueError("link host is not allowed")
        return value


class SecureInput(_Part):
    """What the assistant asks to be typed in a protected field."""

    kind: SecureKind
    label: str = Field(min_length=1, max_length=80)
    hint: str | None = Field(default=None, max_length=200)
    expires_in: int | None = Field(default=None, ge=1, le=86_400)


class Reply(_Part):
    """One bubble. `sealed` names content kept by the account service, opened on delivery."""

    text: str = Field(default="", max_length=MAX_TEXT)
    choices: tuple[Choice, ...] = Field(default=(), max_length=13)
    card: Card | None = None
    step: Step | None = None
    document: Document | None = None
    links: tuple[Link, ...] = Field(default=(), max_length=10)
    secure_input: SecureInput | None = None
    sealed: str | None = Field(default=None, min_length=1, max_length=200)

    @field_validator("links", mode="before")
    @classmethod
    def _drop_forbidden(cls, value: Any) -> Any:
        """Leave out links to other hosts: the answer is still worth having without them."""
        if not isinstance(value, (list, tuple)):
            return value
        kept = []
        for link in value:
            if isinstance(link, dict) and not allowed_link(str(link.get("url", ""))):
                log.warning("link_dropped", host=_host(link.get("url")))
                continue
            kept.append(link)
        return kept

    @model_validator(mode="after")
    def _says_something(self) -> Reply:
        parts = (self.card, self.step, self.document, self.secure_input, self.sealed)
        if not self.text and not self.links and not self.choices and not any(parts):
            raise ValueError("a reply needs a text or another part")
        return self

    def plain(self) -> str:
        """Render everything but the choices as plain text, for channels without markup."""
        lines: list[str] = []
        if self.text:
            lines.append(_MARKUP.sub(r"\1", self.text))
        if self.card:
            lines.append(self.card.title)
            lines.extend(f"{row.label}: {row.value}" for row in self.card.rows)
            if self.card.note:
                lines.append(self.card.note)
        if self.step:
            action = _MARKUP.sub(r"\1", self.step.action)
            lines.append(f"Paso {self.step.number} de {self.step.total}. {action}")
        if self.document:
            lines.append(f"{self.document.title}: {self.document.url}")
        lines.extend(f"{link.title}: {link.url}" for link in self.links)
        if self.secure_input and not self.text:
            lines.append(self.secure_input.label)
        return "\n".join(lines)


def _host(url: object) -> str:
    """Name a link's host for the log, never its path."""
    try:
        return urlsplit(str(url)).hostname or ""
    except ValueError:
        return ""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can show. The core and the brain ask this, never a channel's name.

    `button_title`, `row_title` and `row_description` are the most letters of each. `attachments`
    says that people can send files on it. `pull` says that the channel reads the transcript itself,
    so nothing is left to send.
    """

    max_text: int = MAX_TEXT
    buttons: int = 13
    list_rows: int = 0
    button_title: int = MAX_TITLE
    row_title: int = MAX_TITLE
    row_description: int = 0
    documents: bool = True
    typing: bool = True
    markup: bool = True
    merge_bubbles: bool = False
    attachments: bool = False
    pull: bool = True


@dataclass(frozen=True, slots=True)
class Attachment:
    """What became of a file: the opaque name of its evidence, or why it was refused."""

    evidence: str | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        if (self.evidence is None) == (self.reason is None):
            raise ValueError("an attachment is either kept or refused")


Refusal = Literal["not_verified", "unknown", "used", "expired"]
"""Why a document is not handed out."""


@dataclass(frozen=True, slots=True)
class Authentic:
    """What is known of a document that was issued, to compare with a sheet of paper."""

    folio: str
    title: str
    period: str | None
    issued_at: datetime
    nss_masked: str
    fingerprint: str
    demo: bool


@dataclass(frozen=True, slots=True)
class Inbound:
    """One event of a person, as flattened by a connector.

    `event_id` is unique within the channel and becomes the message id. `text` holds the value of
    a secure input too; it may be any string, even one that is not valid Unicode.
    """

    channel: str
    identity: str
    event_id: str
    kind: Kind
    text: str | None = None
    choice: str | None = None
    secure_kind: SecureKind | None = None
    attachment: Attachment | None = None

    def __post_init__(self) -> None:
        for name, limit in (("channel", 20), ("identity", 170), ("event_id", 200)):
            value = getattr(self, name)
            if not value or len(value) > limit or not value.isprintable():
                raise ValueError(f"{name} must be 1 to {limit} printable characters")
        if self.kind == "choice" and not self.choice:
            raise ValueError("a choice event needs the id of the choice")
        if self.kind == "secure" and self.secure_kind is None:
            raise ValueError("a secure event needs its kind")
        if (self.kind == "file") != (self.attachment is not None):
            raise ValueError("a file event, and no other, needs its attachment")


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that an event is stored; `duplicate` when it already was."""

    conversation: str
    message_id: str
    duplicate: bool


class Entry(BaseModel):
    """One row of a transcript, as people may see it.

    `done` marks the row that completes the turn of `message_id`.
    """

    model_config = ConfigDict(frozen=True)

    seq: int
    role: Role
    message_id: str
    at: datetime
    text: str
    reply: Reply | None = None
    done: bool
    owner: str

    def outward(self) -> dict[str, Any]:
        """Give the JSON form for clients: choices carry id and title, never a payload."""
        return self.model_dump(mode="json")
