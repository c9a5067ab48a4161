"""A simulated annotator: how long it takes to correct scenes whose true masks are known."""
