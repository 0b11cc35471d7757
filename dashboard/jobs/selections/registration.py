"""Registers the handlers for the walks of selections and their checks. Imported when the app is ready."""

from dashboard.jobs.selections.drift import Checking
from dashboard.jobs.selections.gathering import Gathering
from dashboard.jobs.selections.models import Selection, SelectionCheck
from dashboard.walking.registry import register_walk

register_walk(Selection, Gathering())
register_walk(SelectionCheck, Checking())
