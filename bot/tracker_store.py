"""Rasa's SQL tracker store, without the costs that grow with a conversation.

Stock Rasa searches every subclass of ``Event`` for every stored event, and scans all
the rows of a conversation to find where its last session begins. Here event classes
are looked up once and the session is found by an index. Where each message was answered
is kept beside the events, so that one of a past session is found without loading it.
"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses
from sqlalchemy.engine import Engine

_EVENTS = SQLTrackerStore.SQLEvent
_EVENT_CLASSES: dict[str, type[Event]] = {cls.type_name: cls for cls in all_subclasses(Event)}

sa.Index("events_by_type", _EVENTS.sender_id, _EVENTS.type_name, _EVENTS.id)


class SQLTurn(SQLTrackerStore.Base):  # type: ignore[misc, name-defined]
    """Say with which event the answer to a message begins."""

    __tablename__ = "turns"
    __table_args__ = (sa.Index("turns_by_event", "sender_id", "event_id"),)

    sender_id = sa.Column(sa.String(255), primary_key=True)
    message_id = sa.Column(sa.String(255), primary_key=True)
    event_id = sa.Column(sa.Integer, nullable=False)


class TurnTrackerStore(SQLTrackerStore):
    """Keep trackers in SQL; load and save only the current session of each."""

    def __init__(
        self,
        domain: Domain | None = None,
        host: str | None = None,
        event_broker: EventBroker | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain=domain, host=host, event_broker=event_broker, **kwargs)
        _make_durable(self.engine)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return the tracker of the current session, or None for a new conversation."""
        with self.session_scope() as session:
            rows = session.scalars(
                sa.select(_EVENTS.data)
                .where(_EVENTS.sender_id == sender_id, _EVENTS.id >= _session_start(sender_id))
                .order_by(_EVENTS.id)
            ).all()
        if not rows or self.domain is None:
            return None
        events = [_event(json.loads(row)) for row in rows]
        tracker = DialogueStateTracker.from_events(sender_id, events, self.domain.slots)
        tracker.stored_events = len(events)
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Append the tracker's new events in one transaction.

        A message that another process has answered meanwhile fails it as a whole.
        """
        await self.stream_events(tracker)
        with self.session_scope() as session:
            stored = getattr(tracker, "stored_events", None)
            if stored is None:
                new = list(super()._additional_events(session, tracker))
            else:
                new = list(tracker.events)[stored:]
            if not new:
                return
            rows = [_row(tracker.sender_id, event) for event in new]
            # In order: the ids say in which order the events happened.
            statement = sa.insert(_EVENTS).returning(_EVENTS.id, sort_by_parameter_order=True)
            ids = session.scalars(statement, rows).all()
            # The questions of one message share its id: the first is where its answer begins.
            first = {
                event.message_id: id_
                for event, id_ in zip(reversed(new), reversed(ids), strict=True)
                if isinstance(event, UserUttered) and event.message_id
            }
            turns = [
                {"sender_id": tracker.sender_id, "message_id": message_id, "event_id": id_}
                for message_id, id_ in first.items()
            ]
            if turns:
                session.execute(sa.insert(SQLTurn), turns)
            session.commit()
        tracker.stored_events = len(tracker.events)

    def turn(self, sender_id: str, message_id: str) -> list[Event]:
        """Return the events of a saved message, whatever its session; none if it is unknown."""
        with self.session_scope() as session:
            first = session.scalar(
                sa.select(SQLTurn.event_id).where(
                    SQLTurn.sender_id == sender_id, SQLTurn.message_id == message_id
                )
            )
            if first is None:
                return []
            following = (
                sa.select(sa.func.min(SQLTurn.event_id))
                .where(SQLTurn.sender_id == sender_id, SQLTurn.event_id > first)
                .scalar_subquery()
            )
            rows = session.scalars(
                sa.select(_EVENTS.data)
                .where(
                    _EVENTS.sender_id == sender_id,
                    _EVENTS.id >= first,
                    sa.or_(following.is_(None), _EVENTS.id < following),
                )
                .order_by(_EVENTS.id)
            ).all()
        return [_event(json.loads(row)) for row in rows]


def _session_start(sender_id: str) -> sa.ScalarSelect[int]:
    newest = (
        sa.select(sa.func.max(_EVENTS.id))
        .where(_EVENTS.sender_id == sender_id, _EVENTS.type_name == SessionStarted.type_name)
        .scalar_subquery()
    )
    return sa.select(sa.func.coalesce(newest, 0)).scalar_subquery()


def _row(sender_id: str, event: Event) -> dict[str, Any]:
    data = event.as_dict()
    return {
        "sender_id": sender_id,
        "type_name": event.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": data.get("parse_data", {}).get("intent", {}).get("name"),
        "action_name": data.get("name"),
        "data": json.dumps(data),
    }


def _event(parameters: dict[str, Any]) -> Event:
    cls = _EVENT_CLASSES.get(parameters["event"])
    event = cls._from_parameters(parameters) if cls else Event.from_parameters(parameters)
    if event is None:
        raise ValueError(f"unknown event {parameters['event']!r} in the tracker store")
    return event


def _make_durable(engine: Engine) -> None:
    # A turn that was answered must be found after a power cut, or it would be played twice.
    if engine.dialect.name != "sqlite":
        return

    @sa.event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "busy_timeout=5000",
            "secure_delete=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    engine.dispose()
