import pytest
from django.test import Client
from cop.ground.public import now

HERE = {"origin": "http://testserver"}

@pytest.mark.django_db
def test_a_demonstration_link_signs_in(settings):
    settings.COP_DEMO = True
    from cop.accounts.actions.demonstration import demonstration_links
    from cop.accounts.public import may, people_with, invite
    links = demonstration_links(now())
    card, = people_with("administrator", "")
    assert may(card.id, "people.manage", "round/1")
    c = Client()
    assert c.get("/desk/").status_code == 302
    assert invite(email="a@b.example", role="reviewer", scope="round/1", at=now(), actor="system", language="fr")
    assert c.get("/en/about/").cookies == {}
    print(c.get("/accounts/login/").headers)
