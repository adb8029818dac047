//! Whole files through [`super::read`].
