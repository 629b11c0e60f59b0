"""Questionnaires as other tools exchange them (XLSForm): read with every fault named by sheet, row and column, and written."""

from cop.observatory.formats.xlsform.reader import Imported, read_xlsform
from cop.observatory.formats.xlsform.sheets import MOST_BYTES, BadForm
from cop.observatory.formats.xlsform.writer import write_xlsform

__all__ = ["MOST_BYTES", "BadForm", "Imported", "read_xlsform", "write_xlsform"]
