"""The way of a message: its stages, and that no step fails open."""

from dataclasses import replace

import pytest

from gateway.delivery.ledger import DATABASE
from gateway.detect import Envelope
from gateway.models import Delivery, Message, RawMail, SenderHistory
from gateway.pipeline import ARRIVAL, DELIVER, JUDGING, LOOKING, STORE, run
from gateway.pipeline_steps.context import MessageContext
from gateway.submissions.reported_messages import Reported
from tests.gateway.conftest import ACCOUNT
from tests.gateway.mails import mail

STEPS = [(stage, step) for stage in ARRIVAL for step in stage.steps]
BEFORE_STORED = [step for stage, step in STEPS if stage is not DELIVER]


class Broken(Exception):
    pass


def arriving() -> MessageContext:
    return MessageContext(
        raw=mail(),
        account_id=ACCOUNT,
        envelope_source=Envelope("ann@partner.example", ("bo@acme.example",), "192.0.2.7", "mx.partner.example"),
    )


def broken_at(failing):
    """Return the way with one step that fails as soon as it is called."""

    def fails(_known):
        raise Broken

    return [
        replace(stage, steps=tuple(fails if step is failing else step for step in stage.steps)) for stage in ARRIVAL
    ]


def test_the_way_is_told_by_its_stages():
    assert [stage.name for stage in ARRIVAL] == [
        *(
            "find",
            "read",
            "authenticate",
            "know the sender",
            "recall what was learnt",
            "look",
            "apply policies",
            "decide",
            "prepare what is stored",
            "store",
            "deliver",
        ),
    ]
    assert JUDGING[-1].name == LOOKING[-1].name == "decide", "what only judges stores nothing"


@pytest.mark.parametrize("step", [step for _stage, step in STEPS], ids=lambda step: step.__name__)
def test_each_step_says_what_is_lost_if_it_fails(step):
    text = " ".join((step.__doc__ or "").split())
    assert "fails" in text or "lost" in text


@pytest.mark.parametrize("step", BEFORE_STORED, ids=lambda step: step.__name__)
def test_a_step_that_fails_stores_and_delivers_nothing(step):
    with pytest.raises(Broken):
        run(broken_at(step), arriving())

    for model in (Message, Delivery, RawMail, SenderHistory):
        assert not model.objects.using(DATABASE).exists(), model


def test_copies_that_could_not_be_delivered_stay_queued():
    with pytest.raises(Broken):
        run(broken_at(DELIVER.steps[0]), arriving())

    assert Delivery.objects.using(DATABASE).get().status == Delivery.Status.QUEUED


def test_storing_is_all_or_nothing():
    """The history, the rows and the copies are written together: a fault in the last of them leaves none."""
    known = run([stage for stage in ARRIVAL if stage not in (STORE, DELIVER)], arriving())
    prepared = run([replace(STORE, steps=STORE.steps[:-1])], known)
    impossible = replace(prepared, reported=(Reported(unusable="x" * 10),), evidence=None)

    with pytest.raises(AttributeError):
        run([replace(STORE, steps=STORE.steps[-1:])], impossible)

    for model in (Message, Delivery, SenderHistory):
        assert not model.objects.using(DATABASE).exists(), model
