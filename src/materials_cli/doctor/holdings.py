"""Checks of what the archive holds: the catalogue, the manifest, and the last runs."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from materials_cli.agenda.kept import all_kept
from materials_cli.catalogue.copy import is_intact, write_copy
from materials_cli.catalogue.health import damage, languages_held
from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.naming import ids_now
from materials_cli.catalogue.runs import misdated_success, unknown_runs
from materials_cli.catalogue.verifications import Proven, proven, verified_line
from materials_cli.config import Collection, load
from materials_cli.custody.corrections import read_all
from materials_cli.custody.losses import LOSSES_FIX, open_losses
from materials_cli.dates import local_time
from materials_cli.doctor.diagnosis import MOST_NAMED, Diagnosis, Verdict, ok, problem, warning
from materials_cli.errors import Code, ExitStatus
from materials_cli.export.lost import is_lost, refuse_lost
from materials_cli.export.manifest import differing, write_manifest
from materials_cli.meaning.kept import Vectors, is_installed
from materials_cli.messages import Message, combined, counted, joined, msg, msgn, verbatim
from materials_cli.model import Run
from materials_cli.schedule.backends import is_scheduled
from materials_cli.store.mirror import Store
from materials_cli.trust import claims, standing

_OUTDATED = timedelta(days=8)
_SUCCESSFUL = {ExitStatus.DONE, ExitStatus.PARTIAL}


def catalogue(store: Store) -> Diagnosis:
    """Whether the catalogue can be opened and is intact; raise bad_catalogue, newer_archive, locked or disk_refused."""
    if not store.catalogue.exists() and not is_lost(store):
        return ok(msg("not created yet; the first sync creates it"))
    with sound(store) as opened:
        damages = damage(opened.connection)
        count = opened.count()
    if damages:
        what = msg("The catalogue is damaged: {reason}", reason=damages[0])
        return Diagnosis(Verdict.PROBLEM, what, Message(Code.BAD_CATALOGUE.fix), Code.BAD_CATALOGUE)
    return ok(msg("intact, {items}", items=counted(count, "item")))


def catalogue_copy(store: Store) -> Diagnosis | None:
    """Whether the copy of the catalogue is intact; None before the first sync."""
    if not store.catalogue.exists():
        return None
    fix = msg("`materials doctor --fix` makes a new copy; so does the next sync that changes something.")
    if not store.catalogue_copy.exists():
        return warning(msg("There is no copy of the catalogue."), fix)
    if not is_intact(store.catalogue_copy, history=True):
        return warning(msg("The copy of the catalogue is damaged."), fix)
    made = datetime.fromtimestamp(store.catalogue_copy.stat().st_mtime, UTC)
    return ok(msg("intact, made on {time}", time=local_time(made)))


def by_meaning(store: Store, collections: Sequence[Collection]) -> Diagnosis | None:
    """Whether this machine can do what `meaning = true` asks for; None if no collection does."""
    if not any(collection.meaning for collection in collections):
        return None
    if not is_installed():
        return warning(
            msg("A collection asks for search by meaning, which is not installed here."),
            msg(
                "In the folder of the program: uv tool install '.[meaning]' (or pip install '.[meaning]'), on Linux with an "
                "x86-64 processor. Elsewhere, remove `meaning = true`."
            ),
        )
    return ok(msg("{sections} can be found by meaning", sections=counted(len(Vectors(store.root)), "section")))


def copy_catalogue(store: Store) -> Message:
    """Make a new copy of the catalogue."""
    with Catalogue.open(store.catalogue, write=True) as opened:
        write_copy(opened.connection, store.catalogue_copy)
    return msg("The catalogue was copied.")


def sound(store: Store) -> Catalogue:
    """The catalogue; raise bad_catalogue, catalogue_lost, newer_archive, locked or disk_refused."""
    refuse_lost(store)
    return Catalogue.open(store.catalogue)


def paths(store: Store) -> list[str]:
    """The paths of all items; raise bad_catalogue."""
    with sound(store) as opened:
        return [path for _, _, path, _ in opened.places()]


def languages(store: Store) -> list[str]:
    """The languages of what is held; raise bad_catalogue."""
    with sound(store) as opened:
        return languages_held(opened.connection)


def last_success(store: Store, slugs: Sequence[str]) -> Diagnosis:
    """When each collection was last synced successfully, and how its last run ended."""
    if not slugs:
        return warning(msg("No folder has been added to this archive."), msg('materials add "LINK"'))
    with sound(store) as opened:
        runs, successes, misdated = opened.last_runs(), opened.last_successes(), opened.misdated()
        forgotten = opened.forgotten()
    for slug in slugs:
        if slug in forgotten:
            what = msg("{slug}: the last success is {unknown}.", slug=slug, unknown=unknown_runs(forgotten[slug]))
            return warning(what, verbatim("materials sync"))
        if slug in misdated:
            return warning(misdated_success(slug, misdated[slug]), verbatim("materials sync"))
        if finding := _last_run_warning(slug, runs, slug in successes):
            return finding
    oldest = min(slugs, key=lambda slug: successes[slug])
    age = datetime.now(UTC) - successes[oldest]
    synced = local_time(successes[oldest])
    if age > _OUTDATED:
        what = msgn(
            "{slug} was last synced {count} day ago, on {time}.",
            "{slug} was last synced {count} days ago, on {time}.",
            age.days,
            slug=oldest,
            time=synced,
        )
        return warning(what, verbatim("materials sync"))
    return ok(msg("all synced, the oldest on {time}", time=synced))


def losses(store: Store) -> Diagnosis | None:
    """Whether everything could be recovered when the catalogue was rebuilt, or has come back since; None if nothing is lost."""
    with sound(store) as opened:
        found = open_losses(store, opened)
    if not found:
        return None
    named = combined(*(msg("{place}: {reason}", place=loss.place, reason=loss.reason) for loss in found[:MOST_NAMED]))
    what = msgn(
        "{count} item or version could not be recovered when the catalogue was rebuilt",
        "{count} items or versions could not be recovered when the catalogue was rebuilt",
        len(found),
    )
    return warning(msg("{what}: {failures}", what=what, failures=named) if named else what, LOSSES_FIX)


def trust(store: Store) -> Diagnosis | None:
    """Whether this user has confirmed what the archive's settings may do to this computer."""
    config = load(store.root)
    if not claims(config):
        return None
    scheduled = partial(is_scheduled, store.root.absolute())
    notice = standing(config, scheduled=scheduled, unattended=True).notice
    if notice is None:
        return ok(msg("programs, other files and passwords are used as you have confirmed"))
    return warning(notice, verbatim("materials trust"))


def _last_run_warning(slug: str, runs: Mapping[str, Run], succeeded: bool) -> Diagnosis | None:  # noqa: FBT001 - one caller, here
    run = runs.get(slug)
    if run is None:
        return warning(msg("{slug} has never been synced.", slug=slug), verbatim("materials sync"))
    if run.status is None:
        return warning(
            msg("The last run of {slug} did not finish, or is in progress.", slug=slug),
            msg("materials sync continues where it stopped."),
        )

    failures = [run.ended_by] if run.ended_by else list(run.failures[:MOST_NAMED])
    failure = next(iter(failures), None)

    def with_failure(what: Message) -> Message:
        named = combined(
            *(
                failed.message if failed.path == slug else msg("{path}: {problem}", path=failed.path, problem=failed.message)
                for failed in failures
            )
        )
        return msg("{what}: {failures}", what=what, failures=named) if named else what

    if run.status not in _SUCCESSFUL or not succeeded:
        code = failure.code if failure else ""
        fix = Message(Code[code.upper()].fix) if code in set(Code) else verbatim("materials sync")
        what = msg("The last run of {slug} exited with status {status}", slug=slug, status=str(run.status))
        return warning(with_failure(what), fix)
    if run.status == ExitStatus.PARTIAL:
        what = msgn(
            "{count} failed in the last run of {slug}", "{count} failed in the last run of {slug}", len(run.failures), slug=slug
        )
        if run.failures and all(failed.is_remark for failed in run.failures):
            what = msg("The last run of {slug} needs attention", slug=slug)
        return warning(with_failure(what), msg("`materials status` lists them; the next run tries again."))
    return None


def manifest(store: Store) -> Diagnosis | None:
    """Whether the manifest and SHA256SUMS agree with the catalogue."""
    with sound(store) as opened:
        if not any(opened.places()):
            return None
        name = differing(store, opened)
    if name:
        return warning(
            msg("{file} is missing or does not match the catalogue.", file=name), msg("`materials doctor --fix` rewrites it.")
        )
    return ok(msg("manifest and SHA256SUMS match the catalogue"))


def verified(store: Store, collections: Sequence[str]) -> Diagnosis | None:
    """When the archive was last verified, which share of it, and what was found and is not restored; None if it is empty."""
    with sound(store) as opened:
        found = proven(opened.connection, collections).values()
    first = min((each.first for each in found if each.first), default=None)
    last = max((each.last for each in found if each.last), default=None)
    whole = Proven(sum(each.items for each in found), sum(each.verified for each in found), first, last)
    if not whole.items:
        return None
    known = verified_line(whole, local_time) if last else msg("not verified since it was downloaded")
    if flawed := sum(len(each.flawed) for each in found):
        bad = msgn("{count} item is damaged or missing", "{count} items are damaged or missing", flawed)
        return problem(joined([bad, known], "; "), verbatim("materials verify --repair"))
    return ok(known)


def corrections(store: Store) -> Diagnosis | None:
    """Whether all that people wrote into metadata/ is taken in; None if they wrote nothing."""
    found, wrong = read_all(store)
    with sound(store) as opened:
        agendas, unread = all_kept(store, opened.collections())
        now, known = ids_now(opened.connection), {item for _, item, _, _ in opened.places()} if found else set()
    strange = [item for item in found if now.get(item, item) not in known]
    wrong += [*unread, *(msg("A file in metadata/ is about “{id}”, and no item has this id", id=item) for item in strange)]
    if wrong:
        named, more = joined(wrong[:MOST_NAMED], "; "), len(wrong) - MOST_NAMED
        what = msgn("{files}; and {count} more", "{files}; and {count} more", more, files=named) if more > 0 else named
        return warning(what, msg("Correct these files or take them out of metadata/; until then they are not used."))
    if not (found or agendas):
        return None
    return ok(msgn("{count} item has corrections", "{count} items have corrections", len(found)))


def rewrite_manifest(store: Store) -> Message:
    """Write the manifest and SHA256SUMS from the catalogue."""
    with sound(store) as opened:
        write_manifest(store, opened)
    return joined([msg("The manifest and SHA256SUMS were rewritten."), *store.notices])
