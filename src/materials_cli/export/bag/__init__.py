"""A bag: BagIt 1.0 (RFC 8493) whose payload is an RO-Crate 1.2, for archives that never heard of this program."""
