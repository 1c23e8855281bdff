"""What a disk may hold after the power went: replays the log of tests/faults/io_shim.cc up to a moment.

The disk promises only what was asked for: content reaches it by fsync of the file, names (create, rename, link, remove)
by fsync of a folder they stand in. What was not asked for is dropped whole (`nothing`), dropped in content but kept in
names as a journal of names would (`names`), or survives by chance (`chance`).
"""

import os
import random
import struct
from pathlib import Path

O_TRUNC = os.O_TRUNC
FIELDS = {"o": "tnn", "w": "nnt", "t": "nn", "s": "n", "d": "t", "r": "tt", "e": "tt", "l": "tt", "y": "tt", "u": "t", "k": "t", "x": "t", "c": "n"}


def read_log(path):
    """The changes in their order: (op, field, ...)."""
    data, at, entries = Path(path).read_bytes(), 0, []
    while at < len(data):
        op = chr(data[at])
        at += 1
        fields = []
        for kind in FIELDS[op]:
            (value,) = struct.unpack_from("<q", data, at)
            at += 8
            if kind == "t":
                value, at = data[at : at + value], at + value
                if op != "w":
                    value = value.decode()
            fields.append(value)
        entries.append((op, *fields))
    return entries


def moments(entries):
    """Where a cut is worth trying: after each flush and each change of names that follows a flush."""
    return [i + 1 for i, e in enumerate(entries) if e[0] in "sdrely"]


class File:
    def __init__(self, content=b""):
        self.safe, self.now, self.steps = content, bytearray(content), []

    def change(self, step):
        self.steps.append(step)
        apply(self.now, step)

    def flush(self):
        self.safe, self.steps = bytes(self.now), []


class Folder:
    def __init__(self):
        self.now, self.safe = {}, {}


def apply(content, step):
    kind, offset, data = step
    if kind == "t":
        del content[offset:]
        content.extend(bytes(offset - len(content)))
    else:
        content.extend(bytes(max(0, offset - len(content))))
        content[offset : offset + len(data)] = data


class Disk:
    """Files below `root` as they are, and as they surely are."""

    def __init__(self, root, start=None):
        self.root, self.top, self.handles = str(root), Folder(), {}
        self.pending = []  # changes of names not yet asked for: (folders, [(folder, name, node or None)])
        if start:
            self.load(Path(start), self.top)

    def load(self, path, folder):
        for entry in path.iterdir():
            if entry.is_symlink():
                node = os.readlink(entry)
            elif entry.is_dir():
                node = Folder()
                self.load(entry, node)
            else:
                node = File(entry.read_bytes())
            folder.now[entry.name] = folder.safe[entry.name] = node

    def parts(self, path):
        rest = os.path.normpath(path)[len(self.root) :].strip("/")
        return rest.split("/") if rest else []

    def node(self, path):
        node = self.top
        for part in self.parts(path):
            node = node.now.get(part) if isinstance(node, Folder) else None
        return node

    def place(self, path):
        *above, name = self.parts(path)
        node = self.top
        for part in above:
            node = node.now[part]
        return node, name

    def name(self, *changes):
        """One step that the journal takes whole or not at all."""
        for folder, name, node in changes:
            if node is None:
                folder.now.pop(name, None)
            else:
                folder.now[name] = node
        self.pending.append(changes)

    def play(self, entry):
        op, *f = entry
        if op == "o":
            node = self.node(f[0])
            if node is None:
                node = File()
                self.name((*self.place(f[0]), node))
            elif isinstance(node, File) and f[2] & O_TRUNC:
                node.change(("t", 0, b""))
            self.handles[f[1]] = node
        elif op == "w":
            self.handles[f[0]].change(("w", f[1], f[2]))
        elif op == "t":
            self.handles[f[0]].change(("t", f[1], b""))
        elif op == "s":
            self.handles[f[0]].flush()
        elif op == "d":
            self.flush_folder(self.node(f[0]))
        elif op == "c":
            self.handles.pop(f[0], None)
        elif op == "k":
            self.name((*self.place(f[0]), Folder()))
        elif op in "ux":
            self.name((*self.place(f[0]), None))
        elif op == "y":
            self.name((*self.place(f[1]), f[0]))
        elif op == "l":
            self.name((*self.place(f[1]), self.node(f[0])))
        elif op == "r":
            self.name((*self.place(f[0]), None), (*self.place(f[1]), self.node(f[0])))
        elif op == "e":
            left, right = self.node(f[0]), self.node(f[1])
            self.name((*self.place(f[0]), right), (*self.place(f[1]), left))

    def flush_folder(self, folder):
        later = []
        for changes in self.pending:
            if any(c[0] is folder for c in changes):
                settle(changes)
            else:
                later.append(changes)
        self.pending = later

    def image(self, out, survives, seed=0):
        """Writes what the disk may hold: survives is 'nothing', 'names' or 'chance'."""
        chance = random.Random(seed)
        for changes in self.pending:
            if survives == "names" or (survives == "chance" and chance.random() < 0.5):
                settle(changes)
        self.write(self.top, Path(out), survives, chance)

    def write(self, folder, path, survives, chance):
        path.mkdir(exist_ok=True)
        for name, node in sorted(folder.safe.items()):
            target = path / name
            if isinstance(node, Folder):
                self.write(node, target, survives, chance)
            elif isinstance(node, str):
                target.symlink_to(node)
            else:
                content = bytearray(node.safe)
                for step in node.steps:
                    if survives == "chance" and chance.random() < 0.5:
                        apply(content, step)
                target.write_bytes(content)


def settle(changes):
    for folder, name, node in changes:
        if node is None:
            folder.safe.pop(name, None)
        else:
            folder.safe[name] = node


def image_at(entries, moment, root, out, survives, seed=0, start=None):
    disk = Disk(root, start)
    for entry in entries[:moment]:
        disk.play(entry)
    disk.image(out, survives, seed)
