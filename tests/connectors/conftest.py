"""Fixtures of the web channel's tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import web_peers
from playwright.async_api import Page, async_playwright
from web_browser import Browsing, launch
from web_peers import Gateway


@pytest.fixture
async def web_gateway(tmp_path: Path) -> AsyncIterator[web_peers.Gateway]:
    async with web_peers.gateway(
        tmp_path, demo=web_peers.FakeDemo(), allowed_origins=("https://sitio.mx",)
    ) as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        yield session


@pytest.fixture
async def browsing() -> AsyncIterator[Browsing]:
    async with async_playwright() as playwright:
        browser = await launch(playwright)
        yield Browsing(browser)
        await browser.close()


@pytest.fixture
async def page(web_gateway: Gateway, browsing: Browsing) -> Page:
    page = await browsing.page()
    await page.goto(web_gateway.url)
    return page
