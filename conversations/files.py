"""The files people send, handed on to the account service as they arrive."""

from __future__ import annotations

from collections.abc import AsyncIterable

from accounts.client import AccountsClient
from accounts.errors import FileRefused
from conversations.messages import Attachment
from conversations.vault import own_errors


class AccountsFiles:
    """The `Files` port over the account service's client: nothing is stored on the way."""

    def __init__(self, base_url: str, token: str) -> None:
        """Take the address and the service token."""
        self._client = AccountsClient(base_url, token)

    async def send(
        self, conversation: str, identity: str, content: AsyncIterable[bytes], key: str
    ) -> Attachment:
        """Hand a file on; tell the evidence that stands for it, or why it is not accepted."""
        with own_errors():
            try:
                kept = await self._client.put_file(
                    conversation, identity, content, idempotency_key=key
                )
            except FileRefused as refused:
                return Attachment(reason=refused.reason)
        return Attachment(evidence=kept.evidence)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()
