"""Put identifiers away in the vault before anything is stored or sent."""

from __future__ import annotations

from conversations import attempts, privacy
from conversations.attempts import Attempt
from conversations.messages import SecureKind
from conversations.pipeline import Turn
from conversations.ports import Secret, Vault
from conversations.texts import texts


class HideIdentifiers:
    """Replace identifiers by tokens in the text, and by words in what is shown of it."""

    name = "privacy"

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def run(self, turn: Turn) -> None:
        """Leave no identifier in `turn.text` and `turn.shown`."""
        if not turn.text:
            return
        attempt = attempt_of(turn)
        found = privacy.find(turn.text, (attempt.found,) if attempt else ())
        hidden = [texts().hide(one.kind) for one in found]
        # Set before the vault is asked: this is also what is stored when it does not answer.
        turn.shown = privacy.replace(turn.text, found, hidden)
        turn.attempt = attempt
        if attempt is not None:
            turn.text = turn.shown
            if attempt.problem is None:
                turn.token = (await self._store(turn, [attempt.found]))[0]
            return
        if found:
            turn.text = privacy.replace(turn.text, found, await self._store(turn, found))

    async def _store(self, turn: Turn, found: list[privacy.Found]) -> list[str]:
        return await self._vault.store(
            turn.conversation, [Secret(one.kind, one.value) for one in found]
        )


def attempt_of(turn: Turn) -> Attempt | None:
    """Read the text as what was asked for, when something was."""
    if turn.inbound.secure_kind is not None:
        return attempts.given(turn.text, turn.inbound.secure_kind)
    asked = _asked(turn)
    return attempts.read(turn.text, asked) if asked else None


def _asked(turn: Turn) -> SecureKind | None:
    conversation = turn.claim.conversation
    until = conversation.awaiting_until
    return conversation.awaiting if until is not None and until > turn.now else None
