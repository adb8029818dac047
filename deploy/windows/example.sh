#!/bin/sh
# bidui.exe, built here for Windows and run under Wine: its results have to be, byte for byte, those of this system's
# program; and what only Windows does is tried: a workbook that is open, who may read the results, long paths, the
# browser, pages answered over HTTP.
#
#   deploy/windows/example.sh PROGRAM [PROJECT_FOLDER]
#   EXE=FILE       takes this bidui.exe; built without optimisation where it is not given
#   TESTS="A B"    parts of the suite that are run with it, too ("" for none)
#
# Ends with 0 when all is well, with 77 when the target, a linker for it, or Wine cannot be had.
set -eu
umask 022
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
. "$here/../examples.sh"
program=$(absolute "$1")
project=$(cd "${2:-$root/fixtures/example}" && pwd)
target=x86_64-pc-windows-gnu
# What is left out asks for Unix: modes, signals, locks another process of this system holds, paths as they are here.
tests="cli:: review:: front:: decisions::what_ --skip a_real_browser --skip from_a_folder --skip by_its_owner_only
    --skip a_run_publishes_everything --skip a_second_run_at_the_same_time"
TESTS=${TESTS-"$tests"}
work=$(mktemp -d)
served=

finish() {
    status=$?
    if [ -n "$served" ]; then kill "$served" 2>/dev/null || true; fi
    if [ -n "${WINEPREFIX:-}" ]; then wineserver -k 2>/dev/null || true; fi
    rm -rf "$work"
    exit $status
}
trap finish EXIT
trap 'exit 1' INT TERM

needs() {
    command -v "$1" >/dev/null 2>&1 ||
        { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$2"; } >/dev/null 2>&1 ||
        skip "no $1"
}

needs x86_64-w64-mingw32-gcc gcc-mingw-w64-x86-64
needs wineserver wine
wine=/usr/lib/wine/wine64
[ -x "$wine" ] || wine=wine
if [ -z "${EXE:-}" ]; then
    rustup target add $target >/dev/null 2>&1 || [ -d "$(rustc --print sysroot)/lib/rustlib/$target" ] ||
        skip "no standard library for $target"
    cd "$root"
    cargo build --locked --target $target --bin bidui
    EXE=${CARGO_TARGET_DIR:-$root/target}/$target/debug/bidui.exe
fi
BIDUI_EXE=$EXE
export BIDUI_EXE WINEDEBUG=-all WINEPREFIX="$work/wine" WINEDLLOVERRIDES="mscoree,mshtml=" LC_ALL=C.UTF-8
wineboot -i >/dev/null 2>&1
wineserver -w
system="$WINEPREFIX/drive_c/windows/system32"
if [ ! -e "$system/bcryptprimitives.dll" ]; then
    x86_64-w64-mingw32-gcc -shared -o "$system/bcryptprimitives.dll" "$here/wine/bcryptprimitives.c" -ladvapi32
fi
wineserver -p 2>/dev/null || true

# bidui.exe in a folder, with words; its status is that of the program. Wine 8 crashed once in some eighty starts while a
# new prefix settled; what crashes twice is ours.
windows() {
    ended=0 && (cd "$1" && shift && exec "$here/wine/bidui.sh" "$@") || ended=$?
    [ $ended -eq 139 ] || return $ended
    echo "crashed; once more" >&2
    (cd "$1" && shift && exec "$here/wine/bidui.sh" "$@")
}

cp -r "$project" "$work/here"
cp -r "$project" "$work/there"
status=0 && (cd "$work/here" && exec "$program" run project.toml --out out --quiet) >"$work/here.txt" || status=$?
done_with $status "this system's program"
status=0 && windows "$work/there" run project.toml --out out --quiet >"$work/there.txt" || status=$?
done_with $status "bidui.exe"
diff -r --exclude run.json "$work/here/out" "$work/there/out" >"$work/differences" ||
    { cat "$work/differences" && fail "results differ between the systems"; }
echo "results are the same bytes: $(find "$work/there/out" -type f | wc -l) files"

# What is written is its owner's alone: a protected list with the user and the system. Wine 8 adds what a folder would
# hand down all the same, so that what is asked of it counts.
mkdir "$work/heap"
find "$work/there/inputs/enrollment" -name '*.csv' -exec cp {} "$work/heap" \;
wineserver -k || true
wineserver -d -f -p 2>"$work/asked" &
sleep 1
status=0 && windows "$work/heap" init . >/dev/null || status=$?
done_with $status "bidui.exe init"
wineserver -k && wait
wineserver -p
list='security_info=80000004.*dacl={{type=ACCESS_ALLOWED,flags=0,mask=1f01ff,sid=S-1-5-21-[0-9-]*},{type=ACCESS_ALLOWED,flags=0,mask=1f01ff,sid=S-1-5-18}'
grep -q "set_security_object.*$list" "$work/asked" || fail "no access list was set"
echo "files have an access list of the user and the system alone"

# A second run replaces the first; with a workbook open it says so and leaves everything as it was.
x86_64-w64-mingw32-gcc -municode -o "$work/hold.exe" "$here/wine/hold.c"
cp -r "$work/there/out" "$work/before"
mkfifo "$work/enough"
(cd "$work/there" && exec "$wine" "$work/hold.exe" out/02_差异报告.xlsx <"$work/enough" >"$work/held") &
exec 3>"$work/enough"
for _ in 1 2 3 4 5 6 7 8 9 10; do grep -q open "$work/held" 2>/dev/null && break || sleep 1; done
grep -q open "$work/held" || fail "the workbook could not be held"
status=0 && windows "$work/there" run project.toml --out out --quiet >"$work/said" 2>&1 || status=$?
[ $status -eq 2 ] && grep -q '02_差异报告.xlsx 正在别的程序（如 Excel、WPS）里打开着' "$work/said" ||
    { cat "$work/said" && fail "an open workbook is not told ($status)"; }
exec 3>&-
wait
diff -r "$work/before" "$work/there/out" || fail "an open workbook lost results"
[ -z "$(find "$work/there" -name '.bidui-draft*')" ] || fail "something was left behind"
status=0 && windows "$work/there" run project.toml --out out --quiet >"$work/said" 2>&1 || status=$?
done_with $status "the run after the workbook was closed"
echo "an open workbook is told, and nothing is lost"

# Deeper than the 260 characters of old programs. No program of Windows works in such a folder; it is named.
deep="$work/$(printf '很长的文件夹名%.0s' 1 2 3 4 5 6 7 8 9 10)/$(printf '再来一层%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20)/a"
deep="$deep/$(printf '又一层%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25)/$(printf '还有%.0s' 1 2 3 4 5 6 7 8 9 10)"
mkdir -p "$deep"
cp -r "$project/." "$deep"
status=0 && windows "$work" run "$deep/project.toml" --out "$deep/out" --quiet >"$work/said" 2>&1 || status=$?
[ $status -le 1 ] || { cat "$work/said" && fail "a long path"; }
diff -r --exclude run.json "$work/here/out" "$deep/out" >/dev/null || fail "results differ below a long path"
echo "a path of $(printf %s "$deep" | wc -m) characters is no trouble"

# The browser is opened with the start address, which lets in once.
"$wine" reg add 'HKCU\Software\Wine\WineBrowser' /v Browsers /d "$work/browser" /f >/dev/null 2>&1
printf '#!/bin/sh\necho "$1" >%s/address\n' "$work" >"$work/browser" && chmod +x "$work/browser"
(cd "$work/there" && exec "$here/wine/bidui.sh" open . --idle 2) >"$work/opened" 2>&1 &
served=$!
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do [ -s "$work/address" ] && break || sleep 1; done
[ -s "$work/address" ] || { cat "$work/opened" && fail "no browser was opened"; }
page=$(curl -sS --noproxy '*' -L -c "$work/cookies" "$(cat "$work/address")")
printf %s "$page" | grep -q '比对' || fail "the start page does not answer"
kill "$served" && served=
echo "the browser is opened, and the page answers"

if [ -n "$TESTS" ]; then
    cd "$root"
    # shellcheck disable=SC2086
    BIDUI_PROGRAM="$here/wine/bidui.sh" cargo test --locked --workspace --test suite -- $TESTS
fi
