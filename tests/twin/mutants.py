"""Mutants of the policies: each labelled condition once negated and once with its bound moved by one step. A mutant that no case and no
comparison with the twin notices shows a condition that nothing tests."""
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

CONDITION = re.compile(r'^(    \S+ "[^"]+": )(.+?)(  (?:不符|原因|依据) .*)?$')
OPPOSITE = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
SETS = {"属于 { 1级, 2级 }": "属于 { 1级 }"}


@dataclass(frozen=True)
class Mutant:
    file: str
    line: int
    label: str
    kind: str
    text: str  # the whole line as mutated


def bound_moved(expression):
    """The expression with its comparison one step off, or None when it compares nothing."""
    for whole, part in SETS.items():
        if whole in expression:
            return expression.replace(whole, part)
    match = re.search(r" (<=|>=|<|>) ", expression)
    if match:
        return expression[: match.start(1)] + OPPOSITE[match.group(1)] + expression[match.end(1) :]
    match = re.search(r"= 0(?=[^\d.])", expression)
    return expression[: match.start()] + "= 1" + expression[match.end() :] if match else None


def mutants_of(path):
    """All mutants of one policy file, in the order of its lines."""
    result = []
    for number, line in enumerate(Path(path).read_text(encoding="utf-8").splitlines(), 1):
        match = CONDITION.match(line)
        if not match:
            continue
        start, expression, rest = match.group(1), match.group(2), match.group(3) or ""
        label = start.strip().split(" ")[0]
        changed = [("negated", f"非 ({expression})")]
        if bound_moved(expression):
            changed.append(("bound", bound_moved(expression)))
        result += [Mutant(Path(path).name, number, label, kind, start + text + rest) for kind, text in changed]
    return result


def write_mutant(pack, mutant, target):
    """A copy of the pack's policies and parameters in `target` with the mutant in place."""
    for folder in ("policies", "parameters"):
        shutil.rmtree(target / folder, ignore_errors=True)
        shutil.copytree(pack / folder, target / folder)
    shutil.copy(pack / "pack.toml", target / "pack.toml")
    path = target / "policies" / mutant.file
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[mutant.line - 1] = mutant.text
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
