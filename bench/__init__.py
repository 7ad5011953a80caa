"""Measures the directory with made-up entries. Run it with script/bench."""
