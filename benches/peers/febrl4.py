"""FEBRL dataset 4 as it is, missing values null, and the blocks the peers share."""

import duckdb

COLUMNS = [
    "given_name",
    "surname",
    "street_number",
    "address_1",
    "address_2",
    "suburb",
    "postcode",
    "state",
    "date_of_birth",
    "soc_sec_id",
]

BLOCKS = [
    ["soc_sec_id"],
    ["date_of_birth", "state"],
    ["given_name", "surname"],
    ["given_name", "postcode"],
    ["surname", "postcode"],
    ["given_name", "street_number"],
    ["surname", "street_number"],
    ["address_1"],
    ["suburb", "surname"],
    ["suburb", "given_name"],
    ["street_number", "postcode"],
    ["date_of_birth", "postcode"],
]


def frames(folder):
    """Originals and duplicates as pandas frames."""
    with duckdb.connect() as connection:
        return [
            connection.sql(
                f"select rec_id, {', '.join(COLUMNS)} from read_csv('{folder}/febrl4_{side}.csv', "
                "all_varchar = true, nullstr = '', header = true)"
            ).df()
            for side in "ab"
        ]
