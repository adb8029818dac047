"""Derives the tables of this folder from the sources named in README.md.

Usage: python3 derive.py FOLDER_WITH_THE_SOURCE_CSVS
"""

import csv
import gzip
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
SOURCE = pathlib.Path(sys.argv[1])


def write(name, rows):
    """Writes a headless, gzipped CSV without a time stamp."""
    with open(HERE / name, "wb") as raw, gzip.GzipFile(
        fileobj=raw, mode="wb", mtime=0, filename=""
    ) as out:
        out.write("".join(",".join(row) + "\n" for row in rows).encode())


def read(name):
    with open(SOURCE / name, encoding="utf-8", newline="") as handle:
        return list(csv.reader(handle))[1:]


def divisions(year):
    """code12, city, county, town, village."""
    rows = read(f"heilongjiang_divisions_{year}.csv")
    write(f"divisions_{year}.csv.gz", ([r[0], *r[2:]] for r in rows))


def yichun():
    """The fifteen districts of 伊春 as they stood in 2018, in the same columns."""
    rows = [r for r in read("heilongjiang_division_history.csv") if int(r[3]) <= 2018 <= int(r[4])]
    names = {(level, code): name for level, code, name, _, _ in rows}
    found = []
    for level, code, name, _, _ in rows:
        if level == "village" and "230702" <= code[:6] <= "230716":
            county = names["county", code[:6]]
            found.append([code, "伊春市", county, names["town", code[:9]], name])
    write("yichun_2018.csv.gz", sorted(found))


divisions(2019)
divisions(2023)
yichun()
write("idcode_timeline.csv.gz", read("heilongjiang_idcode_timeline.csv"))
