from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0013_families_to_call"),
    ]

    operations = [
        migrations.AlterField(
            model_name="followup",
            name="call_reason",
            field=models.CharField(blank=True, choices=[("not_delivered", "the message does not arrive"), ("may_be_lost", "nobody knows whether the message arrived"), ("unproven", "no address of theirs is confirmed"), ("proof_too_old", "they confirmed their address long ago: is it still theirs?"), ("no_address", "they left no address"), ("stopped", "they asked for no more messages"), ("wrong_address", "a stranger has this number or mailbox"), ("wrote_back", "they wrote to us"), ("no_answer", "delivered, but no sign that they have read it"), ("called", "we have called and not spoken yet"), ("minor", "a minor: only a person may tell them"), ("no_birth_date", "the birth date cannot be read: only a person may tell them"), ("taken_back", "the news was taken back after it had been sent")], max_length=14, verbose_name="call because"),
        ),
    ]
