import django.contrib.postgres.fields
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


# Everybody is filed anew by the sweep (`matching.refiling`), which finds the other version of profiles: what was filed
# under the longer keys needs not be kept. Adding columns without a default that is computed rewrites no row.
class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0012_checks_told'),
    ]

    operations = [
        migrations.DeleteModel(name='EntryKey'),
        migrations.CreateModel(
            name='EntryKey',
            fields=[
                ('pk', models.CompositePrimaryKey('key', 'number', blank=True, editable=False, primary_key=True, serialize=False)),
                ('key', models.IntegerField()),
                ('number', models.IntegerField()),
            ],
            options={
                'verbose_name': 'blocking key',
                'verbose_name_plural': 'blocking keys',
            },
        ),
        migrations.RunSQL("CREATE SEQUENCE matching_listentry_number AS integer", "DROP SEQUENCE matching_listentry_number"),
        migrations.AddField(
            model_name='listentry',
            name='keys',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, editable=False, size=None),
        ),
        migrations.AddField(
            model_name='listentry',
            name='number',
            field=models.IntegerField(db_default=None, editable=False, null=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='listentry',
            trigger=pgtrigger.compiler.Trigger(name='numbered_once', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    NEW.number := COALESCE(NULL, nextval('matching_listentry_number'));\n    RETURN NEW;\n", hash='03ca13ce18d1c27c380efecce1589db75db43668', operation='INSERT', pgid='pgtrigger_numbered_once_1eb35', table='matching_listentry', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='listentry',
            trigger=pgtrigger.compiler.Trigger(name='keeps_its_number', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    NEW.number := COALESCE(OLD.number, nextval('matching_listentry_number'));\n    RETURN NEW;\n", hash='8ef03c509b9e8c264d12c5e5d7057d7af6cec1d2', operation='UPDATE OF "number", "keys"', pgid='pgtrigger_keeps_its_number_de0c6', table='matching_listentry', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='listentry',
            trigger=pgtrigger.compiler.Trigger(name='filed_under_its_keys', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF TG_OP <> 'INSERT' THEN\n        DELETE FROM matching_entrykey WHERE key = ANY(OLD.keys) AND number = OLD.number;\n    END IF;\n    IF TG_OP <> 'DELETE' THEN\n        INSERT INTO matching_entrykey (key, number) SELECT DISTINCT unnest(NEW.keys), NEW.number;\n    END IF;\n    RETURN NULL;\n", hash='24071a08653045ce218fb88a1efc2a54272bfd35', operation='INSERT OR UPDATE OF "keys" OR DELETE', pgid='pgtrigger_filed_under_its_keys_57dcb', table='matching_listentry', when='AFTER')),
        ),
    ]
