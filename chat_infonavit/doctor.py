"""``chat-infonavit doctor``: what is in order on this machine, and what to do about the rest."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata

import sqlalchemy as sa

from chat_infonavit import secrets
from chat_infonavit.environment import child_environment
from chat_infonavit.processes import specs, taken_ports
from chat_infonavit.settings import ROOT, ChatSettings

_RASA = "3.6.21"
_FREE_BYTES = 1_000_000_000


@dataclass(frozen=True)
class Finding:
    """One thing that was checked."""

    ok: bool
    what: str
    todo: str = ""


def examine(settings: ChatSettings) -> Iterator[Finding]:
    """Yield a finding for every check."""
    yield _python()
    yield _rasa()
    yield _model(settings)
    yield _disk(settings)
    yield _secrets(settings)
    yield from _stores(settings)
    yield from _ports(settings)


def _python() -> Finding:
    version = sys.version_info
    return Finding(
        (3, 11) <= version[:2] <= (3, 12),
        f"Python {version.major}.{version.minor}.{version.micro}",
        "Usa Python 3.11 o 3.12: borra .venv y corre «make setup».",
    )


def _rasa() -> Finding:
    version = metadata.version("rasa")
    return Finding(version == _RASA, f"Rasa {version}", "Corre «make setup»: la versión es otra.")


def _model(settings: ChatSettings) -> Finding:
    from bot.training import model_path

    target = model_path(ROOT, settings.models)
    return Finding(
        target.exists(),
        f"modelo de los datos actuales ({target.name})",
        "Corre «chat-infonavit train».",
    )


def _disk(settings: ChatSettings) -> Finding:
    settings.var.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.var).free
    writable = os.access(settings.var, os.W_OK)
    return Finding(
        writable and free > _FREE_BYTES,
        f"{settings.var} con {free / 1e9:.0f} GB libres",
        "Libera espacio o elige otra carpeta con CHAT_VAR.",
    )


def _secrets(settings: ChatSettings) -> Finding:
    path = settings.var / "secrets.env"
    given = all(name in os.environ for name in secrets.NAMES)
    if given or not path.exists():
        where = "en el entorno" if given else "se crearán al arrancar"
        return Finding(True, f"secretos: {where}")
    private = not stat.S_IMODE(path.stat().st_mode) & 0o077
    return Finding(private, f"secretos en {path}", f"Corre «chmod 600 {path}».")


def _stores(settings: ChatSettings) -> Iterator[Finding]:
    environment = child_environment(settings)
    for name in (
        "ACCOUNTS_DATABASE_URL",
        "CONVERSATIONS_DATABASE_URL",
        "WEB_DATABASE_URL",
        "BOT_TRACKER_URL",
    ):
        url = sa.make_url(environment[name])
        yield _store(name, url.set(drivername=_sync_driver(url)))


def _sync_driver(url: sa.URL) -> str:
    return "sqlite" if url.get_backend_name() == "sqlite" else "postgresql+psycopg2"


def _store(name: str, url: sa.URL) -> Finding:
    shown = url.render_as_string(hide_password=True)
    try:
        engine = sa.create_engine(url)
        with engine.connect() as connection:
            connection.execute(sa.text("SELECT 1"))
        engine.dispose()
    except sa.exc.SQLAlchemyError as error:
        return Finding(
            False, f"almacén {shown}", f"No abre ({type(error).__name__}): revisa {name}."
        )
    return Finding(True, f"almacén {shown}")


def _ports(settings: ChatSettings) -> Iterator[Finding]:
    taken = taken_ports(specs(settings))
    for spec in specs(settings):
        if spec not in taken:
            yield Finding(True, f"puerto {spec.port} libre ({spec.name})")
        elif _answers(spec.health_url):
            yield Finding(True, f"puerto {spec.port} en servicio ({spec.name})")
        else:
            yield Finding(
                False,
                f"puerto {spec.port} ({spec.name})",
                "Lo ocupa otro programa: ciérralo o elige otro puerto con "
                f"CHAT_{'' if spec.name == 'gateway' else spec.name.upper() + '_'}PORT.",
            )


def _answers(url: str) -> bool:
    import json
    from urllib.error import URLError
    from urllib.request import urlopen

    try:
        with urlopen(url, timeout=2) as response:  # noqa: S310 - a loopback address of ours
            return "status" in json.load(response)
    except (URLError, OSError, ValueError):
        return False
