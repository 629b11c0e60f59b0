"""Our evaluator against the one that browsers use for forms, on the same forms as pyxform renders them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

import pytest
from lxml import etree

from cop.cli.dev.browser import browser, chromium
from cop.cli.dev.oracle import sources
from cop.observatory.core.questionnaire import Group, Question
from cop.observatory.core.questionnaires.form import Form, Rounds, filled, plan
from cop.observatory.core.xpath.values import as_truth
from cop.observatory.formats.xlsform import read_xlsform
from cop.observatory.formats.xlsform.conversion import converted
from tests.form_files import FORMS, form_bytes, random_answers

VECTORS = 200
pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.skipif(chromium() is None, reason="Chromium is missing; install it or name it in COP_CHROMIUM"),
    pytest.mark.skipif(sources() is None, reason="the oracle is missing; fetch it with cop-dev oracle"),
]

# A loader of modules, then: every check of every instance, answered as [relevant..., constraint..., calculation...] in order.
LOADER = """
(files) => {
  const modules = {};
  const load = (from) => (name) => {
    const parts = from.split('/').slice(0, -1);
    for (const part of name.split('/')) { if (part === '..') parts.pop(); else if (part !== '.') parts.push(part); }
    const path = parts.join('/') + '.js';
    if (!(path in files)) throw new Error('no module ' + path);
    if (!modules[path]) {
      modules[path] = { exports: {} };
      new Function('module', 'exports', 'require', files[path])(modules[path], modules[path].exports, load(path));
    }
    return modules[path].exports;
  };
  window.oracle = load('x')('./openrosa-xpath')();
}
"""
CHECK = """
(instances) => instances.map(({xml, checks}) => {
  const page = new DOMParser().parseFromString(xml, 'text/xml');
  return checks.map(([path, kind, expression]) => {
    const node = document.evaluate.call(page, path, page, null, XPathResult.FIRST_ORDERED_NODE_TYPE).singleNodeValue;
    if (!node) return 'no node ' + path;
    const type = kind === 'calculate' ? XPathResult.STRING_TYPE : XPathResult.BOOLEAN_TYPE;
    try {
      const found = window.oracle.evaluate(expression, node, null, type);
      return kind === 'calculate' ? found.stringValue : found.booleanValue;
    } catch (error) { return 'error ' + String(error).slice(0, 200); }
  });
})
"""
Check = tuple[str, str, str]


@pytest.fixture(scope="module")
def page() -> Iterator[Any]:
    """A page in UTC that holds the oracle."""
    with browser() as found:
        context = found.new_context(timezone_id="UTC", locale="en-US")
        opened = context.new_page()
        opened.evaluate(LOADER, sources())
        yield opened
        context.close()


def binds(xform: str) -> dict[str, dict[str, str]]:
    """The expressions of a rendered form by the last name of their node."""
    tree = etree.fromstring(xform.encode("utf-8"))
    found = {}
    for bind in tree.iter("{http://www.w3.org/2002/xforms}bind"):
        found[bind.get("nodeset").rsplit("/", 1)[1]] = {
            kind: bind.get(kind) for kind in ("relevant", "constraint", "calculate") if bind.get(kind)
        }
    return found


def instance(form: Form, items: tuple[Group | Question, ...], at: Rounds = ()) -> str:
    """The answers of a form as a document."""
    parts = []
    for item in items:
        if isinstance(item, Question):
            parts.append(f"<{item.id}>{escape(form.texts[item.id, at])}</{item.id}>")
        elif item.repeat:
            rounds = [one for one in form.rounds[form.questionnaire.places[item.id].repeats] if one[:-1] == at]
            parts += [f"<{item.id}>{instance(form, item.items, one)}</{item.id}>" for one in rounds]
        else:
            parts.append(f"<{item.id}>{instance(form, item.items, at)}</{item.id}>")
    return "".join(parts)


def path_of(form: Form, name: str, at: Rounds) -> str:
    place = form.questionnaire.places[name]
    rounds = iter(at)
    items = (*place.parents, place.item)
    return "/data" + "".join(
        f"/{item.id}[{next(rounds) + 1}]" if isinstance(item, Group) and item.repeat else f"/{item.id}" for item in items
    )


def expected(form: Form, rendered: dict[str, dict[str, str]]) -> Iterator[tuple[Check, Any]]:
    """Every check of a form with what our evaluator says. Relevance is the item's own, without the groups around it."""
    ready = plan(form.questionnaire)
    for name, place in form.questionnaire.places.items():
        for at in form.everywhere(place):
            path, own = path_of(form, name, at), rendered.get(name, {})
            around = form.around(place, at)
            if "relevant" in own:
                yield (path, "relevant", own["relevant"]), as_truth(ready.relevant[name](around))
            if "constraint" in own and form.texts[name, at]:
                yield (path, "constraint", own["constraint"]), as_truth(ready.constraint[name](around))
            if "calculate" in own and form.relevant[name, at]:
                yield (path, "calculate", own["calculate"]), form.texts[name, at]


@pytest.mark.parametrize("name", FORMS)
def test_200_random_answers_give_the_relevance_constraints_and_calculations_of_the_oracle(page: Any, name: str):
    raw = form_bytes(name)
    questionnaire = read_xlsform(raw, f"{name}.xlsx").questionnaire
    rendered = binds(converted(raw, name))
    forms = [filled(questionnaire, random_answers(questionnaire, seed)) for seed in range(VECTORS)]
    wanted = [list(expected(form, rendered)) for form in forms]
    asked = [
        {"xml": f"<data>{instance(form, questionnaire.items)}</data>", "checks": [check for check, _ in checks]}
        for form, checks in zip(forms, wanted, strict=True)
    ]
    answered = page.evaluate(CHECK, asked)
    differing = [
        (form.answers, check, ours, theirs)
        for form, checks, said in zip(forms, wanted, answered, strict=True)
        for (check, ours), theirs in zip(checks, said, strict=True)
        if ours != theirs
    ]
    assert not differing, f"{len(differing)} differ, such as {json.dumps(differing[:5], ensure_ascii=False, default=str, indent=1)}"
    kinds = {check[1] for checks in wanted for check, _ in checks}
    assert kinds == {"relevant", "constraint", "calculate"}
    assert len({ours for checks in wanted for check, ours in checks if check[1] != "calculate"}) == 2
