"""Reads C++ just deeply enough for the house checks: blanks comments and strings, lists includes and functions.

No parser: every function here keeps line numbers as they are in the file, so a finding points at the right line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
      (?P<raw>(?:u8|u|U|L)?R"(?P<tag>[^()\\\s]{0,16})\((?P<raw_body>.*?)\)(?P=tag)")
    | (?P<line_comment>//(?:[^\n\\]|\\.|\\\n)*)
    | (?P<block_comment>/\*.*?\*/)
    | (?P<string>"(?:[^"\\\n]|\\.)*")
    | (?P<character>(?<![0-9A-Za-z_])'(?:[^'\\\n]|\\.)+')
    """,
    re.VERBOSE | re.DOTALL,
)
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
_CONTAINER = re.compile(r"\b(?:namespace|class|struct|union|enum|extern|concept)\b")
_TEMPLATE_HEAD = re.compile(r"\btemplate\s*<[^<>]*(?:<[^<>]*>[^<>]*)*>")
_CONSTRUCTOR_LIST = re.compile(r"\)\s*(?:noexcept\s*)?:[^:]")


def _spaces(text: str) -> str:
    return "".join("\n" if character == "\n" else " " for character in text)


def blank(text: str, *, comments: bool = True, strings: bool = True) -> str:
    """The same text with comments and (or) string and character literals replaced by blanks; lines keep their numbers."""

    def replace(match: re.Match[str]) -> str:
        is_comment = match.lastgroup in ("line_comment", "block_comment") or match.group(0).startswith(("//", "/*"))
        wanted = comments if is_comment else strings
        return _spaces(match.group(0)) if wanted else match.group(0)

    return _TOKEN.sub(replace, text)


@dataclass(frozen=True)
class Include:
    line: int
    path: str
    quoted: bool


def includes(text: str) -> list[Include]:
    """Every #include outside comments, in order."""
    code = blank(text, strings=False)
    return [
        Include(code.count("\n", 0, match.start()) + 1, match.group(2), match.group(1) == '"')
        for match in _INCLUDE.finditer(code)
    ]


@dataclass(frozen=True)
class Function:
    name: str
    first_line: int
    last_line: int
    flat_lines: int  # lines inside one flat switch or one table, which do not count

    @property
    def length(self) -> int:
        return self.last_line - self.first_line + 1 - self.flat_lines


def functions(text: str) -> list[Function]:
    """Functions (and test cases) at namespace or class level. Lambdas and local classes count as part of their function."""
    code = re.sub(r"^[ \t]*#(?:[^\n\\]|\\.|\\\n)*", lambda m: _spaces(m.group(0)), blank(text), flags=re.MULTILINE)
    found: list[Function] = []
    _walk(code, 0, len(code), found)
    return found


def _walk(code: str, position: int, end: int, found: list[Function]) -> None:
    head_start = position
    while position < end:
        character = code[position]
        if character == ";" or character == "}":
            head_start = position + 1
        elif character == "(":
            position = closing(code, position, "(", ")")
        elif character == "{":
            last = closing(code, position, "{", "}")
            head = code[head_start:position]
            kind = _kind(head)
            if kind == "container":
                _walk(code, position + 1, last, found)
            elif kind == "function":
                found.append(_function(code, head_start, position, last))
            if kind == "initializer":
                position = last
            else:
                position = last
                head_start = last + 1
        position += 1


def _kind(head: str) -> str:
    bare = _TEMPLATE_HEAD.sub(" ", head)
    outside = _without_parentheses(bare)
    if _CONSTRUCTOR_LIST.search(bare) and re.search(r"[\w>]\s*$", bare) and not _ends_like_body(bare):
        return "initializer"
    if _CONTAINER.search(outside) and not re.search(r"\)\s*(?:const|noexcept|override|final|->[^{]*)*\s*$", bare):
        return "container"
    if "=" in re.sub(r"operator\s*[=!<>+\-*/]*=*", "", outside) or "(" not in bare:
        return "initializer"
    return "function"


def _ends_like_body(head: str) -> bool:
    return re.search(r"\b(?:const|noexcept|override|final|try)\s*$", head) is not None


def _without_parentheses(text: str) -> str:
    out: list[str] = []
    depth = 0
    for character in text:
        depth += character == "("
        if depth == 0:
            out.append(character)
        depth -= character == ")" and depth > 0
    return "".join(out)


def closing(code: str, position: int, opener: str, closer: str) -> int:
    """Where the bracket that opens at `position` closes; the end of the text when it does not."""
    depth = 0
    for match in re.compile(f"[{re.escape(opener + closer)}]").finditer(code, position):
        depth += 1 if match.group(0) == opener else -1
        if depth == 0:
            return match.start()
    return len(code) - 1


def _function(code: str, head_start: int, body_start: int, body_end: int) -> Function:
    head = code[head_start:body_start]
    first = head_start + len(head) - len(head.lstrip())
    bare = _TEMPLATE_HEAD.sub(" ", head)
    named = re.search(r"([~\w:]+|operator\s*[^\s(]+)\s*\(", bare)
    return Function(
        name=named.group(1) if named else "?",
        first_line=code.count("\n", 0, first) + 1,
        last_line=code.count("\n", 0, body_end) + 1,
        flat_lines=_flat_lines(code, body_start + 1, body_end),
    )


def _flat_lines(code: str, start: int, end: int) -> int:
    """Lines inside the longest flat switch (no brace deeper than its cases') or brace table of one function."""
    longest = 0
    for match in re.finditer(r"\bswitch\s*\(|=\s*\{|\]\s*\{\s*\{", code[start:end]):
        opener = code.find("{", start + match.start())
        if opener < 0 or opener >= end:
            continue
        last = closing(code, opener, "{", "}")
        inside = code[opener + 1 : last]
        if match.group(0).startswith("switch") and re.search(r"\b(?:for|while|switch|if)\s*\([^;]*\{", inside):
            continue
        if not match.group(0).startswith("switch") and ";" in inside:
            continue
        longest = max(longest, inside.count("\n"))
    return longest
