"""Loaded before Django's settings: tests run with the settings of the demo, not with a developer's own `.env`."""

import os
import signal

os.environ["DEMO"] = "yes"
os.environ["ENV_FILE"] = os.devnull

# Told to stop, a run still ends the server and the browser that it started.
signal.signal(signal.SIGTERM, signal.default_int_handler)
