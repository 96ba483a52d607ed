"""Items, custody, keys and escrow; and what the database lets go: rows that an erasure names, seals made anew."""

import django.db.models.deletion
from django.db import migrations, models

import aigaq.store.fields

REFUSAL = "this archive only ever adds: record a correction instead"

# Table → the columns by which an erased record may be found (the row itself, or one it hangs on).
ERASABLE = {
    "source": "id",
    "mention": "id",
    "episode": "id",
    "leg": "id",
    "claim": "id",
    "judgement": "id",
    "consent": "id",
    "publicationbasis": "id",
    "harmdecision": "id",
    "act": "id",
    "involvement": "id",
    "intervention": "id",
    "item": "id",
    "custodyevent": "id",
    "testifier": "id",
    "itemkey": "item_id",
    "affected": "claim_id mention_id",
    "intervention_on_behalf_of": "intervention_id mention_id",
}
# Table → its sealed columns. Sealing anew keeps their version and commitment (33 bytes) and their length.
SEALED = {
    "testifier": "name contact relation",
    "item": "name plaintext_sha256 details",
    "custodyevent": "party reason hash_before hash_after",
    "itemkey": "secret",
}
FLAT = ("escrow", "erased")

FUNCTIONS = f"""
CREATE FUNCTION aigaq_refuse_unless_erased() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE known text;
BEGIN
  FOREACH known IN ARRAY TG_ARGV LOOP
    IF EXISTS (SELECT 1 FROM store_erased WHERE id = (to_jsonb(OLD) ->> known)::uuid) THEN
      RETURN OLD;
    END IF;
  END LOOP;
  RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = '23514';
END $$;
CREATE FUNCTION aigaq_refuse_unless_resealed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE old_row jsonb := to_jsonb(OLD); new_row jsonb := to_jsonb(NEW); sealed text;
BEGIN
  IF old_row - TG_ARGV IS DISTINCT FROM new_row - TG_ARGV THEN
    RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = '23514';
  END IF;
  FOREACH sealed IN ARRAY TG_ARGV LOOP
    IF left(old_row ->> sealed, 68) IS DISTINCT FROM left(new_row ->> sealed, 68)
       OR length(old_row ->> sealed) IS DISTINCT FROM length(new_row ->> sealed) THEN
      RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = '23514';
    END IF;
  END LOOP;
  RETURN NEW;
END $$;
CREATE FUNCTION aigaq_refuse_unless_rekeyed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.item_id = NEW.item_id AND length(OLD.secret) = length(NEW.secret) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = '23514';
END $$;
CREATE FUNCTION aigaq_refuse_unless_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF to_jsonb(OLD) - 'salt' - 'fields' = to_jsonb(NEW) - 'salt' - 'fields'
     AND length(NEW.salt) = 0
     AND EXISTS (SELECT 1 FROM store_erased WHERE brought_by_id = OLD.id)
     AND (NEW.fields = OLD.fields
          OR NEW.fields = '{{}}' AND EXISTS (SELECT 1 FROM store_erased WHERE id = OLD.id)) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = '23514';
END $$;
CREATE FUNCTION aigaq_refuse_unless_salt_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM store_erased WHERE id::text = OLD.name OR id = OLD.brought_by_id) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = '23514';
END $$;
"""  # noqa: S608  our own names


def add_triggers(apps, schema_editor):
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    if on_postgresql:
        schema_editor.execute(FUNCTIONS, params=None)
    for table, act, condition, function in _rules(apps, on_postgresql):
        name = f"store_{table}_no_{act.lower()}"
        if (table, act) in REPLACED:
            schema_editor.execute(f"DROP TRIGGER {name}" + (f" ON store_{table}" * on_postgresql))
        head = f"CREATE TRIGGER {name} BEFORE {act} ON store_{table} "
        if on_postgresql:
            schema_editor.execute(head + f"FOR EACH ROW EXECUTE FUNCTION {function}", params=None)
        else:
            when = f"WHEN NOT ({condition}) " if condition else ""
            schema_editor.execute(
                head + f"{when}BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END", params=None
            )


# What 0002 refused without condition.
REPLACED = {(table, "DELETE") for table in ERASABLE} | {("event", "UPDATE")}
REPLACED -= {(table, "DELETE") for table in ("item", "custodyevent", "testifier", "itemkey")}


def _rules(apps, on_postgresql):
    """Yield (table, UPDATE or DELETE, SQLite's condition or "", PostgreSQL's function)."""
    refuse = "aigaq_refuse()"
    for table, columns in ERASABLE.items():
        names = columns.split()
        arguments = ", ".join(f"'{name}'" for name in names)
        yield (
            table,
            "DELETE",
            " OR ".join(map(_is_erased, names)),
            f"aigaq_refuse_unless_erased({arguments})",
        )
    for table, columns in SEALED.items():
        names = columns.split()
        if table == "itemkey":
            same = "OLD.item_id IS NEW.item_id AND length(OLD.secret) IS length(NEW.secret)"
            yield table, "UPDATE", same, "aigaq_refuse_unless_rekeyed()"
        else:
            arguments = ", ".join(f"'{name}'" for name in names)
            yield (
                table,
                "UPDATE",
                _is_resealed(apps, table, names),
                f"aigaq_refuse_unless_resealed({arguments})",
            )
    others = [
        field.column for field in _columns(apps, "event") if field.column not in ("salt", "fields")
    ]
    emptied = " AND ".join(
        [
            *(f'OLD."{column}" IS NEW."{column}"' for column in others),
            "length(NEW.salt) = 0",
            "EXISTS (SELECT 1 FROM store_erased WHERE brought_by_id = OLD.id)",
            "(NEW.fields IS OLD.fields OR NEW.fields = '{}' AND EXISTS (SELECT 1 FROM store_erased WHERE id = OLD.id))",
        ]
    )
    yield "event", "UPDATE", emptied, "aigaq_refuse_unless_emptied()"
    for table in FLAT:
        yield table, "UPDATE", "", refuse
        yield table, "DELETE", "", refuse
    yield "keptsalt", "UPDATE", "", refuse
    kept = "EXISTS (SELECT 1 FROM store_erased WHERE id = replace(OLD.name, '-', '') OR id = OLD.brought_by_id)"
    yield "keptsalt", "DELETE", kept, "aigaq_refuse_unless_salt_erased()"


def _columns(apps, table):
    return apps.get_model("store", table)._meta.local_concrete_fields


def _is_erased(column):
    return f"EXISTS (SELECT 1 FROM store_erased WHERE id = OLD.{column})"  # noqa: S608  our own names


def _is_resealed(apps, table, sealed):
    plain = [field.column for field in _columns(apps, table) if field.column not in sealed]
    same = [f'OLD."{column}" IS NEW."{column}"' for column in plain]
    same += [
        f'substr(OLD."{column}", 1, 33) IS substr(NEW."{column}", 1, 33) '
        f'AND length(OLD."{column}") IS length(NEW."{column}")'
        for column in sealed
    ]
    return " AND ".join(same)


class Migration(migrations.Migration):
    dependencies = [("store", "0003_log")]
    operations = [
        # Nothing was ever written to these two.
        migrations.DeleteModel(name="CustodyEvent"),
        migrations.DeleteModel(name="Item"),
        migrations.CreateModel(
            name="Item",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=40)),
                ("compartment", models.CharField(max_length=20)),
                ("blob", models.CharField(max_length=64, unique=True)),
                ("size", models.PositiveBigIntegerField()),
                ("media_type", models.CharField(max_length=100)),
                ("tool", models.CharField(blank=True, max_length=100)),
                ("name", aigaq.store.fields.SealedField()),
                ("plaintext_sha256", aigaq.store.fields.SealedField()),
                ("details", aigaq.store.fields.SealedField(null=True)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="store.event",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="derivatives",
                        to="store.item",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="store.source",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Erased",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("table", models.CharField(max_length=40)),
                ("position", models.PositiveIntegerField(null=True)),
                ("root", models.CharField(max_length=64)),
                (
                    "brought_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="erased",
                        to="store.event",
                    ),
                ),
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
            name="Escrow",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("public_key", models.CharField(max_length=80)),
                ("threshold", models.PositiveSmallIntegerField()),
                ("shares", models.PositiveSmallIntegerField()),
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
            name="ItemKey",
            fields=[
                (
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="key",
                        serialize=False,
                        to="store.item",
                    ),
                ),
                ("secret", aigaq.store.fields.SealedField()),
            ],
        ),
        migrations.CreateModel(
            name="CustodyEvent",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("position", models.PositiveIntegerField()),
                ("action", models.CharField(max_length=40)),
                ("at", models.DateTimeField()),
                ("happened", models.CharField(blank=True, max_length=80)),
                ("party", aigaq.store.fields.SealedField(null=True)),
                ("reason", aigaq.store.fields.SealedField(null=True)),
                ("hash_before", aigaq.store.fields.SealedField(null=True)),
                ("hash_after", aigaq.store.fields.SealedField(null=True)),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="store.member",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="store.event",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="custody",
                        to="store.item",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="KeptSalt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("salt", models.BinaryField()),
                (
                    "brought_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="kept_salts",
                        to="store.event",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EscrowGrant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("compartment", models.CharField(max_length=20)),
                ("key_id", models.CharField(max_length=16)),
                ("wrapped", models.BinaryField()),
                (
                    "escrow",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grants",
                        to="store.escrow",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("escrow"),
                        models.F("compartment"),
                        models.F("key_id"),
                        name="escrow_grant_once",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("parent__isnull", True),
                    models.Q(("parent", models.F("id")), _negated=True),
                    _connector="OR",
                ),
                name="item_not_its_own_parent",
            ),
        ),
        migrations.AddConstraint(
            model_name="custodyevent",
            constraint=models.UniqueConstraint(
                models.F("item"), models.F("position"), name="custody_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="keptsalt",
            constraint=models.UniqueConstraint(
                models.F("brought_by"), models.F("name"), name="kept_salt_once"
            ),
        ),
        migrations.RunPython(add_triggers, migrations.RunPython.noop),
    ]
