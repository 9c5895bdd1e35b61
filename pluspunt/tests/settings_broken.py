"""The settings with an address that fails, and the log as production writes it."""

from pluspunt.settings import *  # noqa: F403
from pluspunt.settings import LOGGING

ROOT_URLCONF = "pluspunt.tests.broken_urls"
LOGGING["handlers"]["console"]["formatter"] = "lines"
LOGGING["root"]["level"] = "INFO"
