import pytest

from tests.desk import signed_in


@pytest.mark.django_db
def test_first():
    page = signed_in("administrator").get("/desk/")
    assert page.status_code == 200
    print(page.content.decode())
