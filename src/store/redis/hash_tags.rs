//! The hash tags that spread nonces over the masters of a cluster.

/// Tag number `i` is in slot `128 * i + 64` of 16,384: evenly apart, so that masters with equally many slots
/// get equal shares of the nonces.
#[rustfmt::skip]
pub(super) const HASH_TAGS: [&str; 128] = [
    "qfs", "dqe", "bg5", "fr3", "avb", "ecd", "cu4", "2jb", "qb3", "l85", "bcu", "fvs", "pp2",
    "te4", "cqt", "x3", "dhn", "htp", "fk8", "7tn", "ezo", "aoi", "ex", "zg7", "le6", "hp0",
    "fox", "jsf", "mw7", "ib1", "a8", "kag", "h8q", "ubw", "bv7", "fc1", "inx", "erf", "cd6",
    "mq", "hx9", "uf7", "brw", "fgq", "ij8", "tt6", "kin", "i1", "dyl", "her", "3pj", "7el",
    "ekm", "iws", "tz", "c95", "lt4", "ha2", "nwb", "jbd", "mf5", "is3", "42", "kpe", "sd5",
    "wq3", "hlk", "dpu", "k94", "9k", "awr", "ebt", "bbe", "fwc", "5kc", "dt5", "cpd", "geb",
    "as2", "ef4", "nc0", "jv6", "ukn", "h1h", "dh", "kd7", "mrg", "any", "fnh", "jrv", "1gn",
    "ys0", "g8a", "cio", "0uo", "aj9", "su7", "nk9", "h9a", "daw", "rg6", "la", "afp", "esv",
    "bsg", "ffa", "5za", "de7", "caf", "g0h", "ab0", "ew6", "nr2", "jg4", "lqd", "hdb", "uj",
    "ku5", "mce", "ivc", "nvr", "bjl", "d84", "yb2", "gmk", "cxm", "0dm", "xp3",
];
