"""Split a message into tokens and set its folded text, which later components read."""

from __future__ import annotations

import re
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.folding import fold, question_beside_token, without_courtesy

FOLDED_TEXT = "folded_text"

_TOKEN = re.compile(r"⟦[A-ZÑ]+:\d+⟧|\$?\d+(?:[.,/\-]\d+)*|\w+|\$")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class SpanishNormalizer(Tokenizer):
    """Tokenise Spanish text and set its folded form under ``FOLDED_TEXT``."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the options Rasa's own tokenisers share."""
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
            "prefix_separator_symbol": None,
        }

    @staticmethod
    def required_packages() -> list[str]:
        """Return nothing: all it needs is installed with the project."""
        return []

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Return the words, amounts and vault tokens of one attribute."""
        text = message.get(attribute)
        return [Token(match.group(), match.start()) for match in _TOKEN.finditer(text)]

    def process(self, messages: list[Message]) -> list[Message]:
        """Set tokens and the folded text on every message."""
        for message in super().process(messages):
            _set_folded(message)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Set the folded text on every example; nothing that is trained reads tokens."""
        for example in training_data.training_examples:
            _set_folded(example)
        return training_data


def _set_folded(message: Message) -> None:
    text = message.get(TEXT)
    if isinstance(text, str):
        message.set(FOLDED_TEXT, without_courtesy(fold(question_beside_token(text))))
