"""Declare what travels about documents; see `accounts/schemas.py`."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, field_validator

from accounts.documents.periods import PATTERN, Period
from accounts.schemas import Conversation, Identity, Model, Request

Kind = Literal[
    "estado_de_cuenta",
    "movimientos_subcuenta",
    "aviso_retencion",
    "aviso_suspension",
    "aviso_modificacion",
    "constancia_intereses",
    "ficha_pago",
]

TOKEN = r"[A-Za-z0-9_-]{43}"  # noqa: S105 - the form of a token, not one
FOLIO = r"DOC(-[2-9A-HJKMNP-Z]{4}){3}"
FILE_NAME = r"[a-z0-9-]{1,80}\.pdf"

DOWNLOADS, VERIFICATION = "/api/documents", "/verificar"
"""Where the web channel hands documents out, and where it tells whether a folio is ours."""


def download_path(token: str, file_name: str) -> str:
    """Return the path of a document, good for one download."""
    return f"{DOWNLOADS}/{token}/{file_name}"


def verification_path(folio: str) -> str:
    """Return the path of the page about a folio."""
    return f"{VERIFICATION}/{folio}"


class DocumentRequest(Request):
    """Which document the person of a session wants; without a period, the most usual one.

    `period`: a year («2026»), a bimestre («2026-B2») or several («2025-B4..2026-B2»).
    """

    conversation: Conversation
    identity: Identity
    kind: Kind
    period: Annotated[str, Field(pattern=PATTERN)] | None = None

    @field_validator("period")
    @classmethod
    def _is_one(cls, value: str | None) -> str | None:
        if value is not None:
            Period.parse(value)
        return value


class Issued(Model):
    """A document that can be fetched once with its token; `expires_in` in seconds.

    `period` is what it covers, in the form it is asked for; null when it covers none.
    """

    folio: str
    token: str
    title: str
    period: str | None
    file_name: str
    expires_in: int


class Authentic(Model):
    """What is known of a folio: enough to compare with a sheet of paper, nothing more."""

    folio: str
    title: str
    period: str | None
    issued_at: datetime
    nss_masked: str
    fingerprint: str
    demo: bool
