"""A job that needs a second person takes the first one's password too."""

from django.urls import reverse

from dashboard.audit.actor import actor_for
from dashboard.jobs.models import Job
from dashboard.jobs.selections.services import selection_create
from tests.signing_in import prove


def test_a_purge_asks_for_the_password_again_and_a_move_does_not(browser, api, analyst) -> None:
    client = browser(analyst)
    ids = [api.add(number, held=False).id for number in range(2)]
    selection = selection_create(user=analyst, ids=ids, label="Picked by hand")
    form = {
        "selection": str(selection.pk),
        "action": "move",
        "destination": "RecoverableItemsPurges",
        "reason": "Phish",
    }
    prove(client, analyst, seconds_ago=100_000)
    asked = client.post(reverse("jobs:create"), form)
    assert asked["Location"].startswith("/accounts/reauthenticate/?next=%2Fjobs%2Fselections%2F")
    assert not Job.objects.exists()
    assert client.post(reverse("jobs:create"), {**form, "ids": ids, "selection": ""})["Location"].startswith(
        "/accounts/reauthenticate/"
    )
    assert client.post(reverse("jobs:create"), {**form, "destination": "JunkEmail"}).status_code == 302
    assert Job.objects.get().created_by_name == actor_for(analyst).username
    prove(client, analyst)
    other = selection_create(user=analyst, ids=ids, label="Picked by hand")
    client.post(reverse("jobs:create"), {**form, "selection": str(other.pk)})
    assert Job.objects.filter(state="awaiting").count() == 1
