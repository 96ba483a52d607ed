"""Members' names sealed, and found by a keyed tag; `services/roster.py` seals those that are here already."""

from django.db import migrations, models

import aigaq.store.fields


class Migration(migrations.Migration):
    dependencies = [("store", "0005_sealed_claims")]
    operations = [
        migrations.AlterField(
            "member", "name", models.CharField(max_length=80, null=True, unique=True)
        ),
        migrations.AddField("member", "sealed_name", aigaq.store.fields.SealedField(null=True)),
        migrations.AddField(
            "member", "lookup", models.CharField(max_length=64, null=True, unique=True)
        ),
    ]
