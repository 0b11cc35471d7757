"""The search index can be rebuilt: what an older release had written is found again."""

from django.core.management import call_command

from gateway.models import Message, MessageIndex
from gateway.store import reindexing
from gateway.store.reindexing import reindex
from tests.gateway.mails import mail, stored


def found(client, query):
    return [one.id for one in client.investigate.list(query=query, detections_only=False).items]


def test_what_an_older_index_did_not_have_is_found_again(client, mailboxes, capsys):
    message = stored(mail(subject="=?utf-8?q?Caf=C3=A9?="))
    MessageIndex.objects.using("gateway").update(subject="", words="", keys="")
    assert found(client, "cafe") == []
    call_command("reindex")
    assert found(client, "cafe") == [message.investigate_id]
    assert "1 messages" in capsys.readouterr().out


def test_it_resumes_after_a_key(mailboxes, monkeypatch):
    monkeypatch.setattr(reindexing, "AT_ONCE", 2)
    keys = [stored().pk for _ in range(5)]
    steps = list(reindex())
    assert [number for _key, number in steps] == [2, 2, 1]
    assert [number for _key, number in reindex(from_key=steps[1][0])] == [1]
    assert steps[-1][0] == max(keys)


def test_messages_that_came_before_features_get_what_their_detail_tells(client, mailboxes):
    text = " ".join(f"word{chr(97 + number)}" for number in range(26))
    stored(mail(body=f"{text} https://www.one.test/a/17"))
    wanted = {"detections_only": False, "features": True}
    (before,) = client.investigate.list(**wanted).items
    assert before.gatehouse_features.text_minhash
    assert before.gatehouse_features.link_domains == ["one.test"]
    Message.objects.using("gateway").update(features=None)
    assert client.investigate.list(**wanted).items[0].gatehouse_features is None
    call_command("reindex")
    (after,) = client.investigate.list(**wanted).items
    assert after.gatehouse_features == before.gatehouse_features.model_copy(update={"text_minhash": ""})


def test_features_come_only_if_they_are_asked_for(client, mailboxes):
    stored()
    assert client.investigate.list(detections_only=False).items[0].gatehouse_features is None
    assert client.investigate.knows("features")
