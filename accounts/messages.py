"""Give the package's Spanish sentences and names by key."""

from functools import cache
from importlib.resources import files

import yaml


@cache
def _sections() -> dict[str, dict[str, str]]:
    text = files("accounts").joinpath("messages.yml").read_text(encoding="utf-8")
    sections: dict[str, dict[str, str]] = yaml.safe_load(text)
    return sections


def message(section: str, key: str) -> str:
    """Return one sentence or name; an unknown key is a KeyError, never a blank."""
    return _sections()[section][key]
