"""The log: numbered entries, signed checkpoints, witnesses and time-stamps; all of it only ever added."""

import django.db.models.deletion
from django.db import migrations, models

TABLES = "logentry checkpoint witness cosignature authority stamprequest stamp".split()
REFUSAL = "this archive only ever adds: record a correction instead"


def add_triggers(apps, schema_editor):
    for table in TABLES:
        for act in ("UPDATE", "DELETE"):
            schema_editor.execute(_trigger(schema_editor.connection.vendor, table, act))


def _trigger(vendor, table, act):
    head = f"CREATE TRIGGER store_{table}_no_{act.lower()} BEFORE {act} ON store_{table} "
    if vendor == "postgresql":  # the function is 0002_append_only's
        return head + "FOR EACH ROW EXECUTE FUNCTION aigaq_refuse()"
    return head + f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"


def remove_triggers(apps, schema_editor):
    on = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        for act in ("UPDATE", "DELETE"):
            where = f" ON store_{table}" if on else ""
            schema_editor.execute(f"DROP TRIGGER store_{table}_no_{act.lower()}{where}")


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0002_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="Authority",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("url", models.TextField(unique=True)),
                ("certificate", models.TextField()),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="store.event",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("size", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ("root", models.CharField(max_length=64)),
                ("note", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "previous",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="next",
                        to="store.checkpoint",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LogEntry",
            fields=[
                ("index", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ("leaf_hash", models.BinaryField(max_length=32)),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="log_entry",
                        to="store.event",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StampRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="store.authority",
                    ),
                ),
                (
                    "checkpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stamp_requests",
                        to="store.checkpoint",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Stamp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token", models.BinaryField()),
                ("at", models.DateTimeField()),
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stamp",
                        to="store.stamprequest",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Witness",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=300, unique=True)),
                ("url", models.TextField(blank=True)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="store.event",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Cosignature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line", models.TextField()),
                (
                    "checkpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cosignatures",
                        to="store.checkpoint",
                    ),
                ),
                (
                    "witness",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cosignatures",
                        to="store.witness",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="checkpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("previous__isnull", True), ("size__gt", models.F("previous")), _connector="OR"
                ),
                name="checkpoint_grows",
            ),
        ),
        migrations.AddConstraint(
            model_name="stamprequest",
            constraint=models.UniqueConstraint(
                models.F("checkpoint"), models.F("authority"), name="stamp_request_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="cosignature",
            constraint=models.UniqueConstraint(
                models.F("checkpoint"), models.F("witness"), name="cosignature_once"
            ),
        ),
        migrations.RunPython(add_triggers, remove_triggers),
    ]
