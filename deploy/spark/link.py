#!/usr/bin/env python3
"""The linkage of `bidui run` on a Spark cluster: Spark joins, sorts and counts integers, `bidui kernel` does
everything with a rule in it. README.md beside this file says how to submit it, and what it costs.

spark-submit link.py ROWS OUT --work DIR [--bidui PROGRAM] [--partitions N]
"""
import argparse, json, math, os, struct, subprocess, sys, threading

os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
import pyarrow as pa
from pyarrow import fs
from pyspark import SparkFiles, TaskContext
from pyspark.sql import SparkSession, functions as F

PERSONS = ("row long, region long, person_no string, household_no string, household long, sound_id long, number string, "
           "name string, folded long, surname long, given long, year long, county long, town long, village long, packed binary")
SOURCES = ("row long, group_no long, scope long, name_hash long, sound_id long, relatives array<long>, packed binary")
KEYS = "lane long, key long, row long"
SCORED = ("left long, right long, entity long, weight double, kin double, vetoed long, hit long, settles long, levels binary")
DECIDED = ("left long, place long, right long, entity long, probability double, weight double, levels binary, "
           "decision long, reason long, own long")
COHORT = 7  # years on either side of a birth in which a given name is counted


def kernel(words):
    """The command line of a kernel on this machine; `@name` is a file sent to every worker."""
    return [SparkFiles.get("bidui"), "kernel"] + [SparkFiles.get(w[1:]) if w.startswith("@") else w for w in words]


def step(name, *words):
    """A kernel step as the function of mapInArrow: the partition as one Arrow stream in, one out."""
    words = [name, "--job", "@job.json", *map(str, words)]

    def run(batches):
        first = next(batches, None)
        if first is None:
            return
        process = subprocess.Popen(kernel(words), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        failed, said = [], []

        def feed():
            try:
                with process.stdin, pa.ipc.new_stream(process.stdin, first.schema) as writer:
                    writer.write_batch(first)
                    for batch in batches:
                        writer.write_batch(batch)
            except BaseException as error:  # a kernel that has ended says more than a broken pipe
                failed.append(error)
                process.kill()

        threads = [threading.Thread(target=feed), threading.Thread(target=lambda: said.append(process.stderr.read()))]
        for thread in threads:
            thread.start()
        try:
            if process.stdout.peek(1):
                yield from pa.ipc.open_stream(process.stdout)
        except pa.ArrowInvalid as error:
            failed.append(error)
        finally:
            if sys.exc_info()[0] is not None:
                process.kill()
            process.stdout.close()
            for thread in threads:
                thread.join()
        if process.wait() or failed:
            text = b"".join(said).decode(errors="replace").strip()
            raise RuntimeError(f"bidui kernel {name}: exit {process.returncode}: {text or failed[:1]}")

    return run


class Run:
    def __init__(self, options):
        self.o, self.n = options, options.partitions
        self.spark = (SparkSession.builder.appName("bidui").config("spark.sql.shuffle.partitions", self.n)
                      .config("spark.sql.adaptive.coalescePartitions.enabled", "false")
                      .config("spark.sql.execution.arrow.maxRecordsPerBatch", "65536").getOrCreate())
        self.files, root = fs.FileSystem.from_uri(os.path.abspath(options.rows) if "://" not in options.rows else options.rows)
        with self.files.open_input_stream(f"{root}/job.json") as file:
            self.job = json.loads(file.read())
        self.named, self.root, self.work = [], root, f"{options.work}/{self.job['id']}"
        local = self.scratch("job.json", json.dumps(self.job).encode())
        program = options.bidui or SparkFiles.get("bidui")
        if options.bidui:
            self.spark.sparkContext.addFile(options.bidui)
        told = subprocess.run([program, "kernel", "describe", "--job", local], capture_output=True, text=True)
        if told.returncode:
            sys.exit(told.stderr.strip())
        self.model = json.loads(told.stdout)

    def scratch(self, name, data):
        """A file for every worker, readable by its owner only."""
        import tempfile
        path = os.path.join(tempfile.mkdtemp(prefix="bidui-"), name)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            file.write(data)
        self.spark.sparkContext.addFile(path)
        return path

    def keep(self, name, make):
        """A table on the shared disk: what a later pass loses is read again, and a driver that starts again goes on here."""
        path = f"{self.work}/{name}"
        kept, base = fs.FileSystem.from_uri(os.path.abspath(path) if "://" not in path else path)
        if kept.get_file_info(f"{base}/_SUCCESS").type == fs.FileType.NotFound:
            self.spark.sparkContext.setJobGroup(name, name)
            make().write.mode("overwrite").parquet(path)
        print(f"done: {name}", flush=True)
        return self.spark.read.parquet(path)

    def rows(self, name, schema, wanted):
        """The rows `bidui records` wrote, all of them."""
        listed = self.files.get_file_info(fs.FileSelector(self.root))
        paths = sorted(f.path for f in listed if f.base_name.startswith(name) and f.base_name.endswith(".arrow"))
        files = self.files

        def read(batches):
            for batch in batches:
                for path in batch.column(0).to_pylist():
                    with files.open_input_stream(path) as file:
                        yield from pa.ipc.open_stream(file)

        frame = self.spark.sparkContext.parallelize([(path,) for path in paths], max(1, len(paths)))
        found = self.keep(name, lambda: self.spark.createDataFrame(frame, "file string").mapInArrow(read, schema))
        if found.count() != wanted:
            sys.exit(f"{name}: {found.count()} rows, and job.json says {wanted}")
        return found

    def sorted(self, frame, key, *order):
        return frame.repartition(self.n, key).sortWithinPartitions(*order)

    def link(self):
        persons = self.persons = self.rows("persons", PERSONS, self.job["right_rows"])
        sources = self.rows("sources", SOURCES, self.job["left_rows"])
        by_number = persons.where("number is not null").groupBy("region", "number").count().where("count > 1")
        by_id = persons.where("sound_id is not null").groupBy("sound_id").count().where("count > 1")
        named = persons.join(by_number, ["region", "number"], "left_semi").unionByName(persons.join(by_id, "sound_id", "left_semi"))
        named = named.select("row", "region", "person_no", "number", "sound_id", "name").dropDuplicates(["row"]).repartition(1)
        self.entities = self.keep("entities", lambda: named.mapInArrow(step("people"), "row long, entity long"))
        order = F.struct("region", "person_no", "household_no", "row")
        owners = persons.where("sound_id is not null").groupBy("sound_id").agg(F.min_by("household", order).alias("owner"))
        homes = (sources.select("row", F.explode("relatives").alias("sound_id")).join(owners, "sound_id")
                 .groupBy("row").agg(F.collect_list("owner").alias("homes")))
        owned = (sources.join(owners, "sound_id", "left").join(homes, "row", "left")
                 .withColumn("homes", F.coalesce("homes", F.array().cast("array<long>"))))
        self.sources = open_rows = self.keep("owned", lambda: owned)
        found, blocks, told = [], [], []
        for number, rules in enumerate(self.model["passes"]):
            pairs, stats = self.block(number, rules, open_rows)
            blocks += stats
            found.append(self.compare(f"pass{number}", pairs))
            settled = found[-1].where("settles = 1").select(F.col("left").alias("row")).distinct()
            open_rows = open_rows.join(settled, "row", "left_anti")
        scored = found[0]
        for more in found[1:]:
            scored = scored.unionByName(more)
        priors = self.priors(scored)
        decided = self.share(self.judge(scored, priors))
        self.write(decided, scored.select("left", "right").distinct().count(), priors, blocks)

    def block(self, number, rules, rows):
        """Only keys and row numbers travel; keys of registry rows that no source row has stay where they are."""
        words, s = ["--rules", ",".join(map(str, rules))], 6
        left = self.keep(f"left_keys{number}", lambda: rows.select("row", "owner", "homes", "packed").mapInArrow(step("left-keys", *words), KEYS))
        bits = max(s + 4, math.ceil(math.log2(16 * max(1, left.count()))))
        sliced = left.withColumn("slice", F.shiftrightunsigned("key", 64 - s)).repartition(self.n, "slice").sortWithinPartitions("slice")
        made = sliced.select("lane", "key", "row").mapInArrow(step("filter", "--bits", bits, "--slices", s), "slice long, bits binary").collect()
        whole = bytearray(1 << (bits - 3))
        for one in made:
            whole[one.slice << (bits - s - 3):(one.slice + 1) << (bits - s - 3)] = one.bits
        self.scratch(f"keys{number}.bits", bytes(whole))
        right = self.persons.select("row", "household", "packed").mapInArrow(step("right-keys", *words, "--filter", f"@keys{number}.bits"), KEYS)
        group = lambda keys, n, name: keys.groupBy("lane", "key").agg(F.count("*").alias(n), F.collect_list("row").alias(name))
        limit = F.element_at(F.array(*[F.lit(rule["limit"]) for rule in self.model["rules"]]), (F.col("lane") / 2).cast("int") + 1)
        met = self.keep(f"blocks{number}", lambda: group(left, "l", "lefts").join(group(right, "r", "rights"), ["lane", "key"]).withColumn("fits", F.col("r") <= limit))
        size = {row.lane: row["count"] for row in left.groupBy("lane").count().collect()}
        sums = met.groupBy("lane").agg(F.sum(F.when(F.col("fits"), F.col("l") * F.col("r")).otherwise(0)).alias("pairs"),
                                       F.sum((~F.col("fits")).cast("long")).alias("blocks"), F.sum(F.when(F.col("fits"), 0).otherwise(F.col("l"))).alias("rows"))
        sums = {row.lane: row for row in sums.collect()}
        add = lambda rule, what: sum(sums[lane][what] for lane in self.model["rules"][rule]["lanes"] if lane in sums)
        stats = [{"rule": self.model["rules"][r]["name"], "left_rows": sum(size.get(lane, 0) for lane in self.model["rules"][r]["lanes"]),
                  "pairs": add(r, "pairs"), "oversized": add(r, "blocks"), "oversized_rows": add(r, "rows")} for r in rules]
        return met.where("fits").select(F.explode("lefts").alias("left"), "rights").select("left", F.explode("rights").alias("right")), stats

    def counts(self, rows):
        """Ten counts of some registry rows, over the whole registry."""
        named, living = self.persons.where("folded is not null"), self.persons.where("folded is not null and village is not null")
        need = rows.select("row", "folded", "surname", "given", "year", "county", "town", "village")
        count = lambda frame, name, *by: frame.groupBy(*by).agg(F.count("*").alias(name))

        def near(born, name, *by):
            spread = F.explode(F.sequence(F.col("year") - COHORT, F.col("year") + COHORT))
            about = born.withColumn("year", spread).where("year <> 0").groupBy(*by, "year").agg(F.sum("n").alias(name))
            return about.unionByName(born.groupBy(*by).agg(F.sum("n").alias(name)).withColumn("year", F.lit(0).cast("long")))

        tables = [(count(named, "c0", "folded"), ["folded"]), (count(named, "c1", "surname"), ["surname"]),
                  (count(living, "c2", "surname", "village"), ["surname", "village"]), (count(living, "c3", "village"), ["village"]),
                  (near(count(named.join(need, "given", "left_semi"), "n", "given", "year"), "c4", "given"), ["given", "year"]),
                  (near(count(named, "n", "year"), "c5"), ["year"]), (count(self.persons, "c6", "year"), ["year"])]
        tables += [(count(self.persons.where(f"{at} is not null"), f"c{i}", at), [at]) for i, at in ((7, "county"), (8, "town"), (9, "village"))]
        for table, by in tables:
            need = need.join(table, by, "left")
        ten = [F.coalesce(F.col(f"c{i}"), F.lit(0)).cast("long") for i in range(4)]
        ten += [F.when(F.col("folded").isNull(), 0).otherwise(F.coalesce(F.col(f"c{i}"), F.lit(0))).cast("long") for i in (4, 5)]
        return need.select("row", F.array(*ten, *[F.coalesce(F.col(f"c{i}"), F.lit(0)).cast("long") for i in range(6, 10)]).alias("counts"))

    def compare(self, name, pairs):
        found = pairs
        pairs = self.keep(f"{name}_pairs", lambda: found)
        self.named.append(name)
        rows = self.persons.join(pairs.select(F.col("right").alias("row")), "row", "left_semi")
        homes = self.persons.join(rows, "household", "left_semi").select("household", "region", "person_no", "household_no", "row", "folded")
        homes = self.sorted(homes, "household", "household", "region", "person_no", "household_no", "row").select("household", "row", "folded")
        members = homes.mapInArrow(step("members"), "row long, members binary")
        rich = (rows.join(self.entities, "row", "left").join(members, "row").join(self.counts(rows), "row")
                .select("row", "packed", "household", "members", "counts", F.coalesce("entity", "row").alias("entity")))
        rich = self.keep(f"{name}_rich", lambda: rich)
        columns = ["left", "right", "packed", "owner", "homes", "entity", "household", "members", "counts"]
        lefts = self.sources.select(F.col("row").alias("left"), "packed", "owner", "homes").join(pairs.select("left"), "left", "left_semi")
        both = pairs.join(rich, pairs.right == rich.row).unionByName(lefts, allowMissingColumns=True).select(*columns)
        both = self.sorted(both, "left", "left", F.col("right").asc_nulls_first())
        return self.keep(f"{name}_scored", lambda: both.mapInArrow(step("compare"), SCORED))

    def priors(self, scored):
        hits = scored.where("hit = 1").select("left").distinct().join(self.sources.select(F.col("row").alias("left"), "group_no"), "left")
        sound = self.sources.where("sound_id is not null").groupBy("group_no").agg(F.count("*").alias("rows"))
        sound = sound.join(hits.groupBy("group_no").agg(F.count("*").alias("hits")), "group_no", "left").fillna(0).repartition(1)
        found = sound.mapInArrow(step("priors"), "group_no long, share double").collect()
        shares = {row.group_no: struct.pack(">d", row.share).hex() for row in found}
        return [shares[group] for group in sorted(shares)]

    def judge(self, scored, priors):
        self.scratch("priors", "\n".join(priors).encode())
        asked = [(r["left"], r["right"]) for r in self.job["rulings"] if r["right"] is not None]
        if asked:
            forced = self.compare("ruled", self.spark.createDataFrame(asked, "left long, right long").distinct())
        every = scored.withColumn("forced", F.lit(0).cast("long"))
        every = every.unionByName(forced.withColumn("forced", F.lit(1).cast("long"))) if asked else every
        rows = self.sources.select(F.col("row").alias("left"), "group_no", F.lit(0.0).alias("weight"), F.lit(0.0).alias("kin"))
        every = every.drop("hit", "settles").unionByName(rows, allowMissingColumns=True)
        every = every.select("left", "group_no", "right", "forced", "entity", "weight", "kin", "vetoed", "levels")
        every = self.sorted(every, "left", "left", F.col("right").asc_nulls_first(), "forced")
        return self.keep("decided", lambda: every.mapInArrow(step("judge", "--priors", "@priors"), DECIDED))

    def share(self, decided):
        scoped = decided.join(self.sources.select(F.col("row").alias("left"), "scope", "name_hash"), "left")
        scoped = self.sorted(scoped, "scope", "scope", "left", "place").select("scope", "name_hash", *decided.columns)
        return self.keep("shared", lambda: scoped.mapInArrow(step("share"), DECIDED))

    def write(self, decided, pairs, priors, blocks):
        """Files of decided rows in the order of the rows, and links.json when all of them stand."""
        known = [self.spark.read.parquet(f"{self.work}/{name}_rich") for name in self.named]
        counts = known[0].select("row", "counts")
        for more in known[1:]:
            counts = counts.unionByName(more.select("row", "counts"))
        lines = decided.join(counts.dropDuplicates(["row"]).withColumnRenamed("row", "right"), "right", "left").select(*decided.columns, "counts")
        lines = lines.repartitionByRange(self.n, "left").sortWithinPartitions("left", "place")
        files, root = fs.FileSystem.from_uri(os.path.abspath(self.o.out) if "://" not in self.o.out else self.o.out)
        files.create_dir(root)

        def put(batches):
            number, count, writer = TaskContext.get().partitionId(), 0, None
            draft = f"{root}/.part-{number:05d}.{TaskContext.get().attemptNumber()}"
            first = next(batches, None)
            if first is None:
                return
            with files.open_output_stream(draft) as file, pa.ipc.new_stream(file, first.schema) as writer:
                while first is not None:
                    writer.write_batch(first)
                    count, first = count + first.num_rows, next(batches, None)
            files.move(draft, f"{root}/part-{number:05d}.arrow")
            yield pa.RecordBatch.from_pydict({"file": [f"part-{number:05d}.arrow"], "lines": [count]})

        parts = sorted(lines.mapInArrow(put, "file string, lines long").collect())
        told = {"id": self.job["id"], "pairs": pairs, "priors": priors, "blocking": blocks, "parts": [part.asDict() for part in parts]}
        with files.open_output_stream(f"{root}/links.json") as file:
            file.write(json.dumps(told, ensure_ascii=False, indent=1).encode())
        print(f"links: {self.o.out}: {pairs} pairs of {self.job['left_rows']} and {self.job['right_rows']} rows", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows")
    parser.add_argument("out")
    parser.add_argument("--work", required=True, help="folder on the shared disk for tables between the passes")
    parser.add_argument("--bidui", help="the program, where spark-submit --files does not bring it along")
    parser.add_argument("--partitions", type=int, default=200)
    os.umask(0o077)
    run = Run(parser.parse_args())
    run.link()
    run.spark.stop()


main()
