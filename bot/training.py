"""Train the model, only when something it depends on changed."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from bot import compat

_INPUTS = (
    "config.yml",
    "domain.yml",
    "bot/components/**/*",
    "bot/encoding.py",
    "bot/examples.py",
    "bot/importer.py",
    "bot/token_features.py",
    "bot/data/**/*.yml",
    "accounts/identifiers.py",
    "kb/decisions.py",
    "kb/directory.py",
    "kb/directorio/estados.yml",
    "kb/files.py",
    "kb/hours.py",
    "kb/library.py",
    "kb/meaning.py",
    "kb/places.py",
    "kb/problems.py",
    "kb/problems.yml",
    "kb/reading.py",
    "kb/model.py",
    "kb/search.py",
    "kb/text.py",
    "kb/tramites/*.yml",
    "uv.lock",
)
_KEPT_MODELS = 3
_FAILED = "Los datos tienen errores: corre «chat-infonavit rasa data validate»."

Progress = Callable[[int, int, str], None]
"""Called with (finished steps, all steps, name of the step that begins)."""


class TrainingFailed(Exception):
    """Rasa could not train a model from the data."""


def fingerprint(root: Path) -> str:
    """Return a short hash of every file the model depends on."""
    digest = hashlib.sha256()
    for path in sorted(_inputs(root)):
        digest.update(f"{path.relative_to(root)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def model_path(root: Path, models: Path) -> Path:
    """Return where the model of the present data is, or will be."""
    return models / f"chat-infonavit-{fingerprint(root)}.tar.gz"


def train(root: Path, models: Path, progress: Progress | None = None) -> Path:
    """Train a model from ``root`` into ``models``; return its file."""
    compat.install()
    from rasa.model_training import train as rasa_train
    from rasa.shared.exceptions import RasaException

    target = model_path(root, models)
    models.mkdir(parents=True, exist_ok=True)
    try:
        with _reporting(progress), _quiet(root), _uncached():
            result = rasa_train(
                domain=str(root / "domain.yml"),
                config=str(root / "config.yml"),
                training_files=[str(root / "bot" / "data")],
                output=str(models),
                fixed_model_name=target.name.removesuffix(".tar.gz"),
                # Rasa caches a component by its class alone: a changed helper would be missed.
                force_training=True,
            )
    except RasaException as error:
        raise TrainingFailed(f"{_FAILED}\n{str(error).strip()}") from error
    if result.model is None:
        raise TrainingFailed(_FAILED)
    _forget_old_models(models)
    return Path(result.model)


def _inputs(root: Path) -> Iterator[Path]:
    for pattern in _INPUTS:
        for path in root.glob(pattern):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def _forget_old_models(models: Path) -> None:
    by_age = sorted(models.glob("chat-infonavit-*.tar.gz"), key=lambda path: path.stat().st_mtime)
    for path in by_age[:-_KEPT_MODELS]:
        path.unlink()


@contextmanager
def _quiet(root: Path) -> Iterator[None]:
    """Keep Rasa's own bars and praise off the terminal, and the one warning that is by design."""
    importers = yaml.safe_load((root / "config.yml").read_text(encoding="utf-8"))["importers"]
    chosen = "|".join(name for one in importers for name in one.get("payload_only", []))
    # Rasa reads this variable, and nothing else, to decide whether to draw.
    level = os.environ.get("LOG_LEVEL")
    os.environ["LOG_LEVEL"] = "WARNING"
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            # Nobody types an intent that is only chosen: it has no other example.
            warnings.filterwarnings("ignore", message=f".*Intent '({chosen})' has only 1 training")
            warnings.filterwarnings("ignore", category=DeprecationWarning)
            yield
    finally:
        if level is None:
            del os.environ["LOG_LEVEL"]
        else:
            os.environ["LOG_LEVEL"] = level


@contextmanager
def _uncached() -> Iterator[None]:
    """Keep Rasa from hashing every example before and after every step.

    It does so to reuse parts of an earlier training, which ``force_training`` forgoes.
    """
    from rasa.engine.training.hooks import TrainingHook

    before, after = TrainingHook.on_before_node, TrainingHook.on_after_node
    TrainingHook.on_before_node = lambda *_, **__: {}  # type: ignore[method-assign]
    TrainingHook.on_after_node = lambda *_, **__: None  # type: ignore[method-assign]
    try:
        yield
    finally:
        TrainingHook.on_before_node = before  # type: ignore[method-assign]
        TrainingHook.on_after_node = after  # type: ignore[method-assign]


@contextmanager
def _reporting(progress: Progress | None) -> Iterator[None]:
    """Report each node of Rasa's training graph while the block runs."""
    if progress is None:
        yield
        return
    from rasa.engine.graph import GraphNode
    from rasa.engine.training.graph_trainer import GraphTrainer

    run_node, run_graph = GraphNode.__call__, GraphTrainer.train
    state = {"done": 0, "total": 1}

    def count(node, *args, **kwargs):  # type: ignore[no-untyped-def]
        progress(state["done"], state["total"], node._node_name)
        result = run_node(node, *args, **kwargs)
        state["done"] = min(state["done"] + 1, state["total"])
        progress(state["done"], state["total"], node._node_name)
        return result

    def begin(trainer, model_configuration, *args, **kwargs):  # type: ignore[no-untyped-def]
        state.update(done=0, total=len(model_configuration.train_schema.nodes))
        return run_graph(trainer, model_configuration, *args, **kwargs)

    GraphNode.__call__ = count  # type: ignore[method-assign]
    GraphTrainer.train = begin  # type: ignore[method-assign]
    try:
        yield
    finally:
        GraphNode.__call__ = run_node  # type: ignore[method-assign]
        GraphTrainer.train = run_graph  # type: ignore[method-assign]
    progress(state["total"], state["total"], "")
