"""Search the knowledge base as the brain does, without a server: with what the model learnt."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from bot import compat

compat.install()

from rasa.engine.storage.local_model_storage import LocalModelStorage  # noqa: E402
from rasa.engine.storage.resource import Resource  # noqa: E402

from bot.components.folding import fold  # noqa: E402
from bot.components.neighbours import TramiteNeighbours  # noqa: E402
from bot.encoding import encode  # noqa: E402
from kb.search import Hit, Search  # noqa: E402


class TrainedSearch:
    """Rank the trámites for a text; typing errors are not repaired here, as they are in a turn."""

    def __init__(self, model: Path) -> None:
        """Read the search out of a model; raises ``LookupError`` when it has none."""
        self._search = _stored(model)

    def nearest(self, text: str, k: int = 3) -> list[Hit]:
        """Give the k nearest trámites, best first."""
        folded = fold(text)
        if not folded:
            return []
        return self._search.nearest(folded, k, encode([folded])[0])


def _stored(model: Path) -> Search:
    with TemporaryDirectory(prefix="search-") as folder:
        storage, metadata = LocalModelStorage.from_model_archive(Path(folder), model)
        for node in metadata.predict_schema.nodes.values():
            if node.uses is TramiteNeighbours and node.resource is not None:
                resource = Resource(node.resource.name)
                loaded = TramiteNeighbours.load(node.config, storage, resource, None)  # type: ignore[arg-type]
                return loaded.search
    raise LookupError(f"{model} holds no search")
