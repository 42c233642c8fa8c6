"""A typed client of the account service: what goes wrong comes back as the service's own errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, Self, TypeVar

import aiohttp
from pydantic import BaseModel

from accounts import errors, schemas

T = TypeVar("T", bound=BaseModel)

_TIMEOUT = 3.0


def _family(base: type[errors.AccountsError]) -> Iterator[type[errors.AccountsError]]:
    yield base
    for below in base.__subclasses__():
        yield from _family(below)


_BY_TYPE: Mapping[str, type[errors.AccountsError]] = {
    error.type: error for error in _family(errors.AccountsError)
}


class AccountsClient:
    """Call the service over one pool of connections; `timeout` in seconds for a whole call.

    Raises the `AccountsError` family; `Unavailable` when the service does not answer. Reads are
    tried twice; a write is not, since only its caller knows its idempotency key.
    """

    def __init__(
        self,
        base_url: str,
        token: str,
        session: aiohttp.ClientSession | None = None,
        timeout: float = _TIMEOUT,
    ) -> None:
        """Take the address and the service token; a session given is not closed."""
        self._base = base_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"}
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._session = session
        self._own = session is None

    async def __aenter__(self) -> Self:
        """Return the client; connections open with the first call."""
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Close the connections."""
        await self.close()

    async def close(self) -> None:
        """Close the connections, unless the session was given."""
        if self._own and self._session is not None:
            await self._session.close()
            self._session = None

    async def hide(
        self, conversation: str, items: Sequence[schemas.VaultItem], key: str | None = None
    ) -> list[str]:
        """Hide values; return a token for each, in order."""
        body = schemas.VaultRequest(conversation=conversation, items=list(items))
        return (await self._write("/v1/vault", body, schemas.Tokens, key)).tokens

    async def seal(
        self, conversation: str, content: Any, key: str | None = None, ttl: int = 1800
    ) -> str:
        """Keep a content encrypted for `ttl` seconds; return its token."""
        body = schemas.SealRequest(conversation=conversation, content=content, ttl=ttl)
        return (await self._write("/v1/sealed", body, schemas.SealedToken, key)).token

    async def open_sealed(self, conversation: str, tokens: Sequence[str]) -> dict[str, Any]:
        """Return each token's content; None when it expired or is another conversation's."""
        body = schemas.OpenRequest(conversation=conversation, tokens=list(tokens))
        return (await self._write("/v1/sealed/open", body, schemas.Opened, None)).contents

    async def start_identity(
        self,
        conversation: str,
        identity: str,
        nss: str,
        key: str | None = None,
        purpose: Literal["consulta"] = "consulta",
    ) -> schemas.Started:
        """Have a code sent to the contact on file of whoever an NSS token stands for."""
        body = schemas.StartRequest(
            conversation=conversation, identity=identity, nss=nss, purpose=purpose
        )
        return await self._write("/v1/identity/start", body, schemas.Started, key)

    async def verify_identity(
        self, conversation: str, identity: str, code: str, key: str | None = None
    ) -> schemas.Verification:
        """Check a code, given as its token."""
        body = schemas.VerifyRequest(conversation=conversation, identity=identity, code=code)
        return await self._write("/v1/identity/verify", body, schemas.Verification, key)

    async def session(self, conversation: str, identity: str) -> schemas.SessionState:
        """Tell the level of a conversation."""
        query = {"conversation": conversation, "identity": identity}
        return await self._read("/v1/session", schemas.SessionState, params=query)

    async def end_session(self, conversation: str) -> None:
        """End a session and drop what it kept."""
        await self._call("DELETE", "/v1/session", params={"conversation": conversation})

    async def me(self, conversation: str, identity: str) -> schemas.Me:
        """Tell whose session it is."""
        return await self._mine("", schemas.Me, conversation, identity)

    async def credit(self, conversation: str, identity: str) -> schemas.Credit:
        """Return the newest credit."""
        return await self._mine("/credit", schemas.Credit, conversation, identity)

    async def next_payment(self, conversation: str, identity: str) -> schemas.NextPayment:
        """Return the next monthly payment."""
        return await self._mine("/credit/next-payment", schemas.NextPayment, conversation, identity)

    async def credit_movements(
        self, conversation: str, identity: str, limit: int = 6
    ) -> schemas.Movements:
        """Return the newest movements of the credit."""
        return await self._mine(
            "/credit/movements", schemas.Movements, conversation, identity, limit
        )

    async def savings(self, conversation: str, identity: str) -> schemas.Savings:
        """Return the balance of the Subcuenta."""
        return await self._mine("/savings", schemas.Savings, conversation, identity)

    async def savings_movements(
        self, conversation: str, identity: str, limit: int = 6
    ) -> schemas.SavingsMovements:
        """Return the newest movements of the Subcuenta."""
        return await self._mine(
            "/savings/movements", schemas.SavingsMovements, conversation, identity, limit
        )

    async def points(self, conversation: str, identity: str) -> schemas.Points:
        """Return the points against the minimum."""
        return await self._mine("/points", schemas.Points, conversation, identity)

    async def demo_people(self, *, showcase: bool = False) -> schemas.DemoPeople:
        """List the fictitious people; only in demo mode."""
        query = {"showcase": str(showcase).lower()}
        return await self._read("/v1/demo/people", schemas.DemoPeople, params=query)

    async def demo_code(self, conversation: str) -> str | None:
        """Return the code just sent to a conversation; only in demo mode."""
        query = {"conversation": conversation}
        try:
            return (await self._read("/v1/demo/code", schemas.DemoCode, params=query)).code
        except errors.NotFound:
            return None

    async def _mine(
        self, path: str, shape: type[T], conversation: str, identity: str, limit: int | None = None
    ) -> T:
        headers = {"X-Conversation": conversation, "X-Identity": identity}
        params = {} if limit is None else {"limit": str(limit)}
        return await self._read(f"/v1/me{path}", shape, headers=headers, params=params)

    async def _read(self, path: str, shape: type[T], **more: Any) -> T:
        for last in (False, True):
            try:
                return shape.model_validate_json(await self._call("GET", path, **more))
            except errors.Unavailable:
                if last:
                    raise
        raise AssertionError("a read returns or raises")

    async def _write(self, path: str, body: BaseModel, shape: type[T], key: str | None) -> T:
        headers = {"Idempotency-Key": key} if key else {}
        answer = await self._call("POST", path, headers=headers, json=body.model_dump(mode="json"))
        return shape.model_validate_json(answer)

    async def _call(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, **more: Any
    ) -> bytes:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout)
        sent = {**self._headers, **(headers or {})}
        try:
            async with self._session.request(
                method, self._base + path, headers=sent, **more
            ) as response:
                raw = await response.read()
                if response.status < 400:
                    return raw
                kind = str((await response.json(content_type=None)).get("type", ""))
        except (aiohttp.ClientError, TimeoutError, ValueError, AttributeError):
            raise errors.Unavailable from None
        raise _BY_TYPE.get(kind, errors.AccountsError)()
