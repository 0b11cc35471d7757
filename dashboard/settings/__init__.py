"""Django settings, by subject. Operators configure Gatehouse with environment variables: `dashboard/environment.py`."""

# ruff: noqa: F403 - settings are a flat namespace
from dashboard.settings.audit import *
from dashboard.settings.backend import *
from dashboard.settings.databases import *
from dashboard.settings.gateway import *
from dashboard.settings.installation import *
from dashboard.settings.queues import *
from dashboard.settings.sign_in import *
from dashboard.settings.storages import *
from dashboard.settings.transport import *
from dashboard.settings.work import *
