from __future__ import annotations

from aiohttp.test_utils import TestClient, TestServer
from web_peers import Gateway

from connectors.web.api import WebConnector


def printed(name: str) -> bytes | None:
    return b"%PDF-1.7 " + name.encode() if name == "correccion_rfc" else None


async def test_a_handout_is_served_and_revalidated(web_gateway: Gateway) -> None:
    connector = WebConnector(
        web_gateway.core, web_gateway.settings, handouts={"requisitos": printed}
    )
    async with TestClient(TestServer(connector.application())) as client:
        first = await client.get("/requisitos/correccion_rfc.pdf")
        assert first.status == 200
        assert first.content_type == "application/pdf"
        assert await first.read() == b"%PDF-1.7 correccion_rfc"
        assert first.headers["Content-Disposition"] == (
            'inline; filename="requisitos-correccion_rfc.pdf"'
        )
        assert first.headers["Cache-Control"] == "public, max-age=3600"
        known = {"If-None-Match": first.headers["ETag"]}
        assert (await client.get(first.url.path, headers=known)).status == 304


async def test_what_does_not_exist_is_a_clear_404(web_gateway: Gateway) -> None:
    connector = WebConnector(
        web_gateway.core, web_gateway.settings, handouts={"requisitos": printed}
    )
    async with TestClient(TestServer(connector.application())) as client:
        for path in ("otra", "..%2f..%2fetc", "Correccion_RFC"):
            response = await client.get(f"/requisitos/{path}.pdf")
            assert response.status == 404
            assert (await response.json())["detail"] == "Esa dirección no existe."
