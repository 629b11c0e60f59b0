"""The life of a case: who may do what next, as functions from one standing of a case to the next.

A case is one report; it has subjects, which are addresses or, where a report names none, its place or words. Each subject is
assessed by one person and, where it is illegal, by a second; then it is acted on until it is gone. The state of the case follows
from its subjects. Every refusal carries the code of its rule, told in docs/hotline.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from cop.ground.core.door import Sentence, mark

LOCK_LASTS = timedelta(minutes=30)
ILLEGAL = ("baseline", "national")
OUTCOMES: dict[str, str] = {
    "baseline": mark("Illegal everywhere"),
    "national": mark("Illegal under our law"),
    "not_illegal": mark("Not illegal"),
    "unable": mark("Can't be assessed"),
    "duplicate": mark("Known already"),
    "gone": mark("Gone before it was assessed"),
}
WAYS_GONE: dict[str, str] = {
    "removed": mark("Removed"),
    "unavailable": mark("Not reachable any more"),
    "moved": mark("Moved to another address"),
    "replaced": mark("Replaced by something else"),
}


VERBS: dict[str, str] = {
    "take": mark("took the case"),
    "give back": mark("gave it back"),
    "skip": mark("left it to others"),
    "look": mark("looked at the report"),
    "reveal": mark("revealed an address"),
    "add address": mark("added an address"),
    "add item": mark("described an item"),
    "note access": mark("noted the way to it"),
    "assess": mark("assessed"),
    "confirm": mark("confirmed as the second person"),
    "disagree": mark("disagreed as the second person"),
    "settle": mark("settled the dispute"),
    "ask trace": mark("asked for a trace"),
    "traced": mark("traced"),
    "notify": mark("sent a notice"),
    "prepare notice": mark("prepared a notice"),
    "send notice": mark("let a notice go out"),
    "drop notice": mark("dropped a notice"),
    "notice sent": mark("a notice arrived"),
    "notice failed": mark("a notice did not arrive"),
    "notice tried again": mark("a notice is tried again"),
    "notice taken back": mark("a notice was taken back"),
    "notice bounced": mark("noted that a notice came back"),
    "notice page opened": mark("opened the page of a notice"),
    "notice acknowledged": mark("confirmed a notice"),
    "notice decided": mark("noted what was decided on a notice"),
    "propose": mark("proposed what comes next"),
    "decline": mark("declined what was proposed"),
    "hand over": mark("handed it over"),
    "looks gone": mark("found that it looks gone"),
    "looks there": mark("found that it may be there"),
    "erase": mark("erased what the report says"),
    "gone": mark("said that it is gone"),
    "there again": mark("found it there again"),
    "hold": mark("noted a police hold"),
    "lift hold": mark("lifted the hold"),
    "agree": mark("noted that the police agree"),
    "refer": mark("told the police"),
    "pass on": mark("passed the report on"),
    "wait again": mark("let it wait to be passed on again"),
    "close": mark("closed the case"),
    "reopen": mark("reopened the case"),
    "appeal": mark("noted an appeal"),
    "uphold appeal": mark("upheld the appeal"),
    "dismiss appeal": mark("dismissed the appeal"),
}  # fmt: skip


PASSED_ON = ("handed_to_partner", "referred_to_police")  # reasons of cases whose reports others assess
ERASED = "erased"  # the reason of a case whose month was erased while it was open


class State(StrEnum):
    """Where a case stands; it follows from its subjects."""

    NEW = "new"
    WORKING = "working"
    SECOND = "second"
    DISPUTED = "disputed"
    ACTING = "acting"
    WATCHING = "watching"
    SETTLED = "settled"
    CLOSED = "closed"


STATES: dict[State, str] = {
    State.NEW: mark("New"),
    State.WORKING: mark("Being assessed"),
    State.SECOND: mark("Waits for a second person"),
    State.DISPUTED: mark("Two people disagree"),
    State.ACTING: mark("To be acted on"),
    State.WATCHING: mark("Watched until it is gone"),
    State.SETTLED: mark("Ready to be closed"),
    State.CLOSED: mark("Closed"),
}


class Step(StrEnum):
    """How far a subject has come after it was confirmed as illegal."""

    OPEN = "open"
    NOTIFIED = "notified"
    HANDED = "handed"
    GONE = "gone"


STEPS: dict[Step, str] = {
    Step.OPEN: mark("Nothing done yet"),
    Step.NOTIFIED: mark("Notice sent"),
    Step.HANDED: mark("Handed to a partner or the police"),
    Step.GONE: mark("Gone"),
}


TAKEN = mark("somebody else works on this case; it is free again after half an hour without a step")


class NotAllowed(Exception):
    """What may not be done to a case now: the code of the rule, and a sentence."""

    def __init__(self, code: str, text: str) -> None:
        self.code, self.text = code, text
        super().__init__(f"{text} ({code})")


@dataclass(frozen=True)
class Subject:
    """One address of a case. `first` and `second` are the people who assessed it; `settled_by` a third who ended a dispute."""

    name: str
    outcome: str = ""
    first: int | None = None
    second: int | None = None
    agreed: bool | None = None
    settled_by: int | None = None
    step: Step = Step.OPEN
    how: str = ""

    @property
    def confirmed(self) -> bool:
        """Is it illegal, and did a second person or, after a dispute, a third say so too?"""
        return self.outcome in ILLEGAL and (self.agreed is True or self.settled_by is not None)

    @property
    def disputed(self) -> bool:
        """Did the second person disagree, and nobody settle it yet?"""
        return self.agreed is False and self.settled_by is None

    @property
    def done(self) -> bool:
        """Is nothing left to do for it?"""
        return bool(self.outcome) and not self.disputed and (
            self.outcome not in ILLEGAL or (self.confirmed and self.step in (Step.HANDED, Step.GONE))
        )  # fmt: skip


@dataclass(frozen=True)
class Hold:
    """The police asked to wait. It never lapses by itself: after `until` it is overdue, and rings (S-04)."""

    officer: str
    reason: str
    placed_at: datetime
    until: datetime

    def overdue(self, at: datetime) -> bool:
        return at > self.until


@dataclass(frozen=True)
class Appeal:
    """Somebody says that the assessment is wrong: who (a code), and what was decided, by whom."""

    source: str
    raised_at: datetime
    upheld: bool | None = None
    decided_by: int | None = None


@dataclass(frozen=True)
class Case:
    """How a case stands."""

    subjects: tuple[Subject, ...] = ()
    danger: bool = False
    claimed_by: int | None = None
    claimed_until: datetime | None = None
    hold: Hold | None = None
    police_agreed: bool = False
    referred: bool = False
    reason: str = ""
    appeal: Appeal | None = None

    @property
    def state(self) -> State:
        """The state that follows from the subjects."""
        if self.reason:
            return State.CLOSED
        if not any(one.outcome for one in self.subjects):
            return State.NEW if self.claimed_by is None else State.WORKING
        if any(not one.outcome for one in self.subjects):
            return State.WORKING
        if any(one.disputed for one in self.subjects):
            return State.DISPUTED
        if any(one.outcome in ILLEGAL and not one.confirmed for one in self.subjects):
            return State.SECOND
        steps = {one.step for one in self.subjects if one.confirmed}
        if Step.OPEN in steps:
            return State.ACTING
        return State.WATCHING if Step.NOTIFIED in steps else State.SETTLED

    @property
    def outcome(self) -> str:
        """The gravest outcome of its subjects, in the order of OUTCOMES; empty before any."""
        said = {one.outcome for one in self.subjects}
        return next((code for code in OUTCOMES if code in said), "")

    def subject(self, name: str) -> Subject:
        """The subject of that name. Raises NotAllowed where there is none."""
        for one in self.subjects:
            if one.name == name:
                return one
        raise NotAllowed("CASE-01", mark("this address does not belong to the case"))

    def locked_for(self, by: int, at: datetime) -> bool:
        """Does somebody else work on it at this moment?"""
        return self.claimed_by not in (None, by) and self.claimed_until is not None and at < self.claimed_until


@dataclass(frozen=True)
class PoliceRules:
    """When the police are told, by the country's rule: before, with or after a notice; `hold_hours` is how long a hold stands."""

    order: str = "after"
    unit: str = ""
    hold_hours: int = 72


ORDERS = ("before", "with", "after")


def read_police(table: object, faults: list[str]) -> PoliceRules:
    """The rules in the table [police] of a declaration; what is wrong is added to `faults`."""
    if table is None:
        return PoliceRules()
    held = table if isinstance(table, dict) else {}
    order, unit, hours = held.get("order", "after"), held.get("unit", ""), held.get("hold_hours", 72)
    if order not in ORDERS:
        faults.append(Sentence("%(name)s must be one of %(codes)s", name="police.order", codes=", ".join(ORDERS)))
    if not isinstance(unit, str) or len(unit) > 300:
        faults.append(Sentence("%(name)s must be one line of at most %(most)s signs", name="police.unit", most=300))
    if type(hours) is not int or not 1 <= hours <= 720:
        faults.append(
            Sentence("%(name)s must be a whole number from %(least)s to %(most)s", name="police.hold_hours", least=1, most=720)
        )
    return PoliceRules() if faults else PoliceRules(order, unit, hours)


def claim(case: Case, by: int, at: datetime) -> Case:
    """Somebody takes the case, or goes on with it, for half an hour. Raises NotAllowed while another one has it (CASE-01)."""
    if case.state is State.CLOSED:
        raise NotAllowed("CASE-09", mark("the case is closed; reopen it first"))
    if case.locked_for(by, at):
        raise NotAllowed("CASE-01", TAKEN)
    return replace(case, claimed_by=by, claimed_until=at + LOCK_LASTS)


def release(case: Case, by: int) -> Case:
    """Whoever has the case gives it back."""
    if case.claimed_by != by:
        raise NotAllowed("CASE-01", mark("only who has the case can give it back"))
    return replace(case, claimed_by=None, claimed_until=None)


def add_subject(case: Case, name: str, by: int, at: datetime) -> Case:
    """One more address, found in the words of the report or after something moved; it is assessed as all others."""
    held = _working(case, by, at)
    if any(one.name == name for one in held.subjects):
        raise NotAllowed("CASE-01", mark("this address is in the case already"))
    return replace(held, subjects=(*held.subjects, Subject(name)))


def assess(case: Case, name: str, outcome: str, by: int, at: datetime) -> Case:
    """A first person says what a subject is. Raises NotAllowed once somebody else has looked at it (CASE-02)."""
    held = _working(case, by, at)
    one = held.subject(name)
    if outcome not in OUTCOMES:
        raise NotAllowed("CASE-02", Sentence("an assessment is one of %(codes)s", codes=", ".join(OUTCOMES)))
    if one.agreed is not None or one.settled_by is not None or one.step is not Step.OPEN or (one.outcome and one.first != by):
        raise NotAllowed("CASE-02", mark("this address was assessed already; an error is mended by an appeal"))
    return _with(held, replace(one, outcome=outcome, first=by))


def second_look(case: Case, name: str, agrees: bool, by: int, at: datetime) -> Case:
    """A second person says whether a subject is illegal; never the first (CASE-03)."""
    held = _working(case, by, at)
    one = held.subject(name)
    if one.outcome not in ILLEGAL or one.agreed is not None:
        raise NotAllowed("CASE-03", mark("nothing waits for a second person here"))
    if one.first == by:
        raise NotAllowed("CASE-03", mark("the second person must be another than the first"))
    return _with(held, replace(one, second=by, agreed=agrees))


def settle(case: Case, name: str, outcome: str, by: int, at: datetime) -> Case:
    """A third person ends a dispute with an outcome (CASE-04)."""
    held = _working(case, by, at)
    one = held.subject(name)
    if not one.disputed:
        raise NotAllowed("CASE-04", mark("the two people did not disagree"))
    if by in (one.first, one.second):
        raise NotAllowed("CASE-04", mark("a dispute is settled by somebody who was neither the first nor the second"))
    if outcome not in OUTCOMES:
        raise NotAllowed("CASE-02", Sentence("an assessment is one of %(codes)s", codes=", ".join(OUTCOMES)))
    return _with(held, replace(one, outcome=outcome, settled_by=by))


def place_hold(case: Case, hold: Hold) -> Case:
    """The police ask to wait; each hold has officer, reason and an end (CASE-07)."""
    if case.state is State.CLOSED:
        raise NotAllowed("CASE-09", mark("the case is closed; reopen it first"))
    if not hold.officer.strip() or not hold.reason.strip() or hold.until <= hold.placed_at:
        raise NotAllowed("CASE-07", mark("a hold needs an officer, a reason and an end that is still to come"))
    return replace(case, hold=hold, police_agreed=False)


def lift_hold(case: Case, *, agreed: bool) -> Case:
    """A person ends the hold; `agreed` where the police say that a notice may go out."""
    if case.hold is None:
        raise NotAllowed("CASE-07", mark("there is no hold"))
    return replace(case, hold=None, police_agreed=agreed or case.police_agreed)


def agree(case: Case) -> Case:
    """The police say that a notice may go out."""
    if case.hold is not None:
        raise NotAllowed("CASE-06", mark("a police hold stands; lift it first"))
    return replace(case, police_agreed=True)


def refer(case: Case) -> Case:
    """The police were told; nothing of it waits for a second look where a child is in danger (CASE-12)."""
    if not case.danger and not any(one.confirmed for one in case.subjects):
        raise NotAllowed("CASE-05", mark("only what two people call illegal is referred, unless a child is in danger"))
    return replace(case, referred=True)


def check_notice(case: Case, name: str, rules: PoliceRules) -> None:
    """Raises NotAllowed unless a notice for this subject may go out now (CASE-05, CASE-06)."""
    one = case.subject(name)
    if case.reason:
        raise NotAllowed("CASE-09", mark("the case is closed; reopen it first"))
    if not one.confirmed:
        raise NotAllowed("CASE-05", mark("only what two people call illegal is acted on"))
    if one.step is Step.GONE:
        raise NotAllowed("CASE-08", mark("it is gone already"))
    if case.hold is not None:
        raise NotAllowed("CASE-06", mark("a police hold stands"))
    if rules.order == "before" and not case.police_agreed:
        raise NotAllowed("CASE-06", mark("here the police agree before any notice; note their agreement first"))
    if rules.order == "with" and not case.referred:
        raise NotAllowed("CASE-06", mark("here the police are told with the notice; refer the case first"))


def notified(case: Case, name: str, rules: PoliceRules) -> Case:
    """A notice for a subject goes out."""
    check_notice(case, name, rules)
    return _with(case, replace(case.subject(name), step=Step.NOTIFIED))


def not_notified(case: Case, name: str) -> Case:
    """The notice for a subject was taken back before it left: it is to be acted on anew."""
    one = case.subject(name)
    return _with(case, replace(one, step=Step.OPEN)) if one.step is Step.NOTIFIED else case


def handed(case: Case, name: str) -> Case:
    """A subject was handed to a partner hotline or the police, who act on it."""
    one = _confirmed(case, name)
    return _with(case, replace(one, step=Step.HANDED))


def gone(case: Case, name: str, how: str) -> Case:
    """A person says that a subject is gone, and how; no program does (CASE-08)."""
    one = _confirmed(case, name)
    if how not in WAYS_GONE:
        raise NotAllowed("CASE-08", Sentence("say how it is gone: %(codes)s", codes=", ".join(WAYS_GONE)))
    return _with(case, replace(one, step=Step.GONE, how=how))


def there_again(case: Case, name: str) -> Case:
    """What was gone is there again: it is acted on anew."""
    one = _confirmed(case, name)
    if one.step is not Step.GONE:
        raise NotAllowed("CASE-08", mark("it was not gone"))
    return _with(case, replace(one, step=Step.OPEN, how=""))


def close(case: Case, reason: str, known: tuple[str, ...], exceptional: tuple[str, ...] = ()) -> Case:
    """The case is closed with a reason of `known`; while something is left to do, only with one of `exceptional` (CASE-09)."""
    if case.reason:
        raise NotAllowed("CASE-09", mark("the case is closed already"))
    if reason not in known:
        raise NotAllowed("CASE-09", mark("closing needs a reason of the list"))
    if case.hold is not None:
        raise NotAllowed("CASE-06", mark("a police hold stands; lift it first"))
    if case.appeal is not None and case.appeal.upheld is None:
        raise NotAllowed("CASE-11", mark("an appeal waits for its decision"))
    if any(one.disputed or (one.outcome in ILLEGAL and not one.confirmed) for one in case.subjects):
        raise NotAllowed("CASE-03", mark("a second person has not confirmed yet"))
    if not all(one.done for one in case.subjects) and reason not in exceptional:
        raise NotAllowed("CASE-09", mark("something is left to do; say why nothing more can be done, or do it"))
    return replace(case, reason=reason, claimed_by=None, claimed_until=None)


def pass_on(case: Case, reason: str) -> Case:
    """A report that nobody here has assessed goes to those who do, and its case is closed; once more where words were added since.

    Raises NotAllowed (PORTAL-05).
    """
    if any(one.outcome for one in case.subjects):
        raise NotAllowed("PORTAL-05", mark("what was assessed here is worked on here"))
    return close(wait_again(case), reason, PASSED_ON, PASSED_ON)


def wait_again(case: Case) -> Case:
    """What passed it on never arrived: where it was closed by that, it waits again."""
    return replace(case, reason="") if case.reason in PASSED_ON else case


def reopen(case: Case) -> Case:
    """A closed case is worked on again; what was assessed stays (CASE-10)."""
    if not case.reason:
        raise NotAllowed("CASE-10", mark("only a closed case can be reopened"))
    if case.reason == ERASED:
        raise NotAllowed("CASE-10", mark("the term of this case has ended and it is erased"))
    return replace(case, reason="")


def raise_appeal(case: Case, source: str, at: datetime) -> Case:
    """Somebody says that the assessment is wrong (CASE-11)."""
    if not case.outcome:
        raise NotAllowed("CASE-11", mark("nothing was assessed yet"))
    if case.appeal is not None and case.appeal.upheld is None:
        raise NotAllowed("CASE-11", mark("an appeal waits for its decision already"))
    return replace(case, appeal=Appeal(source, at))


def decide_appeal(case: Case, by: int, *, upheld: bool, outcome: str = "not_illegal") -> Case:
    """Somebody who assessed none of it decides; upheld, every subject gets the new outcome (CASE-11)."""
    if case.appeal is None or case.appeal.upheld is not None:
        raise NotAllowed("CASE-11", mark("no appeal waits for a decision"))
    if any(by in (one.first, one.second, one.settled_by) for one in case.subjects):
        raise NotAllowed("CASE-11", mark("an appeal is decided by somebody who did not assess the case"))
    decided = replace(case, appeal=replace(case.appeal, upheld=upheld, decided_by=by))
    if not upheld:
        return decided
    if outcome not in OUTCOMES or outcome in ILLEGAL:
        raise NotAllowed("CASE-11", mark("an appeal that is upheld ends in an outcome that is not illegal"))
    changed = tuple(replace(one, outcome=outcome, settled_by=by) if one.outcome in ILLEGAL else one for one in decided.subjects)
    return replace(decided, subjects=changed)


def _working(case: Case, by: int, at: datetime) -> Case:
    """The case, its lock renewed by whoever has it. Raises NotAllowed for others."""
    if case.reason:
        raise NotAllowed("CASE-09", mark("the case is closed; reopen it first"))
    if case.claimed_by != by or case.claimed_until is None or at >= case.claimed_until:
        raise NotAllowed("CASE-01", mark("take the case first; a lock ends after half an hour without a step"))
    return replace(case, claimed_until=at + LOCK_LASTS)


def _confirmed(case: Case, name: str) -> Subject:
    one = case.subject(name)
    if case.reason:
        raise NotAllowed("CASE-09", mark("the case is closed; reopen it first"))
    if not one.confirmed:
        raise NotAllowed("CASE-05", mark("only what two people call illegal is acted on"))
    return one


def _with(case: Case, changed: Subject) -> Case:
    return replace(case, subjects=tuple(changed if one.name == changed.name else one for one in case.subjects))
