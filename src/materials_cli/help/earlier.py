"""Sentences that earlier versions kept in catalogues and nobody says any more: retold() knows them all the same."""

from materials_cli.messages import msgid

EARLIER = (
    msgid("The certificate file cannot be read."),
    msgid("REQUESTS_CA_BUNDLE or SSL_CERT_FILE names it."),
    msgid("A Word file of the old kind (.doc): its text is read where the program catdoc is installed."),
    msgid("The old Word file could not be read in time."),
    msgid("{count} of {total} slides are damaged and could not be read."),
    msgid("This is an Apple iWork document, whose text cannot be read. A PDF of it could be."),
)
