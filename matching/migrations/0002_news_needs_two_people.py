"""No news about a match without two people: the last wall, whatever code asks for it.

The table belongs to notifications, which knows nothing of matches; the promise is ours, so the trigger is.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION matching_news_needs_two_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM matching_match m
        JOIN matching_listentry e ON e.id = m.entry_id
        JOIN matching_sourcelist l ON l.id = e.source_list_id
        WHERE m.state = 'confirmed' AND l.kind = 'released'
          AND m.missing_person_id::text = substring(NEW.reference from '^person-([0-9a-f-]{36})-report-')
    ) THEN
        RAISE EXCEPTION 'news to a family needs a match that two people confirmed, on a list of the released'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER news_needs_two_people BEFORE INSERT ON notifications_notification
    FOR EACH ROW WHEN (NEW.message = 'news') EXECUTE FUNCTION matching_news_needs_two_people();
"""
BACKWARD = """
DROP TRIGGER news_needs_two_people ON notifications_notification;
DROP FUNCTION matching_news_needs_two_people();
"""


class Migration(migrations.Migration):
    dependencies = [("matching", "0001_initial"), ("notifications", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
