"""Patterns of regex(): a plain part of regular expressions, matched in time that grows with pattern times text, never more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from cop.observatory.core.xpath.numbers import SPACE
from cop.observatory.core.xpath.syntax import BadExpression

MOST_SIGNS = 300
MOST_STATES = 4_000
MOST_REPEATS = 500
_WORD = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "v": "\x0b", "f": "\x0c", "0": "\0"}
_CLASSES: dict[str, str] = {"d": "0123456789", "w": _WORD, "s": SPACE}
Test = Callable[[str], bool]


@dataclass
class _State:
    """A step of the machine: a sign to take, a condition on the place, or a fork."""

    test: Test | None = None
    place: str = ""
    then: list[int] = field(default_factory=list)


def matches(pattern: str, text: str) -> bool:
    """Does the pattern occur in the text? A pattern that can't be read occurs nowhere; the check refuses it where it is written."""
    try:
        states = machine(pattern)
    except BadExpression:
        return False
    last = len(states) - 1
    now: set[int] = set()
    for place in range(len(text) + 1):
        if last in _spread(states, now := now | {0}, text, place):
            return True
        if place < len(text):
            sign = text[place]
            reached = _spread(states, now, text, place)
            now = {states[one].then[0] for one in reached if (test := states[one].test) is not None and test(sign)}
    return False


def _spread(states: list[_State], start: set[int], text: str, place: int) -> set[int]:
    """Every state that is reached without taking a sign."""
    seen, waiting = set(start), list(start)
    while waiting:
        state = states[waiting.pop()]
        if state.test is not None or (state.place and not _holds(state.place, text, place)):
            continue
        for other in state.then:
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return seen


def _holds(condition: str, text: str, place: int) -> bool:
    if condition == "^":
        return place == 0
    if condition == "$":
        return place == len(text)
    edge = (place > 0 and text[place - 1] in _WORD) != (place < len(text) and text[place] in _WORD)
    return edge is (condition == "b")


@lru_cache(maxsize=512)
def machine(pattern: str) -> list[_State]:
    """The machine of a pattern; state 0 begins, the last one is the end. Raises BadExpression for what is not supported."""
    if len(pattern) > MOST_SIGNS:
        raise BadExpression(f"has a pattern of more than {MOST_SIGNS} signs")
    reader = _Reader(pattern)
    tree = reader.alternatives()
    if reader.place < len(pattern):
        raise BadExpression(f"has a pattern with ')' too many: {pattern[:40]!r}")
    states: list[_State] = [_State()]
    end = _build(tree, states, 0)
    last = _add(states)
    states[end].then.append(last)
    return states


# A tree is a tuple: ("sign", test), ("place", condition), ("chain", trees), ("either", trees), ("times", tree, fewest, most).
class _Reader:
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.place = 0
        self.depth = 0

    @property
    def now(self) -> str:
        return self.pattern[self.place : self.place + 1]

    def take(self) -> str:
        """The sign that comes now, and step to the next."""
        self.place += 1
        return self.pattern[self.place - 1 : self.place]

    def refuse(self, what: str) -> BadExpression:
        """The refusal of the pattern."""
        return BadExpression(f"has a pattern with {what}: {self.pattern[:40]!r}")

    def alternatives(self) -> tuple[object, ...]:
        """Chains with | between them."""
        self.depth += 1
        if self.depth > 20:
            raise self.refuse("brackets too deep")
        found = [self.chain()]
        while self.now == "|":
            self.take()
            found.append(self.chain())
        self.depth -= 1
        return ("either", found)

    def chain(self) -> tuple[object, ...]:
        """Atoms one behind the other."""
        found: list[tuple[object, ...]] = []
        while self.now and self.now not in "|)":
            found.append(self.repeated(self.atom()))
        return ("chain", found)

    def repeated(self, atom: tuple[object, ...]) -> tuple[object, ...]:
        """An atom with the sign of repetition behind it, if there is one."""
        sign = self.now
        if not sign or sign not in "*+?{":
            return atom
        if atom[0] == "place":
            raise self.refuse(f"{sign!r} behind a place")
        self.take()
        fewest, most = {"*": (0, -1), "+": (1, -1), "?": (0, 1)}.get(sign) or self.bounds()
        if self.now == "?":
            self.take()  # what is found is the same, greedy or not
        if self.now and self.now in "*+{":
            raise self.refuse("two signs of repetition side by side")
        return ("times", atom, fewest, most)

    def bounds(self) -> tuple[int, int]:
        """Fewest and most of {2}, {2,} or {2,4}; -1 for no end."""
        end = self.pattern.find("}", self.place)
        first, comma, second = self.pattern[self.place : max(end, self.place)].partition(",")
        if end < 0 or not (first.isascii() and first.isdigit()) or (second and not (second.isascii() and second.isdigit())):
            raise self.refuse("'{' that is not closed as {2}, {2,} or {2,4}")
        self.place = end + 1
        fewest, most = int(first), int(second) if second else (-1 if comma else int(first))
        if max(fewest, most) > MOST_REPEATS or 0 <= most < fewest:
            raise self.refuse("bounds that can't be used")
        return fewest, most

    def atom(self) -> tuple[object, ...]:
        """One sign, place, group or bracket."""
        sign = self.take()
        if sign == "(":
            if self.now == "?":
                if self.pattern[self.place : self.place + 2] != "?:":
                    raise self.refuse("'(?', which is not supported")
                self.place += 2
            inner = self.alternatives()
            if self.take() != ")":
                raise self.refuse("'(' that is never closed")
            return inner
        if sign in "^$":
            return ("place", sign)
        if sign == ".":
            return ("sign", lambda held: held not in "\n\r\u2028\u2029")
        if sign == "[":
            return ("sign", self.members())
        if sign == "\\":
            return self.escape()
        if sign in "*+?{":
            raise self.refuse(f"{sign!r} behind nothing")
        return ("sign", lambda held: held == sign)

    def escape(self) -> tuple[object, ...]:
        """What stands behind a backslash outside brackets."""
        sign = self.now
        if sign and sign in "bB":
            self.take()
            return ("place", sign)
        test = self.escaped()
        return ("sign", test if callable(test) else lambda held: held == test)

    def escaped(self) -> str | Test:
        """A sign or a class of signs behind a backslash."""
        sign = self.take()
        if not sign:
            raise self.refuse("a backslash at its end")
        if sign.lower() in _CLASSES:
            members, inside = _CLASSES[sign.lower()], sign.islower()
            return lambda held: (held in members) is inside
        code = self.pattern[self.place : self.place + 4]
        if sign == "u" and len(code) == 4 and all(digit in "0123456789abcdefABCDEF" for digit in code):
            self.place += 4
            return chr(int(code, 16))
        if sign.isalnum() and sign not in _ESCAPES:
            raise self.refuse(f"'\\{sign}', which is not supported")
        return _ESCAPES.get(sign, sign)

    def members(self) -> Test:
        """The signs between square brackets."""
        turned = self.now == "^"
        if turned:
            self.take()
        tests: list[Test] = []
        while self.now != "]":
            if not self.now:
                raise self.refuse("'[' that is never closed")
            first = self.member()
            if self.now == "-" and self.pattern[self.place + 1 : self.place + 2] not in ("]", ""):
                self.take()
                tests.append(self.range(first, self.member()))
            else:
                tests.append(first if callable(first) else first.__eq__)
        self.take()
        return lambda held: any(test(held) for test in tests) is not turned

    def member(self) -> str | Test:
        """One sign or class between square brackets."""
        sign = self.take()
        if sign != "\\":
            return sign
        if self.now == "b":
            return "\b" if self.take() else ""
        return self.escaped()

    def range(self, first: str | Test, second: str | Test) -> Test:
        """The signs from one to another."""
        if not isinstance(first, str) or not isinstance(second, str) or first > second:
            raise self.refuse("a range in brackets that can't be used")
        return lambda held: first <= held <= second


def _add(states: list[_State], test: Test | None = None, place: str = "") -> int:
    if len(states) >= MOST_STATES:
        raise BadExpression("has a pattern that is too large")
    states.append(_State(test, place))
    return len(states) - 1


def _build(tree: tuple[object, ...], states: list[_State], start: int) -> int:
    """Adds the states of a tree behind `start`; returns the state where it ends."""
    kind = tree[0]
    if kind in ("sign", "place"):
        step = _add(states, tree[1], "") if kind == "sign" else _add(states, None, str(tree[1]))  # type: ignore[arg-type]
        end = _add(states)
        states[start].then.append(step)
        states[step].then.append(end)
        return end
    if kind == "chain":
        for part in tree[1]:  # type: ignore[attr-defined]
            start = _build(part, states, start)
        return start
    if kind == "either":
        end = _add(states)
        for part in tree[1]:  # type: ignore[attr-defined]
            begin = _add(states)
            states[start].then.append(begin)
            states[_build(part, states, begin)].then.append(end)
        return end
    return _build_times(tree, states, start)


def _build_times(tree: tuple[object, ...], states: list[_State], start: int) -> int:
    inner, fewest, most = tree[1], int(tree[2]), int(tree[3])  # type: ignore[call-overload]
    for _ in range(fewest):
        start = _build(inner, states, start)  # type: ignore[arg-type]
    end = _add(states)
    if most < 0:
        loop = _add(states)
        states[start].then.append(loop)
        states[loop].then.append(end)
        begin = _add(states)
        states[loop].then.append(begin)
        states[_build(inner, states, begin)].then.append(loop)  # type: ignore[arg-type]
        return end
    states[start].then.append(end)
    for _ in range(most - fewest):
        start = _build(inner, states, start)  # type: ignore[arg-type]
        states[start].then.append(end)
    return end
