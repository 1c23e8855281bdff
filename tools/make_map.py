#!/usr/bin/env python3
"""make_map.py POSITIONS.csv POPULATION.csv OUT.csv: lays out a Dorling map, one circle a county.

POSITIONS has code, centroid_lon, centroid_lat (degrees); POPULATION has code and population. A circle's area is the
county's population. Circles start at their centroids and push one another apart, each drawn back home a little, until
none overlap. The result is a drawing, not a survey: x and y are places on a sheet 1000 wide, y downwards. Same input,
same bytes.
"""

import csv
import math
import sys

PASSES = 800
SHEET = 1000.0
GAP = 1.5          # between circles, in units of the sheet
FILLED = 0.30      # share of the sheet that circles cover
GENTLE = 0.4       # share of an overlap that one pass takes away
LONGEST = 4.0      # a step


def rows(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(line for line in file if not line.startswith("#"))


def start(positions, population):
    middle = math.radians(sum(y for _, y in positions.values()) / len(positions))
    flat = {code: (lon * math.cos(middle), -lat) for code, (lon, lat) in positions.items() if code in population}
    left, right = min(x for x, _ in flat.values()), max(x for x, _ in flat.values())
    top = min(y for _, y in flat.values())
    scale = SHEET / (right - left)
    places = {code: [(x - left) * scale, (y - top) * scale] for code, (x, y) in sorted(flat.items())}
    height = max(y for _, y in places.values())
    unit = math.sqrt(FILLED * SHEET * height / (math.pi * sum(population[code] for code in places)))
    return places, {code: max(unit * math.sqrt(population[code]), 6.0) for code in places}


def push_apart(places, radius):
    home = {code: tuple(place) for code, place in places.items()}
    codes = sorted(places)
    for step in range(PASSES):
        pull = 0.012 * max(0.0, 1 - step / (PASSES * 0.8))
        for code in codes:
            for axis in (0, 1):
                places[code][axis] += (home[code][axis] - places[code][axis]) * pull
        moves = {code: [0.0, 0.0] for code in codes}
        for at, one in enumerate(codes):
            for other in codes[at + 1:]:
                dx = places[other][0] - places[one][0]
                dy = places[other][1] - places[one][1]
                wanted = radius[one] + radius[other] + GAP
                if abs(dx) >= wanted or abs(dy) >= wanted:
                    continue
                distance = math.hypot(dx, dy) or 1e-6
                if distance >= wanted:
                    continue
                push = (wanted - distance) / distance * GENTLE
                share = radius[other] / (radius[one] + radius[other])
                for axis, way in ((0, dx), (1, dy)):
                    moves[one][axis] -= way * push * share
                    moves[other][axis] += way * push * (1 - share)
        for code in codes:
            for axis in (0, 1):
                places[code][axis] += max(-LONGEST, min(LONGEST, moves[code][axis]))


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    positions = {r["code"]: (float(r["centroid_lon"]), float(r["centroid_lat"])) for r in rows(sys.argv[1])}
    population = {r["code"]: int(r["population"]) for r in rows(sys.argv[2])}
    missing = sorted(set(population) - set(positions))
    if missing:
        sys.exit("make_map: no position for " + ", ".join(missing))
    places, radius = start(positions, population)
    push_apart(places, radius)
    left = min(places[c][0] - radius[c] for c in places)
    top = min(places[c][1] - radius[c] for c in places)
    right = max(places[c][0] + radius[c] for c in places)
    fit = SHEET / (right - left)
    with open(sys.argv[3], "w", encoding="utf-8", newline="\n") as out:
        out.write("# 每县一个圆的示意图（Dorling）：圆心由县域大致中心推开而得，只作图示，不是测绘数据，不作界线依据。"
                  "面积按第七次全国人口普查常住人口（国家统计局、四川省统计局）。\n")
        out.write("# x、y 为 1000 宽图纸上的位置，y 向下；由 tools/make_map.py 生成。\n")
        out.write("code,x,y,radius,population\n")
        for code in sorted(places):
            out.write(f"{code},{(places[code][0] - left) * fit:.1f},{(places[code][1] - top) * fit:.1f},"
                      f"{radius[code] * fit:.1f},{population[code]}\n")


if __name__ == "__main__":
    main()
