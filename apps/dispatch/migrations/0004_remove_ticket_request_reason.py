from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("dispatch", "0003_worker_kind"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="ticket",
            name="request_reason",
        ),
    ]
