"""A questionnaire as an editable document (.docx), right to left where the language is."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.enum.text import WD_PARAGRAPH_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from cop.ground.core.door import Words
from cop.observatory.core.questionnaire import Questionnaire
from cop.observatory.formats.questionnaire_paper import PaperQuestion, PaperSection, paper

BOX = "\u2610"
LIGHT = "Table Grid"
_WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)  # the same questionnaire gives the same bytes


def write_word(questionnaire: Questionnaire, t: Words) -> bytes:
    """The document in the language of `t`: a heading for each section and question, cells to fill in below it."""
    printed = paper(questionnaire, t)
    writer = _Writer(t)
    properties = writer.document.core_properties
    properties.title, properties.author, properties.language = printed.title, "COP Centre", t.language.locale.replace("_", "-")
    properties.created = properties.modified = _WRITTEN
    writer.paragraph(printed.title, "Title")
    if printed.version:
        writer.paragraph(printed.version)
    for section in printed.sections:
        writer.section(section)
    out = io.BytesIO()
    writer.document.save(out)
    return out.getvalue()


class _Writer:
    def __init__(self, t: Words) -> None:
        self.t = t
        self.rtl = t.dir == "rtl"
        self.document = Document()
        self._set_language()

    def _set_language(self) -> None:
        """The language of the whole document, for spelling and for readers aloud."""
        style = self.document.styles["Normal"]
        style.font.size = Pt(10.5)
        language = OxmlElement("w:lang")
        tag = self.t.language.locale.replace("_", "-")
        for name in ("w:val", "w:bidi", "w:eastAsia"):
            language.set(qn(name), tag)
        style.element.get_or_add_rPr().append(language)

    def section(self, section: PaperSection) -> None:
        """A heading with the questions of a section."""
        self.paragraph(section.title, f"Heading {section.level}")
        if section.hint:
            self.paragraph(section.hint)
        for question in section.questions:
            self.question(question, section.level + 1)

    def question(self, question: PaperQuestion, level: int) -> None:
        """A question with the cells to fill in."""
        label = f"{self.t.isolate(question.code)} {question.label}" if question.code else question.label
        self.paragraph(label, f"Heading {level}")
        for text in (question.condition, question.hint, question.advice):
            if text:
                self.paragraph(text, quiet=True)
        if question.rows:
            self.table(question)
        lines = [[f"{BOX} {option}"] for option in question.options]
        lines += [[field.label] if not field.label else [field.label, ""] for field in question.fields]
        single = [line for line in lines if len(line) == 1]
        double = [line for line in lines if len(line) > 1]
        for held, width in ((single, 1), (double, 2)):
            if held:
                self.cells(held, width)
                self.paragraph("")

    def table(self, question: PaperQuestion) -> None:
        """A table of numbers to fill in."""
        lines = [["", *question.columns], *([row, *[""] * len(question.columns)] for row in question.rows)]
        self.cells(lines, len(question.columns) + 1, heading=True)
        self.paragraph("")

    def cells(self, lines: list[list[str]], width: int, *, heading: bool = False) -> None:
        """Rows of cells with a frame, `heading` when the first row names the columns."""
        table = self.document.add_table(rows=len(lines), cols=width, style=LIGHT)
        if self.rtl:
            table._tbl.tblPr.append(OxmlElement("w:bidiVisual"))
        if heading:
            table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        for row, line in zip(table.rows, lines, strict=True):
            for cell, text in zip(row.cells, line, strict=True):
                self.fill(cell.paragraphs[0], text)

    def paragraph(self, text: str, style: str | None = None, *, quiet: bool = False) -> None:
        """A paragraph in a style."""
        self.fill(self.document.add_paragraph(style=style), text, quiet=quiet)

    def fill(self, paragraph: Any, text: str, *, quiet: bool = False) -> None:
        """Text in a paragraph, in the direction of the language."""
        if self.rtl:
            paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
            paragraph.alignment = WD_PARAGRAPH_ALIGNMENT.LEFT  # the side where lines begin: in right to left text, the right one
        if text:
            run = paragraph.add_run(text)
            run.font.rtl = True if self.rtl else None
            if quiet:
                run.font.size, run.font.color.rgb = Pt(9.5), RGBColor(0x4A, 0x57, 0x68)
