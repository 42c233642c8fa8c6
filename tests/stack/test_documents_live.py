"""A document through all four processes: asked in the chat, downloaded once, kept nowhere."""

from __future__ import annotations

import asyncio
import io
import re
import urllib.request
from decimal import Decimal

import pytest
from pypdf import PdfReader

from connectors.web.client import Refused, WebClient


@pytest.fixture(scope="module")
def person(stack) -> dict:
    # Somebody no other conversation asks for: an account gets five codes an hour.
    unused = [one for one in stack.people() if not one["showcase"] and one["contact"]]
    return [one for one in unused if (one["figures"]["credit"] or {}).get("total_owed")][-2]


async def press(client: WebClient, said: list[dict], title: str) -> list[dict]:
    choices = [choice for entry in said for choice in entry["reply"]["choices"]]
    return await client.choose(next(one["id"] for one in choices if one["title"] == title))


def page_at(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as page:
        return page.read().decode()


@pytest.mark.stack
async def test_the_statement_is_asked_for_and_downloaded_once(stack, person) -> None:
    async with WebClient(stack.url, accepts=True) as client:
        await client.open()
        await client.say("mi estado de cuenta")
        await client.secure("nss", person["nss"])
        moved = await client.secure("code", await client.demo_code() or "")
        handed = await press(client, moved, "Descargar PDF")
        document = next(e["reply"]["document"] for e in handed if e["reply"]["document"])
        content = await client.download(document["url"])
        with pytest.raises(Refused, match="sirve una sola vez"):
            await client.download(document["url"])

        async with WebClient(stack.url) as stranger:
            await stranger.open()
            with pytest.raises(Refused) as refused:
                await stranger.download(document["url"])
            assert refused.value.status == 403

    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    credit = person["figures"]["credit"]
    total = f"${Decimal(credit['total_owed']):,.2f}"
    assert total in text and person["name"] in re.sub(r"\s+", " ", text) and "DEMO" in text
    found = re.search(r"http://localhost:\d+(/verificar/DOC[-\w]+)", text)
    assert found is not None
    told = await asyncio.to_thread(page_at, stack.url + found[1])
    printed = re.search(r"Huella de los datos: ([0-9A-F ]+)\.", text)
    assert printed is not None and printed[1] in told and "Este folio sí es" in told

    token = document["url"].split("/")[3]
    for path in sorted(stack.folder.rglob("*")):
        if path.is_file():
            kept = path.read_bytes()
            for secret in (token, total, person["name"], person["nss"], person["rfc"]):
                assert secret.encode() not in kept, (path.name, secret[:4])
