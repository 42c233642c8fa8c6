"""Run the account service from its environment until SIGTERM."""

from __future__ import annotations

import sys

from aiohttp import web

from accounts.api import create_app
from accounts.errors import ConfigurationError
from accounts.settings import load_settings

_SHUTDOWN_SECONDS = 2
_EX_CONFIG = 78


def main() -> None:
    """Serve; a setting that is missing or wrong ends the process with a sentence."""
    try:
        settings = load_settings()
    except ConfigurationError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(_EX_CONFIG) from None
    web.run_app(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        print=None,
        access_log=None,
        shutdown_timeout=_SHUTDOWN_SECONDS,
    )


if __name__ == "__main__":
    main()
