"""The backend that the console speaks to."""

from concurrent.futures import ThreadPoolExecutor

from dashboard.backend import api_client_for_console, backend_fingerprint, backend_is_embedded


def test_one_client_serves_all_threads(api):
    with ThreadPoolExecutor(4) as pool:
        clients = set(pool.map(lambda _: id(api_client_for_console()), range(20)))
    assert len(clients) == 1


def test_other_settings_get_another_client(api, settings):
    first = api_client_for_console()
    settings.CLOUDFLARE_ACCOUNT_ID = "f" * 32
    second = api_client_for_console()
    assert second is not first
    assert second.account_id == "f" * 32


def test_without_a_transport_it_is_real_http(settings):
    settings.GATEHOUSE_API_TRANSPORT = ""
    assert not backend_is_embedded()
    assert api_client_for_console().base_url == settings.CLOUDFLARE_BASE_URL


def test_the_fingerprint_tells_backends_apart_and_nothing_else(settings):
    settings.CLOUDFLARE_BASE_URL = "https://a.example/client/v4"
    first = backend_fingerprint()
    settings.CLOUDFLARE_BASE_URL = "https://a.example/client/v4/"
    settings.CLOUDFLARE_API_TOKEN = "rotated"
    assert backend_fingerprint() == first
    settings.CLOUDFLARE_ACCOUNT_ID = "e" * 32
    assert backend_fingerprint() != first
    assert len(first) == 16
