"""Kleene logic and arithmetic with the unknown. None is 待核 in both: an unknown condition, an unknown number."""


def all_of(*conditions):
    """否 wins, then 待核, then 是."""
    if any(c is False for c in conditions):
        return False
    return None if any(c is None for c in conditions) else True


def any_of(*conditions):
    """是 wins, then 待核, then 否."""
    if any(c is True for c in conditions):
        return True
    return None if any(c is None for c in conditions) else False


def negate(condition):
    return None if condition is None else not condition


def known(function, *values):
    """The function of the values, or 待核 as soon as one of them is."""
    return None if any(v is None for v in values) else function(*values)


def add(*values):
    return known(lambda *vs: sum(vs), *values)


def less(a, b):
    return known(lambda x, y: x < y, a, b)


def at_most(a, b):
    return known(lambda x, y: x <= y, a, b)


def equal(a, b):
    return known(lambda x, y: x == y, a, b)


def floored(value):
    """Not below nothing."""
    return known(lambda x: max(x, 0), value)


def choose(condition, then, otherwise):
    """The branch that is taken; branches are functions, so the other is never computed. An unknown condition gives 待核."""
    return None if condition is None else then() if condition else otherwise()
