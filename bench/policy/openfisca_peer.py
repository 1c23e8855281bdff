"""Computes a month of OpenFisca's country template over the benchmark's arrays and prints one line of JSON.

    openfisca_peer.py FOLDER YYYY-MM CORE [OUT]

FOLDER holds the arrays (little-endian, see country_people.h). Only the three calculate() calls are timed; what was read and
set before is not. OUT receives the outputs one after the other, as 32-bit floats.
"""

import json
import os
import resource
import sys
import time

import numpy
from openfisca_core.simulations import SimulationBuilder
from openfisca_country_template import CountryTaxBenefitSystem

OUTPUTS = ["disposable_income", "total_benefits", "total_taxes"]
OCCUPANCY = ["owner", "tenant", "free_lodger", "homeless"]


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def peak_mib():
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))


def simulation_of(folder, month):
    def column(name, kind=numpy.int32):
        return numpy.fromfile(os.path.join(folder, name), dtype=kind)

    household = column("household")
    builder = SimulationBuilder()
    system = CountryTaxBenefitSystem()
    builder.create_entities(system)
    builder.declare_person_entity("person", numpy.arange(len(household)))
    count = int(household[-1]) + 1
    households = builder.declare_entity("household", numpy.arange(count))
    roles = numpy.where(column("role", numpy.uint8) == 0, "adult", "child")
    builder.join_with_persons(households, household, roles=roles)
    simulation = builder.build(system)
    simulation.set_input("birth", "ETERNITY", column("birth").astype("datetime64[D]"))
    for name in ["salary", "capital_returns", "rent", "accommodation_size"]:
        simulation.set_input(name, month, column(name).astype(numpy.float32))
    words = system.get_variable("housing_occupancy_status").possible_values
    codes = numpy.array([words[word].index for word in OCCUPANCY], dtype=numpy.uint8)
    from openfisca_core.indexed_enums import EnumArray

    simulation.set_input("housing_occupancy_status", month, EnumArray(codes[column("occupancy")], words))
    return simulation


def main():
    folder, month, core = sys.argv[1:4]
    os.sched_setaffinity(0, {int(core)})
    simulation = simulation_of(folder, month)
    before, wall = cpu_seconds(), time.monotonic()
    outputs = [simulation.calculate(name, month) for name in OUTPUTS]
    cpu, wall = cpu_seconds() - before, time.monotonic() - wall
    if len(sys.argv) > 4:
        numpy.concatenate([output.astype(numpy.float32) for output in outputs]).tofile(sys.argv[4])
    print(json.dumps({"cpu_s": cpu, "wall_s": wall, "peak_mib": round(peak_mib())}))


if __name__ == "__main__":
    main()
