#!/bin/sh
# What is handed out: a zip for Windows and a .deb, in target/dist. The same commit gives the same bytes: times are
# those of the commit, paths of this machine are left out.
#
#   deploy/dist/make.sh
#   PROGRAM=FILE EXE=FILE   takes these instead of building optimised ones (minutes of two processors each)
#   ONLY=deb|zip            one of the two
#
# Without a linker for Windows the zip is left out, and one line says so.
set -eu
umask 022
cd "$(dirname "$0")/../.."
root=$(pwd)
out=$root/target/dist
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH TZ=UTC LC_ALL=C.UTF-8
target=x86_64-pc-windows-gnu
ONLY=${ONLY:-deb zip}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"

# The optimised program for a target, or for this system: no path of this machine is left in it.
built() {
    hidden="--remap-path-prefix=$root=. --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo"
    flags="-ffile-prefix-map=$root=. -ffile-prefix-map=${CARGO_HOME:-$HOME/.cargo}=cargo"
    if [ $# -gt 0 ]; then hidden="$hidden -Clink-arg=-Wl,--no-insert-timestamp"; fi
    CFLAGS=$flags RUSTFLAGS=$hidden "${CARGO:-cargo}" build --release --locked --bin bidui --target-dir "$out/build" \
        ${1:+--target "$1"} >&2
    echo "$out/build/${1:+$1/}release/bidui${1:+.exe}"
}

# Writes papers and archives; built once, without optimisation.
"${CARGO:-cargo}" build --quiet --locked --workspace --example dist
dist() {
    "${CARGO_TARGET_DIR:-$root/target}/debug/examples/dist" "$@"
}

# The example as somebody finds it who starts with it; what was planted is for tests.
example() {
    mkdir -p "$1"
    cp -r fixtures/example/inputs fixtures/example/project.toml "$1"
}

deb() {
    program=${PROGRAM:-$(built)}
    tree=$work/deb
    install -D -m 755 "$program" "$tree/usr/bin/bidui"
    strip --strip-unneeded "$tree/usr/bin/bidui"
    dist papers "$work/papers"
    for page in "$work"/papers/man/*.1; do
        mkdir -p "$tree/usr/share/man/man1"
        gzip -9n <"$page" >"$tree/usr/share/man/man1/$(basename "$page").gz"
    done
    install -D -m 644 "$work/papers/completions/bidui.bash" "$tree/usr/share/bash-completion/completions/bidui"
    install -D -m 644 "$work/papers/completions/_bidui" "$tree/usr/share/zsh/vendor-completions/_bidui"
    install -D -m 644 "$work/papers/completions/bidui.fish" "$tree/usr/share/fish/vendor_completions.d/bidui.fish"
    install -D -m 644 deploy/dist/debian/bidui.desktop "$tree/usr/share/applications/bidui.desktop"
    papers=$tree/usr/share/doc/bidui
    install -D -m 644 deploy/dist/debian/copyright "$papers/copyright"
    gzip -9n <CHANGELOG.md >"$papers/changelog.gz"
    cp NOTICE README.zh.md "$papers"
    dist manual "$papers/手册.html"
    example "$papers/examples/示例"
    cp -r deploy/systemd deploy/cron "$papers/examples"
    chmod -R u=rwX,go=rX "$tree"
    glibc=$(objdump -T "$tree/usr/bin/bidui" | sed -n 's/.*GLIBC_\([0-9.]*\).*/\1/p' | sort -Vu | tail -n 1)
    mkdir "$tree/DEBIAN"
    sed -e "s/@VERSION@/$version/" -e "s/@GLIBC@/$glibc/" -e "s/@ARCHITECTURE@/$(dpkg --print-architecture)/" \
        -e "s/@SIZE@/$(du -sk --apparent-size "$tree/usr" | cut -f1)/" deploy/dist/debian/control >"$tree/DEBIAN/control"
    (cd "$tree" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$tree/DEBIAN/md5sums"
    file=$out/bidui_${version}_$(dpkg --print-architecture).deb
    dpkg-deb --root-owner-group -Zxz --build "$tree" "$file" >/dev/null
    echo "$file"
}

zip() {
    if [ -z "${EXE:-}" ] && ! command -v x86_64-w64-mingw32-gcc >/dev/null 2>&1; then
        echo "left out: the zip for Windows needs x86_64-w64-mingw32-gcc (gcc-mingw-w64-x86-64)"
        return
    fi
    exe=${EXE:-$(built $target)}
    tree=$work/bidui-$version-windows
    mkdir -p "$tree/计划任务"
    cp "$exe" "$tree/bidui.exe"
    x86_64-w64-mingw32-strip --strip-all "$tree/bidui.exe" 2>/dev/null || true
    for text in 说明.txt; do lines <"deploy/dist/windows/$text" >"$tree/$text"; done
    lines <deploy/windows/README.md >"$tree/计划任务/说明.txt"
    cp deploy/windows/bidui-task.xml "$tree/计划任务"
    for script in 安装计划任务.cmd 每日比对.cmd 取消计划任务.cmd; do
        sed 's/$/\r/' "deploy/windows/$script" >"$tree/计划任务/$script"
    done
    dist manual "$tree/手册.html"
    example "$tree/示例"
    for text in LICENSE-MIT LICENSE-APACHE NOTICE; do sed 's/$/\r/' $text >"$tree/$text.txt"; done
    file=$out/bidui-$version-windows-x64.zip
    dist zip "$tree" "$file"
    echo "$file"
}

# A text as old editors of Windows want it: with the mark of UTF-8 and their ends of lines.
lines() {
    printf '\357\273\277'
    sed 's/$/\r/'
}

for what in $ONLY; do $what; done
