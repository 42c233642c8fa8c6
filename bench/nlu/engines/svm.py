"""Weighted words and letters with a linear support vector machine: what is tried first anywhere."""

from __future__ import annotations

import time
from collections.abc import Sequence

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import Pipeline, make_pipeline, make_union
from sklearn.svm import LinearSVC

from bench.nlu.answers import Outcome
from bench.nlu.engines.local import answer_each, softmax
from bench.nlu.lines import Pairs


class Svm:
    """TF-IDF of words and of letters within them, and scikit-learn's ``LinearSVC``."""

    name = "TF-IDF + SVM"

    def ask(self, examples: Pairs, texts: Sequence[str]) -> Outcome:
        """Train on the examples, then answer each text alone."""
        began = time.perf_counter()
        model = _pipeline().fit([text for text, _ in examples], [intent for _, intent in examples])
        training = time.perf_counter() - began
        # It has no probabilities: its margins are only made comparable.
        answers = answer_each(
            texts, model.classes_, lambda text: softmax(model.decision_function([text])[0])
        )
        return Outcome(answers, training)


def _pipeline() -> Pipeline:
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, strip_accents="unicode")
    letters = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, strip_accents="unicode"
    )
    return make_pipeline(make_union(words, letters), LinearSVC())
