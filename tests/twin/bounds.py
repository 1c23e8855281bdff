"""Numbers of which only bounds may be known, and conditions that may be to verify.

A number is a Range [low, high] in which the true one surely lies; it is known when both ends are equal. A condition is True, False or
None (待核). Every operation keeps the promise: the true result lies in the resulting range, and True or False is said only when it
holds for every value in the ranges.
"""
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, inf


@dataclass(slots=True)
class Range:
    low: object  # Fraction, or -inf
    high: object  # Fraction, or inf

    @property
    def known(self):
        return self.low == self.high

    def __add__(self, other):
        return Range(self.low + other.low, self.high + other.high)

    def __sub__(self, other):
        return Range(self.low - other.high, self.high - other.low)

    def times(self, factor):
        """By an exact number that is not negative."""
        return Range(self.low * factor, self.high * factor) if factor else exact(0)

    def product(self, other):
        corners = [0 if 0 in (a, b) else a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Range(min(corners), max(corners))

    def over(self, divisor):
        """By a range that begins at 1 or above."""
        corners = [a / b if b != inf else Fraction(0) for a in (self.low, self.high) for b in (divisor.low, divisor.high)]
        return Range(min(corners), max(corners))

    def each_end(self, function):
        """A function that never falls as its argument rises; an open end stays open."""
        return Range(*(end if end in (inf, -inf) else function(end) for end in (self.low, self.high)))


def exact(value):
    value = value if isinstance(value, Fraction) else Fraction(value)
    return Range(value, value)


def at_least(number, least):
    """Not below `least`."""
    least = Fraction(least)
    return Range(max(number.low, least), max(number.high, least))


def cents(number):
    """To 0.01 yuan, halves away from zero."""
    return number.each_end(half_up_to_cents)


def half_up_to_cents(value):
    hundredths, divisor = abs(value.numerator) * 200 + value.denominator, 2 * value.denominator
    return Fraction(hundredths // divisor if value >= 0 else -(hundredths // divisor), 100)


def whole_yuan_up(number):
    return number.each_end(lambda v: Fraction(ceil(v)))


def less(a, b):
    return True if a.high < b.low else False if a.low >= b.high else None


def at_most(a, b):
    return True if a.high <= b.low else False if a.low > b.high else None


def equal(a, b):
    if a.known and b.known:
        return a.low == b.low
    return None if a.low <= b.high and b.low <= a.high else False


def all_of(*conditions):
    """否 wins, then 待核, then 是."""
    if any(c is False for c in conditions):
        return False
    return None if any(c is None for c in conditions) else True


def any_of(*conditions):
    """是 wins, then 待核, then 否."""
    return negate(all_of(*map(negate, conditions)))


def negate(condition):
    return None if condition is None else not condition


def choose(condition, then, otherwise):
    """The branch that is taken, or, when the condition is to verify, everything that either branch may give."""
    if condition is not None:
        return then() if condition else otherwise()
    a, b = then(), otherwise()
    return Range(min(a.low, b.low), max(a.high, b.high))


def largest(*numbers):
    return Range(max(n.low for n in numbers), max(n.high for n in numbers))


def total(numbers):
    result = exact(0)
    for number in numbers:
        result += number
    return result
