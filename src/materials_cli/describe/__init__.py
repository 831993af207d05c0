"""What an item is: title, people, languages, countries, rights – each value with the source that it is from."""

VERSION = 1  # changes when derive.py answers differently: the catalogue then derives everything anew
