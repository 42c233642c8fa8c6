"""Read one data file into its model, and say which field is wrong when one is."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from kb.errors import Problem
from kb.problems import why, why_field

Location = tuple[int | str, ...]
Model = TypeVar("Model", bound=BaseModel)


class _KeyTwice(yaml.constructor.ConstructorError):
    """A key is written twice; the problem says which."""


class _StrictLoader(yaml.CSafeLoader):
    """Refuse a key written twice, which YAML would otherwise settle in silence."""


def _mapping(loader: _StrictLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in seen:
            problem = why("clave_repetida", clave=key)
            raise _KeyTwice(None, None, problem, key_node.start_mark)
        seen.add(key)
    return loader.construct_mapping(node, deep=True)


_StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_model(file: Path, model: type[Model]) -> tuple[Model | None, list[Problem]]:
    """Return what the file holds, or None and every problem of it."""
    try:
        # The loader builds plain data only: it descends from the safe one.
        data = yaml.load(file.read_text(encoding="utf-8"), Loader=_StrictLoader)  # noqa: S506
    except FileNotFoundError:
        return None, [Problem(file.name, "-", why("falta_archivo"))]
    except UnicodeDecodeError:
        return None, [Problem(file.name, "-", why("no_utf8"))]
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        own = error.problem if isinstance(error, _KeyTwice) else None
        return None, [Problem(file.name, why("linea", numero=line), own or why("mal_yaml"))]
    except yaml.YAMLError:
        return None, [Problem(file.name, "-", why("mal_yaml"))]
    if not isinstance(data, dict):
        return None, [Problem(file.name, "-", why("sin_campos"))]
    try:
        return model.model_validate(data), []
    except ValidationError as error:
        return None, [Problem(file.name, _field(loc), text) for loc, text in _defects(error)]


def _defects(error: ValidationError) -> list[tuple[Location, str]]:
    details = error.errors()
    # A list that holds a bad item also counts as short of it: only the item is to be fixed.
    holders = {d["loc"][:size] for d in details for size in range(1, len(d["loc"]))}
    return [
        (d["loc"], why_field(d["type"], d.get("ctx", {})))
        for d in details
        if d["loc"] not in holders
    ]


def _field(location: Location) -> str:
    # People count from 1: steps[2] is the second step of the file.
    return "".join(
        f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in location
    ).lstrip(".")
