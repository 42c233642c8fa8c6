"""Run the brain: Rasa's server with our turn endpoint as its only route, on loopback."""

from __future__ import annotations

import os
from pathlib import Path

from bot import compat
from bot.settings import BotSettings


class NoModel(Exception):
    """There is no trained model to serve."""


def newest_model(folder: Path) -> Path:
    """Return the newest model of a folder; raise ``NoModel`` when there is none."""
    models = sorted(folder.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    if not models:
        raise NoModel(f"No hay modelo en {folder}: corre «chat-infonavit train».")
    return models[-1]


def serve(settings: BotSettings) -> None:
    """Serve turns until SIGTERM; raise ``NoModel`` when nothing was trained."""
    model = newest_model(settings.models)
    compat.install()
    from rasa.core.run import serve_application
    from rasa.core.utils import AvailableEndpoints

    # endpoints.yml is Rasa's own file and expands these.
    os.environ["BOT_ACTIONS_URL"] = settings.actions_url
    os.environ["BOT_TRACKER_URL"] = settings.tracker_url
    serve_application(
        model_path=str(model),
        interface=settings.host,
        port=settings.port,
        credentials="credentials.yml",
        enable_api=False,
        endpoints=AvailableEndpoints.read_endpoints("endpoints.yml"),
    )
