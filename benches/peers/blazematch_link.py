"""blazematch on the people tables or on FEBRL4: `blazematch_link.py people|febrl4 FOLDER OUT.csv`.

It has no level for a missing value, no term frequencies and no comparison of its own making, so a
missing value counts as different: the two sides get different fillers.
"""

import sys

import duckdb
from blazematch import BlockingRule, ComparisonLevels, FieldComparison, LinkConfig, Linker, Metric

import best
import febrl4
import people

# Column, metric, thresholds of its levels.
PEOPLE = [
    ("id", Metric.DAMERAU_LEVENSHTEIN, [0.8, 0.9, 1.0]),
    ("name", Metric.LEVENSHTEIN, [0.5, 0.66, 1.0]),
    ("surname", Metric.EXACT, [1.0]),
    ("birth", Metric.DAMERAU_LEVENSHTEIN, [0.8, 0.9, 1.0]),
    ("sex", Metric.EXACT, [1.0]),
    ("village", Metric.EXACT, [1.0]),
    ("county", Metric.EXACT, [1.0]),
    ("phone", Metric.EXACT, [1.0]),
]
PEOPLE_BLOCKS = [
    ["id18"],
    ["id15"],
    ["name", "birth"],
    ["name", "village"],
    ["birth", "village"],
    ["name", "county"],
    ["phone"],
]
FEBRL4 = [
    (column, Metric.JARO_WINKLER, [0.8, 0.92, 1.0])
    for column in ("given_name", "surname", "address_1", "address_2", "suburb")
] + [
    (column, Metric.DAMERAU_LEVENSHTEIN, [0.7, 0.85, 1.0])
    for column in ("street_number", "postcode", "state", "date_of_birth", "soc_sec_id")
]


def linked(frames, comparisons, blocks):
    left, right = frames
    config = LinkConfig(
        blocking_rules=[
            BlockingRule(" and ".join(f"l.{column} = r.{column}" for column in block))
            for block in blocks
        ],
        comparisons=[FieldComparison(column, column, metric) for column, metric, _ in comparisons],
        max_candidates_per_record=1000,
    )
    linker = Linker(left, right, config)
    linker.block()
    # Only now the fillers: before, they would block.
    linker._feature_computer._df_left = left.fillna("")
    linker._feature_computer._df_right = right.fillna("?")
    linker.compute_features()
    linker.estimate(comparison_levels=[ComparisonLevels(levels) for _, _, levels in comparisons])
    pairs = linker.predict()
    key = left.columns[0]
    return pairs.assign(
        left_id=left[key].to_numpy()[pairs.left_idx],
        right_id=right[key].to_numpy()[pairs.right_idx],
        probability=pairs.score,
    )


def main(task, folder, out):
    if task == "people":
        pairs = linked(people.frames(folder), PEOPLE, PEOPLE_BLOCKS)
    else:
        pairs = linked(febrl4.frames(folder), FEBRL4, febrl4.BLOCKS)
    with duckdb.connect() as connection:
        connection.register("pairs", pairs[["left_id", "right_id", "probability"]])
        best.write(connection, "pairs", out, one_to_one=task == "febrl4")


if __name__ == "__main__":
    main(*sys.argv[1:])
