"""Rows in and out of Spark: from the shared disk, through `bidui kernel`, to the shared disk."""
import json, os, signal, subprocess, sys, tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from itertools import chain

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import fs
from pyspark import SparkFiles, TaskContext
from pyspark.sql import SparkSession, functions as F

# Every table is one of parcels: rows of one kind on their way to one part. A parcel of the kind
# "file" is the path of a file of parcels, which are read where they are wanted.
PARCELS = "part long, what string, bytes binary"


def place(path):
    """A folder on the shared disk: its file system and its path there."""
    return fs.FileSystem.from_uri(path if "://" in path else os.path.abspath(path))


def opened(files, batches):
    """Batches, with what is in files that they name."""
    for batch in batches:
        named = pc.equal(batch["what"], "file")
        yield batch.filter(pc.invert(named))
        for path in batch.filter(named)["bytes"]:
            with files.open_input_stream(path.as_py().decode()) as file:
                yield from pa.ipc.open_stream(file)


def writer(files, root):
    """A partition → a file of its own, named when it is whole; its name and number of parcels."""

    def write(batches):
        os.umask(0o077)
        first, parcels, task = next(batches, None), 0, TaskContext.get()
        if first is None:
            return
        name = f"part-{task.partitionId():05d}.arrow"
        draft = f"{root}/.part-{task.taskAttemptId()}"
        with files.open_output_stream(draft) as file, pa.ipc.new_stream(file, first.schema) as out:
            for batch in chain([first], batches):
                out.write_batch(batch)
                parcels += batch.num_rows
        files.move(draft, f"{root}/{name}")
        yield pa.RecordBatch.from_pydict({"file": [name], "parcels": [parcels]})

    return write


def through(files, name, *words):
    """A partition → what a step of the kernel makes of it. `@NAME`: a file sent to workers."""

    def run(batches):
        batches = opened(files, batches)
        first = next(batches, None)
        if first is None:
            return
        command = ["@bidui", "kernel", name, "--job", "@job.json", *map(str, words)]
        command = [SparkFiles.get(word[1:]) if word[0] == "@" else word for word in command]
        with ThreadPoolExecutor(1) as aside, tempfile.TemporaryFile() as said:
            pipe = subprocess.PIPE
            child = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=said)
            fed = aside.submit(feed, child, chain([first], batches), first.schema)
            try:
                if child.stdout.peek(1):
                    yield from pa.ipc.open_stream(child.stdout)
                child.wait()
                trouble = fed.exception()
            except pa.ArrowInvalid as error:  # a stream cut short; the child may say why
                trouble = error
            finally:
                child.kill()
                child.stdout.close()
            if child.wait() or trouble:
                said.seek(0)
                text = said.read().decode(errors="replace").strip() or repr(trouble)
                raise RuntimeError(f"bidui kernel {name}: exit {child.returncode}: {text}")

    return run


def feed(child, batches, schema):
    """Gives a kernel its rows; where they cannot be had, it must not take them for complete."""
    try:
        with child.stdin, pa.ipc.new_stream(child.stdin, schema) as out:
            for batch in batches:
                out.write_batch(batch)
    except BaseException:
        child.kill()
        raise


class Cluster:
    """The Spark of one job, and what the kernel says of the job."""

    def __init__(self, options):
        self.parts = options.partitions
        # Python removes it when the driver ends, unless it is killed outright.
        self.aside = tempfile.TemporaryDirectory(prefix="bidui-")
        signal.signal(signal.SIGTERM, lambda *_: sys.exit("the driver was told to end"))
        self.spark = (SparkSession.builder.appName("bidui")
                      # A parcel is a quarter of a megabyte: few of them make a batch.
                      .config("spark.sql.execution.arrow.maxRecordsPerBatch", "16")
                      .config("spark.sql.parquet.columnarReaderBatchSize", "16")
                      # Parts are given; nothing is to be gained by looking at their sizes first.
                      .config("spark.sql.adaptive.enabled", "false")
                      # Code for a query pays where it runs for every row; there are only parcels.
                      .config("spark.sql.codegen.wholeStage", "false")
                      .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
                      .getOrCreate())
        self.spark.sparkContext.addPyFile(__file__)
        self.files, self.root = place(options.rows)
        with self.files.open_input_stream(f"{self.root}/job.json") as file:
            self.send("job.json", file.read())
        if options.bidui:
            with open(options.bidui, "rb") as file:
                self.send("bidui", file.read(), 0o700)
        program, job = SparkFiles.get("bidui"), SparkFiles.get("job.json")
        told = subprocess.run([program, "kernel", "describe", "--job", job], capture_output=True)
        if told.returncode:
            sys.exit(told.stderr.decode().strip())
        self.job = json.loads(told.stdout)
        # Keys of one number of parts are of no use to another.
        self.work = f"{options.work}/{self.job['id']}-{self.parts}"

    def send(self, name, data, mode=0o600):
        """A file for every worker, which its owner alone can read: bytes, or the parcels of a
        table, one per part, as they come."""
        path = os.path.join(self.aside.name, name)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, mode), "wb") as file:
            if isinstance(data, bytes):
                file.write(data)
            else:
                for parcel in data.coalesce(8).toLocalIterator():
                    file.seek(parcel.part * len(parcel.bytes))
                    file.write(parcel.bytes)
                    file.truncate(self.parts * len(parcel.bytes))
        self.spark.sparkContext.addFile(path)

    def close(self):
        """Ends the job and removes what was sent from here."""
        self.spark.stop()
        self.aside.cleanup()

    def keep(self, name, make):
        """A table on the shared disk; a job that starts anew goes on behind it."""
        files, path = place(f"{self.work}/{name}")
        if files.get_file_info(f"{path}/_SUCCESS").type == fs.FileType.NotFound:
            self.spark.sparkContext.setJobGroup(name, name)
            make().write.mode("overwrite").parquet(f"{self.work}/{name}")
        print(f"done: {name}", flush=True)
        return self.spark.read.parquet(f"{self.work}/{name}")

    def kernel(self, name, where, tables, *words):
        """The parcels of some tables after a step of the kernel, which sees a part at a time, with
        the rows of its file where it runs beside files."""
        if isinstance(where, str):
            files = [(part, "file", f"{self.root}/{where}-{part:05}.arrow".encode())
                     for part in range(self.job[where])]
            tables = [self.spark.createDataFrame(files, PARCELS), *tables]
            where = max(1, len(files))
        parcels = reduce(lambda one, other: one.union(other), tables)
        parcels = parcels.repartitionById(where, F.col("part").cast("int"))
        step = through(self.files, name, "--parts", self.parts, *words)
        return parcels.mapInArrow(step, PARCELS)

    def write(self, parcels, out, told):
        """Decided rows in files of the shared disk, and links.json when all of them stand."""
        files, root = place(out)
        files.create_dir(root)
        self.spark.sparkContext.setJobGroup("links", "links")
        parts = parcels.mapInArrow(writer(files, root), "file string, parcels long").collect()
        told["parts"] = [part.asDict() for part in sorted(parts)]
        with files.open_output_stream(f"{root}/links.json") as file:
            file.write(json.dumps(told, ensure_ascii=False, indent=1).encode())
        print(f"links: {told['pairs']} pairs, in {out}", flush=True)
