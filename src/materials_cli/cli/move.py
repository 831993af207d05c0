"""`materials move`: keep the archived bytes in an object store, or bring them back to the disk."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated

import typer

from materials_cli.cli.context import ArchiveContext, ArchiveOption, JsonOption, QuietOption, SingleWriterOption
from materials_cli.cli.output import print_json, say
from materials_cli.cli.phases import Phase
from materials_cli.cli.progress import Display
from materials_cli.configfile import STORE
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import msg, number, size, tr, trn

_AT_ONCE = 8


def move(
    context: typer.Context,
    *,
    to: Annotated[
        str, typer.Option("--to", metavar="PLACE", help="s3://BUCKET/PREFIX (or gs://, az://), or “disk” for its own folder.")
    ],
    single_writer: SingleWriterOption = False,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
    archive: ArchiveOption = None,
) -> None:
    """Keep the archived files in an object store, or bring them back to this disk.

    Every file is sent, read back and compared; only then does materials.toml name the new place. The files in the old
    place stay as they are. After an interruption, run it again: what has arrived is not sent again.

    The credential is read from the environment variables that the cloud's own tools use: AWS_ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY and AWS_REGION for s3://; GOOGLE_APPLICATION_CREDENTIALS for gs://; AZURE_STORAGE_ACCOUNT_NAME
    and AZURE_STORAGE_ACCOUNT_KEY for az://. It is never written to materials.toml. A server that is not the provider's own
    is named by AWS_ENDPOINT_URL, GOOGLE_BASE_URL or AZURE_STORAGE_ENDPOINT.

    Example: materials move --to s3://my-bucket/workshops
    """
    here = ArchiveContext.of(context, archive)
    root = here.config.archive
    with Display(quiet=quiet, bytes_are=Phase.COPYING) as display:
        from materials_cli.moving import to_disk, to_store  # noqa: PLC0415 - what they need takes long to import

        known = here.opened(display.step)
        with ThreadPoolExecutor(_AT_ONCE, "worker") as workers:
            if _is_disk(to, root):
                moved = to_disk(known, workers=workers)
            else:
                moved = to_store(known, _address(to), single_writer=single_writer, workers=workers)
    if as_json:
        print_json("materials/move@1", [{"to": to, "files": moved.files, "bytes": moved.bytes, "left": moved.left}])
    elif not quiet:
        of = {"files": number(moved.files), "size": size(moved.bytes), "place": to}
        say(trn("{count} file moved to {place} ({size}): read back and identical.",
                "{count} files moved to {place} ({size}): all read back and identical.", moved.files, **of))  # fmt: skip
        say(tr("Nothing was deleted: {place} still has what it had, and is no longer used. Keep it or delete it, as you like.",
               place=moved.left))  # fmt: skip


def _is_disk(to: str, root: Path) -> bool:
    return to == "disk" or ("://" not in to and os.path.realpath(Path(to).expanduser()) == os.path.realpath(root))


def _address(to: str) -> str:
    if "://" not in to:
        raise MaterialsError(
            Code.BAD_USAGE, msg("An archive on a disk is moved by copying its folder."), where=to,
            why=msg("Nothing in it says where it is, so the copy is an archive like the original."),
            fix=msg("Copy all of it, .materials too, and compare: cp -a OLD NEW; materials verify --archive NEW"),
        )  # fmt: skip
    if not STORE.fullmatch(to):
        raise MaterialsError(
            Code.BAD_USAGE, msg("“{place}” is not the address of an object store.", place=to),
            why=msg("An archive is moved to an object store, or back to its own folder."),
            fix=msg("Write --to s3://my-bucket/workshops, or --to disk. For a copy elsewhere: materials export bag"),
        )  # fmt: skip
    return to.rstrip("/")
