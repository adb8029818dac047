"""Derives characters.tsv.gz and surnames.tsv from the feature table described in README.md.

Usage: python3 derive.py hanzi_features.csv surname_readings.csv
"""

import csv
import gzip
import re
import sys
import unicodedata

TONES = {"\u0304", "\u0301", "\u030c", "\u0300"}


def toneless(reading):
    """lǚ -> lv, nán -> nan."""
    letters = unicodedata.normalize("NFD", reading)
    plain = "".join(letter for letter in letters if letter not in TONES)
    plain = unicodedata.normalize("NFC", plain).replace("ü", "v").replace("ê", "e")
    return re.sub("[^a-z]", "", plain)


def load(path):
    with open(path, encoding="utf-8", newline="") as handle:
        rows = {row["char"]: row for row in csv.DictReader(handle)}
    for row in rows.values():
        row["rank"] = int(row["tgh"]) if row["tgh"] else None
    return rows


def one_step(char, rows):
    """The form a character is compared as: itself, or a more common variant of it."""
    normal = unicodedata.normalize("NFKC", char)
    if normal != char and len(normal) == 1:
        return normal
    row = rows[char]
    rank = row["rank"]
    if rank is not None and rank <= 6500:
        return char  # the first two levels of the standard list stay what they are
    simplified = [c for c in row["simplified"] if c != char]
    if simplified and char not in row["simplified"] and rank is None:
        return best(simplified, rows) or simplified[0]
    variants = row["z_variant"] + row["semantic"] + row["spoofing"] + "".join(simplified)
    target = best([c for c in variants if c != char], rows)
    if target is None:
        return char
    if rank is None or rows[target]["rank"] <= 3500:
        return target
    return char


def best(candidates, rows):
    """The candidate that stands first in the standard list."""
    ranked = [(rows[c]["rank"], c) for c in candidates if c in rows and rows[c]["rank"]]
    return min(ranked)[1] if ranked else None


def fold(char, rows):
    seen = [char]
    while True:
        step = one_step(seen[-1], rows) if seen[-1] in rows else seen[-1]
        if step in seen:
            return seen[-1] if step == seen[-1] else min(seen[seen.index(step):])
        seen.append(step)


def parts(char, rows, depth=2):
    """Components down to the second level, numbered nodes included."""
    row = rows.get(char)
    match = re.search(r"\((.*)\)", row["decomp"]) if row else None
    if not match or not match.group(1):
        return []
    found = []
    for part in match.group(1).split():
        found.append(part)
        if depth > 1:
            found.extend(parts(part, rows, depth - 1))
    kind = row["decomp"].split("(")[0]
    if kind.startswith(("r", "me")) and len(found) == 1:
        found = found * (3 if "r3" in kind else 2)
    return found


def main():
    rows = load(sys.argv[1])
    lines = []
    for char in sorted(rows):
        row = rows[char]
        readings = []
        for reading in filter(None, row["readings"].split("|")):
            plain = toneless(reading)
            if plain and plain not in readings:
                readings.append(plain)
        target = fold(char, rows)
        fields = [
            char,
            target if target != char else "",
            ",".join(readings),
            row["four_corner"],
            row["cangjie"],
            " ".join(parts(char, rows)),
            "1" if row["gb2312"] else "",
        ]
        lines.append("\t".join(fields))
    with open("characters.tsv.gz", "wb") as raw:
        with gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as out:
            out.write(("\n".join(lines) + "\n").encode())
    with open(sys.argv[2], encoding="utf-8", newline="") as handle:
        names = [(r["surname"], r["surname_reading"]) for r in csv.DictReader(handle)]
    with open("surnames.tsv", "w", encoding="utf-8") as out:
        for surname, reading in sorted(names):
            out.write(f"{surname}\t{' '.join(toneless(part) for part in reading.split())}\n")


main()
