"""Run the brain: Rasa's server with our turn endpoint as its only route, on loopback."""

from __future__ import annotations

import os
from pathlib import Path

from bot import compat
from bot.settings import BotSettings
from bot.training import model_path

ROOT = Path(__file__).resolve().parent.parent


class NoModel(Exception):
    """There is no trained model to serve."""


def newest_model(folder: Path) -> Path:
    """Return the model of the present data, else the newest; raise ``NoModel`` without any.

    The newest need not be the right one: data that went back to what they were are not
    trained again.
    """
    present = model_path(ROOT, folder)
    if present.exists():
        return present
    models = sorted(folder.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    if not models:
        raise NoModel(f"No hay modelo en {folder}: corre «chat-infonavit train».")
    return models[-1]


def serve(settings: BotSettings) -> None:
    """Serve turns until SIGTERM; raise ``NoModel`` when nothing was trained."""
    model = newest_model(settings.models)
    compat.leave_out_the_unserved()
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
