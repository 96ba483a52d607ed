"""Rows that record something are never updated or deleted: the database itself refuses it."""

from django.db import migrations

TABLES = (
    "event source importedfile mention subject episode leg claim affected judgement consent publicationbasis "
    "harmdecision item custodyevent act involvement intervention intervention_on_behalf_of release approval"
).split()
REFUSAL = "this archive only ever adds: record a correction instead"


def add_triggers(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE FUNCTION aigaq_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = '23514'; END $$"
        )
    for table in TABLES:
        for act in ("UPDATE", "DELETE"):
            schema_editor.execute(_trigger(schema_editor.connection.vendor, table, act))


def _trigger(vendor, table, act):
    head = f"CREATE TRIGGER store_{table}_no_{act.lower()} BEFORE {act} ON store_{table} "
    if vendor == "postgresql":
        return head + "FOR EACH ROW EXECUTE FUNCTION aigaq_refuse()"
    return head + f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"


def remove_triggers(apps, schema_editor):
    on = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        for act in ("UPDATE", "DELETE"):
            where = f" ON store_{table}" if on else ""
            schema_editor.execute(f"DROP TRIGGER store_{table}_no_{act.lower()}{where}")
    if on:
        schema_editor.execute("DROP FUNCTION aigaq_refuse()")


class Migration(migrations.Migration):
    dependencies = [("store", "0001_initial")]
    operations = [migrations.RunPython(add_triggers, remove_triggers)]
