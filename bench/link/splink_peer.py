"""Runs Splink's predict() over the benchmark's records and prints one line of JSON.

    splink_peer.py RECORDS.parquet SETTINGS.json default|hoisted|audit THREADS [OUT.parquet]

default: predict() as it comes, its result left in DuckDB. hoisted: the same pairs scored by SQL that computes each
similarity once a pair, the most a Splink user could gain by hand. audit: level counts, and the weights of pairs above
zero written to OUT. CPU time is the process's during scoring; reading the file is not counted.
"""

import json
import resource
import sys
import threading
import time

import duckdb
import splink
from splink import DuckDBAPI, Linker

HOISTED = """
CREATE TABLE hoisted AS WITH pairs AS (
  {blocked}
), similarities AS (
  SELECT a.unique_id AS unique_id_l, b.unique_id AS unique_id_r,
    a.first_name AS fl, b.first_name AS fr, jaro_winkler_similarity(a.first_name, b.first_name) AS f,
    a.surname AS sl, b.surname AS sr, jaro_winkler_similarity(a.surname, b.surname) AS s,
    a.dob AS dl, b.dob AS dr, levenshtein(a.dob, b.dob) AS d,
    a.city AS cl, b.city AS cr, a.postcode AS pl, b.postcode AS pr, levenshtein(a.postcode, b.postcode) AS p,
    a.occupation AS ol, b.occupation AS orr
  FROM pairs JOIN records a ON a.unique_id = pairs.l JOIN records b ON b.unique_id = pairs.r
), levels AS (
  SELECT unique_id_l, unique_id_r,
    CASE WHEN fl IS NULL OR fr IS NULL THEN -1 WHEN fl = fr THEN 3 WHEN f >= 0.92 THEN 2 WHEN f >= 0.88 THEN 1 ELSE 0 END AS g1,
    CASE WHEN sl IS NULL OR sr IS NULL THEN -1 WHEN sl = sr THEN 3 WHEN s >= 0.92 THEN 2 WHEN s >= 0.88 THEN 1 ELSE 0 END AS g2,
    CASE WHEN dl IS NULL OR dr IS NULL THEN -1 WHEN dl = dr THEN 3 WHEN d <= 1 THEN 2 WHEN d <= 2 THEN 1 ELSE 0 END AS g3,
    CASE WHEN cl IS NULL OR cr IS NULL THEN -1 WHEN cl = cr THEN 1 ELSE 0 END AS g4,
    CASE WHEN pl IS NULL OR pr IS NULL THEN -1 WHEN pl = pr THEN 3 WHEN p <= 1 THEN 2 WHEN p <= 2 THEN 1 ELSE 0 END AS g5,
    CASE WHEN ol IS NULL OR orr IS NULL THEN -1 WHEN ol = orr THEN 1 ELSE 0 END AS g6
  FROM similarities
)
SELECT *, g1 * 0.5 + g2 * 0.7 + g3 * 1.1 + g4 * 0.3 + g5 * 0.9 + g6 * 0.2 AS weight FROM levels
"""


def blocked_pairs(settings):
    """The pairs of all rules, each once: Splink's own shape, a union of joins that leave out earlier rules."""
    parts, earlier = [], []
    for rule in settings["blocking_rules_to_generate_predictions"]:
        sql = rule["blocking_rule"]
        without = "".join(f" AND NOT coalesce({e}, false)" for e in earlier)
        parts.append(f"SELECT l.unique_id AS l, r.unique_id AS r FROM records l JOIN records r ON {sql} AND l.unique_id < r.unique_id{without}")
        earlier.append(f"({sql})")
    return " UNION ALL ".join(parts)


def peak_mib():
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main():
    records, settings_file, variant, threads = sys.argv[1:5]
    settings = json.load(open(settings_file, encoding="utf-8"))
    connection = duckdb.connect()
    connection.execute(f"SET threads={int(threads)}")
    connection.execute(f"CREATE TABLE records AS SELECT * FROM read_parquet('{records}')")
    if variant == "hoisted":
        before, wall = cpu_seconds(), time.monotonic()
        connection.execute(HOISTED.format(blocked=blocked_pairs(settings)))
        cpu, wall = cpu_seconds() - before, time.monotonic() - wall
        pairs = connection.execute("SELECT count(*) FROM hoisted").fetchone()[0]
    else:
        api = DuckDBAPI(connection=connection)
        newer = int(splink.__version__.split(".")[0]) >= 5
        if variant == "audit":
            settings["retain_intermediate_calculation_columns"] = True
            settings["retain_matching_columns"] = True
        linker = Linker(api.register("records"), settings) if newer else Linker("records", settings, api)
        before, wall = cpu_seconds(), time.monotonic()
        result = linker.inference.predict()
        cpu, wall = cpu_seconds() - before, time.monotonic() - wall
        pairs = connection.execute(f"SELECT count(*) FROM {result.physical_name}").fetchone()[0]
        if variant == "audit":
            gammas = [f"gamma_{c['output_column_name']}" for c in settings["comparisons"]]
            counts = connection.execute(f"SELECT {', '.join(gammas)}, count(*) FROM {result.physical_name} GROUP BY ALL").fetchall()
            json.dump(counts, open(sys.argv[5] + ".patterns.json", "w", encoding="ascii"))
            connection.execute(
                f"COPY (SELECT CAST(unique_id_l AS BIGINT) AS l, CAST(unique_id_r AS BIGINT) AS r, match_weight AS weight "
                f"FROM {result.physical_name} WHERE match_weight >= 0) TO '{sys.argv[5]}' (FORMAT parquet)")
    print(json.dumps({"version": splink.__version__, "variant": variant, "pairs": pairs, "cpu_s": round(cpu, 2),
                      "wall_s": round(wall, 2), "peak_mib": round(peak_mib())}))


if __name__ == "__main__":
    main()
