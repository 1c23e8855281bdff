"""Damaged and hostile deliveries for every format: a name, the bytes and the reason that must be given.

Everything is made here; the people are invented and their numbers are composed when the tests run.
"""

import io
import json
import struct
import zipfile
import zlib

HEADER = ["证件号", "姓名", "出生", "金额", "区划", "状态"]
ROWS = 60


def citizen_number(index):
    """A number with a right check digit for the index-th invented person, born 1950-01-01."""
    body = f"510802{19500101}{index % 999 + 1:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights)) % 11]


def table(count=ROWS, **other):
    """Rows of good cells; a keyword puts another value (or a function of the row's index) into a column."""
    made = []
    for index in range(count):
        row = dict(zip(HEADER, [citizen_number(index), f"名{index}", "1950-01-01", f"{index}.50", "510802", "1"]))
        for name, value in other.items():
            row[name] = value(index) if callable(value) else value
        made.append([row[name] for name in HEADER])
    return made


def csv(rows, header=HEADER, delimiter=",", end="\n"):
    return "".join(delimiter.join(line) + end for line in [header, *rows])


def lines(rows, header=HEADER):
    return "".join(json.dumps(dict(zip(header, row)), ensure_ascii=False) + "\n" for row in rows)


def zipped(parts, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, body in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), body, method)
    return buffer.getvalue()


WORKBOOK = '<workbook xmlns:r="r"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>'
RELATIONS = '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>'


def cell(column, row, text):
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f'<c r="{letters}{row}" t="inlineStr"><is><t>{text}</t></is></c>'


def sheet(rows, header=HEADER, between=""):
    body = "".join(
        f'<row r="{number}">' + "".join(cell(c, number, text) for c, text in enumerate(row)) + "</row>"
        for number, row in enumerate([header, *rows], 1)
    )
    return f"<worksheet><sheetData>{body}{between}</sheetData></worksheet>"


def workbook(sheet_xml, **more):
    parts = {"xl/workbook.xml": WORKBOOK, "xl/_rels/workbook.xml.rels": RELATIONS, "xl/worksheets/sheet1.xml": sheet_xml}
    return zipped({**parts, **{name.replace("__", "/").replace("_xml", ".xml"): body for name, body in more.items()}})


def bomb(unpacked):
    """A sheet of blanks that unpacks to so many bytes from a few; never held unpacked here."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed, crc, block = b"", 0, b" " * (1 << 20)
    for _ in range(unpacked >> 20):
        packed += packer.compress(block)
        crc = zlib.crc32(block, crc)
    packed += packer.flush()
    buffer = io.BytesIO(workbook("SHEET"))
    parts = {i.filename: zipfile.ZipFile(buffer).read(i.filename) for i in zipfile.ZipFile(buffer).infolist()}
    del parts["xl/worksheets/sheet1.xml"]
    name = b"xl/worksheets/sheet1.xml"
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 8, 0, 33, crc, len(packed), unpacked, len(name), 0) + name + packed
    rest = zipped(parts)
    end = rest.rindex(b"PK\5\6")
    count, size, offset = struct.unpack("<HII", rest[end + 10 : end + 20])
    central = struct.pack(
        "<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 8, 0, 33, crc, len(packed), unpacked, len(name), 0, 0, 0, 0, 0, offset
    ) + name
    directory = rest[offset : offset + size] + central
    body = rest[:offset] + local
    return body + directory + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count + 1, count + 1, len(directory), len(body), 0)


def flipped(body, at, bit=0x10):
    changed = bytearray(body)
    changed[at] ^= bit
    return bytes(changed)


def csv_damages():
    good = csv(table())
    utf8 = good.encode()
    bad_date = table(出生=lambda i: "0000-01-01")
    return [
        ("empty", b"", "csv.empty"),
        ("only a mark", b"\xef\xbb\xbf", "csv.empty"),
        ("cut in a row", utf8[:-9], "csv.truncated"),
        ("cut in a character", utf8[: utf8.rindex("名".encode()) + 1], "csv.truncated"),
        ("cut in a quoted cell", utf8 + '1,"open'.encode(), "csv.truncated"),
        ("GBK as UTF-8", good.encode("gbk"), "csv.encoding"),
        ("Latin-1", "caf\xe9,b\n".encode("latin-1"), "csv.encoding"),
        ("UTF-16 little-endian", good.encode("utf-16"), "csv.utf16"),
        ("UTF-16 big-endian", b"\xfe\xff" + good.encode("utf-16-be"), "csv.utf16"),
        ("UTF-16 without mark", "id,name\n1,a\n".encode("utf-16-le"), "csv.utf16"),
        ("UTF-32", good.encode("utf-32"), "csv.utf16"),
        ("NUL", utf8 + b"1,\0,1950-01-01,1,510802,1\n", "csv.nul"),
        ("a lone surrogate", utf8 + b"1,\xed\xa0\x80,1950-01-01,1,510802,1\n", "csv.encoding"),
        ("an overlong slash", utf8 + b"1,\xc0\xaf,1950-01-01,1,510802,1\n", "csv.encoding"),
        ("beyond Unicode", utf8 + b"1,\xf4\x90\x80\x80,1950-01-01,1,510802,1\n", "csv.encoding"),
        ("a flipped high bit", flipped(utf8, len(utf8) // 2, 0x80), "csv.encoding"),
        ("17 digits", csv(table(证件号=lambda i: citizen_number(i)[:17])).encode(), "file.drifted"),
        ("5.10E+17", csv(table(证件号="5.10E+17")).encode(), "file.drifted"),
        ("masked numbers", csv(table(证件号=lambda i: "510802********001X")).encode(), "file.drifted"),
        ("10,000 columns", (",".join(f"c{i}" for i in range(10_000)) + "\n").encode(), "csv.columns"),
        ("duplicated header", csv(table(), ["证件号", "姓名", "姓名", "金额", "区划", "状态"]).encode(), "header.duplicated"),
        ("nameless column", csv(table(), [*HEADER[:3], "", *HEADER[4:]]).encode(), "header.empty_name"),
        ("no header", csv(table()[1:], table()[0]).encode(), "header.absent"),
        ("another table", b"a,b,c,d,e,f\n1,2,3,4,5,6\n", "header.absent"),
        ("semicolons", csv(table(), delimiter=";").encode(), "header.delimiter"),
        ("tabs", csv(table(), delimiter="\t").encode(), "header.delimiter"),
        ("semicolons below the header", csv([]).encode() + csv(table(), delimiter=";").encode(), "csv.cell_count"),
        ("a renamed column", csv(table(), ["身份证号", *HEADER[1:]]).encode(), "header.renamed"),
        ("a missing column", csv([r[:-1] for r in table()], HEADER[:-1]).encode(), "header.missing"),
        ("a new column", csv([r + ["x"] for r in table()], HEADER + ["备注"]).encode(), "header.unknown"),
        ("shifted by a column", csv([r[1:] + r[:1] for r in table()]).encode(), "file.shifted"),
        ("year 0", csv(bad_date).encode(), "file.drifted"),
        ("dates like 45000", csv(table(出生="45000")).encode(), "file.drifted"),
        ("31 February", csv(table(出生="1950-02-31")).encode(), "file.drifted"),
        ("codes moved by one", csv(table(状态=lambda i: str(2 + i % 2))).encode(), "file.codes"),
        ("divisions as names", csv(table(区划="利州区")).encode(), "file.drifted"),
        ("old Mac line ends", csv(table(), end="\r").encode(), "csv.truncated"),
        ("an HTML error page", b"<html><body>502 Bad Gateway</body></html>\n", "header.absent"),
        ("a packed file", b"PK\3\4" + bytes(range(1, 256)) * 4 + b"\n", "csv.encoding"),
        ("open quotes in most rows", csv([['"' + r[0], *r[1:]] for r in table()]).encode(), "csv.cell_count"),
        ("half of the cells", csv([]).encode() + csv([r[:3] for r in table()], HEADER[:3]).encode(), "csv.cell_count"),
    ]


def gb18030_damages():
    good = csv(table())
    gbk = good.encode("gb18030")
    return [
        ("UTF-8 as GB18030", good.encode(), "csv.encoding"),
        ("cut in a character", gbk + b"\x81", "csv.truncated"),
        ("bytes of no encoding", gbk + b"\xff\xff,a\n", "csv.encoding"),
        ("NUL", gbk + b"1,\0,1,1,1,1\n", "csv.nul"),
        ("a flipped lead byte", gbk + b"\xff" + "名,1,1,1,1\n".encode("gb18030"), "csv.encoding"),
    ]


def json_damages():
    good = lines(table()).encode()
    deep = b'{"' + "证件号".encode() + b'":' + b"[" * 200_000 + b"]" * 200_000 + b"}\n"
    wide = json.dumps({f"k{i}": 1 for i in range(10_000)}).encode() + b"\n"
    return [
        ("empty", b"", "json.empty"),
        ("one array", json.dumps([1, 2]).encode() + b"\n", "json.lines"),
        ("an array of objects", json.dumps([dict(zip(HEADER, r)) for r in table()], indent=1).encode() + b"\n", "json.lines"),
        ("nested objects", b'{"a":{"b":1}}\n' * 20, "json.lines"),
        ("nested 200,000 deep", deep, "json.lines"),
        ("10,000 keys", wide, "json.keys"),
        ("cut", good[:-7], "json.truncated"),
        ("a key twice", b'{"a":1,"a":2}\n' * 20, "json.lines"),
        ("NaN", b'{"a":NaN}\n' * 20, "json.lines"),
        ("comments", b'// a comment\n' * 20, "json.lines"),
        ("UTF-16", lines(table()).encode("utf-16"), "csv.utf16"),
        ("GBK", lines(table()).encode("gbk"), "csv.encoding"),
        ("NUL", good + b'{"a":"\0"}\n', "csv.nul"),
        ("CSV instead", csv(table()).encode(), "json.lines"),
        ("a renamed key", lines(table(), ["身份证号", *HEADER[1:]]).encode(), "header.renamed"),
        ("2 MiB in a line", b'{"a":"' + b"x" * (2 << 20) + b'"}\n', "json.row_length"),
    ]


def xlsx_damages():
    good = workbook(sheet(table()))
    formula = "<row r=\"70\"><c r=\"A70\"><f>HYPERLINK(\"http://x\")</f></c></row>"
    laughs = "<!DOCTYPE w [<!ENTITY a \"aaaaaaaaaa\">" + "".join(
        f"<!ENTITY {chr(98 + i)} \"{('&' + chr(97 + i) + ';') * 10}\">" for i in range(9)) + "]>"
    outside = '<!DOCTYPE w [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    torn = good.index(b"xl/worksheets/sheet1.xml") + 60
    deep = "<a>" * 100_000 + "</a>" * 100_000
    return [
        ("empty", b"", "xlsx.damaged"),
        ("no zip", b"not a workbook at all\n" * 20, "xlsx.damaged"),
        ("cut", good[: len(good) // 2], "xlsx.damaged"),
        ("a flipped bit in the sheet", flipped(good, torn), "xlsx.damaged"),
        ("a zip of something else", zipped({"a.txt": "b"}), "xlsx.damaged"),
        ("a sheet that is not there", zipped({"xl/workbook.xml": WORKBOOK, "xl/_rels/workbook.xml.rels": RELATIONS}), "xlsx.damaged"),
        ("an old binary workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "xlsx.encrypted"),
        ("macros", workbook(sheet(table()), **{"xl__vbaProject.bin": "x"}), "xlsx.macro"),
        ("a formula without value", workbook(sheet(table(), between=formula)), "xlsx.formula"),
        ("a bomb of entities", workbook(laughs + "<w>&j;</w>"), "xlsx.xml"),
        ("an entity from outside", workbook(outside + "<w>&f;</w>"), "xlsx.xml"),
        ("a bomb of blanks", bomb(1 << 30), "xlsx.bomb"),
        ("elements 100,000 deep", workbook(deep), "xlsx.xml"),
        ("torn XML", workbook(sheet(table())[:-40]), "xlsx.xml"),
        ("10,000 columns", workbook(sheet([], [f"c{i}" for i in range(10_000)])), "xlsx.columns"),
        ("a cell of 2 MiB", workbook(sheet([["x" * (2 << 20)]])), "xlsx.row_length"),
        ("no row", workbook("<worksheet><sheetData/></worksheet>"), "xlsx.empty"),
        ("duplicated header", workbook(sheet(table(), ["证件号", "姓名", "姓名", "金额", "区划", "状态"])), "header.duplicated"),
        ("5.10E+17", workbook(sheet(table(证件号="5.10E+17"))), "file.drifted"),
        ("a renamed column", workbook(sheet(table(), ["身份证号", *HEADER[1:]])), "header.renamed"),
        ("CSV instead", csv(table()).encode(), "xlsx.damaged"),
    ]


def parquet_bytes(connection, folder, columns):
    """A Parquet file of the select list `columns` over the good rows."""
    file = folder / "made.parquet"
    connection.execute("CREATE OR REPLACE TABLE t(" + ", ".join(f'"{c}" VARCHAR' for c in HEADER) + ")")
    connection.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)", table())
    connection.execute(f"COPY (SELECT {columns} FROM t) TO '{file}' (FORMAT parquet)")
    return file.read_bytes()


def parquet_damages(connection, folder):
    good = parquet_bytes(connection, folder, "*")
    footer = len(good) - 8 - struct.unpack("<I", good[-8:-4])[0]
    return [
        ("empty", b"", "parquet.damaged"),
        ("only the mark", b"PAR1", "parquet.damaged"),
        ("cut", good[: len(good) // 2], "parquet.damaged"),
        ("without its end", good[:-8], "parquet.damaged"),
        ("a torn footer", good[:footer] + b"\xff" * 40 + good[footer + 40 :], "parquet.damaged"),
        ("a footer longer than the file", good[:-8] + struct.pack("<I", 1 << 31) + b"PAR1", "parquet.damaged"),
        ("CSV instead", csv(table()).encode(), "parquet.damaged"),
        ("a missing column", parquet_bytes(connection, folder, '* EXCLUDE ("状态")'), "header.missing"),
        ("a renamed column", parquet_bytes(connection, folder, '* RENAME ("证件号" AS "身份证号")'), "header.renamed"),
        ("5.10E+17", parquet_bytes(connection, folder, '* REPLACE (\'5.10E+17\' AS "证件号")'), "file.drifted"),
    ]
