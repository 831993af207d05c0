"""Telling people and monitors what a run did: by a ping, by mail, by a program of their own."""
