"""The one exception family of the conversation core."""


class ConversationsError(Exception):
    """Base of everything the core raises on purpose."""


class Misconfigured(ConversationsError):
    """Refuse to start: a setting is missing or wrong. The text says which."""


class Overloaded(ConversationsError):
    """Refuse new events: too many are open. Nothing of the batch was stored."""


class UnknownConversation(ConversationsError):
    """Say that no conversation has this id."""


class LeaseLost(ConversationsError):
    """Another worker took the conversation over; nothing was written."""


class Retryable(ConversationsError):
    """A turn that may work later. `retries` caps how often; None leaves it to the settings."""

    retries: int | None = None


class Permanent(ConversationsError):
    """A turn that can never work as it is."""


class BrainUnavailable(Retryable):
    """The brain cannot be reached, is not ready or answers too late."""


class BrainFailed(Retryable):
    """The brain broke on this turn, or its answer cannot be read."""

    retries = 2


class BrainRejected(Permanent):
    """The brain refuses the turn: our request or our credentials are wrong."""


class VaultUnavailable(Retryable):
    """The vault cannot be reached, so an identifier cannot be put away."""


class VaultRejected(Permanent):
    """The vault refuses what we send it: a retry would not help."""


class DocumentRefused(Permanent):
    """A document is not handed out; `reason` is a `Refusal`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BodyUnreadable(Permanent):
    """No configured key opens the stored body of an event."""
