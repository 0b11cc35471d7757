"""The kind of threat is searched for among what the API gives, since it has no filter for it."""

import pytest

from tests.investigate.fake_api import held

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("words", "found"), [("CredentialPhishing", [1]), ("credentialphishing", [1]), ("Fraud", [])])
def test_a_category_is_found_whatever_its_case(api, analyst, words, found):
    api.add(held(1, threat_categories=["CredentialPhishing"]), held(2, threat_categories=["Malware"]), held(3))
    text = analyst.get("/investigate/", {"q": f'category:"{words}"'}, follow=True).content.decode()
    assert [number for number in (1, 2, 3) if f"Subject {number}" in text] == found
