"""Writers of SQLite take turns, and what is locked elsewhere is waited for."""

import sqlite3
import threading
import time

import pytest
from django.db import OperationalError, connection, connections, transaction

from dashboard.audit.models import AuditEntry
from dashboard.sqlite_in_turns import base
from dashboard.sqlite_in_turns.turns import turn_of
