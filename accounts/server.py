"""Run the account service until it is told to stop."""

import asyncio
import errno
import signal
import sys

import structlog
from aiohttp import web

from accounts.api import create_app
from accounts.errors import ConfigurationError
from accounts.messages import message
from accounts.settings import Settings, load_settings

log = structlog.get_logger(__name__)

_SHUTDOWN_SECONDS = 1.0


def main() -> None:
    """Serve with the settings of the environment; a bad setting is one sentence and exit code 2."""
    # Run on its own it logs for itself; under a supervisor the log is already arranged.
    if not structlog.is_configured():
        structlog.configure(
            processors=[
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso"),
                structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty()),
            ]
        )
    try:
        asyncio.run(serve(load_settings()))
    except ConfigurationError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(2) from None


async def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; raise ConfigurationError when the port is taken."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    runner = web.AppRunner(
        create_app(settings), access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS
    )
    try:
        await runner.setup()
        await web.TCPSite(runner, settings.host, settings.port).start()
        log.info("listening", host=settings.host, port=settings.port, demo=settings.demo)
        await stop.wait()
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        text = message("settings", "port_taken").format(port=settings.port)
        raise ConfigurationError(text) from None
    finally:
        await runner.cleanup()
