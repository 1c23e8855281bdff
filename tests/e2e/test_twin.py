"""The engine against the Python twin of the law: status, amount and the same under presumptions, over random families with unknowns; and
every labelled condition once spoilt, which the comparison must notice."""

import os
import sys
from datetime import date
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "twin"))

from e2e_commands import PACK, must, songtan  # noqa: E402
from judgement import differences, make_population  # noqa: E402
from mutants import mutants_of, write_mutant  # noqa: E402

FAMILIES = 1_200
FAMILIES_LONG = 10_000
FAMILIES_A_MUTANT = 600
SHARE_OF_MUTANTS = 12  # one in so many in ./test, all with --long
MONTHS = (date(2026, 8, 1), date(2026, 5, 1))  # under the law of 2026-07-01, and before it
MUTATED = ("经济状况", "低保", "低保边缘", "护理补贴", "高龄津贴", "特困", "孤儿", "事实无人抚养", "生活补贴", "刚性支出", "临时救助",
           "失能护理补贴", "消费补贴")
MUTANTS = [m for name in MUTATED for m in mutants_of(PACK / "policies" / f"{name}.policy")]
LEAST_MUTANTS = 250
PROGRAMMES = ("DB", "BY", "GX", "TK", "LS", "SL", "HL", "GE", "SW", "GL", "YL", "XF")
MUTANTS_TO_RUN = [pytest.param(m, id=f"{m.file}:{m.line}-{m.label}-{m.kind}", marks=() if n % SHARE_OF_MUTANTS == 0 else pytest.mark.long)
                  for n, m in enumerate(MUTANTS)]


def run(pack, population, out):
    must("policy", "run", "--pack", pack, "--in", population.folder, "--month", f"{population.month:%Y-%m}", "--out", out)
    return differences(population, out)


@pytest.fixture(scope="module")
def small_populations(tmp_path_factory):
    families = FAMILIES_LONG // 4 if os.environ.get("SONGTAN_LONG_TESTS") == "1" else FAMILIES_A_MUTANT
    return [make_population(PACK, month, families, 3, tmp_path_factory.mktemp("mutants") / f"{month:%Y-%m}") for month in MONTHS]


@pytest.mark.parametrize("month, families, seed", [
    (MONTHS[0], FAMILIES * 7 // 10, 1), (MONTHS[1], FAMILIES * 3 // 10, 2), pytest.param(MONTHS[0], FAMILIES_LONG, 4, marks=pytest.mark.long)])
def test_engine_and_twin_agree(month, families, seed, tmp_path):
    population = make_population(PACK, month, families, seed, tmp_path / "in")
    for code in PROGRAMMES:
        assert {row.get(code) for row in population.expected.values()} >= {"yes", "no", "to_verify"}, code
    assert run(PACK, population, tmp_path / "out") == []


def test_there_are_mutants_of_every_programme():
    assert len(MUTANTS) >= LEAST_MUTANTS
    assert {m.file.removesuffix(".policy") for m in MUTANTS} == set(MUTATED)


@pytest.mark.parametrize("mutant", MUTANTS_TO_RUN)
def test_a_spoilt_condition_is_noticed(mutant, small_populations, tmp_path):
    write_mutant(PACK, mutant, tmp_path / "pack")
    assert any(run(tmp_path / "pack", population, tmp_path / f"out{i}") for i, population in enumerate(small_populations)), mutant.text


def test_the_pack_checks():
    assert "28 programmes, 46 warnings" in must("policy", "check", "--pack", PACK).out


class TestWrongUse:
    @pytest.fixture
    def population(self, tmp_path):
        return make_population(PACK, MONTHS[0], 5, 1, tmp_path / "in")

    def refused(self, population, tmp_path, month="2026-08"):
        return songtan("--lang", "en", "policy", "run", "--pack", PACK, "--in", population.folder, "--month", month, "--out", tmp_path / "out")

    def spoil(self, population, file, before, after):
        path = population.folder / file
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after, 1), encoding="utf-8")

    def test_a_month_that_is_none(self, population, tmp_path):
        answer = self.refused(population, tmp_path, "2026-13")
        assert answer.code == 2 and "--month" in answer.err

    def test_a_missing_file(self, population, tmp_path):
        (population.folder / "家庭.csv").unlink()
        answer = self.refused(population, tmp_path)
        assert answer.code == 2 and "家庭" in answer.err

    def test_a_column_that_no_policy_declares(self, population, tmp_path):
        self.spoil(population, "人.csv", "工资", "工次")
        answer = self.refused(population, tmp_path)
        assert answer.code == 3 and "工次" in answer.err

    def test_a_person_of_no_family(self, population, tmp_path):
        self.spoil(population, "家庭.csv", "\n1,", "\n99,")
        answer = self.refused(population, tmp_path)
        assert answer.code == 3 and "no such group" in answer.err

    def test_an_id_twice(self, population, tmp_path):
        self.spoil(population, "家庭.csv", "\n2,", "\n1,")
        answer = self.refused(population, tmp_path)
        assert answer.code == 3 and "twice" in answer.err

    def test_a_value_of_another_type(self, population, tmp_path):
        self.spoil(population, "家庭.csv", ",城镇," if ",城镇," in (population.folder / "家庭.csv").read_text(encoding="utf-8") else ",农村,", ",郊区,")
        answer = self.refused(population, tmp_path)
        assert answer.code == 3 and "no value of '城乡'" in answer.err
