"""Read one data file into its model, and say which field is wrong when one is."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from kb.errors import Problem

Location = tuple[int | str, ...]
Model = TypeVar("Model", bound=BaseModel)

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


def read_model(file: Path, model: type[Model]) -> tuple[Model | None, list[Problem]]:
    """Return what the file holds, or None and every problem of it."""
    try:
        # The loader builds plain data only: it descends from the safe one.
        data = yaml.load(file.read_text(encoding="utf-8"), Loader=_StrictLoader)  # noqa: S506
    except FileNotFoundError:
        return None, [Problem(file.name, "-", "this file is missing")]
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
        return model.model_validate(data), []
    except ValidationError as error:
        return None, [Problem(file.name, _field(loc), text) for loc, text in _defects(error)]


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
