"""The sentences the core says by itself, loaded from messages.yml."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

_TOKEN = re.compile(r"⟦([A-Z]+):[^⟧]*⟧")


class Texts(BaseModel):
    """Every sentence, checked when loaded; `hidden` is what stands for an identifier.

    `filler` are the words people put around a code without asking anything.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    failed: str
    too_long: str
    empty: str
    unreadable: str
    stale_choice: str
    stale_choice_live: str
    sealed_expired: str
    file_kept: str
    file_refused: str
    sealed_unavailable: str
    hidden: dict[str, str]
    filler: str

    def hide(self, kind: str) -> str:
        """Give the words that stand for an identifier of this kind."""
        return self.hidden.get(kind, self.hidden["NUMERO"])

    def without_tokens(self, text: str) -> str:
        """Put words in place of vault tokens, for people to read."""
        if "⟦" not in text:
            return text
        return _TOKEN.sub(lambda token: self.hide(token[1]), text)


@lru_cache(maxsize=1)
def texts() -> Texts:
    """Load the sentences once."""
    path = Path(__file__).with_name("messages.yml")
    return Texts.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
