# What the examples under deploy share; read with `.`, never run. The one who reads it has set `set -eu`.
# shellcheck shell=sh

# Ends with 77: something that is needed cannot be had.
skip() {
    echo "skipped: $1"
    exit 77
}

fail() {
    echo "FAILED: $1" >&2
    exit 1
}

# done_with STATUS WHAT: ends well where the program has: 0, or 1 for what needs a person.
done_with() {
    [ "$1" -le 1 ] || fail "$2 ended with $1"
}

# absolute PATH: the same file or folder, however this shell moves on.
absolute() {
    echo "$(cd "$(dirname "$1")" && pwd)/$(basename "$1")"
}
