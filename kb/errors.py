"""Name what can go wrong with the knowledge base, in words that say where to look."""

from __future__ import annotations

from dataclasses import dataclass


class KbError(Exception):
    """Be the family of every error the knowledge base raises."""


@dataclass(frozen=True)
class Problem:
    """Point at one defect: the file, the field inside it, and what is wrong."""

    file: str
    field: str
    message: str

    def __str__(self) -> str:
        """Read as one line: file, field, message."""
        return f"{self.file}: {self.field}: {self.message}"


class LibraryInvalid(KbError):
    """Report every defect found while loading, not just the first one."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Keep the problems; the message lists them one a line."""
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class UnknownTramite(KbError):
    """Say that no trámite has that id."""

    def __init__(self, tramite_id: str) -> None:
        """Keep the id that was asked for."""
        self.tramite_id = tramite_id
        super().__init__(f"no trámite has the id {tramite_id!r}")


class UnknownPlace(KbError):
    """Say that no state or city has that name."""

    def __init__(self, name: str) -> None:
        """Keep the name that was asked for."""
        self.name = name
        super().__init__(f"no state or city is called {name!r}")
