"""IND-SCORE: the page of methods shows the method row by row and every line of the specification."""

from html import unescape

from django.test import Client

from cop.observatory.core.door import observatory


def test_the_page_of_methods_shows_weights_and_every_case_with_its_source():
    text = unescape(Client().get("/en/methods/").content.decode())
    held = observatory()
    for method in held.methods.values():
        assert method.summary in text
        for group in method.groups:
            assert group.name in text
        for weight in {str(weight) for _, weight in method.parents.values()}:
            assert f"<td>{weight}</td>" in text
    for example in held.method_examples:
        assert example.case in text
        assert example.source in text
        assert f"<td>{example.low}</td><td>{example.high}</td><td>{example.value}</td><td>{example.coverage}</td>" in text
