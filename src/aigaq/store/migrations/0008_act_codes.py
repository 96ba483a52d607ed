"""Every act bears a code that the database alone can't make."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0007_intake_key")]
    operations = [
        # May be null so that SQLite adds a column and doesn't make the table, and its triggers, anew.
        migrations.AddField("event", "code", models.BinaryField(max_length=32, null=True)),
    ]
