"""Rows in and out of Spark: from the shared disk, through `bidui kernel`, to the shared disk."""
import json, os, signal, subprocess, sys, tempfile
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

import pyarrow as pa
from pyarrow import fs
from pyspark import SparkFiles, TaskContext
from pyspark.sql import SparkSession

# Steps of the kernel: the table it reads, the one it gives, and the order of its rows. Rows equal
# in the first column of the order stay together.
STEPS = {"people": ("named", "entities", ""),
         "left-keys": ("left-keys", "keys", ""),
         "filter": ("keys", "slices", "slice"),
         "right-keys": ("right-keys", "keys", ""),
         "members": ("living", "members", "household region person_no household_no row"),
         "compare": ("pairs", "scored", "left right"),
         "priors": ("sound", "priors", ""),
         "judge": ("candidates", "decided", "left right forced"),
         "share": ("scoped", "decided", "scope left place")}


def place(path):
    """A folder on the shared disk: its file system and its path there."""
    return fs.FileSystem.from_uri(path if "://" in path else os.path.abspath(path))


def reader(files):
    """Paths of Arrow files → their rows."""

    def read(batches):
        for path in (path for batch in batches for path in batch.column(0).to_pylist()):
            with files.open_input_stream(path) as file:
                yield from pa.ipc.open_stream(file)

    return read


def writer(files, root):
    """A partition → a file of its own, named when it is whole; its name and number of lines."""

    def write(batches):
        os.umask(0o077)
        first, lines, task = next(batches, None), 0, TaskContext.get()
        if first is None:
            return
        name = f"part-{task.partitionId():05d}.arrow"
        draft = f"{root}/.part-{task.taskAttemptId()}"
        with files.open_output_stream(draft) as file, pa.ipc.new_stream(file, first.schema) as out:
            for batch in chain([first], batches):
                out.write_batch(batch)
                lines += batch.num_rows
        files.move(draft, f"{root}/{name}")
        yield pa.RecordBatch.from_pydict({"file": [name], "lines": [lines]})

    return write


def through(name, *words):
    """A partition → what a step of the kernel makes of it. `@NAME`: a file sent to workers."""

    def run(batches):
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
        self.n = options.partitions
        # Python removes it when the driver ends, unless it is killed outright.
        self.aside = tempfile.TemporaryDirectory(prefix="bidui-")
        signal.signal(signal.SIGTERM, lambda *_: sys.exit("the driver was told to end"))
        self.spark = (SparkSession.builder.appName("bidui")
                      .config("spark.sql.shuffle.partitions", self.n)
                      .config("spark.sql.adaptive.coalescePartitions.enabled", "false")
                      .config("spark.sql.execution.arrow.maxRecordsPerBatch", "65536")
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
        self.work, self.ddl = f"{options.work}/{self.job['id']}", self.job["tables"]

    def send(self, name, data, mode=0o600):
        """A file for every worker, which its owner alone can read."""
        path = os.path.join(self.aside.name, name)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, mode), "wb") as file:
            file.write(data)
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

    def kernel(self, rows, name, *words):
        """The rows after a step of the kernel."""
        reads, gives, order = STEPS[name]
        if order := order.split():
            rows = rows.repartition(self.n, order[0]).sortWithinPartitions(*order)
        rows = rows.select([column.split()[0] for column in self.ddl[reads].split(", ")])
        return rows.mapInArrow(through(name, *words), self.ddl[gives])

    def rows(self, name, wanted):
        """The rows `bidui records` wrote, every one of them."""
        found = [file for file in self.files.get_file_info(fs.FileSelector(self.root))
                 if file.base_name.startswith(name) and file.base_name.endswith(".arrow")]
        paths = [(file.path,) for file in found]
        listed = self.spark.sparkContext.parallelize(paths, max(1, len(paths)))
        listed, read = self.spark.createDataFrame(listed, "file string"), reader(self.files)
        rows = self.keep(name, lambda: listed.mapInArrow(read, self.ddl[name]))
        if (there := rows.count()) != wanted:
            sys.exit(f"{name}: {there} rows, and job.json says {wanted}")
        return rows

    def write(self, lines, out, told):
        """Rows in files of the shared disk, and links.json with `told` when all of them stand."""
        files, root = place(out)
        files.create_dir(root)
        parts = lines.mapInArrow(writer(files, root), "file string, lines long").collect()
        told |= {name: self.job[name] for name in ("id", "observed")}
        told["parts"] = [part.asDict() for part in sorted(parts)]
        with files.open_output_stream(f"{root}/links.json") as file:
            file.write(json.dumps(told, ensure_ascii=False, indent=1).encode())
        rows = f"{self.job['left_rows']} and {self.job['right_rows']} rows"
        print(f"links: {told['pairs']} pairs of {rows}, in {out}", flush=True)
