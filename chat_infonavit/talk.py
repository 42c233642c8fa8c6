"""``chat-infonavit talk``: a conversation over the web channel, one line a message."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path
from typing import Any

import aiohttp
from rich.console import Console

from connectors.web.client import Unreachable, WebClient
from conversations.messages import Reply

_CODE = "{codigo}"
_FILE = re.compile(r"\{archivo:(.+)\}\s*")
_CODE_TRIES, _CODE_WAIT = 20, 0.1


class NotReachable(Exception):
    """The assistant does not answer at the address given."""


class NoFile(Exception):
    """A file to attach cannot be read."""


async def talk(
    url: str, lines: Iterable[str], console: Console, *, as_json: bool, accepts: bool = False
) -> None:
    """Send each line, wait for its whole turn and print it.

    A line ``{archivo:path}`` attaches a file. In demo mode ``{codigo}`` in a line becomes the code
    just issued to this conversation. `accepts` takes the privacy notice when it comes up.
    """
    try:
        async with WebClient(url, accepts=accepts) as client:
            await client.open()
            async for user, turn in _turns(client, lines):
                _print(console, user, turn, as_json=as_json)
    except (Unreachable, aiohttp.ClientConnectionError) as error:
        raise NotReachable(
            f"No hay respuesta en {url}. ¿Está encendido? Corre «make run» o revisa --url."
        ) from error


async def _turns(
    client: WebClient, lines: Iterable[str]
) -> AsyncIterator[tuple[str, Sequence[Any]]]:
    for line in lines:
        user = line.rstrip("\n")
        attached = _FILE.fullmatch(user)
        if attached:
            yield user, await client.attach(_content(attached[1]))
            continue
        text = user
        if _CODE in user:
            text = user.replace(_CODE, await _code(client))
        yield user, await client.say(text)


def _content(path: str) -> bytes:
    try:
        return Path(path).expanduser().read_bytes()
    except OSError as error:
        raise NoFile(f"No se puede leer el archivo {path}: {error.strerror}.") from None


async def _code(client: WebClient) -> str:
    # A code is sent beside the answer that announces it, so it may come an instant later.
    for _ in range(_CODE_TRIES):
        code = await client.demo_code()
        if code is not None:
            return code
        await asyncio.sleep(_CODE_WAIT)
    return _CODE


def _print(console: Console, user: str, entries: Sequence[Any], *, as_json: bool) -> None:
    if as_json:
        line = {
            "user": user,
            "replies": [_reply(entry) for entry in entries],
            "owner": entries[-1]["owner"] if entries else None,
        }
        console.out(json.dumps(line, ensure_ascii=False), highlight=False)
        return
    console.print(f"\n> {user}", style="bold", markup=False, highlight=False, soft_wrap=True)
    for entry in entries:
        reply = _reply(entry)
        console.print(reply["text"], markup=False, highlight=False, soft_wrap=True)
        if reply["choices"]:
            titles = "  ".join(f"[{choice['title']}]" for choice in reply["choices"])
            console.print(titles, style="dim", markup=False, highlight=False, soft_wrap=True)


def _reply(entry: dict[str, Any]) -> dict[str, Any]:
    """Return a reply with its whole content readable as ``text``."""
    if entry["reply"] is None:
        return {"text": entry["text"], "choices": []}
    reply = Reply.model_validate(entry["reply"])
    titles = [{"title": choice.title} for choice in reply.choices]
    parts = {key: value for key, value in entry["reply"].items() if value and key != "choices"}
    return {**parts, "text": reply.plain(), "choices": titles}
