from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from psycopg import sql

from privacy.services.append_only import LOG_TABLES

# What only an installation writes: who may change these could make it believe that a migration was done.
READ_ONLY = ["django_migrations"]


class Command(BaseCommand):
    help = (
        "Geeft een rol van PostgreSQL wat de webserver en de werker nodig hebben en niet meer: alle tabellen lezen en"
        " bijwerken, het logboek alleen lezen en aanvullen. Draai dit als eigenaar, na elke migrate."
    )

    def add_arguments(self, parser):
        parser.add_argument("name", help="de rol, bijvoorbeeld pluspunt_web")

    @transaction.atomic
    def handle(self, *, name, **options):
        if connection.vendor != "postgresql":
            raise CommandError("Rollen zijn er alleen op PostgreSQL.")
        with connection.cursor() as cursor:
            self._check(cursor, name)
            role = sql.Identifier(name)
            for statement in [
                "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
                "REVOKE ALL ON SCHEMA public FROM {role}",
                "GRANT USAGE ON SCHEMA public TO {role}",
                "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
                "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
                "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
            ]:
                cursor.execute(sql.SQL(statement).format(role=role))
            for tables, rights in ((LOG_TABLES, "UPDATE, DELETE"), (READ_ONLY, "INSERT, UPDATE, DELETE")):
                for table in tables:
                    statement = f"REVOKE {rights} ON {{table}} FROM {{role}}"
                    cursor.execute(sql.SQL(statement).format(table=sql.Identifier(table), role=role))
        self.stdout.write(f"{name} mag het logboek lezen en aanvullen, en de andere tabellen bijwerken.")

    def _check(self, cursor, name: str) -> None:
        """A role that could give itself more would make all of this worth nothing."""
        cursor.execute("SELECT rolsuper OR rolcreaterole OR rolreplication FROM pg_roles WHERE rolname = %s", [name])
        found = cursor.fetchone()
        if found is None:
            raise CommandError(f"De rol {name} is er niet. Maak hem eerst: createuser {name}")
        cursor.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND pg_has_role(%s, tableowner, 'MEMBER')",
            [name],
        )
        if found[0] or cursor.fetchone()[0]:
            raise CommandError(f"De rol {name} is eigenaar of beheerder: daarmee is het logboek niet te beschermen.")
