"""A chart of accuracies as an SVG that reads on light and on dark pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

_WIDTH, _LABEL, _VALUE = 720, 190, 60
_BAR, _GAP, _GROUP = 16, 3, 22
_TOP = 64
_STYLE = """
  .page { fill: #ffffff } .ink { fill: #1f2328 } .soft { fill: #59636e }
  .a { fill: #13663c } .b { fill: #6aa884 } .line { stroke: #d1d9e0 }
  text { font: 13px system-ui, sans-serif }
  .title { font-weight: 600; font-size: 15px }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117 } .ink { fill: #f0f6fc } .soft { fill: #9198a1 }
    .a { fill: #4cc27f } .b { fill: #2c6e49 } .line { stroke: #3d444d }
  }
"""


def chart(title: str, series: tuple[str, str], shares: Mapping[str, tuple[float, float]]) -> str:
    """Return horizontal bars, two for each name; shares are from 0 to 1."""
    step = 2 * _BAR + _GAP + _GROUP
    bottom = _TOP + step * len(shares)
    parts = [*_scale(bottom), *_legend(series)]
    for number, (name, pair) in enumerate(shares.items()):
        parts += _group(name, pair, _TOP + number * step)
    spoken = "; ".join(
        f"{name}: {series[0]} {one:.1%}, {series[1]} {two:.1%}"
        for name, (one, two) in shares.items()
    )
    body = "\n  ".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {bottom + 30}" '
        f'role="img" aria-label="{escape(f"{title}. {spoken}")}">\n'
        f"  <style>{_STYLE}  </style>\n"
        f'  <rect class="page" width="100%" height="100%"/>\n'
        f'  <text class="title ink" x="16" y="26">{escape(title)}</text>\n'
        f"  {body}\n</svg>\n"
    )


def _place(share: float) -> float:
    return _LABEL + share * (_WIDTH - _LABEL - _VALUE)


def _scale(bottom: int) -> Iterator[str]:
    for tenth in range(0, 11, 2):
        x = _place(tenth / 10)
        yield f'<line class="line" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 6}" y2="{bottom - 12}"/>'
        yield (
            f'<text class="soft" x="{x:.1f}" y="{bottom + 8}" text-anchor="middle">'
            f"{10 * tenth} %</text>"
        )


def _legend(series: tuple[str, str]) -> Iterator[str]:
    for number, (kind, name) in enumerate(zip("ab", series, strict=True)):
        x = _LABEL + 170 * number
        yield f'<rect class="{kind}" x="{x}" y="38" width="12" height="12" rx="2"/>'
        yield f'<text class="soft" x="{x + 18}" y="49">{escape(name)}</text>'


def _group(name: str, pair: tuple[float, float], top: int) -> Iterator[str]:
    x, y = _LABEL - 10, top + _BAR + _GAP / 2 + 5
    yield f'<text class="ink" x="{x}" y="{y}" text-anchor="end">{escape(name)}</text>'
    for number, (kind, share) in enumerate(zip("ab", pair, strict=True)):
        y, end = top + number * (_BAR + _GAP), _place(share)
        box = f'x="{_LABEL}" y="{y}" width="{end - _LABEL:.1f}" height="{_BAR}" rx="2"'
        yield f'<rect class="{kind}" {box}/>'
        yield f'<text class="ink" x="{end + 6:.1f}" y="{y + _BAR - 3}">{share:.1%}</text>'
