"""The vault and the sealed contents, kept by the account service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from accounts.client import AccountsClient
from accounts.errors import AccountsError, Unavailable
from conversations.errors import VaultRejected, VaultUnavailable
from conversations.ports import Secret

T = TypeVar("T")

_ITEMS_A_CALL = 50
_TOKENS_A_CALL = 100
_LONGEST_VALUE = 256
_SERVER_ERROR = 500


class AccountsVault:
    """The `Vault` port over the account service's client."""

    def __init__(self, base_url: str, token: str, timeout: float) -> None:
        """Take the address, the service token and the seconds a call may last."""
        self._client = AccountsClient(base_url, token, timeout=timeout)

    async def store(self, conversation: str, items: Sequence[Secret]) -> list[str]:
        """Put identifiers away and give their tokens in the same order."""
        tokens: list[str] = []
        for part in _parts(items, _ITEMS_A_CALL):
            pairs: Any = [(one.kind, one.value[:_LONGEST_VALUE]) for one in part]
            with own_errors():
                tokens.extend(await self._client.put_vault(conversation, pairs))
        if len(tokens) != len(items):
            raise VaultRejected("not one token for each item")
        return tokens

    async def open(self, conversation: str, tokens: Sequence[str]) -> Mapping[str, Any]:
        """Open sealed contents; None for one that expired or belongs elsewhere."""
        contents: dict[str, Any] = {}
        for part in _parts(tokens, _TOKENS_A_CALL):
            with own_errors():
                contents |= await self._client.open_sealed(conversation, part)
        return contents

    async def end(self, conversation: str) -> None:
        """End the verified session and drop what is kept for the conversation."""
        with own_errors():
            await self._client.end_session(conversation)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()


@contextmanager
def own_errors() -> Iterator[None]:
    """Turn the account service's errors into ours."""
    # The cause is dropped: it may quote what was sent.
    try:
        yield
    except Unavailable as error:
        raise VaultUnavailable(type(error).__name__) from None
    except AccountsError as error:
        family = VaultUnavailable if error.status >= _SERVER_ERROR else VaultRejected
        raise family(error.type) from None


def _parts(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
