"""The locked environment on disk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figures import Figure, Target
from bench.machine import clean_environment
from bench.paths import BIN, ROOT, UV
from bench.processes import run

TITLE = "Environment on disk"
HOW = (
    "`uv sync --frozen --no-dev` of the lock into a new environment, as `du` counts it. Python "
    "itself is not in it. Python adds bytecode as libraries are imported: weighed again once what "
    "the four processes import and the trained model were loaded. `make` also puts uv and pip "
    "there."
)
_LOADED = "import accounts.server, bot.actions_server, chat_infonavit.gateway, chat_infonavit.up"
_LARGEST = 5


def measure() -> Sequence[Figure]:
    """Install the lock into a temporary environment and weigh it."""
    with TemporaryDirectory(prefix="bench-size-") as folder:
        venv = Path(folder) / "venv"
        chosen = clean_environment(
            UV_PROJECT_ENVIRONMENT=str(venv), CHAT_VAR=str(Path(folder) / "var")
        )
        sync = [UV, "sync", "--frozen", "--no-dev", "--python", str(BIN / "python")]
        run(sync, ROOT, chosen)
        fresh = weigh([venv])
        packages = next(venv.glob("lib/python*/site-packages"))
        heavy = sorted(((weigh([path]), path.name) for path in packages.iterdir()), reverse=True)
        _use(venv, chosen)
        used = weigh([venv])
    largest = ", ".join(f"{name} {size:.0f}" for size, name in heavy[:_LARGEST])
    tools = weigh(_tools())
    return [
        Figure("as installed", fresh, "MB", Target(1000), f"largest: {largest}", 0),
        Figure("after use, with bytecode", used, "MB", Target(1000), "", 0),
        Figure("after use, with uv and pip", used + tools, "MB", Target(1000), "", 0),
    ]


def _use(venv: Path, chosen: Mapping[str, str]) -> None:
    """Import what the processes import, and load the model."""
    run([venv / "bin" / "python", "-c", _LOADED], ROOT, chosen)
    run([venv / "bin" / "chat-infonavit", "parse"], ROOT, chosen)


def weigh(paths: Iterable[Path]) -> float:
    """Return the disk that files and folders take, in MB (10⁶ bytes), shared files once."""
    seen: set[int] = set()
    total = 0
    for path in paths:
        for item in (path, *path.rglob("*")):
            status = item.lstat()
            if status.st_ino not in seen:
                seen.add(status.st_ino)
                total += status.st_blocks * 512
    return total / 1e6


def _tools() -> Iterable[Path]:
    packages = next((BIN.parent / "lib").glob("python*/site-packages"))
    yield from (path for name in ("uv", "pip") for path in packages.glob(f"{name}*"))
    yield UV
