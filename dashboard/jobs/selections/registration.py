"""Registers the handlers for the walks of selections and their checks. Imported when the app is ready."""

from dashboard.jobs.selections.drift import DriftConsumer
from dashboard.jobs.selections.gathering import SelectionConsumer
from dashboard.jobs.selections.models import Selection, SelectionCheck
from dashboard.walking.registry import register_walk

register_walk(Selection, SelectionConsumer())
register_walk(SelectionCheck, DriftConsumer())
