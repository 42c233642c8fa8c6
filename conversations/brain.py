"""Client of the brain's turn endpoint; maps what can go wrong to what can be done about it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import aiohttp
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from conversations.errors import (
    BrainFailed,
    BrainRejected,
    BrainUnavailable,
    ConversationsError,
)
from conversations.messages import Reply
from conversations.ports import Answer, Question

_CONNECTIONS = 64
_MAX_BODY = 1 << 20

_BY_TYPE: Mapping[str, type[ConversationsError]] = {
    "turn_failed": BrainFailed,
    "empty_turn": BrainFailed,
    "action_failed": BrainUnavailable,
    "model_not_loaded": BrainUnavailable,
}
_BY_STATUS: Mapping[int, type[ConversationsError]] = {
    408: BrainUnavailable,
    425: BrainUnavailable,
    429: BrainUnavailable,
    500: BrainFailed,
}


class _Intent(BaseModel):
    """What the brain understood."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str | None = None


class _Body(BaseModel):
    """A good answer of the turn endpoint."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    replies: tuple[Reply, ...] = Field(min_length=1, max_length=20)
    intents: tuple[_Intent, ...] = ()
    replayed: bool = False


class BrainClient:
    """Asks the brain over HTTP, one pool of connections for the process."""

    def __init__(self, base_url: str, token: str) -> None:
        """Take the address and the service token; nothing is opened yet."""
        self._url = f"{base_url.rstrip('/')}/turns"
        self._headers = {"Authorization": f"Bearer {token}"}
        self._session: aiohttp.ClientSession | None = None

    async def ask(self, question: Question, limit: float) -> Answer:
        """Play one turn within `limit` seconds."""
        body = asdict(question)
        try:
            async with asyncio.timeout(limit):
                try:
                    status, answer = await self._post(body)
                except aiohttp.ServerDisconnectedError:
                    # The brain closed an idle connection under us; playing twice is harmless.
                    status, answer = await self._post(body)
        except TimeoutError:
            raise BrainUnavailable("timeout") from None
        except aiohttp.ContentTypeError:
            raise BrainFailed("the answer is not JSON") from None
        except aiohttp.ClientError as error:
            raise BrainUnavailable(type(error).__name__) from None
        except ValueError:
            raise BrainFailed("the answer is not JSON") from None
        if status != 200:
            raise _refusal(status, answer)
        return _read(answer)

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _post(self, body: dict[str, Any]) -> tuple[int, Any]:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=_CONNECTIONS), headers=self._headers
            )
        async with self._session.post(self._url, json=body, allow_redirects=False) as response:
            if (response.content_length or 0) > _MAX_BODY:
                raise BrainFailed("the answer is too long")
            if response.status == 200:
                return 200, await response.json()
            try:
                return response.status, await response.json(content_type=None)
            except ValueError:
                return response.status, None


def _refusal(status: int, problem: Any) -> ConversationsError:
    """Turn a problem document into the error of its type, else of its status."""
    kind = str(problem.get("type", "")) if isinstance(problem, dict) else ""
    kind = kind.rsplit("/", 1)[-1].rsplit(":", 1)[-1].replace("-", "_")
    default = BrainUnavailable if status > 500 else BrainRejected
    known = _BY_TYPE.get(kind) or _BY_STATUS.get(status, default)
    return known(f"{status} {kind if kind in _BY_TYPE else ''}".strip())


def _read(answer: Any) -> Answer:
    try:
        body = _Body.model_validate(answer)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise BrainFailed(f"the answer breaks the contract at {where}") from None
    if any(not choice.payload for reply in body.replies for choice in reply.choices):
        raise BrainFailed("a choice has no payload")
    return Answer(
        body.replies, tuple(intent.name for intent in body.intents if intent.name), body.replayed
    )
