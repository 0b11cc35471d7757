"""The queue of copies that go to next hops: rows of the ledger, which a process of their own sends."""
