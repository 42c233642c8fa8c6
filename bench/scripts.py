"""What is said in the measured conversations (``messages.yml``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import yaml


@cache
def content(name: str) -> Sequence[Any]:
    """Return one part of the file as it is written."""
    whole = yaml.safe_load(Path(__file__).with_name("messages.yml").read_text())
    return tuple(whole[name])


def lines(name: str) -> Sequence[str]:
    """Return the lines of a round by name: identity, web or brain."""
    return content(name)


def rounds(name: str, turns: int, start: int = 0) -> Iterator[str]:
    """Give that many lines of a repeated round, from a line on."""
    return islice(cycle(lines(name)), start, start + turns)
