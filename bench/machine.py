"""The machine that measured, the state it was in, and the environment of what is measured."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import psutil

from bench.paths import ROOT

_OURS = ("CHAT_", "BOT_", "ACCOUNTS_", "CONVERSATIONS_", "WEB_", "UV_", "VIRTUAL_ENV")
_UNUSUAL = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "MAKEFLAGS", "MAKELEVEL")


def describe() -> str:
    """Return one line on the machine and the version measured."""
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{date.today():%Y-%m-%d}, {_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, "
        f"{platform.system()} {platform.release().split('-')[0]}, "
        f"Python {platform.python_version()}, commit {_commit()}"
    )


def load() -> float:
    """Return the load average of the last minute."""
    return os.getloadavg()[0]


def usual(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without what no person's shell has.

    A Python told not to keep its bytecode would compile every library at every start.
    """
    return {name: value for name, value in environment.items() if name not in _UNUSUAL}


def clean_environment(**more: str) -> Mapping[str, str]:
    """Return this process's environment without its settings of the assistant."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return {**usual(kept), "RASA_TELEMETRY_ENABLED": "false", **more}


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _commit() -> str:
    def git(*arguments: str) -> str:
        command = ["git", "-C", str(ROOT), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    changed = " with changes" if git("status", "--porcelain", "--untracked-files=no") else ""
    return git("rev-parse", "--short", "HEAD") + changed
