"""A person's documents, asked of the account service: handed on once, kept nowhere here."""

from __future__ import annotations

from collections.abc import Mapping

from accounts.client import AccountsClient
from accounts.documents.schemas import DOWNLOADS, VERIFICATION
from accounts.errors import (
    AccountsError,
    DocumentExpired,
    DocumentUsed,
    NotFound,
    NotVerified,
)
from conversations.errors import DocumentRefused
from conversations.messages import Authentic, Refusal
from conversations.vault import own_errors

__all__ = ["DOWNLOADS", "VERIFICATION", "AccountsDocuments"]

_REFUSALS: Mapping[type[AccountsError], Refusal] = {
    NotVerified: "not_verified",
    NotFound: "unknown",
    DocumentUsed: "used",
    DocumentExpired: "expired",
}


class AccountsDocuments:
    """The `Documents` port over the account service's client."""

    def __init__(self, base_url: str, token: str) -> None:
        """Take the address and the service token."""
        self._client = AccountsClient(base_url, token)

    async def fetch(self, conversation: str, identity: str, token: str) -> bytes:
        """Return the PDF of a link, which works no more after it."""
        with own_errors():
            try:
                return await self._client.fetch_document(conversation, identity, token)
            except tuple(_REFUSALS) as error:
                raise DocumentRefused(_REFUSALS[type(error)]) from None

    async def verify(self, folio: str) -> Authentic | None:
        """Tell what was issued under a folio, None when nothing was."""
        with own_errors():
            try:
                found = await self._client.verify_document(folio)
            except NotFound:
                return None
        return Authentic(
            folio=found.folio,
            title=found.title,
            period=found.period,
            issued_at=found.issued_at,
            nss_masked=found.nss_masked,
            fingerprint=found.fingerprint,
            demo=found.demo,
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()
