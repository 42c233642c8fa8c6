"""Hand an attempt at a secure input to the brain as a payload of our own."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from conversations.attempts import Attempt
from conversations.messages import SecureKind
from conversations.pipeline import Turn

Details = dict[str, str | int]


def _nss(attempt: Attempt, token: str | None) -> Details:
    if token is not None:
        return {"nss": token}
    return {"problema": str(attempt.problem), "digitos": attempt.digits}


def _code(attempt: Attempt, token: str | None) -> Details:
    return {"codigo": token} if token is not None else {"problema": str(attempt.problem)}


_PAYLOADS: Mapping[SecureKind, tuple[str, Callable[[Attempt, str | None], Details]]] = {
    "nss": ("/dar_nss", _nss),
    "code": ("/dar_codigo", _code),
}


class ReadSecureInput:
    """Say what was given, or what is wrong with it, without the value."""

    name = "secure_input"

    async def run(self, turn: Turn) -> None:
        """Fill in `turn.payload` when there was an attempt."""
        if turn.attempt is None:
            return
        intent, details = _PAYLOADS[turn.attempt.kind]
        body = json.dumps(
            details(turn.attempt, turn.token), ensure_ascii=False, separators=(",", ":")
        )
        turn.payload = f"{intent}{body}"
