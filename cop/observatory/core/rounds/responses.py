"""The response of one country: where it stands, who may take which step, and when answers may be written (RND-06 to RND-08)."""

from __future__ import annotations

from enum import StrEnum

from cop.ground.core.door import mark
from cop.observatory.core.rounds.refusals import Refused
from cop.observatory.core.rounds.stages import Stage


class Response(StrEnum):
    """Where the response of a country stands."""

    NOT_INVITED = "not_invited"
    INVITED = "invited"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    SIGNED = "signed"
    DECLINED = "declined"
    SILENT = "silent"


RESPONSES = {
    Response.NOT_INVITED: mark("not invited yet"),
    Response.INVITED: mark("invited"),
    Response.ACCEPTED: mark("accepted"),
    Response.IN_PROGRESS: mark("in progress"),
    Response.SUBMITTED: mark("submitted for review"),
    Response.RETURNED: mark("returned"),
    Response.SIGNED: mark("signed"),
    Response.DECLINED: mark("declined"),
    Response.SILENT: mark("no reply"),
}
WRITABLE = frozenset({Response.ACCEPTED, Response.IN_PROGRESS, Response.RETURNED})
ANSWERED = frozenset({Response.SUBMITTED, Response.SIGNED})


class Step(StrEnum):
    """What can happen to a response."""

    INVITE = "invite"
    ACCEPT = "accept"
    WRITE = "write"
    SUBMIT = "submit"
    RETURN = "return"
    SIGN = "sign"
    CORRECT = "correct"
    DECLINE = "decline"
    FALL_SILENT = "fall silent"


_STEPS: dict[tuple[Response, Step], Response] = {
    (Response.NOT_INVITED, Step.INVITE): Response.INVITED,
    (Response.INVITED, Step.INVITE): Response.INVITED,
    (Response.DECLINED, Step.INVITE): Response.INVITED,
    (Response.SILENT, Step.INVITE): Response.INVITED,
    (Response.INVITED, Step.ACCEPT): Response.ACCEPTED,
    (Response.ACCEPTED, Step.WRITE): Response.IN_PROGRESS,
    (Response.IN_PROGRESS, Step.WRITE): Response.IN_PROGRESS,
    (Response.RETURNED, Step.WRITE): Response.RETURNED,
    (Response.IN_PROGRESS, Step.SUBMIT): Response.SUBMITTED,
    (Response.RETURNED, Step.SUBMIT): Response.SUBMITTED,
    (Response.SUBMITTED, Step.RETURN): Response.RETURNED,
    (Response.SUBMITTED, Step.SIGN): Response.SIGNED,
    (Response.SIGNED, Step.CORRECT): Response.RETURNED,
    (Response.INVITED, Step.DECLINE): Response.DECLINED,
    (Response.ACCEPTED, Step.DECLINE): Response.DECLINED,
    (Response.IN_PROGRESS, Step.DECLINE): Response.DECLINED,
    (Response.INVITED, Step.FALL_SILENT): Response.SILENT,
    (Response.ACCEPTED, Step.FALL_SILENT): Response.SILENT,
}
# A correction after the round closed may still be written, submitted and signed: it becomes a release of its own.
_LATE = frozenset({Step.SUBMIT, Step.RETURN, Step.SIGN, Step.CORRECT})
_ANY_TIME_WHILE_OPEN = frozenset(
    {Step.INVITE, Step.ACCEPT, Step.WRITE, Step.SUBMIT, Step.RETURN, Step.SIGN, Step.CORRECT, Step.DECLINE}
)


def stepped(response: Response, step: Step, stage: Stage, *, signed_before: bool = False) -> Response:
    """The response after a step while the round is in `stage`; `signed_before` says that a signature exists already.

    Raises Refused for a step that is none from there (RND-07), or not at this time (RND-06).
    """
    found = _STEPS.get((response, step))
    if found is None:
        raise Refused("RND-07", mark("This can't be done while the response is %(state)s."), state=RESPONSES[response])
    if not _in_time(step, stage, signed_before):
        raise Refused("RND-06", mark("The round is not open."))
    return found


def _in_time(step: Step, stage: Stage, signed_before: bool) -> bool:
    if step is Step.INVITE and stage is Stage.REVIEW:
        return True
    if step is Step.FALL_SILENT:
        return stage is Stage.CLOSED
    if stage is Stage.OPEN:
        return step in _ANY_TIME_WHILE_OPEN
    late = stage in (Stage.CLOSED, Stage.PREVIEW, Stage.EMBARGOED, Stage.PUBLISHED)
    if late and signed_before:
        return step in _LATE or step is Step.WRITE
    return late and stage is Stage.CLOSED and step in (Step.RETURN, Step.SIGN)


def may_write(response: Response, stage: Stage, *, signed_before: bool = False) -> bool:
    """May answers be written now? Only by a country that accepted, and only before it hands them in (RND-06)."""
    return response in WRITABLE and _in_time(Step.WRITE, stage, signed_before)


_CLOSED = {
    Response.NOT_INVITED: mark(
        "Answers can't be written yet: the country was not invited. The secretariat invites its focal point."
    ),
    Response.INVITED: mark(
        "Answers can't be written yet: the country has not accepted its invitation. The focal point accepts it on the page of the "
        "response, by “We take part”."
    ),
    Response.SUBMITTED: mark("The answers are handed in. They can be changed again once they are sent back."),
    Response.SIGNED: mark("The answers are signed. The focal point can open them for a correction on the page of the response."),
    Response.DECLINED: mark("The country declined to take part. The secretariat can invite it again."),
    Response.SILENT: mark(
        "The country did not reply before the round closed. The secretariat can invite it again while a round is open."
    ),
}
_NOT_OPEN = mark("The round is not open, so answers can't be changed. The secretariat sets its days.")


def why_closed(response: Response, stage: Stage) -> str:
    """Why answers can't be written now and the way out, as an English sentence to translate."""
    if response in WRITABLE or (stage is not Stage.OPEN and response in (Response.NOT_INVITED, Response.INVITED)):
        return _NOT_OPEN
    return _CLOSED[response]
