"""Process manager of `manage.py run`: Redis, web server, worker, beat, and the gateway's intake and renderer."""
