"""The tables are looked at by name; a newer version's are left alone."""

import pytest
from django.db import connection

from aigaq.records.errors import BadInput
from aigaq.store import upgrade


def forbid(*words, **options):
    raise AssertionError("Django's migrations were run")


def test_nothing_is_loaded_where_nothing_is_to_do(db, monkeypatch):
    monkeypatch.setattr("django.core.management.call_command", forbid)
    upgrade.bring_up_to_date()


def test_a_missing_migration_is_run(db, monkeypatch):
    run = []
    monkeypatch.setattr(
        "django.core.management.call_command", lambda *words, **_: run.append(words)
    )
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'store' AND name LIKE '0004%'")
    upgrade.bring_up_to_date()
    assert run == [("migrate",)]


def test_the_tables_of_a_newer_version_are_refused(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('store', '9999_later', %s)",
            ["2030-01-01 00:00:00+00:00"],
        )
    with pytest.raises(BadInput, match="newer version"):
        upgrade.bring_up_to_date()
