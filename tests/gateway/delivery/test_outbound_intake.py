"""What own servers hand over for other people's domains: taken where there is a smart host and the sender may."""

import ipaddress
import smtplib

import pytest

from gateway.models import Delivery
from tests.gateway.delivery.fake_next_hop import fake_next_hop
from tests.gateway.mails import mail

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "gateway"])
OWN = {"GATEWAY_RELAY_NETWORKS": (ipaddress.ip_network("127.0.0.0/8"),)}


@pytest.mark.parametrize("intake", [OWN], indirect=True)
def test_a_domain_that_may_not_send_is_refused_and_one_that_may_is_taken(intake, route):
    with fake_next_hop() as out, smtplib.SMTP("127.0.0.1", intake) as client:
        route({}, smart_host=out, outbound=("acme.example",))
        client.ehlo("relay.acme.example")
        with pytest.raises(smtplib.SMTPRecipientsRefused, match="sends nothing to others"):
            client.sendmail("cy@other.example", ["x@elsewhere.example"], mail())
        client.sendmail("cy@other.example", ["bo@acme.example"], mail())
        client.sendmail("cy@acme.example", ["x@elsewhere.example"], mail())
    lanes = dict(Delivery.objects.using("gateway").values_list("recipient", "next_hop"))
    assert lanes == {"bo@acme.example": "", "x@elsewhere.example": "smart host"}
