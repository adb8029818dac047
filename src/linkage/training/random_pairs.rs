//! Random pairs of rows: practically all of them are strangers, so they tell u.

use crate::linkage::engine::columns::Tables;
use crate::linkage::engine::comparison::Pair;

/// Draws pairs with a fixed generator (`splitmix64`): the same tables give the same pairs.
pub(super) fn draw(tables: &Tables, count: usize) -> Vec<Pair> {
    let (left, right) = (tables.left.rows as u64, tables.right.rows as u64);
    if left == 0 || right == 0 {
        return Vec::new();
    }
    let mut state = 0x5DEE_CE66_D1CE_4E5B_u64;
    let mut next = |below: u64| {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        u32::try_from((z ^ (z >> 31)) % below).expect("fewer than 2^32 rows")
    };
    (0..count).map(|_| Pair { left: next(left), right: next(right) }).collect()
}
