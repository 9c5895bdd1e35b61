"""How databases are used, whatever their address says."""

from django.db import DEFAULT_DB_ALIAS


def tuned(database: dict) -> dict:
    """The settings of a database with what makes it safe and fast for us."""
    database = {**database, "CONN_HEALTH_CHECKS": True, "CONN_MAX_AGE": 600}
    if database["ENGINE"].endswith("sqlite3"):
        # IMMEDIATE takes the write lock at once: a read that turns into a write would fail with "database is locked".
        database["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=134217728;"
            " PRAGMA cache_size=-20000; PRAGMA secure_delete=ON;",
        }
    else:
        # The default is of spinning disks: then a year of figures would read all years, and not the index on the day.
        database.setdefault("OPTIONS", {}).setdefault("options", "-c random_page_cost=1.1")
    return database


def only_reading(database: dict) -> dict:
    """The settings of a copy that follows, whose server is asked to refuse whatever would change something."""
    options = dict(database.get("OPTIONS", {}))
    if database["ENGINE"].endswith("sqlite3"):
        options["init_command"] = f"{options.get('init_command', '')} PRAGMA query_only=1;"
    else:
        options["options"] = f"{options.get('options', '')} -c default_transaction_read_only=on".strip()
    return {**database, "OPTIONS": options, "TEST": {"MIRROR": DEFAULT_DB_ALIAS}}
