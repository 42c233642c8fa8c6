"""What a personal answer is, whatever it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.replies import Card, Choice, Document

Wish = Mapping[str, Any]
"""What somebody wants to know of their account: ``dato`` names the answer; beside it, what the
message said about it: an amount, a month. It waits in a slot until identity is proven."""

MONTHLY = "mes"
"""What ``cada`` says of an amount that comes every month."""


@dataclass(frozen=True)
class Answer:
    """A personal answer and the buttons of what may come next."""

    text: str
    card: Card | None
    buttons: tuple[str | Choice, ...]
    document: Document | None = None


class Lacking(Exception):
    """Something must be asked before the answer can be given; nothing personal was read yet.

    ``detail`` names the question (see details.py), ``problem`` the sentence on what was said
    instead of its answer.
    """

    def __init__(self, detail: str, problem: str | None = None) -> None:
        """Name the question and what was wrong."""
        super().__init__(detail)
        self.detail = detail
        self.problem = problem
