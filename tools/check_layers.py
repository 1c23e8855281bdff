#!/usr/bin/env python3
"""Holds the drawing of tools/layers.toml: who may include whom.

Checked: every file under src/ lies in a known room; includes go only down; another room's detail/ is private;
an outside header with an owner is used by its owner only; kernels (with all they include) stay free of files,
SQL and ICU; no include cycle. Prints one line a finding, `file:line: what; what to do`; exit 1 when there is one.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import cpp_text


@dataclass
class Layers:
    floor: dict[str, int]
    outside: list[dict]
    kernel: dict


@dataclass
class House:
    root: Path
    layers: Layers
    includes: dict[str, list[cpp_text.Include]] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)

    def say(self, file: str, line: int, what: str) -> None:
        self.findings.append(f"{file}:{line}: {what}")


def read_layers(path: Path) -> Layers:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    floor = {room: entry["number"] for entry in data["floor"] for room in entry["rooms"]}
    return Layers(floor, data.get("outside", []), data.get("kernel", {}))


def room_of(file: str) -> str | None:
    """src/link/detail/x.h → link; tests/unit/link/x_test.cc → link; anything else → None."""
    parts = PurePosixPath(file).parts
    if len(parts) > 2 and parts[0] == "src":
        return parts[1]
    if len(parts) > 3 and parts[:2] == ("tests", "unit"):
        return parts[2]
    return None


def resolve(house: House, include: cpp_text.Include) -> str | None:
    """The file of the house that an include names, or None for one from outside."""
    target = f"src/{include.path}"
    return target if target in house.includes or (house.root / target).is_file() else None


def check_rooms(house: House) -> None:
    for file in house.includes:
        room = room_of(file)
        if file.startswith("src/") and room not in house.layers.floor:
            house.say(file, 1, f"'{room}' is no room of tools/layers.toml; move the file or draw the room")


def check_include(house: House, file: str, include: cpp_text.Include) -> None:
    here, floor = room_of(file), house.layers.floor
    target = resolve(house, include)
    if target is None:
        check_outside(house, file, include)
        return
    there = room_of(target)
    if here not in floor or there not in floor or here == there:
        return
    if "detail" in PurePosixPath(target).parts:
        house.say(file, include.line, f"'{include.path}' is private to '{there}'; use a public header of that room")
    if floor[there] > floor[here]:
        house.say(file, include.line, f"'{here}' (floor {floor[here]}) includes '{include.path}' above it; arrows go down")
    elif floor[there] == floor[here]:
        house.say(file, include.line, f"'{here}' and '{there}' share a floor and may not meet; bind them in decide or night")


def check_outside(house: House, file: str, include: cpp_text.Include) -> None:
    if not file.startswith("src/"):
        return
    for rule in house.layers.outside:
        if include.path.startswith(rule["prefix"]) and room_of(file) not in rule["rooms"]:
            owners = ", ".join(rule["rooms"])
            house.say(file, include.line, f"'{include.path}' belongs to {owners} ({rule['why']})")
    if include.quoted and "/" in include.path and include.path.split("/")[0] in house.layers.floor:
        house.say(file, include.line, f"'{include.path}' does not exist under src/")


def check_kernels(house: House) -> None:
    kernel = house.layers.kernel
    listed = set(kernel.get("files", []))
    for file in sorted(house.includes):
        if file in listed or (file.startswith("src/") and "kernel" in PurePosixPath(file).parts[2:-1]):
            check_kernel(house, file, kernel)
    for file in sorted(listed - set(house.includes)):
        house.say("tools/layers.toml", 1, f"the kernel '{file}' does not exist; remove it from the list")


def check_kernel(house: House, kernel_file: str, kernel: dict) -> None:
    waiting, seen = [kernel_file], {kernel_file}
    while waiting:
        file = waiting.pop()
        for include in house.includes.get(file, []):
            target = resolve(house, include)
            if target is None:
                if any(include.path.startswith(prefix) for prefix in kernel.get("forbidden_outside", [])):
                    house.say(file, include.line, f"kernel '{kernel_file}' reaches <{include.path}>; kernels stay free of it")
            elif room_of(target) in kernel.get("forbidden_rooms", []):
                house.say(file, include.line, f"kernel '{kernel_file}' reaches '{include.path}'; hand the columns in instead")
            elif target not in seen:
                seen.add(target)
                waiting.append(target)


def check_cycles(house: House) -> None:
    state: dict[str, int] = {}

    def visit(file: str, path: list[str]) -> None:
        state[file] = 1
        for include in house.includes.get(file, []):
            target = resolve(house, include)
            if target is None:
                continue
            if state.get(target) == 1:
                circle = path[path.index(target):] if target in path else [target]
                house.say(file, include.line, "include circle: " + " → ".join([*circle, target]))
            elif target not in state:
                visit(target, [*path, target])
        state[file] = 2

    for file in sorted(house.includes):
        if file not in state:
            visit(file, [file])


def check(root: Path, layers_file: Path) -> tuple[list[str], int]:
    """Findings, and the number of files read."""
    house = House(root, read_layers(layers_file))
    for folder in ("src", "tests/unit", "bench"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".h", ".cc") and path.is_file():
                text = path.read_text(encoding="utf-8")
                house.includes[path.relative_to(root).as_posix()] = cpp_text.includes(text)
    check_rooms(house)
    for file, includes in house.includes.items():
        for include in includes:
            check_include(house, file, include)
    check_kernels(house)
    check_cycles(house)
    return sorted(set(house.findings)), len(house.includes)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    parser.add_argument("--layers", type=Path, help="default: tools/layers.toml under the root")
    arguments = parser.parse_args()
    findings, files = check(arguments.root, arguments.layers or arguments.root / "tools" / "layers.toml")
    print("\n".join(findings) if findings else f"layers hold in {files} files")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
