"""One readable log for every process, with a scrubber as its last line of defence."""

from __future__ import annotations

import logging
import os
import re
import sys
import traceback
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

_MOST_LINES = 100
_SET_ASIDE = "¤"
# None can hold an identifier: the digits of an address are the machine's, and a hash with a
# run long enough for one is not taken for a hash.
_OURS = re.compile(
    r"(?<![\w.:])(?:127\.0\.0\.1|0\.0\.0\.0)(?::\d{1,5})?(?![\w.:-]*\d)"
    r"|\bchat-infonavit-(?![0-9a-f]*\d{8})[0-9a-f]{12}(?:\.tar\.gz)?(?!\w)"
    r"|(?<!\w)0x(?![0-9a-f]*\d{8})[0-9a-f]{6,16}(?!\w)"
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
                structlog.processors.ExceptionRenderer(_frames),
                _one_line,
            ],
        )
    )
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(level)
    # Rasa's debug lines quote what people write.
    logging.getLogger("rasa").setLevel(max(level, logging.INFO))
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    # Rasa's and sanic's own deprecations are theirs to mend; they say nothing to an operator.
    warnings.filterwarnings("ignore", module=r"(rasa|sanic|pkg_resources)")
    warnings.filterwarnings("ignore", message="Slot auto-fill")
    logging.captureWarnings(capture=True)
    # Sanic puts its own filter before these two whenever an application is made.
    logging.getLogger("py.warnings").addFilter(_not_a_deprecation)
    structlog.get_logger().debug("logging configured", process=process)


def _frames(exc_info: structlog.typing.ExcInfo) -> str:
    """Tell where and of what type an exception and its causes are.

    Messages are left out, since many quote what they choked on (a database error, all its
    values); the system's own are kept.
    """
    lines: list[str] = []
    error: BaseException | None = exc_info[1]
    while error is not None and len(lines) < _MOST_LINES:
        message = f": {error}" if isinstance(error, OSError) else ""
        lines.append(f"{type(error).__module__}.{type(error).__qualname__}{message}")
        frames = traceback.extract_tb(error.__traceback__)
        lines += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(lines)


def _not_a_deprecation(record: logging.LogRecord) -> bool:
    return "DeprecationWarning" not in record.getMessage()


def _one_line(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> str:
    time, level = event.pop("timestamp", ""), str(event.pop("level", "info"))
    text, trace = str(event.pop("event", "")), event.pop("exception", "")
    fields = " ".join(f"{key}={value}" for key, value in event.items() if not key.startswith("_"))
    line = "\\n".join(scrubbed(" ".join(part for part in (text, fields) if part)).splitlines())
    head = f"{time} {level.upper():7} {line}"
    # Indented, so that no line of an exception's message can pass for an event of its own.
    return "\n    ".join((head, *scrubbed(str(trace)).splitlines())) if trace else head


def scrubbed(text: str) -> str:
    """Blank what identifies a person; leave loopback addresses and names of model files.

    What is left is set aside before looking, and only if nothing around it was blanked
    together with it: a number that goes on across an address is still one number.
    """
    clean = text.replace(_SET_ASIDE, "")
    kept = [found[0] for found in _OURS.finditer(clean)]
    pieces = scrub(_OURS.sub(_SET_ASIDE, clean)).split(_SET_ASIDE) if kept else []
    if len(pieces) != len(kept) + 1:
        return scrub(clean)
    return "".join(piece + own for piece, own in zip(pieces, (*kept, ""), strict=True))
