"""Makes the Word templates of documents from their words, with the tokens that the generator fills.

    python -m tools.templates            write them
    python -m tools.templates --check    say whether the committed ones are what this would write

A Word file is a zip with times in it; here every time is the same, so that equal words make equal files.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import sys
import zipfile
from dataclasses import dataclass

from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt
from rapport.documents.model import DocumentKind, Language
from rapport.documents.templates import FOLDER

TAG = re.compile(r"\{\{\s*(?:TableStart:|TableEnd:)?(\w+)[^}]*\}\}")
VERSION = 1
FONTS: dict[Language, str] = {"en": "Calibri", "ja": "Yu Gothic"}


@dataclass(frozen=True)
class Words:
    """A template: its title, its paragraphs (a heading starts with `# `), and whether fees and a signature follow."""

    title: str
    paragraphs: tuple[str, ...]
    fees: tuple[str, str, str] | None = None
    signature: tuple[str, str] | None = None


WORDS: dict[tuple[DocumentKind, Language], Words] = {
    (DocumentKind.ACCOUNT_AGREEMENT, "en"): Words(
        title="Account agreement",
        paragraphs=(
            "Agreement {{ application_id }}, document {{ document_id }}, {{ date }}",
            "This agreement is between {{ bank_name }} (the bank) and {{ customer_name }} (the customer) "
            "about a {{ product_name }}.",
            "{{ personal_note }}",
            "# 1. The account",
            "The bank opens and keeps the account in the customer's name. The customer may use it from the day the "
            "bank confirms that the application is complete.",
            "# 2. Payments",
            "The bank carries out orders that the customer gives in the agreed ways. It may refuse an order where the "
            "law demands it or where it suspects fraud, and tells the customer why unless the law forbids that.",
            "# 3. Fees",
            "The fees below apply. A change is announced two months before, and the customer may then end the "
            "agreement without cost.",
            "# 4. Ending the agreement",
            "The customer may end this agreement at any time. Within fourteen days of signing it may be withdrawn "
            "from without giving a reason.",
        ),
        fees=("Fees", "Service", "Price"),
        signature=("Signed by", "on"),
    ),
    (DocumentKind.ACCOUNT_AGREEMENT, "ja"): Words(
        title="口座契約書",
        paragraphs=(
            "契約番号 {{ application_id }} / 文書番号 {{ document_id }} / {{ date }}",
            "{{ bank_name }}(以下「当行」)と{{ customer_name }}様(以下「お客様」)は、{{ product_name }}について、"
            "次のとおり契約します。",
            "{{ personal_note }}",
            "# 第1条 口座",
            "当行は、お客様の名義で口座を開設し、管理します。お客様は、お申し込みの手続きが完了したと当行がお知らせした日から、"
            "口座をご利用いただけます。",
            "# 第2条 支払い",
            "当行は、あらかじめ取り決めた方法でいただいたご指示に従って支払いを行います。法令に定めがある場合または不正が"
            "疑われる場合は、お断りすることがあります。その理由は、法令で禁じられていない限りお伝えします。",
            "# 第3条 手数料",
            "手数料は下の表のとおりです。変更する場合は2か月前までにお知らせし、お客様は費用なしに契約を終えることができます。",
            "# 第4条 契約の終了",
            "お客様は、いつでもこの契約を終えることができます。署名から14日以内は、理由を問わず取り消すことができます。",
        ),
        fees=("手数料", "サービス", "料金"),
        signature=("署名", "日時"),
    ),
    (DocumentKind.RISK_DISCLOSURE, "en"): Words(
        title="Risk disclosure",
        paragraphs=(
            "Document {{ document_id }}, {{ date }}",
            "Dear {{ customer_name }}, before you use your {{ product_name }} with {{ bank_name }}, please read what "
            "can go wrong and what you can do about it.",
            "{{ personal_note }}",
            "# Fraud",
            "Nobody from the bank ever asks for your password or for a code that was sent to your phone. If somebody "
            "does, end the conversation and call the number on your card.",
            "# Borrowing",
            "Money that you borrow costs interest. If you pay late, fees are added and it may become harder to borrow "
            "elsewhere. Tell us early when a payment will be difficult: there is nearly always a way.",
            "# Your data",
            "The bank uses your data to run your account, to prevent fraud and where the law demands it. You may ask "
            "for a copy and for corrections at any time.",
        ),
        signature=("Read and understood by", "on"),
    ),
    (DocumentKind.RISK_DISCLOSURE, "ja"): Words(
        title="重要事項の説明書",
        paragraphs=(
            "文書番号 {{ document_id }} / {{ date }}",
            "{{ customer_name }}様。{{ bank_name }}の{{ product_name }}をご利用になる前に、起こり得るリスクとその備えを"
            "お読みください。",
            "{{ personal_note }}",
            "# 不正利用",
            "当行の者が、パスワードや、お電話に届いた確認コードをお尋ねすることは決してありません。尋ねられたときは話を終え、"
            "カードに記載の番号へお電話ください。",
            "# お借り入れ",
            "お借り入れには利息がかかります。お支払いが遅れると手数料が加わり、ほかでのお借り入れが難しくなることがあります。"
            "お支払いが難しいときは、早めにご相談ください。ほとんどの場合、方法があります。",
            "# お客様の情報",
            "当行は、口座の管理、不正の防止、および法令に定めがある場合に、お客様の情報を利用します。写しの請求や訂正は、"
            "いつでもお申し出いただけます。",
        ),
        signature=("上記を読み、理解しました", "日時"),
    ),
    (DocumentKind.WELCOME_LETTER, "en"): Words(
        title="Welcome",
        paragraphs=(
            "{{ date }}",
            "Dear {{ customer_name }},",
            "Your {{ product_name }} with {{ bank_name }} is ready.",
            "{{ personal_note }}",
            "Your agreement is among your documents, where you can download it at any time. If anything is unclear, "
            "ask us in the chat or by phone.",
            "Your team at {{ bank_name }}",
        ),
    ),
    (DocumentKind.WELCOME_LETTER, "ja"): Words(
        title="ご利用開始のお知らせ",
        paragraphs=(
            "{{ date }}",
            "{{ customer_name }}様",
            "{{ bank_name }}の{{ product_name }}のご利用準備が整いました。",
            "{{ personal_note }}",
            "契約書は「書類」からいつでもダウンロードいただけます。ご不明な点は、チャットまたはお電話でお尋ねください。",
            "{{ bank_name }} 担当チーム",
        ),
    ),
}


def made(words: Words, language: Language) -> bytes:
    """The Word file of these words."""
    document = Document()
    font = FONTS[language]
    style = document.styles["Normal"]
    style.font.name, style.font.size = font, Pt(11)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), font)
    document.add_heading(words.title, level=0)
    for paragraph in words.paragraphs:
        if paragraph.startswith("# "):
            document.add_heading(paragraph.removeprefix("# "), level=2)
        else:
            document.add_paragraph(paragraph)
    if words.fees is not None:
        heading, service, price = words.fees
        document.add_heading(heading, level=2)
        table = document.add_table(rows=2, cols=2, style="Table Grid")
        table.rows[0].cells[0].text, table.rows[0].cells[1].text = service, price
        table.rows[1].cells[0].text = "{{TableStart:fees}}{{ service }}"
        table.rows[1].cells[1].text = "{{ price }}{{TableEnd:fees}}"
    if words.signature is not None:
        by, on = words.signature
        document.add_paragraph()
        document.add_paragraph(f"{by}: {{{{ signature_name }}}}")
        document.add_paragraph(f"{on}: {{{{ signed_at }}}}")
    written = io.BytesIO()
    document.save(written)
    return _timeless(written.getvalue())


def _timeless(file: bytes) -> bytes:
    """The same zip with one time for all of its members, and none in the document's properties."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist()):
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2026-01-01T00:00:00Z", content)
            entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, content)
    return out.getvalue()


def text_of(file: bytes) -> str:
    """Everything written in a Word file, tables included."""
    document = Document(io.BytesIO(file))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def tags_of(file: bytes) -> tuple[str, ...]:
    """Names of the tokens of a Word file, sorted."""
    return tuple(sorted(set(TAG.findall(text_of(file)))))


def files() -> dict[str, bytes]:
    """Every file of the folder by name."""
    found: dict[str, bytes] = {}
    listed = []
    for (kind, language), words in WORDS.items():
        name = f"{kind}.{language}.docx"
        found[name] = made(words, language)
        entry = {"kind": kind, "language": language, "version": VERSION, "title": words.title}
        listed.append({**entry, "tags": tags_of(found[name])})
    found["templates.json"] = (json.dumps(listed, indent=1, ensure_ascii=False) + "\n").encode()
    return found


def differing() -> list[str]:
    """Names of committed files that do not say what the words here say."""

    def said(name: str, file: bytes) -> object:
        return text_of(file) if name.endswith(".docx") else json.loads(file)

    def same(name: str, file: bytes) -> bool:
        path = FOLDER / name
        return path.is_file() and said(name, path.read_bytes()) == said(name, file)

    return [name for name, file in files().items() if not same(name, file)]


def main() -> int:
    parser = argparse.ArgumentParser(description="Make the Word templates of documents.")
    parser.add_argument("--check", action="store_true", help="only say which are not up to date")
    if parser.parse_args().check:
        old = differing()
        if old:
            print(f"not up to date: {', '.join(old)}; run: python -m tools.templates", file=sys.stderr)
        return 1 if old else 0
    for name, file in files().items():
        (FOLDER / name).write_bytes(file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
