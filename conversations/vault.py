"""The vault and the sealed contents, kept by the account service."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar
from uuid import uuid4

import aiohttp

from conversations.errors import VaultRejected, VaultUnavailable
from conversations.ports import Secret

T = TypeVar("T")

_ITEMS_A_CALL = 50
_TOKENS_A_CALL = 100
_LONGEST_VALUE = 256


class AccountsVault:
    """Talks to the account service; one pool of connections for the process."""

    def __init__(self, base_url: str, token: str, timeout: float) -> None:
        """Take the address, the service token and the seconds a call may last."""
        self._base = base_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"}
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None

    async def store(self, conversation: str, items: Sequence[Secret]) -> list[str]:
        """Put identifiers away and give their tokens in the same order."""
        tokens: list[str] = []
        for part in _parts(items, _ITEMS_A_CALL):
            body = {
                "conversation": conversation,
                "items": [{"kind": one.kind, "value": one.value[:_LONGEST_VALUE]} for one in part],
            }
            answer = await self._call("POST", "/v1/vault", json=body)
            tokens.extend(str(token) for token in answer["tokens"])
        if len(tokens) != len(items):
            raise VaultRejected("not one token for each item")
        return tokens

    async def open(self, conversation: str, tokens: Sequence[str]) -> Mapping[str, Any]:
        """Open sealed contents; None for one that expired or belongs elsewhere."""
        contents: dict[str, Any] = {}
        for part in _parts(tokens, _TOKENS_A_CALL):
            body = {"conversation": conversation, "tokens": list(part)}
            contents |= (await self._call("POST", "/v1/sealed/open", json=body))["contents"]
        return contents

    async def end(self, conversation: str) -> None:
        """End the verified session and drop what is kept for the conversation."""
        await self._call("DELETE", "/v1/session", params={"conversation": conversation})

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _call(self, method: str, path: str, **more: Any) -> Any:
        if self._session is None:
            self._session = aiohttp.ClientSession(headers=self._headers)
        url, headers = self._base + path, {"Idempotency-Key": uuid4().hex}
        try:
            async with (
                asyncio.timeout(self._timeout),
                self._session.request(method, url, headers=headers, **more) as response,
            ):
                if response.status >= 500 or response.status == 429:
                    raise VaultUnavailable(str(response.status))
                if response.status >= 300:
                    raise VaultRejected(str(response.status))
                return None if response.status == 204 else await response.json()
        except (TimeoutError, aiohttp.ClientError) as error:
            raise VaultUnavailable(type(error).__name__) from None


def _parts(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
