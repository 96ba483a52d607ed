"""The key pair that intake bundles are sealed to; its secret is sealed in the identity compartment."""

import django.db.models.deletion
from django.db import migrations, models

import aigaq.store.fields

# As in 0002 and 0004: never deleted, and changed only where its secret is sealed anew.
REFUSAL = "this archive only ever adds: record a correction instead"
TABLE = "store_intakekey"
RESEALED = (
    "OLD.id IS NEW.id AND OLD.event_id IS NEW.event_id AND OLD.public_key IS NEW.public_key "
    "AND substr(OLD.secret, 1, 33) IS substr(NEW.secret, 1, 33) "
    "AND length(OLD.secret) IS length(NEW.secret)"
)


def add_triggers(apps, schema_editor):
    rules = (
        ("DELETE", "", "aigaq_refuse()"),
        ("UPDATE", f"WHEN NOT ({RESEALED}) ", "aigaq_refuse_unless_resealed('secret')"),
    )
    for act, condition, function in rules:
        head = f"CREATE TRIGGER {TABLE}_no_{act.lower()} BEFORE {act} ON {TABLE} "
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(head + f"FOR EACH ROW EXECUTE FUNCTION {function}", params=None)
        else:
            schema_editor.execute(head + f"{condition}BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END")


class Migration(migrations.Migration):
    dependencies = [("store", "0006_member_names")]
    operations = [
        migrations.CreateModel(
            name="IntakeKey",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("public_key", models.CharField(max_length=80, unique=True)),
                ("secret", aigaq.store.fields.SealedField()),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="store.event",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.RunPython(add_triggers, migrations.RunPython.noop),
    ]
