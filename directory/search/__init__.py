"""Search: what was asked, the catalogue it is asked of, and what is found."""
