"""The two pictures of an evaluation as one SVG, without a library for it."""

from collections.abc import Iterable, Sequence
from math import sqrt

from matching.evaluation.measures import Bin, Point

_SIDE, _MARGIN = 320, 56
_STEPS = (0.0, 0.25, 0.5, 0.75, 1.0)
_STYLE = (
    "text{font:13px sans-serif;fill:#222}line{stroke:#bbb}.curve{fill:none;stroke:#005bbb;stroke-width:2}"
)


def picture(title: str, bins: Sequence[Bin], points: Iterable[Point]) -> str:
    """Reliability on the left (the larger a circle, the more rows), precision over recall on the right."""
    width, height = 2 * (_SIDE + 2 * _MARGIN), _SIDE + 2 * _MARGIN
    most = max((one.rows for one in bins), default=1)
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" role="img">',
            f"<title>{_plain(title)}</title><style>{_STYLE}</style>",
            '<rect width="100%" height="100%" fill="white"/>',
            *_axes(0, f"{title}: reliability", "said", "right"),
            _line(0, (0.0, 0.0), (1.0, 1.0)),
            *(_circle(one, most) for one in bins),
            *_axes(1, f"{title}: precision and recall", "recall", "precision"),
            _curve(points),
            "</svg>\n",
        )
    )


def _at(panel: int, x: float, y: float) -> tuple[float, float]:
    left = panel * (_SIDE + 2 * _MARGIN) + _MARGIN
    return round(left + x * _SIDE, 1), round(_MARGIN + (1 - y) * _SIDE, 1)


def _axes(panel: int, title: str, across: str, up: str) -> list[str]:
    drawn = [
        _text(panel, (0.5, 1.06), title),
        _text(panel, (0.5, -0.13), across),
        _text(panel, (0.0, 1.06), up),
    ]
    for step in _STEPS:
        drawn += [_line(panel, (step, 0.0), (step, 1.0)), _line(panel, (0.0, step), (1.0, step))]
        drawn += [_text(panel, (step, -0.06), f"{step:g}"), _text(panel, (-0.08, step - 0.01), f"{step:g}")]
    return drawn


def _line(panel: int, start: tuple[float, float], end: tuple[float, float]) -> str:
    (x1, y1), (x2, y2) = _at(panel, *start), _at(panel, *end)
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>'


def _text(panel: int, place: tuple[float, float], text: str) -> str:
    x, y = _at(panel, *place)
    return f'<text x="{x}" y="{y}" text-anchor="middle">{_plain(text)}</text>'


def _circle(one: Bin, most: int) -> str:
    x, y = _at(0, one.said, one.right)
    return f'<circle cx="{x}" cy="{y}" r="{2 + 10 * sqrt(one.rows / most):.1f}" fill="#005bbb" fill-opacity=".6"/>'


def _curve(points: Iterable[Point]) -> str:
    places = " ".join("{},{}".format(*_at(1, *point)) for point in points)
    return f'<polyline class="curve" points="{places}"/>'


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
