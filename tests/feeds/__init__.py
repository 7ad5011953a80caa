"""The feeds, read by their own standards' tools."""
