"""The first start: the console's token, the sample company's settings, and its mail."""

from django.core.management import call_command

from api_client import Client
from gateway.models import Message
from gateway.transport import InProcessTransport
from tests.gateway.conftest import ACCOUNT, BASE


def test_the_sample_company_is_set_up_once(settings, tmp_path):
    settings.GATEHOUSE_HOME = tmp_path
    settings.GATEHOUSE_SAMPLE_MAIL = True
    settings.CLOUDFLARE_API_TOKEN = "the-consoles-token"
    call_command("prepare_gateway")
    with Client(base_url=BASE, account_id=ACCOUNT, token="the-consoles-token", transport=InProcessTransport()) as made:
        (domain,) = made.settings.domains.list().items
        assert (domain.domain, domain.status) == ("acme.example", "ACTIVE")
        assert domain.drop_dispositions == ["MALICIOUS", "MALICIOUS-BEC", "SPAM", "SPOOF"]
        assert made.settings.domains.verification(domain.id) is None
        people = made.settings.impersonation_registry.list(order="name").items
        assert [person.email for person in people][:2] == ["anna.weber@acme.example", "marcus.bell@acme.example"]
        assert {person.provenance for person in people} == {"A1S_INTERNAL"}
        count = Message.objects.using("gateway").count()
        assert count > 50
        call_command("prepare_gateway")
        assert made.settings.domains.list().items == [domain]
        assert Message.objects.using("gateway").count() == count
