"""The one door into the brain: ``POST /turns`` on Rasa's own server, and its health.

A Rasa input channel, named in ``credentials.yml``. Errors are problem documents
(RFC 9457) and never hold a word of what a person wrote.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from bot.action_endpoint import ActionEndpoint
from bot.settings import BotSettings
from bot.turns import Turn, TurnError, TurnPlayer

logger = logging.getLogger(__name__)


class TurnRequest(BaseModel):
    """What the gateway posts; exactly one of ``text`` and ``payload``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    conversation: str = Field(min_length=1, max_length=100)
    message_id: str = Field(min_length=1, max_length=200)
    identity: str = Field(default="", max_length=200)
    text: str | None = Field(default=None, max_length=8000)
    payload: str | None = Field(default=None, max_length=2000)
    capabilities: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_of(self) -> TurnRequest:
        if (self.text is None) == (self.payload is None):
            raise ValueError("give either text or payload")
        return self


class TurnChannel(InputChannel):
    """Serve turns to the gateway."""

    def __init__(self, settings: BotSettings) -> None:
        self._settings = settings
        self._player: TurnPlayer | None = None

    @classmethod
    def name(cls) -> str:
        """Return the channel's name in Rasa."""
        return "turns"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> TurnChannel:
        """Build the channel; its settings come from the environment, not from a file."""
        return cls(BotSettings())  # type: ignore[call-arg]

    def url_prefix(self) -> str:
        """Mount at the root instead of below ``/webhooks``."""
        return "/"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the routes; ``on_new_message`` is not used, since it hides failures."""
        routes = Blueprint("turns")

        @routes.get("/health")
        async def health(request: Request) -> HTTPResponse:
            ready = self._player_of(request).ready()
            body = {"status": "ok"} if ready else {"status": "error", "detail": "no model loaded"}
            return json_response(body, status=200 if ready else 503)

        @routes.post("/turns")
        async def turns(request: Request) -> HTTPResponse:
            if not self._authorised(request):
                return _problem(401, "unauthorised", "the service token is missing or wrong")
            try:
                body = TurnRequest.model_validate_json(request.body)
            except ValidationError as error:
                return _problem(400, "bad_request", _readable(error))
            try:
                outcome = await self._player_of(request).play(Turn(**body.model_dump()))
            except TurnError as error:
                logger.error("turn failed: %s (%s)", error.code, error)
                return _problem(error.status, error.code, str(error))
            except Exception as error:
                logger.exception("turn failed: %s", type(error).__name__)
                return _problem(500, "turn_failed", type(error).__name__)
            logger.info("understood %s", _predicted(outcome.intents))
            return json_response(asdict(outcome))

        return routes

    def _player_of(self, request: Request) -> TurnPlayer:
        if self._player is None:
            agent = request.app.ctx.agent
            agent.action_endpoint = ActionEndpoint(
                self._settings.actions_url,
                self._settings.service_token.get_secret_value(),
                self._settings.action_timeout,
            )
            if agent.processor is not None:
                agent.processor.action_endpoint = agent.action_endpoint
            self._player = TurnPlayer(
                agent, self._settings.session_turns, self._settings.turn_timeout
            )
        return self._player

    def _authorised(self, request: Request) -> bool:
        expected = f"Bearer {self._settings.service_token.get_secret_value()}"
        given = request.headers.get("authorization", "")
        return hmac.compare_digest(given.encode(), expected.encode())


def _predicted(intents: list[dict[str, Any]]) -> str:
    """Put into one line what each question was taken for, and what else it could have been."""
    return " | ".join(
        ", ".join(f"{one['name']} {one['confidence']:.2f}" for one in intent["considered"])
        or str(intent["name"])
        for intent in intents
    )


def _problem(status: int, code: str, detail: str) -> HTTPResponse:
    body = {"type": code, "title": code.replace("_", " "), "status": status, "detail": detail}
    return json_response(body, status=status, content_type="application/problem+json")


def _readable(error: ValidationError) -> str:
    # Field and reason only: pydantic's own text quotes the input.
    return "; ".join(
        f"{'.'.join(map(str, item['loc'])) or 'body'}: {item['msg']}" for item in error.errors()
    )
