"""Reports as one HTML file: no script, nothing loaded from elsewhere, charts drawn as SVG."""

from __future__ import annotations

from decimal import Decimal
from html import escape

from rapport.reports.model import Cell, Chart, Report, Table, Unit
from rapport.reports.texts import words

WIDTH, LINE_HEIGHT = 720, 300
BAR, GAP, LABEL = 22, 8, 190
MARGIN = 46
STYLE = """
:root{color-scheme:light dark;--ink:#16191f;--soft:#5f6b7a;--line:#d5dbdb;--mark:#0b62c4;--page:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#e9ebed;--soft:#a2abb5;--line:#414d5c;--mark:#6cb2ff;--page:#0f1b2a}}
body{font:15px/1.5 system-ui,"Hiragino Sans","Noto Sans JP",sans-serif;color:var(--ink);background:var(--page);
max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{margin-bottom:0}h2{margin-top:2.5rem}.sub,text{color:var(--soft);fill:var(--soft)}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%}
th,td{padding:.3rem .6rem;border-bottom:1px solid var(--line);text-align:left}
.n{text-align:right;font-variant-numeric:tabular-nums}svg{max-width:100%;height:auto}text{font-size:12px}
.mark{fill:var(--mark)}.path{fill:none;stroke:var(--mark);stroke-width:2}.axis{stroke:var(--line)}
figure{margin:1rem 0}figcaption{color:var(--soft);margin-bottom:.5rem}
@media print{h2{break-after:avoid}svg,tr{break-inside:avoid}}
"""


def render_html(report: Report) -> bytes:
    """The page, UTF-8."""
    body = "".join(_table(report, table) for table in report.tables)
    if not report.tables:
        body = f"<p>{escape(words('empty', report.language))}</p>"
    page = (
        f'<!doctype html><html lang="{report.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(report.title)}</title><style>{STYLE}</style></head><body><main>"
        f'<h1>{escape(report.title)}</h1><p class="sub">{escape(report.subtitle)}</p>{body}</main></body></html>\n'
    )
    return page.encode()


def written(value: Cell, unit: Unit) -> str:
    """A value as people read it."""
    if value is None:
        return "-"
    if isinstance(value, str):
        return value
    if unit is Unit.SHARE:
        return f"{value * 100:.1f} %"
    return f"{value:,.2f}" if unit is Unit.MONEY or isinstance(value, Decimal) else f"{value:,.0f}"


def _table(report: Report, table: Table) -> str:
    classes = ["" if column.unit is Unit.TEXT else ' class="n"' for column in report.columns]
    head = "".join(
        f'<th scope="col"{kind}>{escape(column.title)}</th>'
        for kind, column in zip(classes, report.columns, strict=True)
    )
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td{kind}>{escape(written(value, column.unit))}</td>"
            for kind, column, value in zip(classes, report.columns, row, strict=True)
        )
        + "</tr>"
        for row in table.rows
    )
    chart = _chart(table.chart) if table.chart and table.chart.labels else ""
    return (
        f'<section><h2>{escape(table.title)}</h2>{chart}<div class="wide"><table><caption hidden>'
        f"{escape(table.title)}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div></section>"
    )


def _chart(chart: Chart) -> str:
    height, marks = _line(chart) if chart.line and len(chart.labels) > 1 else _bars(chart)
    title = escape(chart.title)
    return (
        f'<figure><figcaption>{title}</figcaption><svg viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" role="img" aria-label="{title}">{marks}</svg></figure>'
    )


def _bars(chart: Chart) -> tuple[int, str]:
    largest = max(*chart.values, 0.0, 1e-12) if len(chart.values) > 1 else max(chart.values[0], 1e-12)
    marks = []
    for number, (label, value) in enumerate(zip(chart.labels, chart.values, strict=True)):
        y = number * (BAR + GAP)
        length = max(0.0, value) / largest * (WIDTH - LABEL - 110)
        marks.append(
            f'<text x="{LABEL - 8}" y="{y + 16}" text-anchor="end">{escape(label[:28])}</text>'
            f'<rect class="mark" x="{LABEL}" y="{y}" width="{length:.1f}" height="{BAR}"/>'
            f'<text x="{LABEL + length + 6:.1f}" y="{y + 16}">{escape(written(value, chart.unit))}</text>'
        )
    return len(chart.labels) * (BAR + GAP), "".join(marks)


def _line(chart: Chart) -> tuple[int, str]:
    largest = max(*chart.values, 1e-12)
    wide, high = WIDTH - 2 * MARGIN, LINE_HEIGHT - 2 * MARGIN
    points = [
        (MARGIN + wide * number / (len(chart.values) - 1), LINE_HEIGHT - MARGIN - high * max(0.0, value) / largest)
        for number, value in enumerate(chart.values)
    ]
    every = -(-len(points) // 10)
    labels = "".join(
        f'<text x="{x:.1f}" y="{LINE_HEIGHT - MARGIN + 20}" text-anchor="middle">{escape(label[:12])}</text>'
        for number, ((x, _), label) in enumerate(zip(points, chart.labels, strict=True))
        if number % every == 0
    )
    told = [
        escape(f"{label}: {written(value, chart.unit)}")
        for label, value in zip(chart.labels, chart.values, strict=True)
    ]
    dots = "".join(
        f'<circle class="mark" cx="{x:.1f}" cy="{y:.1f}" r="3"><title>{text}</title></circle>'
        for (x, y), text in zip(points, told, strict=True)
    )
    base = LINE_HEIGHT - MARGIN
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return LINE_HEIGHT, (
        f'<line class="axis" x1="{MARGIN}" y1="{base}" x2="{WIDTH - MARGIN}" y2="{base}"/>'
        f'<text x="{MARGIN}" y="{MARGIN - 14}">{escape(written(largest, chart.unit))}</text>'
        f'<polyline class="path" points="{path}"/>{dots}{labels}'
    )
