"""The core in a process of its own, to be killed: accepts over HTTP what a test sends."""

from __future__ import annotations

import asyncio
import sys

from aiohttp import web

from conversations.messages import Inbound
from conversations.service import Conversations


async def main(port: int) -> None:
    """Serve POST /accept until killed; answers only after the commit."""
    core = Conversations()
    await core.start()

    async def accept(request: web.Request) -> web.Response:
        events = [Inbound(**event) for event in await request.json()]
        await core.accept(events)
        return web.json_response({})

    app = web.Application()
    app.router.add_post("/accept", accept)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    sys.stdout.write("up\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
