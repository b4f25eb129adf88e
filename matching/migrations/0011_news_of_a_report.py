"""News is owed under its report, whichever missing person it names: linking reports tells nobody twice.

The last wall asks for more than before: the report is open, and no flag on the missing person says to wait.
"""

from django.db import migrations

NEW = """
CREATE OR REPLACE FUNCTION matching_news_needs_two_people() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE person uuid;
BEGIN
    SELECT missing_person_id INTO person FROM reports_report
    WHERE id = substring(NEW.reference from '^news-report-([0-9a-f-]{36})')::uuid AND withdrawn_at IS NULL;
    PERFORM 1 FROM matching_match m
        JOIN matching_listentry e ON e.id = m.entry_id
        JOIN matching_sourcelist l ON l.id = e.source_list_id
        WHERE m.missing_person_id = person AND m.state = 'confirmed' AND l.kind = 'released' AND e.removed_at IS NULL
        FOR SHARE OF e;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'news to a family needs a match that two people confirmed, on a list of the released'
            USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM reports_flag
        WHERE missing_person_id = person AND lowered_at IS NULL AND kind IN ('hold', 'conflict', 'minor')
    ) THEN
        RAISE EXCEPTION 'a flag on the missing person holds every message' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
UPDATE notifications_notification
SET reference = regexp_replace(reference, '^person-[0-9a-f-]{36}-report-', 'news-report-') WHERE message = 'news';
UPDATE notifications_followup
SET reference = regexp_replace(reference, '^person-[0-9a-f-]{36}-report-', 'news-report-');
"""
OLD = """
UPDATE notifications_notification n
SET reference = 'person-' || r.missing_person_id || '-' || substring(n.reference from 'report-.*$')
FROM reports_report r
WHERE n.message = 'news' AND n.reference LIKE 'news-report-%'
    AND r.id = substring(n.reference from '^news-report-([0-9a-f-]{36})')::uuid;
UPDATE notifications_followup n
SET reference = 'person-' || r.missing_person_id || '-' || substring(n.reference from 'report-.*$')
FROM reports_report r
WHERE n.reference LIKE 'news-report-%'
    AND r.id = substring(n.reference from '^news-report-([0-9a-f-]{36})')::uuid;
CREATE OR REPLACE FUNCTION matching_news_needs_two_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM matching_match m
        JOIN matching_listentry e ON e.id = m.entry_id
        JOIN matching_sourcelist l ON l.id = e.source_list_id
        WHERE m.state = 'confirmed' AND l.kind = 'released' AND e.removed_at IS NULL
          AND m.missing_person_id = substring(NEW.reference from '^person-([0-9a-f-]{36})-report-')::uuid
        FOR SHARE OF e;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'news to a family needs a match that two people confirmed, on a list of the released'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0010_undo_claims_corrections"),
        ("reports", "0007_flags_and_links"),
        ("notifications", "0003_wishes_calls_and_switches"),
    ]
    operations = [migrations.RunSQL(NEW, OLD)]
