"""Find an installed Chromium or Chrome that can render previews."""

import os
import shutil
from pathlib import Path

# Debian's headless shell is twice as fast as the full browser. This is its binary, not its wrapper script.
_KNOWN = (
    "/usr/lib/chromium/chromium-headless-shell",
    "/usr/lib/chromium/chromium",
    "/usr/lib/chromium-browser/chromium-browser",
    "/usr/lib64/chromium-browser/chromium-browser",
    "/opt/google/chrome/chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome", "headless_shell")
HOW_TO_INSTALL = (
    "no Chromium found: install Debian's chromium-headless-shell, or any Chromium or Chrome, or name one in CHROMIUM"
)


def find_chromium(named: str = "") -> Path | None:
    """Return the path of the browser that the operator named, or None if it does not exist.

    If `named` is empty, return the first browser in a known location or on PATH, or None if there is none.
    """
    if named:
        path = shutil.which(named)
        return Path(path) if path else None
    for candidate in _KNOWN:
        if os.access(candidate, os.X_OK):
            return Path(candidate)
    found = next((path for path in map(shutil.which, _NAMES) if path), None)
    return Path(found) if found else None
