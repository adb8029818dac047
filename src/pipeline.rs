//! The whole run in one function, stage after stage; nothing else calls two stages.
