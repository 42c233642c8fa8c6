"""Rasa's message processor without what costs every turn and serves none of ours.

Stock Rasa plans the graph anew for each run, sends the whole domain and every event with
each action, and checks its own JSON schema, as well as the answer, after each action: the
last alone takes longer than all the rest of a turn.
"""

from __future__ import annotations

from typing import Any

from rasa.core.actions.action import Action, RemoteAction
from rasa.core.agent import Agent
from rasa.core.processor import MessageProcessor
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from bot.action_endpoint import failure, recording_failure
from bot.graph_runner import OrderedGraphRunner


class TurnAction(RemoteAction):
    """Call a custom action with what ours read: slots and the last message."""

    def _action_call_format(self, tracker: DialogueStateTracker, domain: Domain) -> dict[str, Any]:
        return {
            "next_action": self.name(),
            "sender_id": tracker.sender_id,
            "tracker": {**tracker.current_state(), "events": []},
            "domain": {},
        }

    def _validate_action_result(self, result: Any) -> bool:
        # ActionEndpoint has checked the shape; each event is checked as it is read.
        return True

    async def run(self, *args: Any, **kwargs: Any) -> Any:
        """Run the action; Rasa only logs what goes wrong, so it is recorded here."""
        with recording_failure(self.name()):
            return await super().run(*args, **kwargs)


class TurnProcessor(MessageProcessor):
    """Take over the model that Rasa loaded, and run it the short way."""

    def __init__(self, loaded: MessageProcessor) -> None:
        self.__dict__.update(loaded.__dict__)
        self.graph_runner = OrderedGraphRunner.of(loaded.graph_runner)

    async def _run_action(self, action: Action, *args: Any, **kwargs: Any) -> bool:
        if type(action) is RemoteAction:
            action = TurnAction(action.name(), self.action_endpoint)
        more = await super()._run_action(action, *args, **kwargs)
        # A rejected action would be predicted again and again.
        return bool(more) and not failure.get()


def take_over(agent: Agent) -> None:
    """Give an agent with a model our processor; repeating it changes nothing."""
    if agent.processor is not None and not isinstance(agent.processor, TurnProcessor):
        agent.processor = TurnProcessor(agent.processor)
