#!/usr/bin/env python3
"""The linkage of `bidui run` on a Spark cluster: Spark moves parcels of rows from part to part, `bidui
kernel` packs, unpacks and understands them. README.md beside this file says how it is submitted.

spark-submit link.py ROWS OUT --work DIR [--bidui PROGRAM] [--partitions N]
"""
import argparse, json, os, sys
from contextlib import closing

os.environ.setdefault("PYSPARK_PYTHON", sys.executable)

from cluster import Cluster


class Link:
    """One run. A step runs in every part of `parts`, or beside every file of the registry
    ("persons") or of the lists ("sources")."""

    def __init__(self, cluster):
        self.job, self.keep, self.kernel = cluster.job, cluster.keep, cluster.kernel
        self.cluster, self.parts = cluster, cluster.parts

    def run(self, out):
        """Blocking and comparing by pass, then decisions and assignment."""
        found, passes = [], []
        for number, rules in enumerate(self.job["passes"]):
            met = self.met(number, rules, self.only(passes, "scored"))
            found += self.only([met], "found")
            passes.append(self.compared(f"pass{number}", self.only([met], "pair")))
        tally = self.kernel("tally", "sources", self.only(passes, "scored"))
        [totals] = self.kernel("tally", 1, [tally, *found]).collect()
        told = json.loads(totals.bytes)
        self.cluster.send("priors", "\n".join(told["priors"]).encode())
        if self.job["asks"]:
            passes.append(self.compared("ruled", [], "--ruled"))
        decided = self.keep("decided", lambda: self.kernel(
            "judge", "sources", passes, "--priors", "@priors"))
        self.cluster.write(self.kernel("share", self.parts, [decided]), out, told)

    def only(self, tables, what):
        """The parcels of one kind."""
        return [table.where(table.what == what) for table in tables]

    def met(self, number, rules, scored):
        """Who meets under some rules. Of rows that a pass has settled there are no keys; keys of
        registry rows that no other row has stay where they are."""
        words, bits = ["--rules", ",".join(map(str, rules))], f"keys{number}.bits"
        left = self.keep(f"left_keys{number}", lambda: self.kernel(
            "left-keys", "sources", scored, *words))
        self.cluster.send(bits, self.keep(f"bits{number}", lambda: self.kernel(
            "filter", self.parts, [left], *words)))
        right = self.kernel("right-keys", "persons", [], *words, "--filter", f"@{bits}")
        return self.keep(f"met{number}", lambda: self.kernel(
            "meet", self.parts, [left, right], *words))

    def compared(self, name, pairs, *words):
        """Pairs, or those that rulings ask for → scored pairs."""
        return self.keep(f"{name}_scored", lambda: self.kernel(
            "compare", "sources", [self.kernel("attach", "persons", pairs, *words)], *words))


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
