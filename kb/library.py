"""Load the trámites from their files, and say which file and field is wrong when one is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from kb import decisions
from kb.errors import LibraryInvalid, Problem, UnknownTramite
from kb.files import read_model
from kb.model import Tramite
from kb.problems import why

TRAMITES = Path(__file__).parent / "tramites"


class Library:
    """Hold the trámites in order of id; never changes once loaded."""

    def __init__(self, tramites: tuple[Tramite, ...]) -> None:
        """Keep the trámites, sorted by id so that every listing is the same."""
        self._by_id = {tramite.id: tramite for tramite in sorted(tramites, key=lambda t: t.id)}

    @classmethod
    def load(cls, path: Path | None = None) -> Library:
        """Read every `*.yml` of a folder; without one, the trámites of the project, read once.

        Raises LibraryInvalid with all the problems of all the files.
        """
        return _default() if path is None else _read(path)

    @property
    def tramites(self) -> tuple[Tramite, ...]:
        """Give all the trámites, in order of id."""
        return tuple(self._by_id.values())

    def get(self, tramite_id: str) -> Tramite:
        """Give one trámite; raises UnknownTramite when there is none."""
        try:
            return self._by_id[tramite_id]
        except KeyError:
            raise UnknownTramite(tramite_id) from None

    def ids(self) -> tuple[str, ...]:
        """Give the ids, in order."""
        return tuple(self._by_id)

    def __contains__(self, tramite_id: object) -> bool:
        """Tell whether there is a trámite with that id."""
        return tramite_id in self._by_id

    def __iter__(self) -> Iterator[Tramite]:
        """Go through the trámites in order of id."""
        return iter(self._by_id.values())

    def __len__(self) -> int:
        """Count the trámites."""
        return len(self._by_id)


@cache
def _default() -> Library:
    return _read(TRAMITES)


def _read(folder: Path) -> Library:
    files = sorted(folder.glob("*.yml"))
    if not files:
        raise LibraryInvalid((Problem(str(folder), "-", why("carpeta_vacia")),))
    tramites: list[Tramite] = []
    problems: list[Problem] = []
    for file in files:
        tramite, found = _read_file(file)
        problems.extend(found)
        if tramite is not None:
            tramites.append(tramite)
    ids = [file.stem for file in files]
    for name, (field, message) in decisions.astray(tramites, ids):
        problems.append(Problem(f"{name}.yml", field, message))
    if problems:
        raise LibraryInvalid(tuple(problems))
    return Library(tuple(tramites))


def _read_file(file: Path) -> tuple[Tramite | None, list[Problem]]:
    tramite, problems = read_model(file, Tramite)
    if tramite is None:
        return None, problems
    wrong = decisions.defects(tramite)
    if wrong:
        return None, [Problem(file.name, field, text) for field, text in wrong]
    if tramite.id != file.stem:
        text = why("otro_nombre", id=tramite.id, archivo=file.stem)
        return None, [Problem(file.name, "id", text)]
    return tramite, problems
