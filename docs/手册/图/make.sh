#!/bin/sh
# Makes the pictures of the manual anew, of the pages and workbooks of the program itself: `make pictures`.
# Needs Chromium, LibreOffice, pdftoppm and pngquant.
set -eu
cd "$(dirname "$0")/../../.."
place=$(pwd)/docs/手册/图
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
BIDUI_PICTURES=$work ${CARGO:-cargo} test --locked --test suite -- --ignored manual::pictures

# A page of a workbook, the first where nothing is said: its file, the picture's name, how high a part is shown, the page.
workbook() {
    soffice -env:UserInstallation="file://$work/office" --headless --convert-to pdf --outdir "$work" "$1" >/dev/null
    pdftoppm -r 84 -png -f "${4:-1}" -singlefile -H "$3" "$work/$(basename "$1" .xlsx).pdf" "$work/$2"
}
workbook "$work/结果/00_先看这里.xlsx" 先看这里 760
workbook "$work/结果/02_差异报告.xlsx" 差异报告 530
workbook "$work/结果/03_待核清单.xlsx" 待核清单 560 2
workbook "$(ls "$work"/结果/附件2\ *.xlsx)" 附件2 560

for picture in "$work"/*.png; do
    pngquant --strip --force --speed 1 --output "$place/$(basename "$picture")" 24 "$picture"
done
ls -l "$place"
