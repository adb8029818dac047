//! One file per subcommand: arguments in, one call of the pipeline, messages out.
