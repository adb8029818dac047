"""Splink on FEBRL4: `splink_febrl4.py FOLDER OUT.csv`. The levels of its own demonstration, more blocks."""

import logging
import sys

import duckdb
import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on
from splink.internals.duckdb.database_api import DuckDBAPI

import best
import febrl4

COMPARISONS = [
    cl.NameComparison("given_name"),
    cl.NameComparison("surname"),
    cl.LevenshteinAtThresholds("street_number", [1]).configure(term_frequency_adjustments=True),
    cl.JaroWinklerAtThresholds("address_1", [0.92, 0.8]).configure(term_frequency_adjustments=True),
    cl.JaroWinklerAtThresholds("address_2", [0.92, 0.8]).configure(term_frequency_adjustments=True),
    cl.JaroWinklerAtThresholds("suburb", [0.92, 0.8]).configure(term_frequency_adjustments=True),
    cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True),
    cl.LevenshteinAtThresholds("state", [1]).configure(term_frequency_adjustments=True),
    cl.DamerauLevenshteinAtThresholds("date_of_birth", [1, 2]),
    cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
]


def train(linker):
    training = linker.training
    certain = [block_on("soc_sec_id", "surname"), block_on("soc_sec_id", "date_of_birth")]
    training.estimate_probability_two_random_records_match(certain, recall=0.9)
    training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    for rule in (block_on("soc_sec_id"), block_on("date_of_birth"), block_on("postcode")):
        training.estimate_parameters_using_expectation_maximisation(rule)


def main(folder, out):
    logging.getLogger("splink").setLevel(logging.ERROR)
    connection = duckdb.connect()
    api = DuckDBAPI(connection)
    names = ("a_original", "b_duplicate")
    inputs = [
        api.register(frame, dataset_display_name=name)
        for name, frame in zip(names, febrl4.frames(folder))
    ]
    settings = SettingsCreator(
        link_type="link_only",
        unique_id_column_name="rec_id",
        comparisons=COMPARISONS,
        blocking_rules_to_generate_predictions=[block_on(*block) for block in febrl4.BLOCKS],
        retain_matching_columns=False,
    )
    linker = Linker(inputs, settings, log_level=logging.ERROR)
    train(linker)
    pairs = linker.inference.predict(threshold_match_weight=-15).physical_name
    connection.execute(f"""
        create view pairs as
        select rec_id_l as left_id, rec_id_r as right_id, match_probability as probability from {pairs}
    """)
    best.write(connection, "pairs", out, one_to_one=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
