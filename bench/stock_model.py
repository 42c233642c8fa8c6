"""Train Rasa's stock pipeline on our data, once for each state of the data."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.export import export
from bench.machine import clean_environment
from bench.paths import KEPT, STOCK, UV
from bench.processes import run
from bench.rivals import QUIET, STOCK_PYTHON

_FILES = ("domain.yml", "nlu.yml", "stories.yml")


def install() -> None:
    """Install the stock environment from its own lock; quick when it is there."""
    chosen = clean_environment(UV_PROJECT_ENVIRONMENT=str(STOCK / ".venv"))
    run([UV, "sync", "--frozen", "--project", STOCK, "--python", "3.11"], STOCK, chosen)


def trained() -> tuple[Path, float | None]:
    """Return the model of the present data, and the seconds of its training if it was trained."""
    with TemporaryDirectory(prefix="bench-stock-") as name:
        folder = Path(name)
        export(folder / "data")
        shutil.copy(STOCK / "config.yml", folder)
        files = [folder / "config.yml", *(folder / "data" / file for file in _FILES)]
        files.append(STOCK / "uv.lock")
        digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
        target = KEPT / f"stock-{digest}.tar.gz"
        if target.exists():
            return target, None
        command = [
            STOCK_PYTHON, "-m", "rasa", "train", "--skip-validation", "--config", "config.yml",
            "--domain", "data/domain.yml", "--data", "data/nlu.yml", "data/stories.yml",
            "--out", target.parent, "--fixed-model-name", target.name.removesuffix(".tar.gz"),
        ]  # fmt: skip
        return target, run(command, folder, clean_environment(**QUIET))
