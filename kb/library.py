"""Load the trámites from their files, and say which file and field is wrong when one is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from kb import decisions
from kb.errors import LibraryInvalid, Problem, UnknownTramite
from kb.model import Tramite

Location = tuple[int | str, ...]

TRAMITES = Path(__file__).parent / "tramites"

_PLAIN_MESSAGES = {
    "missing": "this field is missing",
    "extra_forbidden": "no such field; is it misspelt?",
    "string_too_short": "is empty",
    "string_too_long": "has room for {max_length} characters",
    "too_short": "needs at least {min_length} items",
    "too_long": "has room for {max_length} items",
}


class _StrictLoader(yaml.CSafeLoader):
    """Refuse a key written twice, which YAML would otherwise settle in silence."""


def _mapping(loader: _StrictLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in seen:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {key!r} is written twice", key_node.start_mark
            )
        seen.add(key)
    return loader.construct_mapping(node, deep=True)


_StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


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
        raise LibraryInvalid((Problem(str(folder), "-", "there is no .yml file here"),))
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
    try:
        # The loader builds plain data only: it descends from the safe one.
        data = yaml.load(file.read_text(encoding="utf-8"), Loader=_StrictLoader)  # noqa: S506
    except UnicodeDecodeError:
        return None, [Problem(file.name, "-", "is not UTF-8 text")]
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        return None, [Problem(file.name, f"line {line}", error.problem or "is not valid YAML")]
    except yaml.YAMLError as error:
        return None, [Problem(file.name, "-", str(error).splitlines()[0])]
    if not isinstance(data, dict):
        return None, [Problem(file.name, "-", "must hold fields and values")]
    try:
        tramite = Tramite.model_validate(data)
    except ValidationError as error:
        return None, [Problem(file.name, _field(loc), text) for loc, text in _defects(error)]
    wrong = decisions.defects(tramite)
    if wrong:
        return None, [Problem(file.name, field, text) for field, text in wrong]
    if tramite.id != file.stem:
        return None, [Problem(file.name, "id", f"is {tramite.id!r} but the file is {file.stem!r}")]
    return tramite, []


def _defects(error: ValidationError) -> list[tuple[Location, str]]:
    details = error.errors()
    # A list that holds a bad item also counts as short of it: only the item is to be fixed.
    holders = {d["loc"][:size] for d in details for size in range(1, len(d["loc"]))}
    return [
        (d["loc"], _message(d["type"], d["msg"], d.get("ctx", {})))
        for d in details
        if d["loc"] not in holders
    ]


def _message(kind: str, message: str, context: dict[str, Any]) -> str:
    plain = _PLAIN_MESSAGES.get(kind)
    return message if plain is None else plain.format_map(context)


def _field(location: Location) -> str:
    # People count from 1: steps[2] is the second step of the file.
    return "".join(
        f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in location
    ).lstrip(".")
