#!/usr/bin/env bash
# bidui beside other record linkers on the same tables. Called by `make peers`, which builds what is
# needed; SIZE=town|city|province, BUILT=another folder with the program and its examples. The
# Python tools come from PyPI into a folder under `target`.
set -euo pipefail
size=${SIZE:-city}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
built=${BUILT:-$target/release}
python=$target/peers-venv/bin/python
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONDONTWRITEBYTECODE=1

prepare_python() {
  [ -x "$python" ] || python3 -m venv "$target/peers-venv"
  "$python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt"
}

# measure NAME LINKS COMMAND…: runs it and adds a line to the results of the task at hand.
measure() {
  echo "… $1" >&2
  "$python" "$here/measure.py" "$results" "$@"
}

bidui_link() {
  local left=$1 right=$2 model=$3
  local link=("$built/bidui" link --left "$left" --right "$right" --model "$model" --out)
  measure "bidui link" "$out/bidui.csv" "${link[@]}" "$out/bidui.csv"
  measure "bidui link --train" "$out/trained.csv" \
    "${link[@]}" "$out/trained.csv" --train "$out/trained.toml"
}

people() {
  out=$work/people results=$work/people.json
  "$built/examples/generate" "$size" --out "$work/data" --seed 1 >/dev/null
  "$built/examples/clean_tables" "$work/data/project.toml" "$out" "$work/data/truth/links.csv"
  bidui_link "$out/sources.csv" "$out/registry.csv" "$root/schemas/linkage/people.toml"
  measure "Splink" "$out/splink.csv" "$python" "$here/splink_people.py" "$out" "$out/splink.csv"
  measure "blazematch" "$out/blazematch.csv" \
    "$python" "$here/blazematch_link.py" people "$out" "$out/blazematch.csv"
  echo; echo "People, $size"
  "$python" "$here/table.py" "$results" "$out/truth.csv"
}

febrl4() {
  local data=$root/fixtures/febrl4
  out=$work/febrl4 results=$work/febrl4.json
  mkdir -p "$out"
  bidui_link "$data/febrl4_a.csv" "$data/febrl4_b.csv" "$root/schemas/linkage/febrl4.toml"
  measure "Splink" "$out/splink.csv" "$python" "$here/splink_febrl4.py" "$data" "$out/splink.csv"
  measure "blazematch" "$out/blazematch.csv" \
    "$python" "$here/blazematch_link.py" febrl4 "$data" "$out/blazematch.csv"
  echo; echo "FEBRL4"
  "$python" "$here/table.py" "$results" "$data/febrl4_truth.csv"
}

prepare_python
people
febrl4
