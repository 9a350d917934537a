"""Figures as readers of either language write them: grouped, short where they are long, with a true minus."""

import math

LIMIT = 1e300
"""Beyond this, sums of two figures are no longer finite."""

TINY = 1e-290
"""Below this, figures are taken for 0: their parts could no longer be told apart."""

SHORT = {
    "en": ((1e12, "T"), (1e9, "B"), (1e6, "M")),
    "ja": ((1e12, "兆"), (1e8, "億"), (1e4, "万")),
}
"""How large figures are shortened on an axis: from a million on, by threes in English and by fours in Japanese."""

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def checked(value: float) -> float:
    """``value`` as a float.

    :raises ValueError: it is not finite, or beyond :data:`LIMIT`
    """
    value = float(value)
    if not abs(value) <= LIMIT:
        raise ValueError(f"{value} cannot be shown in a picture")
    return value


def number_text(value: float, *, unit: str = "", digits: int = 3) -> str:
    """A figure in full: whole numbers as they are, others to so many significant digits, extremes as powers of ten."""
    value = checked(value)
    if value == round(value) and abs(value) < 1e15:
        text = f"{value:,.0f}"
    elif abs(value) >= 1e15 or abs(value) < 1e-4:
        text = _power(value, digits - 1)
    else:
        decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
        text = _trimmed(f"{value:,.{decimals}f}")
    return with_unit(_signed(text), unit)


def short_text(value: float, *, locale: str) -> str:
    """As :func:`number_text`, but from a million on with a word for the size: ``2.5B``, ``25億``."""
    for size, word in SHORT["ja" if locale == "ja" else "en"]:
        if abs(value) >= max(size, 1e6) and abs(value) < 1e16:
            return number_text(round(value / size, 1)) + word
    return number_text(value)


def span_text(low: float, best: float, high: float, *, unit: str = "", locale: str = "en") -> str:
    """The three figures of an interval, short, the unit once: ``20 – 45 – 80%``; of a point the one figure."""
    if low == best == high:
        return with_unit(short_text(best, locale=locale), unit)
    return with_unit(" – ".join(short_text(value, locale=locale) for value in (low, best, high)), unit)


def with_unit(text: str, unit: str) -> str:
    """The percent sign follows directly, as on the other charts; other units after a space."""
    return f"{text}{unit}" if unit in {"", "%"} else f"{text} {unit}"


def axis_text(value: float, *, step: float, locale: str) -> str:
    """A figure beside an axis, whose neighbours are ``step`` away: short, and never equal to its neighbour's."""
    largest = max(abs(value), step)
    if largest >= 1e6:
        for size, word in SHORT["ja" if locale == "ja" else "en"]:
            decimals = _decimals(step / size)
            if largest >= size and decimals <= 2 and largest < 1e16:
                return "0" if value == 0 else _signed(_trimmed(f"{value / size:,.{decimals}f}") + word)
    if largest >= 1e9 or step < 1e-5:
        exponent = math.floor(math.log10(largest))
        return "0" if value == 0 else _signed(_power(value, max(0, exponent - math.floor(math.log10(step)) + 1)))
    return _signed(f"{value:,.{_decimals(step)}f}")


def _decimals(step: float) -> int:
    """So many that a multiple of ``step`` is written without loss; steps are 1, 2, 2.5 or 5 times a power of ten."""
    exponent = math.floor(math.log10(step) + 1e-9)
    is_plain = abs(step / 10.0**exponent - round(step / 10.0**exponent)) < 1e-6
    return max(0, -exponent + (0 if is_plain else 1))


def _power(value: float, decimals: int) -> str:
    mantissa, _, exponent = f"{value:.{decimals}e}".partition("e")
    return f"{_trimmed(mantissa)}×10{str(int(exponent)).translate(_RAISED)}"


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _signed(text: str) -> str:
    return "0" if text.strip("-0.") == "" else text.replace("-", "−")
