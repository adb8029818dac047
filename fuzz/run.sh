#!/bin/sh
# Fuzzes every target for some seconds: fuzz/run.sh [SECONDS] [TARGET…]. Runs on stable: the coverage
# is LLVM's own, asked for by flags of code generation, and libFuzzer is built by its crate.
# What it finds lies in fuzz/finds/<target>; corpora in fuzz/corpus/<target>. Neither is committed:
# a find becomes a fixture under fixtures/broken with the message it has to give.
set -eu
cd "$(dirname "$0")"
seconds="${1:-60}"
[ $# -gt 0 ] && shift
targets="${*:-package biff text raw values settings}"

export RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table"
# Build scripts and macros run on this machine without instrumentation.
host="$(rustc -vV | sed -n 's/^host: //p')"
built="${CARGO_TARGET_DIR:-target}"
"${CARGO:-cargo}" build --locked --package bidui-fuzz --profile fuzzing --target "$host" --target-dir "$built"
build="$built/$host/fuzzing"
"$build/seeds" ../fixtures corpus

status=0
for target in $targets; do
    mkdir -p "corpus/$target" "finds/$target"
    dictionary=""
    [ -f "dictionaries/$target.dict" ] && dictionary="-dict=dictionaries/$target.dict"
    # A child each, so that a find ends it and not the search. Memory and time are what the
    # program's own quarantine grants a small file.
    "$build/$target" "corpus/$target" $dictionary -fork=1 -ignore_crashes=1 -ignore_ooms=1 \
        -ignore_timeouts=1 -max_len=65536 -timeout=20 -rss_limit_mb=1024 -max_total_time="$seconds" \
        -artifact_prefix="finds/$target/" -print_final_stats=1 >"finds/$target.log" 2>&1 || true
    cases="$(sed -n 's/^#\([0-9]*\): cov:.*/\1/p' "finds/$target.log" | tail -n 1)"
    echo "$target: ${cases:-0} cases, $(sed -n 's/^#[0-9]*: cov: \([0-9]*\).*/\1/p' "finds/$target.log" | tail -n 1) edges"
    # A search that never began has found nothing either.
    if [ -z "$cases" ]; then
        tail -n 5 "finds/$target.log" >&2
        status=1
    fi
    # Out of memory and out of time is what the quarantine is for; a crash is a bug.
    if ls "finds/$target"/crash-* >/dev/null 2>&1; then
        echo "$target: crashes in fuzz/finds/$target" >&2
        status=1
    fi
done
exit $status
