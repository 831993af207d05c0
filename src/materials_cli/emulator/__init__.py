"""A Drive on localhost with a sample workshop: for a first try, and for the tests."""
