import django.contrib.postgres.fields
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


# Everybody is filed anew by the sweep (`matching.refiling`), which finds the other version of profiles: what was filed
# under the longer keys needs not be kept. Adding columns without a default that is computed rewrites no row.
class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0008_cache'),
    ]

    operations = [
        migrations.DeleteModel(name='MissingPersonKey'),
        migrations.CreateModel(
            name='MissingPersonKey',
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
        migrations.RunSQL("CREATE SEQUENCE reports_missingperson_number AS integer", "DROP SEQUENCE reports_missingperson_number"),
        migrations.AddField(
            model_name='missingperson',
            name='keys',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, editable=False, size=None),
        ),
        migrations.AddField(
            model_name='missingperson',
            name='number',
            field=models.IntegerField(db_default=None, editable=False, null=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='missingperson',
            trigger=pgtrigger.compiler.Trigger(name='numbered_once', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    NEW.number := COALESCE(NULL, nextval('reports_missingperson_number'));\n    RETURN NEW;\n", hash='fc3bca97b2a7f3e49e6a8e0729b6f514055d72de', operation='INSERT', pgid='pgtrigger_numbered_once_56513', table='reports_missingperson', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='missingperson',
            trigger=pgtrigger.compiler.Trigger(name='keeps_its_number', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    NEW.number := COALESCE(OLD.number, nextval('reports_missingperson_number'));\n    RETURN NEW;\n", hash='69aa9bee7cecdc8d691bae52fba494bf80dd678f', operation='UPDATE OF "number", "keys"', pgid='pgtrigger_keeps_its_number_6f918', table='reports_missingperson', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='missingperson',
            trigger=pgtrigger.compiler.Trigger(name='filed_under_its_keys', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF TG_OP <> 'INSERT' THEN\n        DELETE FROM reports_missingpersonkey WHERE key = ANY(OLD.keys) AND number = OLD.number;\n    END IF;\n    IF TG_OP <> 'DELETE' THEN\n        INSERT INTO reports_missingpersonkey (key, number) SELECT DISTINCT unnest(NEW.keys), NEW.number;\n    END IF;\n    RETURN NULL;\n", hash='74eb4330968da757ca98a8977c14af4ada9a7fc4', operation='INSERT OR UPDATE OF "keys" OR DELETE', pgid='pgtrigger_filed_under_its_keys_6aea2', table='reports_missingperson', when='AFTER')),
        ),
    ]
