"""Claims of compartments in a sealed table of their own."""

import django.db.models.deletion
from django.db import migrations, models

import aigaq.store.fields

# As in 0004: a row that an erasure names goes, a sealed column may be sealed anew, nothing else changes.
REFUSAL = "this archive only ever adds: record a correction instead"
TABLE, SEALED = "store_sealedclaim", "told"
ERASABLE = {"sealedclaim": "id"}


def add_triggers(apps, schema_editor):
    name = f"{TABLE}_no_"
    if schema_editor.connection.vendor == "postgresql":
        for act, function in (
            ("DELETE", "aigaq_refuse_unless_erased('id')"),
            ("UPDATE", f"aigaq_refuse_unless_resealed('{SEALED}')"),
        ):
            schema_editor.execute(
                f"CREATE TRIGGER {name}{act.lower()} BEFORE {act} ON {TABLE} "
                f"FOR EACH ROW EXECUTE FUNCTION {function}",
                params=None,
            )
        return
    columns = apps.get_model("store", "sealedclaim")._meta.local_concrete_fields
    same = [f'OLD."{one.column}" IS NEW."{one.column}"' for one in columns if one.column != SEALED]
    same += [
        f'substr(OLD."{SEALED}", 1, 33) IS substr(NEW."{SEALED}", 1, 33)',
        f'length(OLD."{SEALED}") IS length(NEW."{SEALED}")',
    ]
    erased = "EXISTS (SELECT 1 FROM store_erased WHERE id = OLD.id)"
    for act, condition in (("DELETE", erased), ("UPDATE", " AND ".join(same))):
        schema_editor.execute(
            f"CREATE TRIGGER {name}{act.lower()} BEFORE {act} ON {TABLE} "
            f"WHEN NOT ({condition}) BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def _to(target, **options):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=target, **options)


class Migration(migrations.Migration):
    dependencies = [("store", "0004_items")]
    operations = [
        migrations.CreateModel(
            name="SealedClaim",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("compartment", models.CharField(max_length=20)),
                ("told", aigaq.store.fields.SealedField()),
                ("event", _to("store.event", related_name="+")),
                ("mention", _to("store.mention", null=True, related_name="sealed_claims")),
                ("subject", _to("store.subject", null=True, related_name="sealed_claims")),
                ("source", _to("store.source", related_name="sealed_claims")),
                (
                    "supersedes",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="superseded_by",
                        to="store.sealedclaim",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["compartment"], name="store_seale_compart_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("mention__isnull", False), ("subject__isnull", True)),
                            models.Q(("mention__isnull", True), ("subject__isnull", False)),
                            _connector="OR",
                        ),
                        name="sealed_claim_one_subject",
                    )
                ],
            },
        ),
        migrations.RunPython(add_triggers, migrations.RunPython.noop),
    ]
