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

# One line: CPU seconds and wall seconds of reading, then of writing.
floor_run() { "$built/examples/floor" "$project" "$work/out" | awk '{ printf "%s %s ", $5, $7 } END { print "" }'; }

# The middle of each column.
median() {
  for column in $(seq "$2"); do sort -n -k"$column,$column" "$1" | awk -v c="$column" '{ v[NR] = $c }
    END { printf "%s ", v[int((NR + 1) / 2)] }'; done
}

for _ in $(seq "$rounds"); do whole_run >>"$work/whole"; floor_run >>"$work/floor"; done
read -r whole_cpu whole_wall whole_peak <<<"$(median "$work/whole" 3)"
read -r read_cpu read_wall write_cpu write_wall <<<"$(median "$work/floor" 4)"
awk -v size="$size" -v rounds="$rounds" -v a="$whole_cpu" -v b="$whole_wall" -v c="$whole_peak" \
  -v d="$read_cpu" -v e="$read_wall" -v f="$write_cpu" -v g="$write_wall" 'BEGIN {
    printf "%s, median of %d\n", size, rounds
    printf "                 CPU s   wall s   peak MB\n"
    printf "whole run      %7.2f  %7.2f  %8.0f\n", a, b, c / 1e6
    printf "floor: read    %7.2f  %7.2f\n", d, e
    printf "floor: write   %7.2f  %7.2f\n", f, g
    printf "run / floor    %7.2f  %7.2f\n", (d + f > 0 ? a / (d + f) : 0), (e + g > 0 ? b / (e + g) : 0) }'
echo "wall seconds of the last run by stage:"
sed -n '/"seconds": {/,/}/p' "$work/out/run.json" | grep ':' | grep -v '{' | tr -d '",'
