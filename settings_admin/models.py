"""Django models of the app, imported from the packages that define them."""

from settings_admin.history.models import Change
from settings_admin.proposals.models import Proposal
from settings_admin.replay.models import Replay, ReplayHit, SampledReplay
from settings_admin.runs.models import Run, RunLine
from settings_admin.upkeep.models import CountedDay, DayUse, Term

__all__ = [
    "Change",
    "CountedDay",
    "DayUse",
    "Proposal",
    "Replay",
    "ReplayHit",
    "Run",
    "RunLine",
    "SampledReplay",
    "Term",
]
