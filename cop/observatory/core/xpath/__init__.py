"""Expressions as forms write them (OpenRosa XPath): tokens, syntax, values and functions. Nothing here knows questionnaires."""
