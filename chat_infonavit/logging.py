"""One readable log for every process, with a scrubber as its last line of defence."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections.abc import MutableMapping
from typing import Any

import structlog

from conversations.privacy import scrub

_NOISY = (
    "apscheduler",
    "aiosqlite",
    "asyncio",
    "matplotlib",
    "rasa.shared",
    "rasa_sdk",
    "sanic.root",
    "alembic",
)


def configure(process: str) -> None:
    """Send structlog and the standard library's logging to stdout, one scrubbed line an event."""
    level = logging.getLevelName(os.environ.get("CHAT_LOG_LEVEL", "INFO").upper())
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _one_line,
            ],
        )
    )
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(level)
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    # Rasa's and sanic's own deprecations are theirs to mend; they say nothing to an operator.
    warnings.filterwarnings("ignore", module=r"(rasa|sanic|pkg_resources)")
    warnings.filterwarnings("ignore", message="Slot auto-fill")
    logging.captureWarnings(capture=True)
    structlog.get_logger().debug("logging configured", process=process)


def _one_line(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> str:
    time, level = event.pop("timestamp", ""), str(event.pop("level", "info"))
    text, trace = str(event.pop("event", "")), event.pop("exception", "")
    fields = " ".join(f"{key}={value}" for key, value in event.items() if not key.startswith("_"))
    line = scrub(" ".join(part for part in (text, fields) if part)).replace("\n", "\\n")
    head = f"{time} {level.upper():7} {line}".replace("\r", "\\r")
    return f"{head}\n{scrub(str(trace))}" if trace else head
