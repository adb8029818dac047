#!/usr/bin/env python3
"""Fills in a list of review cases as a clerk would, so that the example has rulings: of each case the first
candidate is the person, the others are not.

answer.py 03_待核清单.xlsx FILLED.xlsx
"""
import re, sys, zipfile

SHEET, CLERK, ANSWER, FIRST_LINE, MOST = "xl/worksheets/sheet2.xml", "B3", "N", 5, 8


def fill(sheet, cell, text):
    """The sheet with a text in a cell that stands empty, and how many such cells there are."""
    empty = re.compile(rf'<c r="{cell}"( s="\d+")?/>')
    filled = rf'<c r="{cell}"\1 t="inlineStr"><is><t>{text}</t></is></c>'
    return empty.subn(filled, sheet, count=1)


def lines(sheet, texts):
    """Rows of the list with their case number, such as 2-1."""
    for row, text in re.findall(r'<c r="A(\d+)"[^>]* t="s"><v>(\d+)</v></c>', sheet):
        if int(row) >= FIRST_LINE:
            yield int(row), texts[int(text)]


def main(asked, answered):
    with zipfile.ZipFile(asked) as book, zipfile.ZipFile(answered, "w") as out:
        shared = book.read("xl/sharedStrings.xml").decode()
        texts = [re.sub("<[^>]*>", "", one) for one in re.findall(r"<si>(.*?)</si>", shared, re.S)]
        sheet, found = fill(book.read(SHEET).decode(), CLERK, "王小明")
        for row, number in list(lines(sheet, texts))[:MOST]:
            other = number.partition("-")[2] not in ("", "1")
            sheet, more = fill(sheet, f"{ANSWER}{row}", "不是同一人" if other else "同一人")
            found += more
        for name in book.namelist():
            out.writestr(name, sheet if name == SHEET else book.read(name))
    if found < 2:
        sys.exit(f"{asked}: no line to answer")


if __name__ == "__main__":
    main(*sys.argv[1:])
