"""A Markdown card as one HTML file that needs no other: only the Markdown that cards are written in."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Mapping

STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem}img{max-width:100%}"
    "table{display:block;overflow-x:auto;border-collapse:collapse}"
    "td,th{padding:.2rem .8rem;text-align:left;border-bottom:1px solid #ccc}"
)
_IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")


def page(title: str, text: str, images: Mapping[str, bytes]) -> str:
    """The page; `images` by the name that the Markdown uses, PNG, embedded."""
    body: list[str] = []
    table: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            if set(line) <= set("|- "):
                continue
            tag = "td" if table else "th"
            cells = re.split(r"(?<!\\)\|", line.strip()[1:-1])
            table.append("<tr>" + "".join(f"<{tag}>{_inline(cell.strip())}</{tag}>" for cell in cells) + "</tr>")
            continue
        if table:
            body.append(f"<table>{''.join(table)}</table>")
            table = []
        if line:
            body.append(_block(line, images))
    head = f'<meta charset="utf-8"><title>{html.escape(title)}</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="en">{head}{"".join(body)}</html>\n'


def _block(line: str, images: Mapping[str, bytes]) -> str:
    image = _IMAGE.fullmatch(line)
    if image:
        data = base64.b64encode(images[image[2]]).decode()
        return f'<img src="data:image/png;base64,{data}" alt="{html.escape(image[1])}">'
    if line.startswith("#"):
        level = len(line) - len(line.lstrip("#"))
        return f"<h{level}>{_inline(line.lstrip('# '))}</h{level}>"
    if line.startswith("- "):
        return f"<p>• {_inline(line[2:])}</p>"
    return f"<p>{_inline(line)}</p>"


def _inline(text: str) -> str:
    return re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", html.escape(text.replace("\\|", "|")))
