//! Record of runs in a SQLite file beside the project.
