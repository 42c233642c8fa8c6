"""Write our training data as the plain files that any Rasa reads."""

from __future__ import annotations

import warnings
from pathlib import Path

from bench.paths import ROOT
from bot import compat


def export(folder: Path) -> None:
    """Write domain.yml, nlu.yml and stories.yml, with what the importer derives, to a folder."""
    compat.install()
    folder.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        # Rasa's remarks on old habits of others.
        warnings.simplefilter("ignore")
        _export(folder)


def _export(folder: Path) -> None:
    from rasa.shared.core.training_data.story_writer.yaml_story_writer import YAMLStoryWriter
    from rasa.shared.importers.importer import TrainingDataImporter

    importer = TrainingDataImporter.load_from_config(
        str(ROOT / "config.yml"), str(ROOT / "domain.yml"), [str(ROOT / "bot" / "data")]
    )
    (folder / "domain.yml").write_text(importer.get_domain().as_yaml())
    (folder / "nlu.yml").write_text(importer.get_nlu_data().nlu_as_yaml())
    steps = importer.get_stories().story_steps
    YAMLStoryWriter().dump(folder / "stories.yml", steps)
