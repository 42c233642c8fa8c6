"""Secrets shared by the processes: from the environment, else made once and kept in a file."""

from __future__ import annotations

import base64
import os
import secrets
import stat
from pathlib import Path

NAMES = ("CHAT_SERVICE_TOKEN", "ACCOUNTS_KEY", "ACCOUNTS_AUDIT_KEY", "CONVERSATIONS_KEY")


class UnsafeSecrets(Exception):
    """Other users of this machine can read the secrets file."""


def load(folder: Path) -> dict[str, str]:
    """Return every secret; those given nowhere are made and written to ``secrets.env`` (0600)."""
    path = folder / "secrets.env"
    kept = _read(path)
    found = {name: os.environ.get(name) or kept.get(name) or _new() for name in NAMES}
    missing = {name: found[name] for name in NAMES if name not in os.environ and name not in kept}
    if missing:
        _append(path, missing)
    return found


def _new() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise UnsafeSecrets(f"{path} is readable by others: run «chmod 600 {path}»")
    lines = (line.partition("=") for line in path.read_text().splitlines() if "=" in line)
    return {name: value for name, _, value in lines}


def _append(path: Path, values: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.writelines(f"{name}={value}\n" for name, value in values.items())
