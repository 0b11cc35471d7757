"""Says who takes what the walks of selections find; imported when the app is ready."""

from dashboard.jobs.selections.drift import Checking
from dashboard.jobs.selections.gathering import Gathering
from dashboard.jobs.selections.models import Selection, SelectionCheck
from dashboard.walking.registry import register_walk

register_walk(Selection, Gathering())
register_walk(SelectionCheck, Checking())
