"""When a person's next digest is due: at once, at an hour of each day or of a day of the week, outside quiet hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from investigate.digests.states import Frequency


@dataclass(frozen=True, slots=True)
class Plan:
    """How often, and when. Hours (0 to 23) and `weekday` (0 is Monday) are in `zone`. Equal quiet hours are none."""

    frequency: Frequency
    hour: int
    weekday: int
    zone: ZoneInfo
    quiet_from: int
    quiet_to: int


def due_at(plan: Plan, after: datetime) -> datetime | None:
    """Return the first time from `after` on at which a digest is due, in UTC, or None for never.

    A time that falls into the quiet hours is put off to their end.
    """
    if plan.frequency == Frequency.NEVER:
        return None
    if plan.frequency == Frequency.IMMEDIATELY:
        return _after_quiet(plan, after)
    local = after.astimezone(plan.zone)
    day = local.date()
    # Eight days, since today's hour may be over for a weekly digest too.
    for number in range(9):
        found = datetime.combine(day + timedelta(days=number), time(plan.hour), tzinfo=plan.zone)
        is_day = plan.frequency == Frequency.DAILY or found.weekday() == plan.weekday
        if is_day and found.astimezone(UTC) >= after:
            return _after_quiet(plan, found)
    raise AssertionError("each week has each day")


def _after_quiet(plan: Plan, moment: datetime) -> datetime:
    local = moment.astimezone(plan.zone)
    if not _is_quiet(plan, local.hour):
        return moment.astimezone(UTC)
    end = datetime.combine(local.date(), time(plan.quiet_to), tzinfo=plan.zone)
    if plan.quiet_to <= local.hour:
        end = datetime.combine(local.date() + timedelta(days=1), time(plan.quiet_to), tzinfo=plan.zone)
    return end.astimezone(UTC)


def _is_quiet(plan: Plan, hour: int) -> bool:
    if plan.quiet_from <= plan.quiet_to:
        return plan.quiet_from <= hour < plan.quiet_to
    return hour >= plan.quiet_from or hour < plan.quiet_to
