"""A Google Drive on localhost, for `materials demo` and for tests of anything that talks to Drive.

It speaks true HTTP: Drive API v3 (checked against the discovery document that google-api-python-client ships), batch
requests, export links, the pages that Drive shows without a sign-in, and Google's token endpoint. It answers as Google has
been observed to, oddities included: pages of a list that are shorter than asked for, empty lists for folders that are no
longer shared, exports that differ each time, resource keys, quotas. Nothing leaves the machine, and no credential is real.

It is a house of its own: it imports nothing of this package but `materials_cli.kinds`, and only `materials demo` imports it.

To run it alone, `materials demo --serve [FOLDER]` serves the sample workshop, or a folder of files, until Ctrl-C. In Python:

    from materials_cli.emulator.faults import download_quota
    from materials_cli.emulator.server import start
    from materials_cli.emulator.world import World

    world = World("Workshop")
    notes = world.add_file("notes.txt", b"Hello")
    with start(world) as server:
        server.faults.add(download_quota(notes))
        ...  # requests to http://{server.address}/drive/v3/; for `materials`, set DRIVE_EMULATOR_HOST={server.address}
        print(server.count("media"), server.violations)

What is for use from outside:

- `server.start(world)` and the `RunningServer` it returns: its address, the requests it received, their cost in quota units,
  `violations` (what Google tolerates but a good client does not do) and `crashes` (bugs of the emulator itself).
- `world.World`: the state of the Drive, and everything that its owner can do to it. `node.Node` is one thing on it.
- `faults.Fault` and the functions beside it: errors on demand.
- `sample.sample_world()`: the workshop of the demo; `sample.export_of()`: exports as unstable as Google's.

The other modules are internal. `server` receives a request, `routes` decides which part of Google it is for, `service` (the
API) or `pages` (the public pages) answer it.
"""
