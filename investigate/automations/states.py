"""What an automation reacts to, what it does, in which mode it is, and what became of each message."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models

from dashboard.capabilities import Capability
from dashboard.jobs.states import JobAction

NAME_PREFIX = "automation: "
"""Begins the name under which an automation acts. No person has such a name: theirs have neither colon nor blank."""


class Event(models.TextChoices):
    """What an automation reacts to. Each has a finder in `investigate.automations.events.registry`."""

    JUDGED = "judged", "A message was judged"
    REPORTED = "reported", "A user reported a message"
    CLASSIFIED = "classified", "A submission was answered"
    RELEASED = "released", "A message was released by a job"
    JOB_ENDED = "job_ended", "A job that acted on the message ended"
    CAMPAIGN_GREW = "campaign", "A message joined a campaign of threats"


class Act(models.TextChoices):
    """What an automation does."""

    MOVE = "move", "Move to a folder"
    RELEASE = "release", "Ask for release"
    ASSIGN = "assign", "Assign to a person"
    TAG = "tag", "Tag"
    NOTIFY = "notify", "Put up a notice"
    ESCALATE = "escalate", "Escalate the report"
    BLOCK = "block", "Block the sender"


class Scope(models.TextChoices):
    """On what an automation acts. A campaign is taken as on the sheet: only if most of it is judged as the message."""

    MESSAGE = "message", "The message alone"
    COPIES = "copies", "All copies of the mail"
    CAMPAIGN = "campaign", "Its campaign"


class Mode(models.TextChoices):
    """In which mode an automation is. See `Automation` for the transitions."""

    OFF = "off", "Off"
    WATCH = "watch", "Watching"
    ON = "on", "On"
    STOPPED = "stopped", "Stopped itself"


class Run(models.TextChoices):
    """In which of three records a firing is: they don't bear on each other."""

    REAL = "real", "Acted"
    WATCH = "watch", "Watched"
    REPLAY = "replay", "Replayed"


class State(models.TextChoices):
    """What became of one message. See `Firing` for the transitions."""

    WOULD = "would", "Would act"
    JOB = "job", "In a job"
    DONE = "done", "Done"
    LEFT = "left", "Left alone"
    PLANNED = "planned", "Waits to be sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"
    UNKNOWN = "unknown", "Unknown"


@dataclass(frozen=True, slots=True)
class ActRules:
    """What an act requires: the capability of the person who switches it on, and the job or call that it becomes."""

    wanted: Capability
    job: str = ""
    calls_api: bool = False


RULES: dict[str, ActRules] = {
    Act.MOVE: ActRules(Capability.MOVE, job=JobAction.MOVE),
    Act.RELEASE: ActRules(Capability.RELEASE, job=JobAction.RELEASE),
    Act.ASSIGN: ActRules(Capability.CLAIM),
    Act.TAG: ActRules(Capability.NOTE),
    Act.NOTIFY: ActRules(Capability.CLAIM),
    Act.ESCALATE: ActRules(Capability.RECLASSIFY, calls_api=True),
    Act.BLOCK: ActRules(Capability.BLOCK_SENDER, calls_api=True),
}
