"""The coverage of the knowledge base counts what was played and names what was not."""

from __future__ import annotations

from bench.kb_coverage import LEAST, shares
from kb.decisions import paths
from kb.library import Library

LIBRARY = Library.load()


def test_nothing_played_is_nothing_covered() -> None:
    found = shares(LIBRARY, {"topics": [], "steps": [], "options": [], "paths": []})
    assert [share.name for share in found] == list(LEAST)
    assert {share.played for share in found} == {0.0}
    assert not any(share.enough for share in found)


def test_everything_played_is_everything_covered() -> None:
    played = {
        "topics": list(LIBRARY.ids()),
        "steps": [[t.id, n] for t in LIBRARY for n in range(1, len(t.steps) + 1)],
        "options": [
            [t.id, n, o.label] for t in LIBRARY for n, d in t.decisions.items() for o in d.options
        ],
        "paths": [
            [t.id, *(option.label for _, option in path.answers)]
            for t in LIBRARY
            for path in paths(t)
        ],
    }
    found = shares(LIBRARY, played)
    assert {share.played for share in found} == {1.0}
    assert found[-1].total == sum(len(list(paths(tramite))) for tramite in LIBRARY)


def test_what_is_not_played_is_named_and_fails() -> None:
    topics = [name for name in LIBRARY.ids() if name != "prorroga"]
    played = {"topics": topics, "steps": [["prorroga", 1]], "options": [], "paths": []}
    found = shares(LIBRARY, played)
    assert "not played: prorroga" in str(found[0])
    assert not found[0].enough
    assert ("prorroga", 1) not in found[1].missing
    assert ("prorroga", 2) in found[1].missing
