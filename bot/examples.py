"""Read the written examples, as Rasa would, in a tenth of the time.

Rasa reads YAML in pure Python, checks it against a schema and looks for entities in every
line; ours hold intents and plain lines only, and there are tens of thousands of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml
from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

_MARK = "- "


class TrainingDataProblem(RasaException):
    """The examples cannot be read, or do not match the trámites."""


class Example(Message):
    """Hold one example; a copy is cheap, since what it holds is never changed in place.

    Rasa puts all examples in a dictionary each time it joins or splits them.
    """

    def __hash__(self) -> int:
        """Return a hash of what is written: equal examples have equal ones, as Python asks.

        Rasa's is a fingerprint of everything in it, made anew for every copy.
        """
        return hash((self.get(TEXT), self.get(INTENT)))

    def __deepcopy__(self, memo: dict[int, Any]) -> Example:
        """Return a copy that shares the values."""
        return Example(data=dict(self.data), features=list(self.features))


def example(text: str, intent: str) -> Example:
    """Return the example that a text is meant as an intent."""
    return Example({TEXT: text, INTENT: intent})


def read_examples(files: Iterable[str | Path]) -> Iterator[Example]:
    """Yield the examples of files in Rasa's format; raises ``TrainingDataProblem``."""
    for file in map(Path, files):
        try:
            # The C loader, which builds plain data only.
            data = yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
            blocks = [(block["intent"], block["examples"]) for block in data["nlu"]]
        except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError) as error:
            raise TrainingDataProblem(
                f"{file}: «nlu» must be a list of «intent» and «examples» ({error})"
            ) from error
        for intent, written in blocks:
            for line in written.splitlines():
                if not line.startswith(_MARK):
                    raise TrainingDataProblem(f"{file}: {intent}: {line!r} must begin with «- »")
                yield example(line.removeprefix(_MARK).strip(), intent)
