"""Word documents as PDF, and watermarks. Japanese is drawn with a CID font, which readers bring themselves."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.table import Table as DocxTable
from docx.text.paragraph import Paragraph as DocxParagraph
from pypdf import PdfReader, PdfWriter
from reportlab.lib import colors  # type: ignore[import-untyped]
from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT  # type: ignore[import-untyped]
from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]
from reportlab.lib.styles import ParagraphStyle  # type: ignore[import-untyped]
from reportlab.lib.units import mm  # type: ignore[import-untyped]
from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]
from reportlab.pdfbase.cidfonts import UnicodeCIDFont  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle  # type: ignore[import-untyped]

LATIN, LATIN_BOLD, JAPANESE = "Helvetica", "Helvetica-Bold", "HeiseiKakuGo-W5"
SIZES = {"Title": 22, "Heading 1": 16, "Heading 2": 13, "Heading 3": 12}
ALIGNED = {WD_ALIGN_PARAGRAPH.CENTER: TA_CENTER, WD_ALIGN_PARAGRAPH.RIGHT: TA_RIGHT}
pdfmetrics.registerFont(UnicodeCIDFont(JAPANESE))


def rendered(document: Docx) -> bytes:
    """The document's paragraphs and tables, in order, on A4."""
    out = io.BytesIO()
    title = document.core_properties.title or "Document"
    page = SimpleDocTemplate(
        out, pagesize=A4, title=title, leftMargin=22 * mm, rightMargin=22 * mm, topMargin=20 * mm, bottomMargin=20 * mm
    )
    page.build(list(_flowables(document)) or [Spacer(1, 1)])
    return out.getvalue()


def watermarked(pdf: bytes, text: str, *, opacity: float, rotation: float, size: float) -> bytes:
    """The PDF with a text across the middle of each page. Raises what pypdf raises for something else."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    for page in writer.pages:
        width, height = float(page.mediabox.width), float(page.mediabox.height)
        page.merge_page(PdfReader(io.BytesIO(_stamp(text, width, height, opacity, rotation, size))).pages[0])
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _stamp(text: str, width: float, height: float, opacity: float, rotation: float, size: float) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(width, height))
    canvas.setFillColor(colors.grey, alpha=opacity)
    canvas.setFont(_font(text, bold=True), size)
    canvas.translate(width / 2, height / 2)
    canvas.rotate(rotation)
    canvas.drawCentredString(0, 0, text)
    canvas.save()
    return out.getvalue()


def _flowables(document: Docx) -> Iterator[Any]:
    for block in document.iter_inner_content():
        if isinstance(block, DocxTable):
            yield _table(block)
            yield Spacer(1, 4 * mm)
        elif block.text.strip():
            yield _paragraph(block)
        else:
            yield Spacer(1, 3 * mm)


def _paragraph(source: DocxParagraph) -> Paragraph:
    style = source.style.name if source.style is not None and source.style.name else ""
    size = SIZES.get(style, 10.5)
    bold = style in SIZES or (bool(source.runs) and all(run.bold for run in source.runs if run.text))
    bullet = "• " if style.startswith("List") else ""
    aligned = ALIGNED.get(source.alignment, TA_LEFT) if source.alignment is not None else TA_LEFT
    return Paragraph(_markup(bullet + source.text), _style(source.text, size=size, bold=bold, alignment=aligned))


def _table(source: DocxTable) -> Table:
    rows = [
        [Paragraph(_markup(cell.text), _style(cell.text, size=9.5, bold=number == 0)) for cell in row.cells]
        for number, row in enumerate(source.rows)
    ]
    made = Table(rows, repeatRows=1, hAlign="LEFT")
    made.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.5, colors.HexColor("#9aa1ab")),
                ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#eef0f3")),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ]
        )
    )
    return made


def _markup(text: str) -> str:
    """Text for reportlab's own markup: nothing in it is markup."""
    return escape(text).replace("\n", "<br/>")


def _style(text: str, *, size: float, bold: bool, alignment: int = TA_LEFT) -> ParagraphStyle:
    return ParagraphStyle(
        "text",
        fontName=_font(text, bold=bold),
        fontSize=size,
        leading=size * 1.45,
        spaceAfter=size * 0.5,
        alignment=alignment,
        wordWrap="CJK" if not _is_latin(text) else None,
    )


def _font(text: str, *, bold: bool) -> str:
    if not _is_latin(text):
        return JAPANESE
    return LATIN_BOLD if bold else LATIN


def _is_latin(text: str) -> bool:
    """Whether Helvetica has every character."""
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True
