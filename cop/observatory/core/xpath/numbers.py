"""Numbers inside expressions: double precision, not a number for what is none, written as the evaluators of forms write them."""

from __future__ import annotations

import math
import re

NAN = float("nan")
INFINITY = float("inf")
SPACE = " \t\n\r\x0b\x0c\u00a0\ufeff\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(chr(code) for code in range(0x2000, 0x200B))
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_OTHER_BASE = re.compile(r"0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+")


def number_of(text: str) -> float:
    """The number in a text; zero in an empty one, not a number where there is none."""
    plain = text.strip(SPACE)
    if not plain:
        return 0.0
    if _DECIMAL.fullmatch(plain):
        return float(plain)
    if plain in ("Infinity", "+Infinity", "-Infinity"):
        return -INFINITY if plain[0] == "-" else INFINITY
    return float(int(plain, 0)) if len(plain) < 200 and _OTHER_BASE.fullmatch(plain) else NAN


def is_blank(text: str) -> bool:
    """Is there nothing but space in the text?"""
    return not text.strip(SPACE)


def number_text(value: float) -> str:
    """A number as text: the fewest digits that give it back, whole ones without a point, powers of ten from 1e21."""
    if value != value:
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, power = repr(abs(float(value))).partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    point = len(whole) + int(power or 0)
    digits = (whole + fraction).lstrip("0")
    point -= len(whole + fraction) - len(digits)
    digits = digits.rstrip("0")
    count = len(digits)
    if count <= point <= 21:
        return sign + digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    shown = digits[0] + ("." + digits[1:] if count > 1 else "")
    return f"{sign}{shown}e{point - 1:+d}"


def rounded(value: float) -> float:
    """The nearest whole number, halves away from zero."""
    if value != value or math.isinf(value):
        return value
    whole = math.floor(abs(value))
    return math.copysign(float(whole + (abs(value) - whole >= 0.5)), value)


def whole(value: float) -> float:
    """The number without its fraction."""
    return value if value != value or math.isinf(value) else float(math.trunc(value))


def quotient(first: float, second: float) -> float:
    """Division where nothing is an error: by zero it is infinite, zero by zero not a number."""
    if second:
        return first / second
    if first != first or second != second or not first:
        return NAN
    return math.copysign(INFINITY, first) * math.copysign(1.0, second)


def remainder(first: float, second: float) -> float:
    """What division leaves, with the sign of the first; not a number for a division by zero."""
    if first != first or second != second or math.isinf(first) or not second:
        return NAN
    return math.fmod(first, second)


def power(base: float, exponent: float) -> float:
    """A power where nothing is an error."""
    if exponent == 0:
        return 1.0
    if base != base or exponent != exponent or (abs(base) == 1 and math.isinf(exponent)):
        return NAN
    try:
        found = math.pow(base, exponent)
    except OverflowError:
        return -INFINITY if base < 0 and exponent % 2 == 1 else INFINITY
    except ValueError:
        odd = base == 0 and math.copysign(1.0, base) < 0 and exponent % 2 == 1
        return (-INFINITY if odd else INFINITY) if base == 0 else NAN
    return found
