"""Derive from the knowledge base what Rasa would have written by hand.

Adding a trámite is adding its file and its examples: its intent and its rule come from
here, and so do examples made of its title and synonyms. A trámite nobody can ask about,
or examples of something that does not exist, stop the training with a readable message.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.folding import fold
from bot.examples import Example, TrainingDataProblem, example, read_examples
from kb.library import Library
from kb.model import Tramite

GENERAL_ACTION = "action_tramite"
PERSONAL_ACTION = "action_cuenta"


class TramiteImporter(RasaFileImporter):
    """Add to Rasa's files the intents, rules and examples of every trámite.

    ``data`` is where the files are when Rasa's own default, ``data/``, is not there.
    ``payload_only`` names intents that are chosen, never typed. Each gets its payload as the
    one example, so that Rasa does not report it as forgotten; the classifier learns none.
    """

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: list[str] | str | None = None,
        data: str | None = None,
        payload_only: Sequence[str] = (),
        tramites: str | None = None,
    ) -> None:
        """Read the trámites; ``tramites`` is another folder than the project's own."""
        paths = _existing(training_data_paths) or ([data] if data else [])
        super().__init__(config_file, domain_path, paths)
        self._has_domain = domain_path is not None
        self._payload_only = tuple(payload_only)
        self._library = Library.load(Path(tramites) if tramites else None)
        self._nlu: TrainingData | None = None

    def get_domain(self) -> Domain:
        """Return the domain file's content and one intent per trámite."""
        domain = super().get_domain()
        if not self._has_domain:
            return domain
        return domain.merge(Domain.from_dict({"intents": list(self._library.ids())}))

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        """Return the stories and rules of the files and one rule per trámite."""
        rules = {"version": "3.1", "rules": [_rule(tramite) for tramite in self._library]}
        derived = YAMLStoryReader(self.get_domain()).read_from_parsed_yaml(rules)
        return super().get_stories(exclusion_percentage).merge(StoryGraph(derived))

    def get_nlu_data(self, language: str | None = "es") -> TrainingData:
        """Return the examples of the files and those derived from the trámites.

        Raises ``TrainingDataProblem`` for a trámite without examples of its own and for
        examples of an intent that is neither a trámite nor in the domain.
        """
        if self._nlu is None:
            # Rasa asks three times, and reading the files takes seconds.
            self._nlu = self._read_nlu()
        return self._nlu

    def _read_nlu(self) -> TrainingData:
        written = TrainingData(list(read_examples(self._nlu_files)))
        self._check(written)
        known = {fold(one.get(TEXT)) for one in written.intent_examples}
        derived = [*_examples(self._library, known), *map(_payload_example, self._payload_only)]
        return written.merge(TrainingData(derived))

    def _check(self, written: TrainingData) -> None:
        counted = written.number_of_examples_per_intent
        problems = [
            f"trámite «{tramite.id}» (kb/tramites/{tramite.id}.yml) has no examples: "
            f"add «- intent: {tramite.id}» to a file of bot/data/nlu/"
            for tramite in self._library
            if not counted.get(tramite.id)
        ]
        if self._has_domain:
            known = set(self.get_domain().intents)
            problems += [
                f"there are examples of «{intent}», which is neither a trámite of kb/tramites/ "
                "nor an intent of domain.yml"
                for intent in sorted(counted)
                if intent not in known
            ]
        if problems:
            raise TrainingDataProblem("\n".join(problems))


def _existing(paths: Sequence[str | None] | str | None) -> list[str]:
    listed = [paths] if isinstance(paths, str) else paths or []
    return [path for path in listed if path and Path(path).exists()]


def _rule(tramite: Tramite) -> dict[str, Any]:
    action = PERSONAL_ACTION if tramite.account else GENERAL_ACTION
    return {
        "rule": f"trámite {tramite.id}",
        "steps": [{"intent": tramite.id}, {"action": action}],
    }


def _examples(library: Iterable[Tramite], known: set[str]) -> list[Example]:
    examples = []
    for tramite in library:
        for text in (tramite.title, *tramite.synonyms):
            folded = fold(text)
            if folded and folded not in known:
                known.add(folded)
                examples.append(example(text, tramite.id))
    return examples


def _payload_example(intent: str) -> Example:
    return example(f"/{intent}", intent)
