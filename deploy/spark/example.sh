#!/bin/sh
# The shipped example on a Spark cluster of this machine alone: a master and two workers on loopback. Its
# results have to be, byte for byte, those of a run without Spark. Before that a few review cases are ruled on, so
# that rulings travel with the rows.
#
#   deploy/spark/example.sh PROGRAM [PROJECT_FOLDER]
#   FAULTS=1    a kernel dies in the middle of its rows, and later a worker with all it has computed
#   VENV=DIR    where Python finds PySpark; made there when it is not (default target/spark-venv)
#
# Ends with 0 when the results are equal, with 77 when Java or PySpark cannot be had.
set -eu
umask 077
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
. "$here/../examples.sh"
program=$(absolute "$1")
project=${2:-$root/fixtures/example}
venv=${VENV:-$root/target/spark-venv}
work=$(mktemp -d)
groups=

finish() {
    status=$?
    for group in $groups; do kill -s KILL -- "-$group" 2>/dev/null || true; done
    rm -rf "$work"
    exit $status
}
trap finish EXIT
trap 'exit 1' INT TERM

for home in "${JAVA_HOME:-}" /usr/lib/jvm/java-17-openjdk-* /usr/lib/jvm/java-21-openjdk-*; do
    if [ -x "$home/bin/java" ]; then export JAVA_HOME="$home" && break; fi
done
[ -x "${JAVA_HOME:-}/bin/java" ] || skip "no Java 17 or 21 for Spark"
if [ ! -x "$venv/bin/spark-submit" ]; then
    { python3 -m venv "$venv" && "$venv/bin/pip" install -q "pyspark==4.3.0" pyarrow "pandas<3"; } ||
        skip "PySpark cannot be installed"
fi
export PATH="$venv/bin:$PATH" PYSPARK_PYTHON="$venv/bin/python" SPARK_LOCAL_IP=127.0.0.1 SPARK_NO_DAEMONIZE=1
SPARK_HOME=$("$venv/bin/python" -c 'import os, pyspark; print(os.path.dirname(pyspark.__file__))')
export SPARK_HOME SPARK_WORKER_DIR="$work/worker" SPARK_LOCAL_DIRS="$work/local" SPARK_DAEMON_MEMORY=256m
export SPARK_DAEMON_JAVA_OPTS="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
# Encrypted and with a secret between all of them, as it should be anywhere.
mkdir "$work/conf"
export SPARK_CONF_DIR="$work/conf"
cat >"$work/conf/spark-defaults.conf" <<EOF
spark.authenticate true
spark.authenticate.secret $(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
spark.network.crypto.enabled true
spark.io.encryption.enabled true
spark.ui.enabled false
spark.driver.host 127.0.0.1
spark.driver.bindAddress 127.0.0.1
spark.driver.memory 512m
spark.executor.memory 600m
# Two minutes of a JVM that never gets warm: no second compiler, no generated code.
spark.driver.extraJavaOptions -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
spark.executor.extraJavaOptions -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
spark.sql.codegen.wholeStage false
spark.sql.codegen.factoryMode NO_CODEGEN
EOF
port=$("$venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')

# start NAME CLASS ARGUMENTS…: a process group of its own, so that its end takes its executors along.
start() {
    name=$1
    shift
    setsid "$SPARK_HOME/bin/spark-class" "org.apache.spark.deploy.$@" >"$work/$name.log" 2>&1 &
    groups="$groups $!"
}
wait_for() { # FILE PATTERN COUNT
    for _ in $(seq 240); do
        [ "$(grep -c "$2" "$1" 2>/dev/null || true)" -ge "$3" ] 2>/dev/null && return 0
        sleep 0.5
    done
    echo "Spark did not start: $1" && tail -5 "$1" && exit 1
}
start master master.Master --host 127.0.0.1 --port "$port" --webui-port 0
wait_for "$work/master.log" "New state: ALIVE" 1
for worker in 1 2; do
    start "worker$worker" worker.Worker --host 127.0.0.1 --webui-port 0 -c 1 -m 1g "spark://127.0.0.1:$port"
    last=$!
done
wait_for "$work/master.log" "Registering worker" 2

cp -r "$project" "$work/project"
cd "$work/project"
rm -rf runs bidui.db
status=0 && "$program" run project.toml --out "$work/asked" --quiet >/dev/null || status=$?
done_with $status "run before anybody ruled"
"$venv/bin/python" "$here/answer.py" "$work/asked/03_待核清单.xlsx" "$work/answered.xlsx"
"$program" decide import project.toml "$work/answered.xlsx" >/dev/null
echo "ruled: $("$program" decide list project.toml | grep -c '／登记') questions"
status=0 && "$program" run project.toml --out "$work/one" --quiet >/dev/null || status=$?
done_with $status "run on one machine"
status=0 && "$program" records project.toml --out "$work/rows" --quiet || status=$?
done_with $status "records"

# What the cluster runs: the program itself, or one that dies once before it does.
mkdir "$work/bin"
if [ "${FAULTS:-0}" = 1 ]; then
    cat >"$work/bin/program" <<EOF
#!/bin/sh
if [ "\$2" = right-keys ] && mkdir "$work/died" 2>/dev/null; then head -c 5000 >/dev/null; kill -9 \$\$; fi
exec "$program" "\$@"
EOF
    chmod 700 "$work/bin/program"
else
    cp "$program" "$work/bin/program"
fi
log=$work/job.log
: >"$log"
mkdir "$work/tmp"
TMPDIR="$work/tmp" "$venv/bin/spark-submit" --master "spark://127.0.0.1:$port" \
    "$here/link.py" "$work/rows" "$work/links" --work "$work/tables" --bidui "$work/bin/program" --partitions 2 \
    >>"$log" 2>&1 &
job=$!
if [ "${FAULTS:-0}" = 1 ]; then
    until grep -q "^done: met1" "$log" || ! kill -0 $job 2>/dev/null; do sleep 0.2; done
    kill -s KILL -- "-$last" && echo "killed: worker 2 with its executor, after met1"
fi
status=0 && wait $job || status=$?
[ $status = 0 ] || { grep -v -e INFO -e WARN "$log" | tail -30 && exit 1; }
grep "^links:" "$log"
set -- "$work"/tmp/bidui-*
[ ! -e "$1" ] || fail "the driver left $1"
if [ "${FAULTS:-0}" = 1 ]; then
    [ -d "$work/died" ] && grep -q "exit -9" "$log" && echo "killed: a kernel, in right-keys"
    grep -q "Lost executor" "$log" || { echo "no executor was lost" && exit 1; }
fi
status=0 && "$program" run project.toml --out "$work/many" --links "$work/links" --quiet >/dev/null || status=$?
done_with $status "run on decided rows"
rm "$work/one/run.json" "$work/many/run.json"
diff -r "$work/one" "$work/many" >/dev/null || { diff -rq "$work/one" "$work/many" && exit 1; }
echo "same: $(find "$work/one" -type f | wc -l) result files, byte for byte"
