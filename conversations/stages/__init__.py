"""The stages of a turn, one per file, and the order they run in."""

from __future__ import annotations

from conversations.db import Database
from conversations.pipeline import Pipeline, Stage
from conversations.ports import Brain, Vault
from conversations.settings import Settings
from conversations.stages.attachment import ReadAttachment
from conversations.stages.brain import AskBrain
from conversations.stages.choice import ResolveChoice
from conversations.stages.clean import CleanText
from conversations.stages.consent import HoldRequest, ReadConsent, StopEarlyData
from conversations.stages.failure import HandleFailure
from conversations.stages.owner import CheckOwner
from conversations.stages.persist import Persist
from conversations.stages.privacy import HideIdentifiers
from conversations.stages.render import Render
from conversations.stages.secure_input import ReadSecureInput


def build(settings: Settings, database: Database, vault: Vault, brain: Brain) -> Pipeline:
    """Put the stages in order."""
    before, answer, hold = _consent() if settings.consent else ((), (), ())
    return Pipeline(
        stages=(
            CleanText(),
            *before,
            HideIdentifiers(vault),
            ReadSecureInput(),
            ReadAttachment(),
            ResolveChoice(),
            *answer,
            CheckOwner(),
            AskBrain(brain, settings.brain_timeout, settings.patience),
            *hold,
        ),
        terminal=(
            HandleFailure(settings.max_attempts, settings.patience),
            Render(),
            Persist(database),
        ),
    )


def _consent() -> tuple[tuple[Stage, ...], tuple[Stage, ...], tuple[Stage, ...]]:
    """Make the stages of the privacy notice: before data, at its answer, before a request."""
    return (StopEarlyData(),), (ReadConsent(),), (HoldRequest(),)
