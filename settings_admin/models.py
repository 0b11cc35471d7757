"""Django models of the app, imported from the packages that define them."""

from settings_admin.history.models import Change
from settings_admin.replay.models import Replay, ReplayHit, SampledReplay
from settings_admin.runs.models import Run, RunLine

__all__ = ["Change", "Replay", "ReplayHit", "Run", "RunLine", "SampledReplay"]
