"""A source in PostgreSQL 15: a server of our own on a free port, started and stopped by its process."""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import duckdb
import pytest
from e2e_commands import songtan
from test_damaged_deliveries import CONTRACT

BIN = pathlib.Path("/usr/lib/postgresql/15/bin")
ROWS = 300
pytestmark = pytest.mark.skipif(not (BIN / "postgres").exists(), reason="Debian's postgresql-15 is not installed")


class Server:
    """PostgreSQL in a folder of its own; it refuses to run as root, so root lends it to the user postgres."""

    def __init__(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="songtan-pg-"))
        as_root = os.geteuid() == 0
        self.lend = {"user": "postgres", "group": "postgres", "extra_groups": []} if as_root else {}
        if as_root:
            shutil.chown(self.root, "postgres", "postgres")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **self.lend}
        make = [BIN / "initdb", "-D", self.root / "data", "-U", "songtan", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        subprocess.run([str(w) for w in make], check=True, **quiet)
        run = [BIN / "postgres", "-D", self.root / "data", "-p", self.port, "-k", self.root]
        run += ["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "shared_buffers=16MB"]
        self.process = subprocess.Popen([str(w) for w in run], **quiet)
        self.connection = f"host=127.0.0.1 port={self.port} user=songtan dbname=postgres"
        ready = [str(BIN / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        for _ in range(200):
            if subprocess.run(ready).returncode == 0:
                break
            time.sleep(0.1)

    def psql(self, *words, **options):
        return subprocess.run([str(BIN / "psql"), "-q", "-v", "ON_ERROR_STOP=1", self.connection, *words], check=True, capture_output=True, text=True, **options)

    def sql(self, text):
        self.psql("-f", "-", input=text)

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(30)
        shutil.rmtree(self.root, ignore_errors=True)


@pytest.fixture(scope="module")
def server():
    server = Server()
    yield server
    server.stop()


class Source:
    """A pack with one source, delivery notes below in/, and the records that come of them."""

    def __init__(self, root, format="postgresql", ext="pg", more=""):
        self.root = root
        (root / "pack" / "sources").mkdir(parents=True)
        contract = CONTRACT.format(id="t.roster", ext=ext, format=format, encoding="utf-8")
        (root / "pack" / "sources" / "t.roster.toml").write_text(contract.replace("[delivery]\n", more + "[delivery]\n"))
        self.folder = root / "in" / "extracts" / "t.roster"
        self.folder.mkdir(parents=True)

    def deliver(self, name, text):
        (self.folder / name).write_text(text)

    def ingest(self, **env):
        return songtan("ingest", "--pack", self.root / "pack", "--in", self.root / "in", "--data", self.root / "data", "--json", env=env)

    def rows(self, kind="identity", columns='"row", number, name, birth, region'):
        files = str(self.root / "data" / "loads" / "t.roster" / "*" / f"{kind}-*.parquet")
        return duckdb.sql(f"SELECT {columns} FROM read_parquet('{files}') ORDER BY ALL").fetchall()

    def left(self):
        return sorted(p.name for p in (self.root / "data" / "loads" / "t.roster").glob("*"))


def make_table(server, name, rows=ROWS):
    server.sql(
        f"""DROP TABLE IF EXISTS {name} CASCADE;
        CREATE TABLE {name}("证件号" text, "姓名" text, "出生" date, "金额" numeric(12,2), "区划" text, "状态" int);
        INSERT INTO {name} SELECT 'N' || i, E'名, "甲"\\n' || i, DATE '1950-01-01' + i, i + 0.5, '510802', 1 + i % 2
        FROM generate_series({rows}, 1, -1) i;
        UPDATE {name} SET "出生" = NULL WHERE "金额" < 5;"""
    )


def test_a_table_gives_the_records_of_its_csv_twin(server, tmp_path):
    make_table(server, "roster")
    table = Source(tmp_path / "table", more='table = "public.roster"\n')
    table.deliver("2026-07-01.full.pg", "# the bureau's database\n" + server.connection.replace(" ", "\n") + "\n")
    run = table.ingest()
    assert run.code == 3 and "file.drifted" in run.err  # N17 is no citizen number: the judgement of files holds for tables
    server.sql('UPDATE roster SET "证件号" = NULL WHERE "金额" > 10')
    assert table.ingest().code == 0
    twin = Source(tmp_path / "twin", "csv", "csv", more="multiline = true\n")
    order = '"证件号" COLLATE "C", "姓名" COLLATE "C"'
    twin.deliver("2026-07-01.full.csv", server.psql("-c", f"COPY (SELECT * FROM roster ORDER BY {order}) TO STDOUT (FORMAT csv, HEADER)").stdout)
    assert twin.ingest().code == 0
    assert len(table.rows()) == ROWS and table.rows() == twin.rows()
    assert table.rows("enrolment", '"row", state, amount') == twin.rows("enrolment", '"row", state, amount')
    before = table.left()
    assert len(before) == 1 and not before[0].startswith(".")
    server.sql("DELETE FROM roster")  # the note was read on its day; it is not read again
    assert "known" in table.ingest().out
    assert table.left() == before


def test_equal_rows_are_equal_bytes_whatever_their_order_in_the_table(server, tmp_path):
    ids = []
    for turn in range(2):
        make_table(server, "roster", 19)
        if turn:
            server.sql("CREATE TABLE other AS SELECT * FROM roster ORDER BY 2 DESC; DELETE FROM roster; INSERT INTO roster SELECT * FROM other; DROP TABLE other")
        source = Source(tmp_path / str(turn), more='table = "roster"\n')
        source.deliver("2026-07-01.full.pg", "")
        assert source.ingest(SONGTAN_POSTGRESQL_T_ROSTER=server.connection).code == 0
        ids += source.left()
    assert len(ids) == 2 and ids[0] == ids[1]


def test_what_cannot_be_read_is_told_and_leaves_nothing(server, tmp_path):
    make_table(server, "roster", 40)
    server.sql(
        """DROP ROLE IF EXISTS stranger; CREATE ROLE stranger LOGIN;
        CREATE VIEW broken AS SELECT *, 1 / (length("姓名") - length("姓名")) AS n FROM roster;
        CREATE VIEW renamed AS SELECT "证件号", "姓名" AS "姓名全称", "出生", "金额", "区划", "状态" FROM roster;"""
    )
    good, stranger = server.connection, server.connection.replace("user=songtan", "user=stranger")
    cases = [
        ("", "roster", "postgresql.connection", 2),
        ("this is no connection", "roster", "postgresql.connection", 2),
        ("host=127.0.0.1 port=1 user=songtan dbname=postgres", "roster", "postgresql.unreachable", 5),
        (good + " password=hunter2 dbname=nowhere", "roster", "postgresql.unreachable", 5),
        (good, "nowhere", "postgresql.table", 3),
        (good, "hidden.roster", "postgresql.table", 3),
        (stranger, "roster", "postgresql.rights", 3),
        (good, "broken", "postgresql.query", 3),
        (good, "renamed", "header.renamed", 3),
    ]
    for at, (note, table, code, exit_code) in enumerate(cases):
        source = Source(tmp_path / str(at), more=f'table = "{table}"\n')
        source.deliver("2026-07-01.full.pg", note)
        run = source.ingest()
        assert (run.code, code in run.err) == (exit_code, True), (code, run.err)
        assert "hunter2" not in run.err and not source.left(), code


def test_deltas_of_a_table_and_a_connection_that_is_lost(server, tmp_path):
    make_table(server, "roster", 19)
    source = Source(tmp_path, more='deliveries = "both"\ntable = "roster"\n')
    source.deliver("2026-07-01.full.pg", server.connection)
    assert source.ingest().code == 0
    server.sql('DELETE FROM roster WHERE "金额" > 3; UPDATE roster SET "姓名" = \'新名\'')
    source.deliver("2026-07-02.delta.pg", server.connection)
    assert source.ingest().code == 0
    assert len(source.left()) == 2 and [row[2] for row in source.rows()].count("新名") == 2
    server.sql("CREATE VIEW slow AS SELECT r.* FROM roster r, LATERAL (SELECT pg_sleep(30)) s")
    slow = Source(tmp_path / "slow", more='table = "slow"\n')
    slow.deliver("2026-07-01.full.pg", server.connection + " application_name=dying")
    end = "SELECT pg_sleep(1); SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'dying'"
    kill = subprocess.Popen([str(BIN / "psql"), "-q", server.connection, "-c", end], stdout=subprocess.DEVNULL)
    run = slow.ingest()
    kill.wait()
    assert run.code == 5 and "postgresql.lost" in run.err, run.err
    assert not slow.left()
