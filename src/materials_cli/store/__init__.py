"""The archive on disk: safe names, downloads, the mirror, earlier versions, the lock."""
