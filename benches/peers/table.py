"""One table for all tools, by one and the same evaluation: `table.py RESULTS TRUTH.csv`.

Links name at most one right row per left row. At a threshold, precision is the share of right ones
among the links at or above it, recall the share of the registered left rows linked rightly.
Of a person registered twice either row is right. `best` is the threshold with the highest F1,
picked with the truth in hand.
"""

import csv
import json
import sys


def read(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def true_persons(path):
    rows = read(path)
    left, right = list(rows[0])[:2]
    return {row[left]: set(filter(None, row[right].split("|"))) for row in rows}


def quality(right, claimed, matched):
    precision = right / claimed if claimed else 0.0
    recall = right / matched
    total = precision + recall
    return precision, recall, 2 * precision * recall / total if total else 0.0


def judged(path, truth):
    """Probability and rightness of every link, the most probable first."""
    links = [(float(r["probability"]), r["right_id"] in truth.get(r["left_id"], ())) for r in read(path)]
    return sorted(links, key=lambda link: -link[0])


def at(links, threshold, matched):
    taken = [right for probability, right in links if probability >= threshold]
    return quality(sum(taken), len(taken), matched)


def best(links, matched):
    """Highest F1 over thresholds, equal probabilities taken together."""
    top, right = (0.0, 0.0, 0.0), 0
    for count, (probability, is_right) in enumerate(links, start=1):
        right += is_right
        if count < len(links) and links[count][0] == probability:
            continue
        top = max(top, quality(right, count, matched), key=lambda found: found[2])
    return top


def main(results, truth):
    truth = true_persons(truth)
    matched = sum(1 for persons in truth.values() if persons)
    print(f"{len(truth)} left rows, {matched} of them have a match")
    print("| tool | p ≥ 0.5: P R F1 | p ≥ 0.9: P R F1 | p ≥ 0.99: P R F1 | best F1 | CPU s | wall s | peak MB |")
    print("|---|---|---|---|---|---|---|---|")
    with open(results, encoding="utf-8") as file:
        for line in map(json.loads, file):
            used = f"{line['cpu']:.1f} | {line['wall']:.1f} | {line['peak_mb']:.0f}"
            if line["links"] is None:
                print(f"| {line['tool']} | failed, status {line['status']} | | | | {used} |")
                continue
            links = judged(line["links"], truth)
            cells = [" ".join(f"{v:.4f}" for v in at(links, t, matched)) for t in (0.5, 0.9, 0.99)]
            print(f"| {line['tool']} | {' | '.join(cells)} | {best(links, matched)[2]:.4f} | {used} |")


if __name__ == "__main__":
    main(*sys.argv[1:])
