#!/usr/bin/env bash
# Whole runs on generated data beside the floor: CPU seconds, wall seconds, peak memory, and the
# seconds of every stage. Called by `make bench`; SIZE=town|city|province, ROUNDS=3.
set -euo pipefail
size=${SIZE:-city}
rounds=${ROUNDS:-3}
built=${CARGO_TARGET_DIR:-target}/release
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$built/examples/generate" "$size" --out "$work/data" --seed 1 >/dev/null
project=$work/data/project.toml

# One line per run: CPU seconds, wall seconds, peak bytes.
whole_run() {
  rm -rf "$work/out"
  local status=0 times
  TIMEFORMAT='%U %S %R'
  times=$( { time "$built/bidui" run "$project" --out "$work/out" --quiet >/dev/null 2>&1 || status=$?
             [ "$status" -le 1 ] || echo failed; } 2>&1 )
  case $times in *failed*) echo "the run failed" >&2; exit 2 ;; esac
  awk -v times="$times" '/"peak_memory_bytes"/ { gsub(/[^0-9]/, "", $2); peak = $2 }
    END { split(times, t, " "); printf "%.2f %.2f %.0f\n", t[1] + t[2], t[3], peak }' "$work/out/run.json"
}

floor_run() { "$built/examples/floor" "$project" | awk '{ print $6, $8, $10 }'; }

# The middle of each column.
median() {
  for column in 1 2 3; do sort -n -k$column,$column "$1" | awk -v c=$column '{ v[NR] = $c }
    END { printf "%s ", v[int((NR + 1) / 2)] }'; done
}

for _ in $(seq "$rounds"); do floor_run >>"$work/floor"; whole_run >>"$work/whole"; done
read -r whole_cpu whole_wall whole_peak <<<"$(median "$work/whole")"
read -r floor_cpu floor_wall floor_peak <<<"$(median "$work/floor")"
awk -v size="$size" -v rounds="$rounds" -v a="$whole_cpu" -v b="$whole_wall" -v c="$whole_peak" \
  -v d="$floor_cpu" -v e="$floor_wall" -v f="$floor_peak" 'BEGIN {
    printf "%s, median of %d\n", size, rounds
    printf "            CPU s   wall s   peak MB\n"
    printf "whole run %7.2f  %7.2f  %8.0f\n", a, b, c / 1e6
    printf "floor     %7.2f  %7.2f  %8.0f\n", d, e, f / 1e6
    printf "ratio     %7.1f\n", (d > 0 ? a / d : 0) }'
echo "wall seconds of the last run by stage:"
sed -n '/"seconds": {/,/}/p' "$work/out/run.json" | grep ':' | grep -v '{' | tr -d '",'
