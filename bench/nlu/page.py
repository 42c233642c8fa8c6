"""The page of what was measured: ``docs/understanding.md``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bench.figures import Section
from bench.nlu.engines.diet import EPOCHS
from bench.nlu.lines import Line, Sets
from bench.nlu.metrics import Confusion, Topic
from bench.nlu.noise import KINDS
from bench.nlu.public import PublicResult
from bench.nlu.scores import Score

_CONFUSIONS = 30
_WORDS = ("taken for", "one of them", "example")
"""Columns that are read rather than compared."""

_NOISED = "¿Qué necesito para pagar mi crédito y llevar el recibo a la oficina?"

HEAD = """# How well it understands

What people ask is understood by a model learnt from the examples of `bot/data/nlu/` and from what
the importer derives of `kb/tramites/`. This page is written by `make bench-nlu`, which trains,
measures and compares; `python -m bench nlu --help` lists what can be left out.

Two sets of lines are asked: the *development* set (`tests/nlu/dev.jsonl` and `dev_talk.jsonl`) and
the *blind* set (`blind.jsonl`). The errors on the development set decided what examples were
added, so its figures flatter. The blind set was written apart, and its errors are not looked at,
so this page does not list them: believe the blind figures. Also asked are lines that are not
Infonavit's business (`outside.jsonl`) and lines with several questions (`double.jsonl`), which
served development too.
Short messages («iniciar sesión») are written alike by whoever writes them, so some lines are nearly
an example; *copies left out* is what remains without those that share three quarters of their
letter trigrams with one.

A line lists every intent that is acceptable for it, the best first; any of them is right, and
[topics.md](topics.md) says which is which. A line is *refused* when the answer is one of `fuera_…`
or that it was not understood.
"""

HOW = (
    "The trained model through Rasa's own processor, one message after another, in a process of "
    "its own: what runs in service, without the gateway. A topic that is refused counts as wrong, "
    "and of a message cut in several questions the intent of the whole counts."
)
_COMPARED = """## Beside other engines

All learn the same {examples:,} examples of {intents} intents and are asked the same lines. What
counts here is the likeliest intent, before any engine refuses: not all have a rule to refuse by.
*Outside refused* is the share of outside lines refused where exactly 5 % of the development lines
are, by each engine's own confidence (ours: trust). *Lost to noise* is what the eight kinds of noise
above take from the accuracy on the development set, on average. A message is timed alone, its
median shown; training is a whole training from nothing, ours and Rasa's with all that their
commands do besides.

- **Rasa's DIET**: Rasa's stock pipeline in its own environment (`bench/stock/`), but {epochs}
  epochs: its 100 take hours with as many examples as these, so more epochs may still help it.
- **nlp.js**: as it is for Spanish, from the lock in `bench/nlu/nlpjs/`.
- **TF-IDF + SVM**: words and letters, scikit-learn's `LinearSVC`.
- **Sentence encoder + LR**: our encoder alone, without folding, mending or letters beside it.

The development set was written while ours was made, which favours ours; the blind set favours none.

![How often the likeliest intent is right, by engine](images/understanding.svg)

"""
_PUBLIC = """## Public Spanish sets

Other people's intents, to see whether any of it carries over: each engine learns a set's own
training split and nothing else, ours with the weights chosen for Infonavit. Accuracy on the test
split.

"""
_NOT_PUBLIC = (
    "Not measured. The sets are not part of the project: put one file a set, an object a line "
    "with `text`, `intent` and `split`, in a folder, and name it with `--public` or `NLU_BENCH`.\n"
)


def page(
    section: Section,
    sets: Sets,
    examples: tuple[int, int],
    scores: Mapping[str, Score | str],
    noise: tuple[float, Mapping[str, float]],
    public: Sequence[PublicResult],
    topics: Mapping[str, Topic],
    confusions: Sequence[Confusion],
) -> str:
    """Return the whole page."""
    count, intents = examples
    return "\n".join(
        [
            HEAD,
            section.markdown(),
            _noise(*noise),
            _COMPARED.format(examples=count, intents=intents, epochs=EPOCHS) + _comparison(scores),
            _PUBLIC + (_public(public) if public else _NOT_PUBLIC),
            _confused(confusions, sets.dev),
            _topics(topics),
        ]
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table, its figures set to the right."""
    marks = ["---", *("---" if name in _WORDS else "---:" for name in head[1:])]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (head, marks, *rows))


def _noise(clean: float, noisy: Mapping[str, float]) -> str:
    rows = [
        (kind, f"{share:.1%}", f"{100 * (clean - share):.1f}", KINDS[kind](_NOISED))
        for kind, share in noisy.items()
    ]
    return (
        "## Under noise\n\n"
        "The development set, damaged by `bench/nlu/noise.py`, always alike. The loss is in "
        f"points of the {clean:.1%} without noise.\n\n"
        + table(("noise", "right at the first try", "loss", "example"), rows)
    )


def _comparison(scores: Mapping[str, Score | str]) -> str:
    head = (
        "engine", "right, development", "right, blind", "…copies left out",
        "macro-F1, development", "macro-F1, blind", "outside refused",
        "lost to noise, points", "ms a message", "training, s",
    )  # fmt: skip
    rows = (
        (name, found, *[""] * (len(head) - 2)) if isinstance(found, str) else _row(name, found)
        for name, found in scores.items()
    )
    return table(head, rows)


def _row(name: str, found: Score) -> Sequence[str]:
    return (
        name, f"{found.dev:.1%}", f"{found.blind:.1%}", f"{found.blind_unlike:.1%}",
        f"{found.f1_dev:.3f}", f"{found.f1_blind:.3f}", f"{found.outside:.1%}",
        f"{100 * found.noise_loss:.1f}", f"{1e3 * found.seconds:.1f}", f"{found.training:,.0f}",
    )  # fmt: skip


def _public(results: Sequence[PublicResult]) -> str:
    engines = list(results[0].accuracies)
    rows = (
        (
            found.name, str(found.intents), f"{found.train:,}", f"{found.test:,}",
            *(f"{found.accuracies[name]:.1%}" for name in engines),
        )
        for found in results
    )  # fmt: skip
    return table(("set", "intents", "learnt", "asked", *engines), rows)


def _confused(confusions: Sequence[Confusion], lines: Sequence[Line]) -> str:
    wrong = sum(confusion.count for confusion in confusions)
    rows = (
        (one.best, one.taken, str(one.count), one.example.replace("|", "\\|"))
        for one in confusions[:_CONFUSIONS]
    )
    return (
        "## What is taken for what\n\n"
        f"The most frequent of the {wrong} mistakes in {len(lines)} development lines.\n\n"
        + table(("should be", "taken for", "times", "one of them"), rows)
    )


def _topics(topics: Mapping[str, Topic]) -> str:
    rows = (
        (
            name,
            str(topic.lines),
            f"{topic.recall:.0%}",
            "–" if topic.precision is None else f"{topic.precision:.0%}",
        )
        for name, topic in topics.items()
    )
    return (
        "## Each intent\n\n"
        "On the development set. Recall: how many of its lines were understood so. Precision: how "
        "many of the lines understood so were its own.\n\n"
        + table(("intent", "lines", "recall", "precision"), rows)
    )
