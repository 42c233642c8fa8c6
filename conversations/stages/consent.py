"""Show the privacy notice once, before the first personal datum, and remember the answer.

A datum that comes earlier is dropped: not even the vault gets it. The rest of the message, or
what the bot was about to ask, waits for the answer.
"""

from __future__ import annotations

from conversations import consent, privacy
from conversations.consent import ACCEPT, NO_CONSENT, REFUSE
from conversations.messages import Reply
from conversations.pipeline import Answered, Turn
from conversations.records import BOT, NewConsent
from conversations.stages.choice import fold
from conversations.stages.privacy import attempt_of
from conversations.texts import texts


def _needed(turn: Turn) -> bool:
    """Tell whether the bot still has to ask in this conversation."""
    conversation = turn.claim.conversation
    if turn.consent is not None and turn.consent.answer == "yes":
        return False
    return conversation.owner == BOT and not consent.notice().accepted(conversation.consent)


def _ask(turn: Turn, before: str, held: str | None, first: tuple[Reply, ...] = ()) -> None:
    turn.replies = (*first, consent.notice().ask(before))
    turn.consent = NewConsent(consent.notice().version, None, held)
    turn.answered, turn.keeps_waiting = True, True


class StopEarlyData:
    """Drop a datum that comes before the notice, and show the notice."""

    name = "consent"

    async def run(self, turn: Turn) -> None:
        """End the turn with the notice when there is something personal in it."""
        if not _needed(turn):
            return
        sent = turn.inbound.attachment
        if sent is not None and sent.reason == NO_CONSENT:
            turn.shown = texts().file_refused
            _ask(turn, consent.notice().with_file, None)
            raise Answered
        if not turn.text:
            return
        attempt = attempt_of(turn)
        found = privacy.find(turn.text, (attempt.found,) if attempt else ())
        if not found:
            return
        turn.shown = privacy.replace(turn.text, found, [texts().hide(one.kind) for one in found])
        rest = " ".join(privacy.replace(turn.text, found, [""] * len(found)).split())
        worth = attempt is None and not _only_filler(rest)
        _ask(turn, consent.notice().with_datum, consent.hold_text(rest) if worth else None)
        raise Answered


def _only_filler(text: str) -> bool:
    filler = {fold(word) for word in texts().filler.split()}
    return all(word in filler for word in fold(text).split())


class ReadConsent:
    """Take the answer to the notice and go on with what waited for it."""

    name = "consent_answer"

    async def run(self, turn: Turn) -> None:
        """Note the answer; end the turn unless a message waited that the brain has to see."""
        answer = _answer(turn)
        if answer is None:
            return
        notice = consent.notice()
        text, replies = consent.held(turn.claim.conversation.consent.held)
        turn.consent = NewConsent(notice.version, answer, None)
        if answer == "yes" and text is not None:
            turn.text, turn.payload = text, None
            return
        said = replies if answer == "yes" else (Reply(text=notice.refused),)
        turn.replies = tuple(said) or (Reply(text=notice.again),)
        turn.answered = True
        turn.keeps_waiting = answer == "yes" and not replies
        raise Answered


def _answer(turn: Turn) -> str | None:
    given = {ACCEPT: "yes", REFUSE: "no"}.get(turn.payload or "")
    asking = any(choice.payload == ACCEPT for choice in turn.claim.choices)
    if given is not None or turn.payload is not None or not asking:
        return given
    notice, typed = consent.notice(), fold(turn.text)
    if typed in notice.accepting:
        return "yes"
    return "no" if typed in notice.refusing else None


class HoldRequest:
    """Show the notice in place of the first question for something personal."""

    name = "consent_first"

    async def run(self, turn: Turn) -> None:
        """Hold the bot's replies from that question on."""
        if not _needed(turn):
            return
        for place, reply in enumerate(turn.replies):
            if reply.secure_input is not None:
                held = consent.hold_replies(turn.replies[place:])
                _ask(turn, "", held, turn.replies[:place])
                return
