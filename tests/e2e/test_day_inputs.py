"""What people decided in the day is obeyed by the next night, and undone when it is taken back."""

import shutil

import duckdb
import pytest

from e2e_commands import DAY, PACK, must, songtan

SECOND, THIRD, FOURTH = "2026-10-01", "2026-10-02", "2026-10-08"


def night(province, data, day, *words):
    return must("night", "--pack", PACK, "--in", province, "--data", data, "--date", day, *words, "--json").json["id"]


def rows(data, id, table, what, where="true"):
    return duckdb.sql(f"SELECT {what} FROM '{data}/nights/{id}/{table}/*.parquet' WHERE {where} ORDER BY ALL").fetchall()


def write(folder, name, select):
    folder.mkdir(exist_ok=True)
    duckdb.sql(f"COPY ({select}) TO '{folder / name}.parquet' (FORMAT parquet)")


@pytest.fixture
def data(clean_night, tmp_path):
    shutil.copytree(clean_night, tmp_path / "data", symlinks=True)
    return tmp_path / "data"


def first(data):
    return next(p.name for p in sorted((data / "nights").iterdir()) if p.name.startswith(DAY))


def finding(data, id, where):
    (row, *_) = rows(data, id, "findings", "programme, subject, cause, amount, class", f"class = 'entitled_not_receiving' AND certainty = 'certain' AND {where}")
    return row


def state(data, id, programme, subject):
    return rows(data, id, "findings", "state, state_reason", f"programme = '{programme}' AND subject = {subject}")


def test_a_fact_that_somebody_verified_goes_before_records_until_it_expires(clean, data, tmp_path):
    programme, subject, *_ = finding(data, first(data), "programme = 'GL'")
    day = tmp_path / "day"
    write(day, "confirmed_facts", f"SELECT {subject} AS person_id, '出生' AS fact, 7305 AS value, NULL AS text, NULL AS valid_from, NULL AS valid_to, "
          f"DATE '{DAY}' AS confirmed_on, DATE '{THIRD}' AS expires_on, 'visit' AS source")
    second = night(clean, data, SECOND, "--day-inputs", day)
    assert state(data, second, programme, subject) == [("withdrawn", "not_entitled")]
    facts = rows(data, second, "facts", "value, used, reason", f"person_id = {subject} AND fact = '出生'")
    assert (7305, True, None) in facts and any(not used and reason == "confirmed" for _, used, reason in facts)
    third = night(clean, data, THIRD, "--day-inputs", day)  # expired
    assert state(data, third, programme, subject) == [("new", None)]


def test_outcomes_silence_a_finding_and_grants_end_it(clean, data, tmp_path):
    programme, visited, cause, _, cls = finding(data, first(data), "programme = 'GL'")
    granted_programme, granted, _, amount, _ = finding(data, first(data), f"subject <> {visited}")
    day = tmp_path / "day"
    write(day, "outcomes", f"SELECT '{cls}' AS class, '{programme}' AS programme, {visited} AS subject, '{cause}' AS cause, 'not_in_need' AS outcome, "
          f"DATE '{DAY}' AS decided_on, DATE '{FOURTH}' AS until, 'visited' AS reason")
    write(day, "grants", f"SELECT '{granted_programme}' AS programme, {granted} AS subject, 'granted' AS state, {amount} AS amount, "
          f"DATE '2026-09-01' AS valid_from, NULL AS valid_to, DATE '{DAY}' AS decided_on")
    second = night(clean, data, SECOND, "--day-inputs", day)
    assert state(data, second, programme, visited) == [("withdrawn", "outcome")]
    assert state(data, second, granted_programme, granted) == [("withdrawn", "enrolled")]
    third = night(clean, data, THIRD, "--day-inputs", day)
    assert state(data, third, programme, visited) == [] == state(data, third, granted_programme, granted)
    fourth = night(clean, data, FOURTH, "--day-inputs", day)  # until is over
    assert state(data, fourth, programme, visited) == [("new", None)]
    assert state(data, fourth, granted_programme, granted) == []


def test_a_merge_that_is_taken_back_leaves_everything_as_it_was(clean, data, tmp_path):
    before = rows(data, first(data), "person_records", "record_id, person_id")
    (a, person), (b, other) = before[0], next(r for r in before if r[1] != before[0][1])
    day = tmp_path / "day"
    write(day, "identity_decisions", f"SELECT 'same' AS kind, {a}::BIGINT AS record_l, {b}::BIGINT AS record_r, DATE '{DAY}' AS decided_on, '' AS reason")
    second = night(clean, data, SECOND, "--day-inputs", day)
    merged = dict(rows(data, second, "person_records", "record_id, person_id"))
    assert merged[a] == merged[b]
    assert [r[:1] for r in rows(data, second, "person_log", "reason", "kind = 'merged'")] == [("decided: the same person",)]
    third = night(clean, data, THIRD)
    assert rows(data, third, "person_records", "record_id, person_id") == before
    for table in ("families", "family_members"):
        assert rows(data, third, table, "*") == rows(data, first(data), table, "*")


def test_wrong_day_inputs_are_refused_by_name(clean, data, tmp_path):
    def refused(folder):
        run = songtan("night", "--pack", PACK, "--in", clean, "--data", data, "--date", SECOND, "--day-inputs", folder, "--json")
        return run.code, run.err

    assert refused(tmp_path / "absent")[0] == 2
    write(tmp_path / "strange", "wishes", "SELECT 1 AS a")
    code, err = refused(tmp_path / "strange")
    assert code == 3 and "wishes.parquet" in err
    write(tmp_path / "short", "grants", "SELECT 1 AS subject")
    code, err = refused(tmp_path / "short")
    assert code == 3 and "grants.parquet" in err and "day.columns" in err
    (tmp_path / "torn").mkdir()
    (tmp_path / "torn" / "payments.parquet").write_bytes(b"PAR1")
    assert refused(tmp_path / "torn")[0] == 3
    pair = f"1::BIGINT AS record_l, 2::BIGINT AS record_r, DATE '{DAY}' AS decided_on, '' AS reason"
    write(tmp_path / "torn2", "identity_decisions", f"SELECT 'same' AS kind, {pair} UNION ALL SELECT 'not_same', {pair}")
    code, err = refused(tmp_path / "torn2")
    assert code == 3 and "day.contradiction" in err
