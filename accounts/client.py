"""Call the account service with typed requests and answers.

Reads are tried again on a broken connection or a 503; writes never are. Every failure is an
AccountsError: NotVerified, NoCredit, Unavailable…
"""

import asyncio
import json
from collections.abc import AsyncIterable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

import aiohttp
from pydantic import BaseModel, ValidationError

from accounts import credit_schemas, file_schemas, places, schemas
from accounts.documents import schemas as documents
from accounts.errors import BY_TYPE, AccountsError, FileRefused, Unavailable
from accounts.person_client import PersonClient

M = TypeVar("M", bound=BaseModel)

_TRIES = 3
_BACKOFF_SECONDS = 0.05
_UPLOAD_SECONDS = 60.0


class AccountsClient(PersonClient):
    """Keep one pool of connections to the service; `timeout` in seconds covers a whole call."""

    def __init__(
        self,
        base_url: str,
        token: str,
        session: aiohttp.ClientSession | None = None,
        timeout: float = 5.0,
    ) -> None:
        """Remember where and how to call; the caller closes a session it gave."""
        self._base = base_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"}
        self._session = session
        self._owned = session is None
        self._timeout = timeout

    async def __aenter__(self) -> Self:
        """Return the client."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the client."""
        await self.close()

    async def close(self) -> None:
        """Close the connections the client opened."""
        if self._owned and self._session is not None:
            await self._session.close()
            self._session = None

    # Vault and sealed replies

    async def put_vault(
        self,
        conversation: str,
        items: Iterable[tuple[schemas.Kind, str]],
        *,
        idempotency_key: str | None = None,
    ) -> list[str]:
        """Hide (kind, value) pairs and return one token each, in order."""
        body = {
            "conversation": conversation,
            "items": [{"kind": kind, "value": value} for kind, value in items],
        }
        answer = await self._write("/v1/vault", body, schemas.Tokens, idempotency_key)
        return answer.tokens

    async def seal(
        self,
        conversation: str,
        content: Any,
        *,
        ttl: int | None = None,
        idempotency_key: str | None = None,
    ) -> str:
        """Keep any JSON encrypted for `ttl` seconds and return its token."""
        body = {"conversation": conversation, "content": content}
        if ttl is not None:
            body["ttl"] = ttl
        answer = await self._write("/v1/sealed", body, schemas.SealedToken, idempotency_key)
        return answer.token

    async def open_sealed(self, conversation: str, tokens: Iterable[str]) -> dict[str, Any]:
        """Return each token's content, None when it can no longer be opened."""
        body = {"conversation": conversation, "tokens": list(tokens)}
        data = await self._call("POST", "/v1/sealed/open", body=body, tries=_TRIES)
        return _parse(schemas.Opened, data).contents

    # Identity

    async def start_identity(
        self,
        conversation: str,
        identity: str,
        nss: str,
        *,
        purpose: schemas.Purpose = "consulta",
        idempotency_key: str | None = None,
    ) -> schemas.Started:
        """Ask for a code for the person behind an NSS token; UnknownToken when it expired."""
        body = {
            "conversation": conversation,
            "identity": identity,
            "nss": nss,
            "purpose": purpose,
        }
        return await self._write("/v1/identity/start", body, schemas.Started, idempotency_key)

    async def verify_identity(
        self,
        conversation: str,
        identity: str,
        code: str,
        *,
        idempotency_key: str | None = None,
    ) -> schemas.Verification:
        """Try the code behind a CODIGO token."""
        body = {"conversation": conversation, "identity": identity, "code": code}
        path = "/v1/identity/verify"
        return await self._write(path, body, schemas.Verification, idempotency_key)

    async def session(self, conversation: str, identity: str) -> schemas.SessionState:
        """Return the level of identity of a conversation."""
        query = {"conversation": conversation, "identity": identity}
        return await self._read("/v1/session", schemas.SessionState, query=query)

    async def end_session(self, conversation: str) -> None:
        """End a conversation's session and drop its vault and sealed replies."""
        await self._call("DELETE", "/v1/session", query={"conversation": conversation})

    # Personal answers: NotVerified without a live session

    async def me(self, conversation: str, identity: str) -> schemas.Me:
        """Return first name and masked NSS."""
        return await self._personal("", schemas.Me, conversation, identity)

    async def credit(self, conversation: str, identity: str) -> schemas.Credit:
        """Return the credit; NoCredit when the person never had one."""
        return await self._personal("/credit", schemas.Credit, conversation, identity)

    async def next_payment(self, conversation: str, identity: str) -> schemas.NextPayment:
        """Return the next monthly payment; NoCredit, or NoPaymentDue when it is paid off."""
        path = "/credit/next-payment"
        return await self._personal(path, schemas.NextPayment, conversation, identity)

    async def movements(
        self,
        conversation: str,
        identity: str,
        limit: int = 6,
        first: date | None = None,
        last: date | None = None,
    ) -> credit_schemas.Movements:
        """Return the newest movements of the credit between two days; NoCredit without one."""
        days = {name: str(day) for name, day in (("from", first), ("to", last)) if day}
        query = {"limit": str(limit), **days}
        path = "/credit/movements"
        return await self._personal(
            path, credit_schemas.Movements, conversation, identity, query=query
        )

    async def breakdown(self, conversation: str, identity: str) -> credit_schemas.Breakdown:
        """Return all that was paid and where it went; NoCredit when there is no credit."""
        path = "/credit/breakdown"
        return await self._personal(path, credit_schemas.Breakdown, conversation, identity)

    async def payoff(self, conversation: str, identity: str) -> credit_schemas.Payoff:
        """Return what pays the credit off today; NoCredit, or NoPaymentDue when it is."""
        return await self._personal("/credit/payoff", credit_schemas.Payoff, conversation, identity)

    async def simulate(
        self,
        conversation: str,
        identity: str,
        amount: Decimal = Decimal(0),
        monthly_extra: Decimal = Decimal(0),
    ) -> credit_schemas.Simulation:
        """Return what paying more would change; Invalid when an amount cannot be one."""
        query = {"amount": str(amount), "monthly_extra": str(monthly_extra)}
        path = "/credit/simulation"
        return await self._personal(
            path, credit_schemas.Simulation, conversation, identity, query=query
        )

    async def insurances(self, conversation: str, identity: str) -> credit_schemas.Insurances:
        """Return the insurances that come with the credit; NoCredit when there is none."""
        path = "/credit/insurances"
        return await self._personal(path, credit_schemas.Insurances, conversation, identity)

    async def claims(self, conversation: str, identity: str) -> credit_schemas.Claims:
        """Return the claims for payments that do not show."""
        return await self._personal("/claims", credit_schemas.Claims, conversation, identity)

    async def claim(
        self,
        conversation: str,
        identity: str,
        *,
        month: str,
        amount: Decimal,
        way: credit_schemas.Way,
        idempotency_key: str | None = None,
    ) -> credit_schemas.Claim:
        """Claim a payment of a month as ``2026-03``; MonthOutside when it cannot be one."""
        body = {
            "conversation": conversation,
            "identity": identity,
            "month": month,
            "amount": str(amount),
            "way": way,
        }
        return await self._write("/v1/claims", body, credit_schemas.Claim, idempotency_key)

    async def savings(self, conversation: str, identity: str) -> schemas.Savings:
        """Return the balance of the Subcuenta."""
        return await self._personal("/savings", schemas.Savings, conversation, identity)

    async def points(self, conversation: str, identity: str) -> schemas.Points:
        """Return the points and the minimum."""
        return await self._personal("/points", schemas.Points, conversation, identity)

    async def application(self, conversation: str, identity: str) -> schemas.Application:
        """Return the credit application; NoApplication when there is none."""
        return await self._personal("/application", schemas.Application, conversation, identity)

    async def notices(self, conversation: str, identity: str) -> schemas.Notices:
        """Return the notices sent to employers."""
        return await self._personal("/notices", schemas.Notices, conversation, identity)

    # Guides: NotVerified without a live session

    async def guide_places(self, conversation: str, identity: str) -> places.Places:
        """Return the step of each guide the person left open, the latest first."""
        return await self._personal("/guides", places.Places, conversation, identity)

    async def keep_place(
        self,
        conversation: str,
        identity: str,
        tramite: str,
        step: int | None,
        skips: Sequence[int] = (),
    ) -> places.Places:
        """Keep the step of one guide; None forgets it. Doing it twice is doing it once."""
        headers = {"X-Conversation": conversation, "X-Identity": identity}
        body = {"tramite": tramite, "step": step, "skips": list(skips)}
        data = await self._call("PUT", "/v1/me/guides", body=body, headers=headers, tries=_TRIES)
        return _parse(places.Places, data)

    # Files and corrections

    async def put_file(
        self,
        conversation: str,
        identity: str,
        content: bytes | AsyncIterable[bytes],
        *,
        idempotency_key: str | None = None,
    ) -> file_schemas.Kept:
        """Send a file as it comes and keep its facts; FileRefused says why it is not accepted."""
        headers = {"X-Conversation": conversation, "X-Identity": identity}
        headers["Content-Type"] = "application/octet-stream"
        if idempotency_key:
            headers["Idempotency-Key"] = idempotency_key
        try:
            async with asyncio.timeout(_UPLOAD_SECONDS):
                data = await self._once(
                    "POST", "/v1/files", None, None, headers, content, _UPLOAD_SECONDS
                )
        except TimeoutError:
            raise Unavailable("timeout") from None
        return _parse(file_schemas.Kept, data)

    async def comparison(
        self, conversation: str, identity: str, evidence: str
    ) -> file_schemas.Comparison:
        """Compare a file with the account; LevelTooLow without a session."""
        headers = {"X-Conversation": conversation, "X-Identity": identity}
        query, path = {"evidence": evidence}, "/v1/me/comparison"
        return await self._read(path, file_schemas.Comparison, query=query, headers=headers)

    async def request_correction(
        self,
        conversation: str,
        identity: str,
        evidence: str,
        *,
        field: file_schemas.Correctable = "rfc",
        idempotency_key: str | None = None,
    ) -> file_schemas.Correction:
        """Ask for a correction; LevelTooLow when the session's code is not fresh."""
        body = {
            "conversation": conversation,
            "identity": identity,
            "evidence": evidence,
            "field": field,
        }
        return await self._write("/v1/corrections", body, file_schemas.Correction, idempotency_key)

    async def send_fresh_code(
        self, conversation: str, identity: str, *, idempotency_key: str | None = None
    ) -> schemas.Started:
        """Send another code to whoever the session belongs to; NotVerified without one."""
        body = {"conversation": conversation, "identity": identity, "purpose": "correccion"}
        return await self._write("/v1/identity/code", body, schemas.Started, idempotency_key)

    # Documents: NotVerified without a live session

    async def issue_document(
        self,
        conversation: str,
        identity: str,
        kind: documents.Kind,
        period: str | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> documents.Issued:
        """Issue a document; NoCredit, NoPaymentDue, NothingToPrint or YearNotClosed."""
        body = {
            "conversation": conversation,
            "identity": identity,
            "kind": kind,
            "period": period,
        }
        return await self._write("/v1/documents", body, documents.Issued, idempotency_key)

    async def fetch_document(self, conversation: str, identity: str, token: str) -> bytes:
        """Return a PDF, once: never tried again, for then it is gone. DocumentUsed says so."""
        headers = {"X-Conversation": conversation, "X-Identity": identity}
        path = f"/v1/documents/{quote(token, safe='')}"
        return await self._call("GET", path, headers=headers)

    async def verify_document(self, folio: str) -> documents.Authentic:
        """Return what was issued under a folio; NotFound when nothing was."""
        path = f"/v1/documents/verify/{quote(folio, safe='')}"
        return await self._read(path, documents.Authentic)

    # Demo and health

    async def demo_people(self, *, showcase: bool = False) -> schemas.DemoPeople:
        """Return the demo people; NotFound outside the demo."""
        query = {"showcase": "true"} if showcase else {}
        return await self._read("/v1/demo/people", schemas.DemoPeople, query=query)

    async def demo_code(self, conversation: str) -> str:
        """Return the code just issued to a conversation; NotFound when there is none."""
        query = {"conversation": conversation}
        return (await self._read("/v1/demo/code", schemas.DemoCode, query=query)).code

    async def health(self) -> schemas.Health:
        """Return the service's health; Unavailable when it is failing."""
        return await self._read("/health", schemas.Health)

    # Plumbing

    async def _personal(
        self,
        path: str,
        model: type[M],
        conversation: str,
        identity: str,
        limit: int | None = None,
        *,
        query: Mapping[str, str] | None = None,
    ) -> M:
        query = query or ({} if limit is None else {"limit": str(limit)})
        headers = {"X-Conversation": conversation, "X-Identity": identity}
        return await self._read(f"/v1/me{path}", model, query=query, headers=headers)

    async def _read(
        self,
        path: str,
        model: type[M],
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> M:
        data = await self._call("GET", path, query=query, headers=headers, tries=_TRIES)
        return _parse(model, data)

    async def _write(self, path: str, body: Any, model: type[M], key: str | None) -> M:
        headers = {"Idempotency-Key": key} if key else {}
        return _parse(model, await self._call("POST", path, body=body, headers=headers))

    async def _call(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        tries: int = 1,
    ) -> bytes:
        try:
            async with asyncio.timeout(self._timeout):
                for left in reversed(range(tries)):
                    try:
                        return await self._once(method, path, body, query, headers)
                    except Unavailable:
                        if not left:
                            raise
                    await asyncio.sleep(_BACKOFF_SECONDS * (tries - left))
        except TimeoutError:
            raise Unavailable("timeout") from None
        raise Unavailable

    async def _once(
        self,
        method: str,
        path: str,
        body: Any,
        query: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
        content: bytes | AsyncIterable[bytes] | None = None,
        seconds: float | None = None,
    ) -> bytes:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        try:
            async with self._session.request(
                method,
                self._base + path,
                json=body,
                data=content,
                params=query,
                headers=self._headers | dict(headers or {}),
                timeout=aiohttp.ClientTimeout(total=seconds or self._timeout),
            ) as answer:
                data = await answer.read()
        except (aiohttp.ClientError, OSError) as error:
            # The cause is dropped: its text carries the address, and that the conversation.
            raise Unavailable(type(error).__name__) from None
        if answer.status >= 400:
            raise _error(answer.status, data)
        return data


def _parse(model: type[M], data: bytes) -> M:
    try:
        return model.model_validate_json(data)
    except ValidationError:
        raise Unavailable("unexpected answer") from None


def _error(status: int, data: bytes) -> AccountsError:
    try:
        problem = json.loads(data)
        kind = BY_TYPE.get(str(problem.get("type")))
    except (ValueError, AttributeError):
        kind = None
    if kind is FileRefused:
        return FileRefused(problem.get("reason", "not_supported"))
    return kind() if kind else Unavailable(f"status {status}")
