"""The assistant's sentence encoder alone: no folding, no mending, no letters beside it."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression

from bench.nlu.answers import Outcome
from bench.nlu.engines.local import answer_each
from bench.nlu.lines import Pairs


class EncoderAlone:
    """Sentence vectors of the texts as written, and scikit-learn's logistic regression."""

    name = "Sentence encoder + LR"

    def ask(self, examples: Pairs, texts: Sequence[str]) -> Outcome:
        """Train on the examples, then answer each text alone."""
        from bot.encoding import encode

        encode(["hola"])  # loads the weights
        began = time.perf_counter()
        model = LogisticRegression(C=20.0, max_iter=200)
        vectors = encode([text for text, _ in examples])
        model.fit(vectors, np.array([intent for _, intent in examples]))
        training = time.perf_counter() - began
        answers = answer_each(
            texts, model.classes_, lambda text: model.predict_proba(encode([text]))[0]
        )
        return Outcome(answers, training)
