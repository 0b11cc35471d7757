"""The URL of a static file is looked up once, except while developing."""

import pytest
from whitenoise.storage import CompressedManifestStaticFilesStorage

from dashboard.static_urls import StaticFiles


@pytest.fixture
def asked(monkeypatch):
    names = []

    def url(_self, name, force=False):
        names.append(name)
        return f"/static/{name}?{len(names)}"

    monkeypatch.setattr(CompressedManifestStaticFilesStorage, "url", url)
    return names


def test_a_url_is_looked_up_once(asked, settings):
    settings.DEBUG = False
    storage = StaticFiles()
    assert storage.url("a.css") == storage.url("a.css") == "/static/a.css?1"
    assert storage.url("b.css") == "/static/b.css?2"
    assert asked == ["a.css", "b.css"]


def test_while_developing_it_may_change(asked, settings):
    settings.DEBUG = True
    storage = StaticFiles()
    assert [storage.url("a.css"), storage.url("a.css")] == ["/static/a.css?1", "/static/a.css?2"]
