"""Declare what travels about files and the corrections they show; see `accounts/schemas.py`."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from accounts.schemas import Conversation, Identity, Model, Purpose, Request

EvidenceId = Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
Correctable = Literal["rfc"]
Source = Literal["cfdi", "cer"]


class FreshCodeRequest(Request):
    """Whose session needs a fresh code, and what for."""

    conversation: Conversation
    identity: Identity
    purpose: Purpose = "correccion"


class CorrectionBody(Request):
    """Which field to correct by the evidence of a file."""

    conversation: Conversation
    identity: Identity
    evidence: EvidenceId
    field: Correctable = "rfc"


class EvidenceQuery(Request):
    """Which file is compared."""

    evidence: EvidenceId


class Kept(Model):
    """A file whose facts are kept; `expires_in` in seconds."""

    evidence: str
    source: Source
    expires_in: int


class ComparedField(Model):
    """One number of the file beside the account's; only their last three characters."""

    field: Literal["rfc", "curp", "nss"]
    result: Literal["matches", "differs", "missing"]
    in_file: str | None
    in_account: str


class Comparison(Model):
    """What a file says against the account.

    `verdict`: the RFC is the same; it differs and the file is the person's (correctable); the
    file is somebody else's; or the file does not say whose it is. `issuer_verified` is null for
    a receipt, whose seal is not checked here.
    """

    source: Source
    fields: list[ComparedField]
    verdict: Literal["same", "correctable", "another_person", "unproven"]
    issuer_verified: bool | None


class Correction(Model):
    """A correction that was asked for; `repeated` when it already had been."""

    folio: str
    field: Correctable
    state: Literal["recibida"]
    requested_on: date
    repeated: bool
