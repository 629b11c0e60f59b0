"""Examples in documents and docstrings run as tests."""

from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser

pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), SkipParser()], patterns=["*.md"], excludes=["tests/**", ".venv*/**", "bench/**"]
).pytest()
