"""Pairs with probabilities → one best right row per left row, in the form of `bidui link`."""


def write(connection, pairs, out, one_to_one=False):
    """`pairs` names a table or view with the columns left_id, right_id and probability.

    One-to-one keeps a pair only where each of the two rows is the other's best.
    """
    order = "order by probability desc, left_id, right_id"
    mutual = f"and row_number() over (partition by right_id {order}) = 1" if one_to_one else ""
    connection.execute(f"""
        copy (
            select left_id, right_id, probability,
                case when probability >= 0.5 then 'link' else 'review' end as decision
            from {pairs}
            qualify row_number() over (partition by left_id {order}) = 1 {mutual}
            order by left_id
        ) to '{out}' (header, delimiter ',')
    """)
