#!/usr/bin/env bash
# Whole runs on countries of several provinces, each with places, people and numbers of its own, and how cost grows
# with size. Called by `make bench-sizes`; SIZES="1 2 5 10" provinces of a million persons, SEED=43, and what else
# `generate` or `bidui run` is to be told: GENERATE="--formats csv", RUN="". MODEL=FILE instead of the people model.
set -euo pipefail
sizes=${SIZES:-1 2 5 10}
built=${CARGO_TARGET_DIR:-target}/release
generate=${GENERATOR:-$built/examples/generate}
bidui=${PROGRAM:-$built/bidui}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The number behind a key of run.json, that within `seconds` where the section is named.
value() { sed -n "/\"${2:-program}\":/,\$p" "$work/out/run.json" | sed -n "s/^ *\"$1\": \([0-9.]*\),*\$/\1/p" | head -1; }

stages() {
  for stage in read normalise link findings statistics snapshot workbooks total; do
    printf '%s %.0f, ' "$stage" "$(value "$stage" seconds)"
  done
}

# One line for the sums, one of the table.
measure() {
  local provinces=$1 status=0 times rows before
  "$generate" province --provinces "$provinces" --seed "${SEED:-43}" ${GENERATE:---formats csv} --out "$work/data" >/dev/null
  if [ -n "${MODEL:-}" ]; then sed -i "1i model = \"$(realpath "$MODEL")\"" "$work/data/project.toml"; fi
  before=$(cut -d' ' -f1 /proc/loadavg)
  TIMEFORMAT='%U %S %R'
  times=$( { time "$bidui" run "$work/data/project.toml" --out "$work/out" --quiet ${RUN:-} >/dev/null 2>&1 || status=$?
             [ "$status" -le 1 ] || echo failed; } 2>&1 )
  case $times in *failed*) echo "the run failed" >&2; exit 2 ;; esac
  read -r user system wall <<<"$times"
  rows=$(value source_rows)
  echo "$rows $(value pairs) $(awk "BEGIN { print $user + $system }") $(value peak_memory_bytes)" >>"$work/sums"
  awk -v persons="$(value persons)" -v rows="$rows" -v pairs="$(value pairs)" -v cpu="$user + $system" \
    -v wall="$wall" -v peak="$(value peak_memory_bytes)" -v load="$before, $(cut -d' ' -f1 /proc/loadavg)" \
    -v stages="$(stages)" 'BEGIN { sub(/, $/, "", stages)
      printf "| %d | %d | %d | %s | %.0f | %.0f | %s | %s |\n", persons, rows, pairs, cpu, wall, peak / 1e6, load, stages }'
  awk -v provinces="$provinces" '/"pairs: / { split($0, part, "\""); sub(/^pairs: /, "", part[2]); gsub(/[^0-9]/, "", part[3])
    print part[2], provinces, part[3] }' "$work/out/run.json" >>"$work/rules"
  rm -rf "$work/data" "$work/out"
}

echo "| registered persons | rows | pairs | CPU s (user + system) | wall s | peak MB | load before, after | stages, wall s |"
echo "|---|---|---|---|---|---|---|---|"
for provinces in $sizes; do measure "$provinces"; done

# Least squares of logarithms over the rows of schools and agencies.
awk '{ x = log($1); n++; sx += x; sxx += x * x
       for (i = 2; i <= 4; i++) { y = log($i); sy[i] += y; sxy[i] += x * y } }
     END { if (n < 2) exit
       for (i = 2; i <= 4; i++) e[i] = (n * sxy[i] - sx * sy[i]) / (n * sxx - sx * sx)
       printf "\nGrowing as rows to the power of: pairs %.2f, CPU %.2f, memory %.2f\n", e[2], e[3], e[4] }' "$work/sums"

echo
awk -v sizes="$sizes" 'BEGIN { n = split(sizes, size, " "); printf "| pairs by rule, provinces: |"
      for (i = 1; i <= n; i++) printf " %s |", size[i]; printf "\n|---|"; for (i = 1; i <= n; i++) printf "---|"; print "" }
    { if (!($1 in seen)) { seen[$1] = 1; order[++rules] = $1 } pairs[$1, $2] = $3 }
    END { for (r = 1; r <= rules; r++) { printf "| `%s` |", order[r]
        for (i = 1; i <= n; i++) printf " %d |", pairs[order[r], size[i]]; print "" } }' "$work/rules"
