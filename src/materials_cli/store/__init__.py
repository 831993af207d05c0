"""The mirror on disk: safe names, incoming files, versions kept aside, the lock."""
