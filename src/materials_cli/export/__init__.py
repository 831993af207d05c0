"""The catalogue told in other people's formats."""
