#!/usr/bin/env python3
"""The linkage of `bidui run` on a Spark cluster: Spark joins, sorts and counts integers, `bidui kernel` does everything
with a rule in it. README.md beside this file says how it is submitted and what it costs.

spark-submit link.py ROWS OUT --work DIR [--bidui PROGRAM] [--partitions N]
"""
import argparse, json, math, os, shutil, struct, subprocess, sys, tempfile, threading
from functools import reduce

os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
import pyarrow as pa
from pyarrow import fs
from pyspark import SparkFiles, TaskContext
from pyspark.sql import SparkSession, functions as F

COHORT = 7  # years on either side of a birth in which a given name is counted


def place(path):
    """A folder on the shared disk: its file system and its path there."""
    return fs.FileSystem.from_uri(path if "://" in path else os.path.abspath(path))


def step(name, *words):
    """A kernel step as the function of mapInArrow: the partition as one Arrow stream in, one out."""

    def run(batches):
        first = next(batches, None)
        if first is None:
            return
        local = [SparkFiles.get(str(w)[1:]) if str(w).startswith("@") else str(w) for w in ("@bidui", "kernel", name, "--job", "@job.json", *words)]
        kernel = subprocess.Popen(local, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        failed, said = [], []

        def feed():
            try:
                with kernel.stdin, pa.ipc.new_stream(kernel.stdin, first.schema) as writer:
                    writer.write_batch(first)
                    for batch in batches:
                        writer.write_batch(batch)
            except BaseException as error:  # a kernel that has ended says more than a broken pipe
                failed.append(error)
                kernel.kill()

        threads = [threading.Thread(target=feed), threading.Thread(target=lambda: said.append(kernel.stderr.read()))]
        [thread.start() for thread in threads]
        try:
            if kernel.stdout.peek(1):
                yield from pa.ipc.open_stream(kernel.stdout)
        except pa.ArrowInvalid as error:
            failed.append(error)
        finally:
            if sys.exc_info()[0] is not None:
                kernel.kill()
            kernel.stdout.close()
            [thread.join() for thread in threads]
        if kernel.wait() or failed:
            text = b"".join(said).decode(errors="replace").strip()
            raise RuntimeError(f"bidui kernel {name}: exit {kernel.returncode}: {text or failed[:1]}")

    return run


class Run:
    def __init__(self, options):
        self.options, self.n = options, options.partitions
        self.spark = (SparkSession.builder.appName("bidui").config("spark.sql.shuffle.partitions", self.n)
                      .config("spark.sql.adaptive.coalescePartitions.enabled", "false")
                      .config("spark.sql.execution.arrow.maxRecordsPerBatch", "65536").getOrCreate())
        self.files, self.root = place(options.rows)
        with self.files.open_input_stream(f"{self.root}/job.json") as file:
            job = self.send("job.json", file.read())
        if options.bidui:
            # Workers know the program by this name, whatever it is called here.
            named = os.path.join(tempfile.mkdtemp(prefix="bidui-"), "bidui")
            self.spark.sparkContext.addFile(shutil.copy(options.bidui, named))
        told = subprocess.run([options.bidui or SparkFiles.get("bidui"), "kernel", "describe", "--job", job], capture_output=True, text=True)
        if told.returncode:
            sys.exit(told.stderr.strip())
        self.job = json.loads(told.stdout)
        self.work, self.ddl, self.rules, self.compared = f"{options.work}/{self.job['id']}", self.job["tables"], self.job["rules"], []

    def send(self, name, data):
        """A file for every worker, which its owner alone can read."""
        path = os.path.join(tempfile.mkdtemp(prefix="bidui-"), name)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            file.write(data)
        self.spark.sparkContext.addFile(path)
        return path

    def keep(self, name, make):
        """A table on the shared disk: what is lost behind it is read again, and a job that starts anew goes on here."""
        files, path = place(f"{self.work}/{name}")
        if files.get_file_info(f"{path}/_SUCCESS").type == fs.FileType.NotFound:
            self.spark.sparkContext.setJobGroup(name, name)
            make().write.mode("overwrite").parquet(f"{self.work}/{name}")
        print(f"done: {name}", flush=True)
        return self.spark.read.parquet(f"{self.work}/{name}")

    def kernel(self, frame, table, name, *words):
        return frame.mapInArrow(step(name, *words), self.ddl[table])

    def sorted(self, frame, key, *order):
        return frame.repartition(self.n, key).sortWithinPartitions(*order)

    def rows(self, name, wanted):
        """The rows `bidui records` wrote, every one of them."""
        files, found = self.files, self.files.get_file_info(fs.FileSelector(self.root))
        paths = [(f.path,) for f in found if f.base_name.startswith(name) and f.base_name.endswith(".arrow")]

        def read(batches):
            for path in (path for batch in batches for path in batch.column(0).to_pylist()):
                with files.open_input_stream(path) as file:
                    yield from pa.ipc.open_stream(file)

        listed = self.spark.createDataFrame(self.spark.sparkContext.parallelize(paths, max(1, len(paths))), "file string")
        rows = self.keep(name, lambda: listed.mapInArrow(read, self.ddl[name]))
        if rows.count() != wanted:
            sys.exit(f"{name}: {rows.count()} rows, and job.json says {wanted}")
        return rows

    def link(self):
        persons = self.persons = self.rows("persons", self.job["right_rows"])
        sources = self.rows("sources", self.job["left_rows"])
        twice = [persons.join(persons.where(f"{by[-1]} is not null").groupBy(*by).count().where("count > 1"), by, "left_semi")
                 for by in (["region", "number"], ["sound_id"])]
        named = twice[0].unionByName(twice[1]).select("row", "region", "person_no", "number", "sound_id", "name").dropDuplicates(["row"])
        self.entities = self.keep("entities", lambda: self.kernel(named.repartition(1), "entities", "people"))
        first = F.min_by("household", F.struct("region", "person_no", "household_no", "row")).alias("owner")
        owners = persons.where("sound_id is not null").groupBy("sound_id").agg(first)
        homes = (sources.select("row", F.explode("relatives").alias("sound_id")).join(owners, "sound_id")
                 .groupBy("row").agg(F.collect_list("owner").alias("homes")))
        owned = sources.join(owners, "sound_id", "left").join(homes, "row", "left")
        owned = owned.withColumn("homes", F.coalesce("homes", F.array().cast("array<long>")))
        self.sources = free = self.keep("owned", lambda: owned)
        found, blocking = [], []
        for number, rules in enumerate(self.job["passes"]):
            pairs, counts = self.block(number, rules, free)
            blocking += counts
            found.append(self.compare(f"pass{number}", pairs))
            free = free.join(found[-1].where("settles = 1").select(F.col("left").alias("row")).distinct(), "row", "left_anti")
        scored = reduce(lambda a, b: a.unionByName(b), found)
        priors = self.priors(scored)
        pairs = scored.select("left", "right").distinct().count()
        self.write(self.share(self.judge(scored, priors)), {"id": self.job["id"], "pairs": pairs, "priors": priors,
                                                         "observed": self.job["observed"], "blocking": blocking})

    def block(self, number, rules, rows):
        """Only keys and row numbers travel; keys of registry rows that no source row has stay where they are."""
        words, few = ["--rules", ",".join(map(str, rules))], 6
        left = self.keep(f"left_keys{number}", lambda: self.kernel(rows.select("row", "owner", "homes", "packed"), "keys", "left-keys", *words))
        bits = max(few + 4, math.ceil(math.log2(16 * max(1, left.count()))))
        sliced = self.sorted(left.withColumn("slice", F.shiftrightunsigned("key", 64 - few)), "slice", "slice").drop("slice")
        whole, size = bytearray(1 << (bits - 3)), 1 << (bits - few - 3)
        for one in self.kernel(sliced, "slices", "filter", "--bits", bits, "--slices", few).collect():
            whole[one.slice * size:(one.slice + 1) * size] = one.bits
        self.send(f"keys{number}.bits", bytes(whole))
        right = self.kernel(self.persons.select("row", "household", "packed"), "keys", "right-keys", *words, "--filter", f"@keys{number}.bits")
        block = lambda keys, n, name: keys.groupBy("lane", "key").agg(F.count("*").alias(n), F.collect_list("row").alias(name))
        most = lambda what: F.element_at(F.array(*[F.lit(rule[what]).cast("long") for rule in self.rules]), (F.col("lane") / 2).cast("int") + 1)
        fits = (F.col("r") <= most("limit")) & (F.col("l") * F.col("r") <= most("pairs"))
        met = block(left, "l", "lefts").join(block(right, "r", "rights"), ["lane", "key"]).withColumn("fits", fits)
        met = self.keep(f"blocks{number}", lambda: met)
        told = met.groupBy("lane").agg(F.sum(F.expr("if(fits, l * r, 0)")).alias("pairs"), F.sum(F.expr("if(fits, 0, 1)")).alias("oversized"),
                                       F.sum(F.expr("if(fits, 0, l)")).alias("oversized_rows"))
        told = told.join(left.groupBy("lane").agg(F.count("*").alias("left_rows")), "lane", "full").fillna(0).collect()
        add = lambda rule, what: sum(line[what] for line in told if line.lane in self.rules[rule]["lanes"])
        counts = [{"rule": self.rules[rule]["name"]} | {what: add(rule, what) for what in ("left_rows", "pairs", "oversized", "oversized_rows")} for rule in rules]
        return met.where("fits").select(F.explode("lefts").alias("left"), "rights").select("left", F.explode("rights").alias("right")), counts

    def counts(self, rows):
        """Twelve counts of some registry rows, over the whole registry."""
        named = self.persons.where("folded is not null")
        need = rows.select("row", "folded", "surname", "given", "year", "county", "town", "village", "area")

        def near(born, name, *by):
            """Of those born about a year, all of them where it is not known."""
            about = born.withColumn("year", F.explode(F.sequence(F.col("year") - COHORT, F.col("year") + COHORT))).where("year <> 0")
            return about.unionByName(born.withColumn("year", F.lit(0).cast("long"))).groupBy(*by, "year").agg(F.sum("n").alias(name))

        count = lambda frame, name, *by: frame.where(" and ".join(f"{b} is not null" for b in by)).groupBy(*by).agg(F.count("*").alias(name))
        tables = [(count(named, "c0", "folded"), ["folded"]), (count(named, "c1", "surname"), ["surname"]),
                  (count(named, "c2", "surname", "village"), ["surname", "village"]), (count(named, "c3", "village"), ["village"]),
                  (near(count(named.join(need, "given", "left_semi"), "n", "given", "year"), "c4", "given"), ["given", "year"]),
                  (near(count(named, "n", "year"), "c5"), ["year"]), (count(self.persons, "c6", "year"), ["year"]),
                  (count(named, "c10", "given"), ["given"]), (count(self.persons, "c11", "area"), ["area"])]
        tables += [(count(self.persons, name, at), [at]) for name, at in (("c7", "county"), ("c8", "town"), ("c9", "village"))]
        need = reduce(lambda frame, table: frame.join(*table, "left"), tables, need)
        twelve = [F.expr(f"coalesce(c{i}, 0)").cast("long") for i in range(12)]
        return need.select("row", F.array(*twelve).alias("counts"))

    def compare(self, name, found):
        self.compared.append(name)
        pairs = self.keep(f"{name}_pairs", lambda: found)
        rows = self.persons.join(pairs.select(F.col("right").alias("row")), "row", "left_semi")
        homes = self.sorted(self.persons.join(rows, "household", "left_semi"), "household", "household", "region", "person_no", "household_no", "row")
        members = self.kernel(homes.select("household", "row", "folded"), "members", "members")
        rich = rows.join(self.entities, "row", "left").join(members, "row").join(self.counts(rows), "row")
        rich = rich.withColumn("entity", F.coalesce("entity", "row")).withColumnRenamed("row", "right")
        rich = self.keep(f"{name}_rich", lambda: rich.select("right", "packed", "household", "members", "counts", "entity"))
        lefts = self.sources.withColumnRenamed("row", "left").select("left", "packed", "owner", "homes").join(pairs, "left", "left_semi")
        both = pairs.join(rich, "right").unionByName(lefts, allowMissingColumns=True)
        both = both.select("left", "right", "packed", "owner", "homes", "entity", "household", "members", "counts")
        both = self.sorted(both, "left", "left", F.col("right").asc_nulls_first())
        return self.keep(f"{name}_scored", lambda: self.kernel(both, "scored", "compare"))

    def priors(self, scored):
        hits = self.sources.join(scored.where("hit = 1").select(F.col("left").alias("row")), "row", "left_semi")
        rows, hits = (frame.groupBy("group_no").agg(F.count("*").alias(name)) for frame, name in
                      ((self.sources.where("sound_id is not null"), "rows"), (hits, "hits")))
        found = self.kernel(rows.join(hits, "group_no", "left").fillna(0).repartition(1), "priors", "priors").collect()
        return [struct.pack(">d", line.share).hex() for line in sorted(found)]

    def judge(self, scored, priors):
        self.send("priors", "\n".join(priors).encode())
        asked = [(ruling["left"], ruling["right"]) for ruling in self.job["rulings"] if ruling["right"] is not None]
        every = scored.withColumn("forced", F.lit(0).cast("long"))
        if asked:
            forced = self.compare("ruled", self.spark.createDataFrame(asked, "left long, right long").distinct())
            every = every.unionByName(forced.withColumn("forced", F.lit(1).cast("long")))
        lefts = self.sources.select(F.col("row").alias("left"), "group_no", F.lit(0.0).alias("weight"), F.lit(0.0).alias("kin"))
        every = every.unionByName(lefts, allowMissingColumns=True)
        every = every.select("left", "group_no", "right", "forced", "entity", "weight", "kin", "vetoed", "levels")
        every = self.sorted(every, "left", "left", F.col("right").asc_nulls_first(), "forced")
        return self.keep("decided", lambda: self.kernel(every, "decided", "judge", "--priors", "@priors"))

    def share(self, decided):
        scoped = decided.join(self.sources.select(F.col("row").alias("left"), "scope", "name_hash"), "left")
        scoped = self.sorted(scoped, "scope", "scope", "left", "place").select("scope", "name_hash", *decided.columns)
        return self.keep("shared", lambda: self.kernel(scoped, "decided", "share"))

    def write(self, decided, told):
        """Files of decided rows in the order of the rows, and links.json when all of them stand."""
        counts = reduce(lambda a, b: a.unionByName(b), (self.spark.read.parquet(f"{self.work}/{name}_rich") for name in self.compared))
        lines = decided.join(counts.select("right", "counts").dropDuplicates(["right"]), "right", "left").select(*decided.columns, "counts")
        files, root = place(self.options.out)
        files.create_dir(root)

        def put(batches):
            os.umask(0o077)
            first, count, task = next(batches, None), 0, TaskContext.get()
            if first is None:
                return
            name, draft = f"part-{task.partitionId():05d}.arrow", f"{root}/.part-{task.taskAttemptId()}"
            with files.open_output_stream(draft) as file, pa.ipc.new_stream(file, first.schema) as writer:
                while first is not None:
                    writer.write_batch(first)
                    count, first = count + first.num_rows, next(batches, None)
            files.move(draft, f"{root}/{name}")
            yield pa.RecordBatch.from_pydict({"file": [name], "lines": [count]})

        lines = lines.repartitionByRange(self.n, "left").sortWithinPartitions("left", "place")
        told["parts"] = [part.asDict() for part in sorted(lines.mapInArrow(put, "file string, lines long").collect())]
        with files.open_output_stream(f"{root}/links.json") as file:
            file.write(json.dumps(told, ensure_ascii=False, indent=1).encode())
        print(f"links: {told['pairs']} pairs of {self.job['left_rows']} and {self.job['right_rows']} rows, in {self.options.out}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows")
    parser.add_argument("out")
    parser.add_argument("--work", required=True, help="folder on the shared disk for the tables between the passes")
    parser.add_argument("--bidui", help="the program, where spark-submit --files does not bring it along")
    parser.add_argument("--partitions", type=int, default=200)
    os.umask(0o077)
    run = Run(parser.parse_args())
    run.link()
    run.spark.stop()
