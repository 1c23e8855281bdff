#!/usr/bin/env python3
"""Accuracy of suggested models on data with truth.

    accuracy.py SONGTAN DATA_FOLDER [SET …]

Each set is stripped of its truth, given to `songtan link suggest` and `songtan link run` as a newcomer would, and the
persons are compared with the truth: precision, recall and F1 over pairs of records, clusters closed. transactions: of
each origin its one partner, right or wrong. cged: the graded comparison of Chinese names against Jaro–Winkler. Needs python with duckdb; ours alone runs, no model is tuned here.
"""

import csv
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

# Set → files, id column, truth expression, columns that give the truth away.
SETS = {
    "historical_figures_half_a": (["historical_figures_half_a.csv"], "unique_id", "cluster", ["cluster"]),
    "febrl3": (["febrl3.csv"], "rec_id", "regexp_extract(rec_id, 'rec-(\\d+)-', 1)", []),
    "transactions": (["transactions_origin.parquet", "transactions_destination.parquet"], "unique_id", "ground_truth",
                     ["ground_truth"]),
    "fake_1000": (["fake_1000.csv"], "unique_id", "cluster", ["cluster"]),
    "RLdata10000": (["RLdata10000.csv"], "rec_id", "ent_id", ["ent_id"]),
    "febrl_dataset_A": (["febrl_dataset_A_10000.csv"], "rec_id", "rec_id // 10", ["blocking_number"]),
    "csv_example": (["csv_example_input_with_true_ids.csv"], "Id", "\"True Id\"", ["True Id"]),
}


def reader(file):
    if file.suffix == ".parquet":
        return f"read_parquet('{file}')"
    return f"read_csv('{file}', all_varchar=true, header=true, sample_size=-1)"


def stripped(db, data, name, folder):
    """Files without truth, and a table truth(source, record_id, entity)."""
    files, id_column, truth, drop = SETS[name]
    db.execute("CREATE OR REPLACE TABLE truth(source VARCHAR, record_id VARCHAR, entity VARCHAR)")
    out = []
    for file in files:
        source = reader(data / file)
        names = [row[0] for row in db.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]
        renamed = ", ".join(f'"{n}" AS "{n.strip()}"' for n in names)
        db.execute(f"CREATE OR REPLACE TABLE records AS SELECT {renamed} FROM {source}")
        target = folder / f"{Path(file).stem}.parquet"
        if truth == "rec_id // 10":
            truth = "CAST(rec_id AS BIGINT) // 10"
        db.execute(f"INSERT INTO truth SELECT '{Path(file).stem}', trim(CAST(\"{id_column}\" AS VARCHAR)), CAST({truth} AS VARCHAR) FROM records")
        keep = [n.strip() for n in names if n.strip() not in drop]
        db.execute(f"COPY (SELECT {', '.join(chr(34) + n + chr(34) for n in keep)} FROM records) TO '{target}' (FORMAT parquet)")
        out.append(target)
    return out, id_column


def scored(db, persons):
    """Pair precision, recall and F1 of closed clusters."""
    db.execute(f"CREATE OR REPLACE TABLE linked AS SELECT t.entity, p.person_id FROM truth t LEFT JOIN read_parquet('{persons}') p USING (source, record_id)")
    pairs = "coalesce(sum(n * (n - 1) / 2), 0)"
    true = db.execute(f"SELECT {pairs} FROM (SELECT count(*) n FROM linked GROUP BY entity)").fetchone()[0]
    said = db.execute(f"SELECT {pairs} FROM (SELECT count(*) n FROM linked GROUP BY person_id)").fetchone()[0]
    both = db.execute(f"SELECT {pairs} FROM (SELECT count(*) n FROM linked GROUP BY entity, person_id)").fetchone()[0]
    precision = both / said if said else 0.0
    recall = both / true if true else 0.0
    return precision, recall, 2 * precision * recall / (precision + recall) if both else 0.0


def timed(command):
    start = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - start


def run_set(songtan, data, name, extra=()):
    db = duckdb.connect()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        files, id_column = stripped(db, data, name, folder)
        model, persons = folder / "model.json", folder / "persons.parquet"
        inputs = ["--in", *map(str, files), "--id", id_column]
        suggest = timed([songtan, "link", "suggest", *inputs, "--out", str(model), *extra])
        run = timed([songtan, "link", "run", *inputs, "--model", str(model), "--out", str(persons)])
        precision, recall, f1 = scored(db, persons)
    return {"set": name, "precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4),
            "suggest_s": round(suggest, 1), "run_s": round(run, 1)}


GRADES = ["same", "variant", "sound and tone", "sound", "sound under mergers", "shape or swapped", "unreadable", "cut",
          "one other", "other"]
SIMILARITIES = [1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4]


def ladder(name, tests):
    levels = [{"label": str(i), "any": [[test]], "m": 0.5, "u": 0.5} for i, test in enumerate(tests)]
    return {"name": name, "levels": levels + [{"label": "else", "otherwise": True, "m": 0.5, "u": 0.5}]}


def best_cut(rows, place):
    """Precision, recall and F1 at the level that gives the best F1; rows are (levels, match)."""
    true = sum(match for _, match in rows)
    best = (0.0, 0.0, 0.0, 0)
    for cut in range(1, max(levels[place] for levels, _ in rows) + 1):
        said = [match for levels, match in rows if levels[place] < cut]
        both = sum(said)
        if both:
            best = max(best, (2 * both / (len(said) + true), both / len(said), both / true, cut - 1))
    return best


def name_grades(songtan, data):
    """The graded comparison of Chinese names against Jaro–Winkler, on labelled pairs of officials' names."""
    db = duckdb.connect()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        pairs = []
        for file in sorted((data / "cged").glob("label_df*.csv")):
            with open(file, encoding="utf-8") as lines:
                pairs += [([part.strip() for part in row["name"].split("|")], row["oracle"] == "1") for row in csv.DictReader(lines)]
        with open(folder / "names.csv", "w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(["id", "pair", "name"])
            for number, (names, _) in enumerate(pairs):
                for side, name in zip("ab", names):
                    writer.writerow([f"{number}{side}", f"p{number}", name])
        model = {"format": "songtan-link-model", "version": 1, "mode": "dedupe", "prior": 0.5, "columns": [],
                 "blocking": [{"columns": ["pair"]}],
                 "comparisons": [ladder("grade", [{"is": "name_grade", "column": "name", "at_most": g} for g in range(9)]),
                                 ladder("similarity", [{"is": "jaro_winkler", "column": "name", "at_least": s} for s in SIMILARITIES])]}
        (folder / "model.json").write_text(json.dumps(model), encoding="utf-8")
        subprocess.run([songtan, "link", "run", "--in", str(folder / "names.csv"), "--id", "id", "--model", str(folder / "model.json"),
                        "--out", str(folder / "persons.parquet"), "--pairs", str(folder / "pairs.parquet")], check=True,
                       stdout=subprocess.DEVNULL)
        rows = db.execute(f"SELECT id_l, pattern FROM read_parquet('{folder / 'pairs.parquet'}')").fetchall()
    judged = [(tuple(int(level) for level in pattern.split("|")), pairs[int(record[:-1])][1]) for record, pattern in rows]
    out = {}
    for place, (what, names) in enumerate((("name_grade", GRADES), ("jaro_winkler", SIMILARITIES))):
        f1, precision, recall, cut = best_cut(judged, place)
        out[what] = {"best_cut": str(names[cut]), "precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}
        print(f"cged {what:23} precision {precision:.4f} recall {recall:.4f} F1 {f1:.4f}  up to '{names[cut]}', {len(judged)} pairs")
    return {"set": "cged", **out}


def main():
    songtan, data = sys.argv[1], Path(sys.argv[2])
    results = []
    for name in sys.argv[3:] or [*SETS, "cged"]:
        if name == "cged":
            results.append(name_grades(songtan, data))
            continue
        result = run_set(songtan, data, name)
        results.append(result)
        print(f"{name:28} precision {result['precision']:.4f} recall {result['recall']:.4f} F1 {result['f1']:.4f}"
              f"  suggest {result['suggest_s']} s, run {result['run_s']} s", flush=True)
    print(json.dumps(results))


if __name__ == "__main__":
    main()
