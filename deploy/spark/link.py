#!/usr/bin/env python3
"""The linkage of `bidui run` on a Spark cluster: Spark joins, sorts and counts integers, `bidui
kernel` does everything with a rule in it. README.md beside this file says how it is submitted.

spark-submit link.py ROWS OUT --work DIR [--bidui PROGRAM] [--partitions N]
"""
import argparse, math, os, struct, sys
from contextlib import closing
from functools import reduce

os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
from pyspark.sql import functions as F

from cluster import Cluster

# The thirteen counts of a registry row: of which rows, and what they have in common with it. Of those
# `born`, the year is about the same; any, where it is not known (0).
COUNTS = [("named", "folded"), ("named", "sound"), ("named", "surname"),
          ("named", "surname", "village"), ("named", "village"), ("born", "given", "year"),
          ("born", "year"), ("all", "year"), ("all", "county"), ("all", "town"),
          ("all", "village"), ("named", "given"), ("all", "area")]
ABOUT = "explode(array_union(sequence(year - 7, year + 7), array(0L)))"
RULE = "shiftright(lane, 1)"
SLICES = 6  # binary logarithm of the number of slices of a bit set over keys


def stack(frames):
    """Rows of several tables; a column that one of them lacks is missing there."""
    return reduce(lambda one, other: one.unionByName(other, allowMissingColumns=True), frames)


def count(rows, name, *by):
    """How many rows are equal in what `by` names, where all of it is known."""
    return rows.dropna(subset=by).groupBy(*by).agg(F.count("*").alias(name))


class Link:
    def __init__(self, cluster):
        self.job, self.keep, self.kernel = cluster.job, cluster.keep, cluster.kernel
        self.cluster, self.frame, self.rich = cluster, cluster.spark.createDataFrame, []
        self.persons = cluster.rows("persons", self.job["right_rows"])
        self.entities = self.keep("entities", self.people)
        self.sources = self.keep("owned", self.owned)

    def people(self):
        """The row that stands for each person who is registered twice."""
        twice = [self.persons.join(count(self.persons, "n", *by).where("n > 1"), by, "left_semi")
                 for by in (["region", "number"], ["sound_id"])]
        return self.kernel(stack(twice).dropDuplicates(["row"]).repartition(1), "people")

    def owned(self):
        """Source rows with the households of their own number and of their relatives' numbers."""
        sources = self.cluster.rows("sources", self.job["left_rows"])
        first = F.min_by("household", F.struct("region", "person_no", "household_no", "row"))
        owners = self.persons.dropna(subset="sound_id").groupBy("sound_id")
        owners = owners.agg(first.alias("owner"))
        kin = sources.select("row", F.explode("relatives").alias("sound_id"))
        homes = F.collect_list("owner").alias("homes")
        homes = kin.join(owners, "sound_id").groupBy("row").agg(homes)
        owned = sources.join(owners, "sound_id", "left").join(homes, "row", "left")
        return owned.withColumn("homes", F.expr("coalesce(homes, array())"))

    def run(self, out):
        """Blocking and comparing by pass, then decisions and assignment."""
        free, passes, blocking = self.sources, [], []
        for number, rules in enumerate(self.job["passes"]):
            left, met = self.blocks(number, rules, free)
            blocking += self.told(rules, left, met)
            pairs = met.where("fits").select(F.explode("ls").alias("left"), "rs")
            pairs = pairs.select("left", F.explode("rs").alias("right"))
            passes.append(self.compare(f"pass{number}", pairs))
            settled = passes[-1].where("settles = 1").select(F.col("left").alias("row"))
            free = free.join(settled, "row", "left_anti")
        scored = stack(passes)
        priors, forced = self.priors(scored), self.forced()
        decided = self.keep("decided", lambda: self.judge(scored, forced, priors))
        scopes = self.sources.select(F.col("row").alias("left"), "scope", "name_hash")
        shared = self.keep("shared", lambda: self.kernel(decided.join(scopes, "left"), "share"))
        self.cluster.write(self.with_counts(shared), out, {
            "pairs": scored.select("left", "right").distinct().count(),
            "priors": priors, "blocking": blocking})

    def blocks(self, number, rules, rows):
        """Keys of source rows, and which rows meet in them. Only keys and row numbers travel; keys
        of registry rows that no source row has stay where they are."""
        words, bits = ["--rules", ",".join(map(str, rules))], f"keys{number}.bits"
        left = self.keep(f"left_keys{number}", lambda: self.kernel(rows, "left-keys", *words))
        self.cluster.send(bits, self.bits(left))
        right = self.kernel(self.persons, "right-keys", *words, "--filter", f"@{bits}")
        sides = [keys.groupBy("lane", "key").agg(F.count("*").alias(n),
                                                 F.collect_list("row").alias(f"{n}s"))
                 for keys, n in ((left, "l"), (right, "r"))]
        met = sides[0].join(sides[1], ["lane", "key"]).withColumn("rule", F.expr(RULE))
        met = met.join(F.broadcast(self.rules(rules)), "rule")
        met = met.withColumn("fits", F.expr("r <= most and l * r <= most_pairs"))
        return left, self.keep(f"blocks{number}", lambda: met)

    def bits(self, keys):
        """The bit set of the keys of source rows."""
        bits = max(SLICES + 4, math.ceil(math.log2(16 * max(1, keys.count()))))
        sliced = keys.withColumn("slice", F.shiftrightunsigned("key", 64 - SLICES))
        whole, size = bytearray(1 << (bits - 3)), 1 << (bits - SLICES - 3)
        for one in self.kernel(sliced, "filter", "--bits", bits, "--slices", SLICES).collect():
            whole[one.slice * size:(one.slice + 1) * size] = one.bits
        return bytes(whole)

    def rules(self, rules):
        """Names and limits of rules."""
        known = [(rule, self.job["rules"][rule]) for rule in rules]
        known = [(rule, one["name"], one["limit"], one["pairs"]) for rule, one in known]
        return self.frame(known, "rule long, name string, most long, most_pairs long")

    def told(self, rules, left, met):
        """What each rule found."""
        keys = count(left.withColumn("rule", F.expr(RULE)), "left_rows", "rule")
        found = met.groupBy("rule").agg(F.expr("sum(if(fits, l * r, 0))").alias("pairs"),
                                        F.expr("sum(if(fits, 0, 1))").alias("oversized"),
                                        F.expr("sum(if(fits, 0, l))").alias("oversized_rows"))
        told = self.rules(rules).join(keys, "rule", "left").join(found, "rule", "left").fillna(0)
        told = told.orderBy("rule").select(F.col("name").alias("rule"), *keys.columns[1:],
                                           *found.columns[1:])
        return [line.asDict() for line in told.collect()]

    def compare(self, name, found):
        """Pairs → scored pairs."""
        pairs = self.keep(f"{name}_pairs", lambda: found)
        rows = self.persons.join(pairs.select(F.col("right").alias("row")), "row", "left_semi")
        members = self.kernel(self.persons.join(rows, "household", "left_semi"), "members")
        rich = rows.join(self.entities, "row", "left").join(members, "row")
        rich = rich.join(self.counts(rows), "row").select(
            F.col("row").alias("right"), "packed", "household", "members", "counts",
            F.expr("coalesce(entity, row)").alias("entity"))
        self.rich.append(self.keep(f"{name}_rich", lambda: rich))
        lefts = self.sources.withColumnRenamed("row", "left").join(pairs, "left", "left_semi")
        lefts = lefts.select("left", "packed", "owner", "homes")
        both = stack([pairs.join(self.rich[-1], "right"), lefts])
        return self.keep(f"{name}_scored", lambda: self.kernel(both, "compare"))

    def counts(self, rows):
        """Thirteen counts of some registry rows over the whole registry; of strangers come six."""
        named = self.persons.dropna(subset="folded")
        names = sorted({name for _, *by in COUNTS for name in by})
        need = rows.select("row", "strangers", *names)
        for number, (which, *by) in enumerate(COUNTS):
            of = self.persons if which == "all" else named
            if "given" in by:  # most given names are nobody's here
                of = of.join(rows, "given", "left_semi")
            of = count(of, "n", *by)
            if which == "born":
                of = of.withColumn("year", F.expr(ABOUT)).groupBy(*by).agg(F.sum("n").alias("n"))
            need = need.join(of.withColumnRenamed("n", f"c{number}"), by, "left")
        own = ", ".join(f"coalesce(c{number}, 0L)" for number in range(len(COUNTS)))
        counts = F.expr(f"concat(array({own}), strangers)").alias("counts")
        return need.select("row", counts)

    def priors(self, scored):
        """Prior share by group of source rows, as the bits of the float."""
        sound = count(self.sources.dropna(subset="sound_id"), "rows", "group_no")
        hits = scored.where("hit = 1").select(F.col("left").alias("row"))
        hits = count(self.sources.join(hits, "row", "left_semi"), "hits", "group_no")
        sound = sound.join(hits, "group_no", "left").fillna(0).repartition(1)
        shares = sorted(self.kernel(sound, "priors").collect())
        return [struct.pack(">d", line.share).hex() for line in shares]

    def forced(self):
        """Scored pairs that rulings ask for, whether or not blocking found them."""
        asked = [(ruling["left"], ruling["right"]) for ruling in self.job["rulings"]
                 if ruling["right"] is not None]
        pairs = self.frame(asked, "left long, right long").distinct()
        return [self.compare("ruled", pairs)] if asked else []

    def judge(self, scored, forced, priors):
        """Scored pairs → decisions by source row."""
        self.cluster.send("priors", "\n".join(priors).encode())
        pairs = [frame.withColumn("forced", F.lit(number).cast("long"))
                 for number, frame in enumerate([scored, *forced])]
        lefts = self.sources.select(F.col("row").alias("left"), "group_no",
                                    F.lit(0.0).alias("weight"), F.lit(0.0).alias("kin"))
        return self.kernel(stack([*pairs, lefts]), "judge", "--priors", "@priors")

    def with_counts(self, decided):
        """Decided rows with the counts of each candidate, in the order of the rows."""
        counts = stack(self.rich).select("right", "counts").dropDuplicates(["right"])
        lines = decided.join(counts, "right", "left").select(*decided.columns, "counts")
        lines = lines.repartitionByRange(self.cluster.n, "left")
        return lines.sortWithinPartitions("left", "place")


if __name__ == "__main__":
    os.umask(0o077)
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", help="folder that `bidui records` filled")
    parser.add_argument("out", help="folder for `bidui run --links`")
    parser.add_argument("--work", required=True, help="folder for the tables between the passes")
    parser.add_argument("--bidui", help="the program, where `--files` does not bring it along")
    parser.add_argument("--partitions", type=int, default=200)
    options = parser.parse_args()
    with closing(Cluster(options)) as cluster:
        Link(cluster).run(options.out)
