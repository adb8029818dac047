//! Tests of the plain functions.
