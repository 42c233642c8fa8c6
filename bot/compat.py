"""Let Rasa 3.6.21 import and run on current libraries, without TensorFlow.

Rasa's last open release imports TensorFlow, and the library of every channel and store it
knows, at module level even when nothing uses them, and calls three interfaces that newer
numpy and sanic renamed. ``install`` mends exactly those; call it before the first ``import
rasa``. ``leave_out_the_unserved`` also stands in for what Rasa imports and a process that
only answers never uses.
"""

from __future__ import annotations

import abc
import importlib.abc
import importlib.machinery
import os
import sys
import types
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

_NOT_INSTALLED = (
    *("tensorflow", "keras"),
    # Rasa's own channels, which our one channel replaces.
    *("aiogram", "fbmessenger", "google.auth", "google.oauth2", "mattermostwrapper"),
    *("rocketchat_API", "slack_sdk", "twilio", "webexteamssdk"),
    # Stores and brokers that endpoints.yml does not name.
    *("aio_pika", "aiormq", "boto3", "botocore", "bson", "pymongo"),
)
_UNSERVED = (
    *("prompt_toolkit", "questionary", "redis", "socketio"),
    # Training and evaluation: the trained model is plain arrays.
    *("joblib", "matplotlib", "networkx", "sklearn", "sklearn_crfsuite"),
)


class _MissingMeta(abc.ABCMeta):
    """Answer any attribute, call or index of a class that is not there."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith(("__", "_abc")):
            raise AttributeError(name)
        return Missing

    def __getitem__(cls, key: object) -> Any:
        return cls

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls is not Missing:
            return super().__call__(*args, **kwargs)
        # Used as a bare decorator (``@tf.function``): hand the function back.
        if len(args) == 1 and callable(args[0]) and not kwargs:
            return args[0]
        return Missing

    def __iter__(cls) -> Iterator[Any]:
        return iter(())

    def __len__(cls) -> int:
        return 0


class Missing(metaclass=_MissingMeta):
    """Stand in for every object left out; a subclass cannot be instantiated."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise RuntimeError(
            "TensorFlow is not installed, and a process that only answers leaves out training and "
            "other channels, stores and brokers: see bot/compat.py."
        )

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Accept any class keyword."""


class _MissingModule(types.ModuleType):
    __path__ = ()  # type: ignore[assignment]
    __version__ = "2.12.0"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Missing


class _MissingFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        parts = fullname.split(".")
        if not any(".".join(parts[:depth]) in self.names for depth in (1, 2)):
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _MissingModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Nothing to run: attributes are answered on demand."""


def _stand_in_for(names: Iterable[str]) -> None:
    finder = next((one for one in sys.meta_path if isinstance(one, _MissingFinder)), None)
    if finder is None:
        finder = _MissingFinder()
        sys.meta_path.insert(0, finder)
    finder.names.update(names)


def _restore_numpy_warning() -> None:
    import numpy as np

    if not hasattr(np, "VisibleDeprecationWarning"):
        np.VisibleDeprecationWarning = np.exceptions.VisibleDeprecationWarning  # type: ignore[attr-defined]


def _run_sanic_in_this_process() -> None:
    # Sanic 22.9 moved serving to worker processes it spawns itself; Rasa's app is made of
    # closures that cannot be pickled. One process per brain is the design, so ask for it.
    import sanic

    original = sanic.Sanic.run
    if getattr(original, "_in_this_process", False):
        return

    def run(self: Any, *args: Any, workers: int = 1, **kwargs: Any) -> None:
        kwargs.setdefault("motd", False)
        original(self, *args, single_process=True, **kwargs)

    run._in_this_process = True  # type: ignore[attr-defined]
    sanic.Sanic.run = run  # type: ignore[method-assign]


def install() -> None:
    """Prepare this process for ``import rasa``; repeating it changes nothing."""
    # Telemetry is on by default and would call home; BLAS threads cost more than they give.
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    # Rasa brings 4,000 modules; where bytecode is not kept every start compiles them for 6 s.
    sys.dont_write_bytecode = False
    _stand_in_for(_NOT_INSTALLED)
    _restore_numpy_warning()
    _run_sanic_in_this_process()


def leave_out_the_unserved() -> None:
    """Stand in for libraries that only training and other channels and stores use.

    For the process that serves turns: half of its start and a tenth of its memory.
    """
    install()
    _stand_in_for(_UNSERVED)
