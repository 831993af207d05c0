"""The share of the archive that a scheduled sync verifies once a day, and what it tells of it."""

from datetime import UTC, datetime, timedelta

from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.verifications import last_of_archive
from materials_cli.cli.letter import Ended
from materials_cli.config import Config
from materials_cli.custody.choice import Choice
from materials_cli.custody.verify import Finding
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import Message, joined, msg, msgn
from materials_cli.store.mirror import Store

_A_DAY = timedelta(hours=20)  # a timer is not exact
_MOST_NAMED = 5


def verify_share(config: Config, ended: Ended) -> None:
    """Verify those items whose turn it is, unless that was done today; repair what is damaged, and have people told."""
    if config.verify is None or not _is_due(config):
        return
    from materials_cli.archive import Archive  # noqa: PLC0415 - takes long to import
    from materials_cli.upkeep import keep_sound  # noqa: PLC0415 - as above

    found = keep_sound(Archive(config.archive, config), choice=Choice(turn=config.verify), repair=True)
    if found.repaired:
        ended.troubles["repaired"] = msgn(
            "{count} file was missing or damaged on this disk, and was restored: {names}",
            "{count} files were missing or damaged on this disk, and were restored: {names}",
            len(found.repaired),
            names=_named([repair.finding for repair in found.repaired]),
        )
    if found.lost:
        what = msgn(
            "{count} archived file is missing or damaged: {names}",
            "{count} archived files are missing or damaged: {names}",
            len(found.lost),
            names=_named([finding for finding, _ in found.lost]),
        )
        ended.errors.append(("", MaterialsError(Code.BYTES_DAMAGED, what, fix=found.lost[0][0].fix)))


def _is_due(config: Config) -> bool:
    with Catalogue.open(Store(config.archive).catalogue) as catalogue:
        last = last_of_archive(catalogue.connection)
    return last is None or datetime.now(UTC) - last > _A_DAY


def _named(findings: list[Finding]) -> Message:
    names = [msg("{file} ({what})", file=finding.place, what=finding.what) for finding in findings[:_MOST_NAMED]]
    return joined(names + [msg("…")] * (len(findings) > _MOST_NAMED), "; ")
