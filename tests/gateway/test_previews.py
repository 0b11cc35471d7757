"""Previews: asked for once, drawn by the renderer, kept; no thread waits for long, and what failed is remembered."""

import threading
import time

import pytest

from api_client import NEVER, ServerError
from gateway.preview import cached, rendering
from gateway.preview.browser import RenderFailed
from gateway.preview.cached import PreviewFailed, PreviewPending, preview_png
from gateway.preview.render_queue import MOST_WAITING, RenderQueue
from tests.gateway.mails import mail, stored
from tests.redis_of_our_own import running_redis

PNG = b"\x89PNG\r\n\x1a\n....IEND\xaeB`\x82"


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory):
    with running_redis(tmp_path_factory.mktemp("r")) as url:
        yield url


@pytest.fixture
def queue(redis_url, settings, monkeypatch):
    settings.REDIS_URL = redis_url
    monkeypatch.setattr(cached, "SHORT_WAIT", 0.05)
    made = RenderQueue()
    made._redis.flushdb()
    made.announce("ready", seconds=60)
    yield made
    made.close()


class Drawing:
    """Stands in for the process that draws."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.drawn = []

    def start(self):
        if self.answers and self.answers[0] == "does not start":
            raise RenderFailed(self.answers.pop(0))

    def draw(self, html, seconds):
        self.drawn.append(html)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def serve(queue, drawing):
    """Do what the renderer does with the next request."""
    name = queue.next(1)
    queue.done(name, rendering.render(name, drawing))
    return name


def test_a_message_is_asked_for_once_drawn_once_and_kept(queue):
    raw = stored(mail(body="Hello there")).raw
    for _ in range(3):
        with pytest.raises(PreviewPending):
            preview_png(raw)
    drawing = Drawing(PNG)
    serve(queue, drawing)
    assert queue.next(0.05) is None
    assert preview_png(raw) == PNG
    assert ["Hello there" in html for html in drawing.drawn] == [True]
    assert rendering.render(f"{raw.sha256}-{cached.VERSION}", drawing) == ""


def test_the_api_says_when_to_ask_again_and_the_client_need_not_wait(client, queue):
    message = stored()
    with pytest.raises(ServerError, match="is being drawn") as pending:
        client.with_retry(NEVER).investigate.preview.create(id=message.investigate_id)
    assert (pending.value.status, pending.value.retry_after) == (503, 1)
    serve(queue, Drawing(PNG))
    assert client.investigate.preview.create(id=message.investigate_id).png == PNG


def test_what_could_not_be_drawn_is_not_tried_again_and_says_why(queue):
    raw = stored().raw
    with pytest.raises(PreviewPending):
        preview_png(raw)
    serve(queue, Drawing(RenderFailed("it took too long to draw")))
    for _ in range(2):
        with pytest.raises(PreviewFailed, match="it took too long to draw"):
            preview_png(raw)
    assert queue.next(0.05) is None


def test_a_thread_waits_for_a_picture_only_if_no_other_does(queue, monkeypatch):
    monkeypatch.setattr(cached, "SHORT_WAIT", 30)
    first, second = stored(mail(body="one")).raw, stored(mail(body="two")).raw
    found = []
    waiting = threading.Thread(target=lambda: found.append(preview_png(first)))
    waiting.start()
    while queue._redis.llen(queue._key("requests")) < 1:
        time.sleep(0.01)
    time.sleep(0.1)
    with pytest.raises(PreviewPending):
        preview_png(second)
    serve(queue, Drawing(PNG))
    waiting.join(10)
    assert found == [PNG]


def test_so_many_may_wait_and_no_more(queue):
    for number in range(MOST_WAITING):
        queue.ask(f"{number}")
    with pytest.raises(PreviewFailed, match="too many"):
        preview_png(stored().raw)
    assert queue._redis.llen(queue._key("requests")) == MOST_WAITING


@pytest.mark.parametrize("state", ["no namespaces here", None])
def test_without_a_renderer_nothing_is_queued_and_the_reason_is_said(queue, state):
    if state:
        queue.announce(state, seconds=9)
    else:
        queue._redis.delete(queue._key("state"))
    with pytest.raises(PreviewFailed, match=state or "isn't running"):
        preview_png(stored().raw)
    assert queue.next(0.05) is None


def test_a_picture_that_was_not_written_to_its_end_is_drawn_again(queue):
    raw = stored().raw
    name = f"{raw.sha256}-{cached.VERSION}"
    cached.keep_picture(name, PNG[:-4])
    assert rendering.render(name, Drawing(PNG)) == ""
    assert preview_png(raw) == PNG


def test_a_message_that_is_gone_has_no_picture(queue):
    assert rendering.render("0" * 64 + "-1", Drawing()) == "the message is gone"


def test_a_browser_that_does_not_start_is_not_the_messages_fault(queue):
    raw = stored().raw
    name = f"{raw.sha256}-{cached.VERSION}"
    with pytest.raises(RenderFailed):
        rendering.render(name, Drawing("does not start"))
    assert queue.failure(name) is None
    assert rendering.render(name, Drawing(PNG)) == ""
