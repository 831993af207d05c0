"""`materials history --check`: print what speaks for and against the record, and what cannot be shown."""

import re
from pathlib import Path

from materials_cli.catalogue.items import Catalogue
from materials_cli.cli.output import err, print_hanging, print_json, say, styled
from materials_cli.errors import Code, MaterialsError
from materials_cli.evidence import Evidence, weigh
from materials_cli.messages import counted, msg, tr, trn

_HASH = re.compile(r"[0-9a-f]{64}")
_SHOWN = 10


def check_history(root: Path, catalogue: Catalogue, stated: str | None, *, as_json: bool) -> None:
    """Check and print; raise broken_history if anything contradicts the record. stated: a hash that was kept elsewhere."""
    given, stated = stated is not None, (stated or "").strip().lower()
    if given and not _HASH.fullmatch(stated):
        raise MaterialsError(
            Code.BAD_USAGE, msg("“{text}” is not a hash of the history.", text=stated),
            why=msg("It has 64 digits, 0-9 and a-f."),
            fix=msg("Each digest and each entry of changes.atom states one; `materials history --check` shows the last."),
        )  # fmt: skip
    evidence = weigh(root, catalogue, stated)
    if as_json:
        _print_json(evidence)
    if evidence.against:
        _refuse(evidence)
    if not as_json:
        _print(evidence)


def _print_json(evidence: Evidence) -> None:
    chain = evidence.chain
    row = {
        "events": chain.events,
        "head": chain.head,
        "broken": chain.broken,
        "kept_hashes": evidence.kept,
        "items": evidence.rows.agreeing,
        "contradictions": list(evidence.against),
        "unproven": list(evidence.unproven),
    }
    print_json("materials/history-check@1", [row])


def _refuse(evidence: Evidence) -> None:
    first, *others = evidence.against
    for other in others[:_SHOWN]:
        print_hanging(err(), styled("  "), tr(other))
    why = (
        None
        if evidence.chain.broken is not None
        else msg("The catalogue contradicts the record: it was changed outside this program.")
    )
    raise MaterialsError(Code.BROKEN_HISTORY, first, why=why)


def _print(evidence: Evidence) -> None:
    chain, agreeing = evidence.chain, evidence.rows.agreeing
    say(
        tr(
            "{events}, none changed since they were recorded. Hash of the last: {hash}",
            events=counted(chain.events, "event"),
            hash=chain.head or tr("none"),
        )
    )
    say(
        trn(
            "{count} item agrees with the last event about it.",
            "{count} items agree with the last events about them.",
            agreeing,
        )
    )
    if evidence.kept:
        say(
            trn(
                "{count} hash kept outside the catalogue is in the history.",
                "{count} hashes kept outside the catalogue are in the history.",
                evidence.kept,
            )
        )
    say(tr("Not shown by this check:"))
    for gap in evidence.unproven:
        print_hanging(err(), styled("  "), tr(gap))
    say(
        tr(
            "Whoever can change every file here can change the record as well. Compare it with a hash kept elsewhere: "
            "--against HASH"
        )
    )
