"""Loaded before Django's settings: tests run with the settings of the demo."""

import os

os.environ["DEMO"] = "yes"
