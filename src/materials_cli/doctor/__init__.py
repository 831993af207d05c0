"""What may be wrong with a machine, an archive or a link: checks that find it, each with its remedy."""
