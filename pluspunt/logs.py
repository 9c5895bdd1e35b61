"""What must not stand in the log of the server."""

from logging import LogRecord

# Who reads the rest of such an address can read somebody's week (workshops/services/calendar_feeds.py).
READ_BY_CALENDARS = "/agenda/"


def hide_secret_addresses(record: LogRecord) -> bool:
    """Takes the secret out of an address that Django writes about, as in "Not Found: /agenda/…"; keeps the line."""
    if isinstance(record.args, tuple):
        record.args = tuple(_without_secret(each) for each in record.args)
    return True


def _without_secret(value: object) -> object:
    is_secret = isinstance(value, str) and value.startswith(READ_BY_CALENDARS)
    return f"{READ_BY_CALENDARS}…" if is_secret else value
