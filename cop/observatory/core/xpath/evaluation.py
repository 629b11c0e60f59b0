"""From a tree to a value: each expression becomes a function of where it stands, once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from cop.observatory.core.xpath.functions import FUNCTIONS, REFUSED
from cop.observatory.core.xpath.syntax import BadExpression, Call, Column, Infix, Literal, Minus, Own, Ref, Round, Tree, parse
from cop.observatory.core.xpath.values import Nodes, Value, as_number, as_truth, both_truths, infix


@dataclass(frozen=True)
class Surroundings:
    """Where an expression is worked out: the answer of its own question, others by name, the round of the repeat from 1."""

    own: str = ""
    find: Callable[[str], Nodes] = lambda _: Nodes(("",))
    round: int = 1
    columns: Mapping[str, str] = field(default_factory=dict)


Work = Callable[[Surroundings], Value]
NOWHERE = Surroundings()


@lru_cache(maxsize=4096)
def compiled(source: str) -> Work:
    """The expression as a function. Raises BadExpression for syntax, functions and numbers of arguments that can't be used."""
    return _work(parse(source))


def _work(tree: Tree) -> Work:
    if isinstance(tree, Literal):
        value = tree.value
        return lambda _: value
    if isinstance(tree, Ref):
        name = tree.name
        return lambda around: around.find(name)
    if isinstance(tree, Own):
        return lambda around: Nodes((around.own,))
    if isinstance(tree, Column):
        column = tree.name
        return lambda around: Nodes((around.columns[column],) if column in around.columns else ())
    if isinstance(tree, Minus):
        operand = _work(tree.operand)
        return lambda around: -as_number(operand(around))
    if isinstance(tree, Infix):
        return _infix(tree.op, _work(tree.first), _work(tree.second))
    if isinstance(tree, Call):
        return _call(tree)
    raise BadExpression("has .. outside position(..)")


def _infix(op: str, first: Work, second: Work) -> Work:
    if op == "and":
        return lambda around: as_truth(value := first(around)) and all(both_truths(value, second(around)))
    if op == "or":
        return lambda around: as_truth(value := first(around)) or any(both_truths(value, second(around)))
    return lambda around: infix(op, first(around), second(around))


def _call(tree: Call) -> Work:
    function = FUNCTIONS.get(tree.name)
    if function is None:
        why = REFUSED.get(tree.name)
        if why:
            raise BadExpression(f"uses {tree.name}(), which {why}; it can't be carried")
        raise BadExpression(f"uses the unknown function {tree.name}()")
    if tree.name == "position":
        if tree.args != (Round(),):
            raise BadExpression("uses position() in another way than position(..)")
        return lambda around: float(around.round)
    if not function.fewest <= len(tree.args) <= function.most:
        wanted = str(function.fewest) if function.fewest == function.most else f"{function.fewest} or more"
        raise BadExpression(f"gives {tree.name}() {len(tree.args)} arguments; it takes {wanted}")
    if function.nodes and not isinstance(tree.args[0], Ref):
        raise BadExpression(f"gives {tree.name}() something that is no ${{name}}")
    args = tuple(_work(arg) for arg in tree.args)
    work = function.work
    if tree.name == "if":
        test, yes, no = args
        return lambda around: yes(around) if as_truth(test(around)) else no(around)
    if tree.name == "once":
        return lambda around: work(around.own, args[0](around))
    return lambda around: work(*[arg(around) for arg in args])


def evaluate(source: str, around: Surroundings = NOWHERE) -> Value:
    """The value of an expression where it stands. Raises BadExpression."""
    return compiled(source)(around)
