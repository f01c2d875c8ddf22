//! Nothing: what is here stands in `frameworks`.
