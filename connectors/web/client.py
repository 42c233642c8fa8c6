"""An asynchronous client of the web channel, for command lines and load tests.

async with WebClient("http://127.0.0.1:8080") as client:
    await client.open()
    for entry in await client.say("¿cuánto debo?"):
        print(entry["text"])
"""

from __future__ import annotations

import asyncio
import json
import random
import uuid
from collections.abc import AsyncIterator, Callable
from types import TracebackType
from typing import Any, Self

import aiohttp

from conversations.consent import notice

Entry = dict[str, Any]
_FIRST_WAIT, _LONGEST_WAIT = 0.2, 5.0
_SILENCE = 60.0


class WebClientError(Exception):
    """Base of what this client raises."""


class Unreachable(WebClientError):
    """The assistant does not answer, or its answer took too long."""


class SessionOver(WebClientError):
    """The session is no longer open."""


class Refused(WebClientError):
    """The server refused a message; `detail` is its sentence for the person."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


class _Later(Exception):
    """A call that may work later."""

    def __init__(self, error: WebClientError, seconds: float = 0.0) -> None:
        super().__init__(str(error))
        self.error = error
        self.seconds = seconds


class WebClient:
    """One conversation over the web channel with a bearer token.

    `patience` is how many seconds to wait for a turn, and to keep trying to send a message.
    `accepts` takes the privacy notice as soon as it is shown, in the same call. `owner` is who
    answers, as of the last entry.
    """

    def __init__(
        self, url: str, *, greet: bool = False, patience: float = 60.0, accepts: bool = False
    ) -> None:
        self._url = url.rstrip("/")
        self._greet = greet
        self._patience = patience
        self._accepts = accepts
        self._http: aiohttp.ClientSession | None = None
        self._headers: dict[str, str] = {}
        self._reader: asyncio.Task[None] | None = None
        self._news = asyncio.Condition()
        self._last = 0
        self._turns: dict[str, list[Entry]] = {}
        self._done: set[str] = set()
        self._failure: WebClientError | None = None
        self.conversation = ""
        self.owner = "bot"
        self.entries: list[Entry] = []

    async def __aenter__(self) -> Self:
        """Prepare the connection; `open` begins the conversation."""
        timeout = aiohttp.ClientTimeout(total=20, connect=5)
        self._http = aiohttp.ClientSession(timeout=timeout)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the stream; the conversation stays open on the server."""
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
        if self._http is not None:
            await self._http.close()

    async def open(self) -> str:
        """Open a session and follow it; return the conversation's id."""
        body = {"mode": "bearer", "greet": self._greet}
        opened = await self._call("POST", "/api/session", body)
        self._headers = {"Authorization": f"Bearer {opened['token']}"}
        self.conversation = opened["conversation"]
        self._reader = asyncio.create_task(self._read())
        return self.conversation

    async def close(self) -> None:
        """Close the conversation on the server."""
        await self._call("DELETE", "/api/session")

    async def say(self, text: str) -> list[Entry]:
        """Send a text and return what was answered, once the turn is complete.

        A text the server refuses is answered by one entry with the server's sentence.
        """
        try:
            said = await self.turn(await self.send(text=text))
            choice = _acceptance(said) if self._accepts else None
            if choice is None:
                return said
            # What came with the notice was said too.
            before = [entry for entry in said if _acceptance([entry]) is None]
            return [*before, *await self.choose(choice)]
        except Refused as refused:
            return [_refusal(refused, self.owner)]

    async def choose(self, choice: str) -> list[Entry]:
        """Take a choice by its id and return what was answered."""
        return await self.turn(await self.send(choice=choice))

    async def secure(self, kind: str, value: str) -> list[Entry]:
        """Fill a protected field ("nss" or "code") and return what was answered."""
        return await self.turn(await self.send(secure={"kind": kind, "value": value}))

    async def attach(self, content: bytes) -> list[Entry]:
        """Send a file and return what was answered, once the turn is complete.

        A file the server does not take is answered by one entry with the server's sentence.
        """
        identifier = str(uuid.uuid4())

        def form() -> aiohttp.FormData:
            parts = aiohttp.FormData()
            parts.add_field("id", identifier)
            parts.add_field("file", content, filename="archivo")
            return parts

        try:
            accepted = await self._call("POST", "/api/files", form=form)
        except Refused as refused:
            return [_refusal(refused, self.owner)]
        said = await self.turn(str(accepted["message_id"]))
        choice = _acceptance(said) if self._accepts else None
        if choice is None:
            return said
        # What came before the notice was taken was not kept.
        await self.choose(choice)
        return await self.attach(content)

    async def send(self, **part: Any) -> str:
        """Send one message (text=, choice= or secure=) and return its id; repeats are harmless."""
        body = {"id": str(uuid.uuid4()), **part}
        accepted = await self._call("POST", "/api/messages", body)
        return str(accepted["message_id"])

    async def turn(self, message_id: str) -> list[Entry]:
        """Wait until the turn of a message is complete and return what was answered."""
        found = [entry async for entry in self.follow(message_id)]
        return [entry for entry in found if entry["role"] != "user"]

    async def follow(self, message_id: str) -> AsyncIterator[Entry]:
        """Give the entries of a turn as they arrive, until it is complete."""
        given = 0
        try:
            async with asyncio.timeout(self._patience):
                while True:
                    fresh, done = await self._more(message_id, given)
                    for entry in fresh:
                        given += 1
                        yield entry
                    if done:
                        return
        except TimeoutError:
            raise Unreachable(f"no complete answer in {self._patience:g} s") from None

    async def _more(self, message_id: str, given: int) -> tuple[list[Entry], bool]:
        """Wait for more of a turn; return it and whether the turn is complete."""
        async with self._news:
            while True:
                fresh = self._turns.get(message_id, [])[given:]
                done = message_id in self._done
                if fresh or done:
                    return fresh, done
                if self._failure is not None:
                    raise self._failure
                await self._news.wait()

    async def download(self, path: str) -> bytes:
        """Fetch a document of this conversation, once; Refused says why it is not given."""
        assert self._http is not None, "use `async with`"
        async with self._http.get(self._url + path, headers=self._headers) as response:
            if response.status >= 400:
                raise await _refused(response)
            return await response.read()

    async def demo_code(self) -> str | None:
        """Give the code just issued to this conversation; only in demo mode."""
        try:
            found = await self._call("GET", "/demo/code")
        except Refused as refused:
            if refused.status == 404:
                return None
            raise
        code: str | None = found["code"]
        return code

    async def _call(
        self,
        method: str,
        path: str,
        body: Any = None,
        form: Callable[[], aiohttp.FormData] | None = None,
    ) -> Any:
        """Call until it is answered, waiting as the server asks."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._patience
        wait = _FIRST_WAIT
        while True:
            try:
                return await self._once(method, path, body, form() if form else None)
            except _Later as later:
                # Before a session there is nothing to come back to.
                pause = later.seconds or wait
                hopeless = isinstance(later.error, Unreachable) and not self._headers
                if hopeless or loop.time() + pause > deadline:
                    raise later.error from later.__cause__
            await asyncio.sleep(pause)
            wait = min(wait * 2, _LONGEST_WAIT)

    async def _once(
        self, method: str, path: str, body: Any, form: aiohttp.FormData | None = None
    ) -> Any:
        assert self._http is not None, "use `async with`"
        try:
            async with self._http.request(
                method, self._url + path, json=body, data=form, headers=self._headers
            ) as response:
                if response.status < 400:
                    return None if response.status == 204 else await response.json()
                refused = await _refused(response)
                asked = response.headers.get("Retry-After", "")
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _Later(Unreachable(f"no answer at {self._url}")) from error
        if response.status == 401:
            raise SessionOver("the session is over")
        if response.status in {429, 503}:
            raise _Later(refused, float(asked) if asked.isdigit() else 0.0)
        raise refused

    async def _read(self) -> None:
        wait = _FIRST_WAIT
        while True:
            try:
                async for name, data in self._stream():
                    wait = _FIRST_WAIT
                    if name == "entry":
                        await self._take(data)
            except (aiohttp.ClientError, TimeoutError, ConnectionResetError):
                pass
            except SessionOver as error:
                async with self._news:
                    self._failure = error
                    self._news.notify_all()
                return
            jitter = 0.5 + random.random()  # noqa: S311 - spreads reconnections, no secret
            await asyncio.sleep(wait * jitter)
            wait = min(wait * 2, _LONGEST_WAIT)

    async def _take(self, entry: Entry) -> None:
        async with self._news:
            if entry["seq"] <= self._last:
                return
            self._last = entry["seq"]
            self.owner = entry["owner"]
            self.entries.append(entry)
            self._turns.setdefault(entry["message_id"], []).append(entry)
            if entry["done"]:
                self._done.add(entry["message_id"])
            self._news.notify_all()

    async def _stream(self) -> AsyncIterator[tuple[str, Any]]:
        assert self._http is not None
        headers = {**self._headers, "Last-Event-ID": str(self._last)}
        timeout = aiohttp.ClientTimeout(total=None, connect=5, sock_read=_SILENCE)
        async with self._http.get(
            self._url + "/api/events", headers=headers, timeout=timeout
        ) as response:
            if response.status == 401:
                raise SessionOver("the session is over")
            response.raise_for_status()
            pending = b""
            async for chunk in response.content.iter_any():
                *blocks, pending = (pending + chunk).split(b"\n\n")
                for block in blocks:
                    fields = _fields(block.decode())
                    if "data" in fields:
                        yield fields.get("event", "message"), json.loads(fields["data"])


def _fields(block: str) -> dict[str, str]:
    """Read one event of the stream; each field comes once in ours."""
    pairs = (line.partition(":") for line in block.split("\n") if not line.startswith(":"))
    return {name: value.removeprefix(" ") for name, _, value in pairs}


async def _refused(response: aiohttp.ClientResponse) -> Refused:
    try:
        problem = await response.json(content_type=None)
        return Refused(response.status, str(problem["detail"]))
    except (ValueError, KeyError, TypeError):
        return Refused(response.status, response.reason or "")


def _refusal(refused: Refused, owner: str) -> Entry:
    """Give a refusal the form of an answer."""
    reply = {"text": refused.detail, "choices": [], "links": []}
    return {
        "seq": 0,
        "role": "system",
        "message_id": "",
        "text": refused.detail,
        "reply": reply,
        "done": True,
        "owner": owner,
    }


def _acceptance(entries: list[Entry]) -> str | None:
    """Find the choice that takes the privacy notice."""
    shown = [choice for entry in entries for choice in (entry["reply"] or {}).get("choices", ())]
    return next((one["id"] for one in shown if one["title"] == notice().accept), None)
