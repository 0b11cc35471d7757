"""The pages of alerts: who makes which, who sees and changes whose."""

import pytest
from django.contrib.auth.models import User

from dashboard.audit.models import AuditEntry
from investigate.alerts.models import Alert
from investigate.alerts.services import OF_A_PERSON

pytestmark = pytest.mark.django_db
TEAM = {"of": "team", "way": "slack", "target": "https://93.184.215.14/hooks/T0/B0"}


def test_ones_own_alert_is_nobody_elses(make, browse):
    alert = make("analyst")
    for role in ("admin", "reviewer"):
        client = browse(role)
        assert alert.name not in client.get("/alerts/").content.decode()
        assert client.get(f"/alerts/{alert.pk}/").status_code == 404
        assert client.post(f"/alerts/{alert.pk}/delete/").status_code == 404
    assert Alert.objects.filter(pk=alert.pk).exists()


def test_the_teams_alerts_are_seen_by_all_and_changed_by_admins(make, browse):
    alert = make("admin", kind="late_threat", **TEAM)
    page = browse("analyst").get(f"/alerts/{alert.pk}/").content.decode()
    assert "93.184.215.14" in page
    assert "/hooks/T0" not in page
    for act in ("off", "try", "delete"):
        assert browse("analyst").post(f"/alerts/{alert.pk}/{act}/").status_code == 403
    assert browse("admin").post(f"/alerts/{alert.pk}/delete/").status_code == 302
    actions = AuditEntry.objects.filter(object_kind="alert").order_by("id")
    assert list(actions.values_list("action", flat=True)) == ["alert_create", "alert_delete"]
    assert "hooks" not in str(list(actions.values_list("detail", flat=True)))


def test_an_analyst_can_not_make_one_of_the_team(browse, api):
    client = browse("analyst")
    User.objects.update(email="analyst@acme.example")
    client.post("/alerts/new/", {"kind": "late_threat", **TEAM})
    assert Alert.objects.get().owner.username == "a-analyst"
    assert Alert.objects.get().way == "mail"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"kind": "matches"}, "Choose a saved search"),
        ({"kind": "late_threat", "of": "team", "way": "mail", "target": "nobody"}, "Write a mail address"),
        ({"kind": "late_threat", "of": "team", "way": "slack", "target": "http://example.org/"}, "Only https://"),
        ({"kind": "late_threat", "of": "team", "way": "teams", "target": "https://10.0.0.1/"}, "not on the public"),
        ({"kind": "mail_bomb", "threshold": "1"}, "greater than or equal to 10"),
        ({"kind": "nonsense"}, "Select a valid choice"),
    ],
)
def test_what_does_not_fit_is_said(browse, api, values, said):
    client = browse("admin")
    User.objects.update(email="admin@acme.example")
    assert said in client.post("/alerts/new/", values).content.decode()
    assert not Alert.objects.exists()


def test_without_an_address_of_ones_own_there_is_nothing_to_tell(browse, api):
    client = browse("analyst")
    User.objects.update(email="")
    assert "has no mail address" in client.post("/alerts/new/", {"kind": "late_threat"}).content.decode()


def test_there_is_an_end_to_how_many(make):
    alert = make(kind="late_threat")
    Alert.objects.bulk_create(
        [
            Alert(
                name=f"n{n}",
                kind="overdue",
                way="mail",
                owner=alert.owner,
                account_id=alert.account_id,
                backend=alert.backend,
            )
            for n in range(OF_A_PERSON - 1)
        ]
    )
    with pytest.raises(AssertionError, match="alerts of yours already"):
        make(kind="overdue")


@pytest.mark.parametrize("role", ["read_only", "anonymous"])
def test_who_saves_no_searches_has_no_alerts(browse, role):
    assert browse(role).get("/alerts/").status_code in (302, 403)
