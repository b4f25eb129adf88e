"""manage.py evaluate FOLDER [FOLDER ...] --out DIR: how good the matching is, where the truth is known."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from matching.engine import ENGINE_VERSION, TABLES_VERSION
from matching.evaluation.cases import NotACase, judge_case
from matching.evaluation.charts import picture
from matching.evaluation.measures import (
    Judged,
    Measures,
    WrongKind,
    by_stratum,
    first_places,
    measure,
    precision_recall,
    reliability,
    wrong_kinds,
)
from matching.management.commands.match_files import collector_resting

_COLUMNS = {
    "entries": "entries",
    "reported": "reported",
    "recall_at_1": "R@1",
    "recall_at_10": "R@10",
    "recall_at_precision_95": "R@P95",
    "blocking_recall": "blocking",
    "candidates_per_entry": "candidates",
    "ece": "ECE",
    "brier": "Brier",
}


class Command(BaseCommand):
    """Matches cases whose truth is known, with no database, and writes tables and pictures of how good it was."""

    help = "Measure recall, calibration and candidates on folders of reports.csv, wave.csv and truth.csv."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folders",
            type=Path,
            nargs="+",
            metavar="FOLDER",
            help="a case: reports.csv and wave.csv, as match_files reads them, and truth.csv: wave_row (1 is the first "
            "person),report_id (empty: nobody reported this person),kind",
        )
        parser.add_argument(
            "--out", type=Path, required=True, help="folder for evaluation.md, evaluation.json and NAME.svg"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folders: list[Path] = options["folders"]
        names = [folder.resolve().name for folder in folders]
        if len(set(names)) < len(names):
            raise CommandError("Two folders have the same name: their pictures would overwrite each other.")
        with collector_resting():
            cases = {name: self._judged(folder, name) for name, folder in zip(names, folders, strict=True)}
        try:
            write(options["out"], cases)
        except OSError as error:
            raise CommandError(f"{options['out']}: {error.strerror}") from error
        self.stdout.write(summary(cases))

    def _judged(self, folder: Path, name: str) -> list[Judged]:
        self.stderr.write(f"{name}: matching", style_func=str)
        try:
            return judge_case(folder)
        except NotACase as refusal:
            raise CommandError(f"{folder}: {refusal}") from refusal


Cases = Mapping[str, Sequence[Judged]]


def write(out: Path, cases: Cases) -> None:
    """One table and one JSON of all cases, and a picture of each."""
    out.mkdir(parents=True, exist_ok=True)
    told = json.dumps(as_json(cases), ensure_ascii=False, indent=1) + "\n"
    (out / "evaluation.json").write_text(told, encoding="utf-8")
    (out / "evaluation.md").write_text(as_markdown(cases), encoding="utf-8")
    for name, rows in cases.items():
        said, reported = first_places(rows), sum(row.is_reported for row in rows)
        drawn = picture(name, reliability(said), precision_recall(said, reported))
        (out / f"{name}.svg").write_text(drawn, encoding="utf-8")


def as_json(cases: Cases) -> dict[str, Any]:
    """Everything measured, unrounded."""
    return {
        "engine_version": ENGINE_VERSION,
        "tables_version": TABLES_VERSION,
        "cases": {name: _case_as_json(rows) for name, rows in cases.items()},
    }


def _case_as_json(rows: Sequence[Judged]) -> dict[str, Any]:
    return {
        "all": asdict(measure(rows)),
        "strata": {stratum: asdict(measures) for stratum, measures in by_stratum(rows).items()},
        "reliability": [one._asdict() for one in reliability(first_places(rows))],
        "wrong_first_places": {kind: one._asdict() for kind, one in wrong_kinds(rows).items()},
    }


def summary(cases: Cases) -> str:
    """One line for each case."""
    return "\n".join(_table("case", {name: measure(rows) for name, rows in cases.items()}))


def as_markdown(cases: Cases) -> str:
    """All tables, for a person to read."""
    lines = [f"# Evaluation of engine {ENGINE_VERSION}, tables {TABLES_VERSION}", "", summary(cases)]
    for name, rows in cases.items():
        lines += ["", f"## {name}", "", f"![reliability, precision and recall]({name}.svg)", ""]
        lines += _table("group", by_stratum(rows))
        lines += ["", *_bins(rows), "", *_wrong(wrong_kinds(rows))]
    return "\n".join(lines) + "\n"


def _table(first: str, measured: Mapping[str, Measures]) -> list[str]:
    lines = _heading(first, *_COLUMNS.values())
    for name, measures in measured.items():
        values = asdict(measures)
        lines.append(_line(name, *(_number(values[column]) for column in _COLUMNS)))
    return lines


def _bins(rows: Sequence[Judged]) -> list[str]:
    bins = reliability(first_places(rows))
    return [
        *_heading("first places", "said", "right"),
        *(_line(str(one.rows), _number(one.said), _number(one.right)) for one in bins),
    ]


def _wrong(kinds: Mapping[str, WrongKind]) -> list[str]:
    return [
        *_heading("wrong first place", "rows", "mean said", "highest said"),
        *(_line(kind, str(one.rows), _number(one.said), _number(one.highest)) for kind, one in kinds.items()),
    ]


def _heading(*cells: str) -> list[str]:
    return [_line(*cells), _line(*("---" for _ in cells))]


def _line(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else f"{value:.1f}" if value > 1 else f"{value:.3f}"
