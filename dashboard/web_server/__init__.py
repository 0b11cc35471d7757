"""The web server: gunicorn's processes, and waitress' channels that read a request whole before a thread gets it."""
