"""Signs a file with the program that its key is for: ssh-keygen or minisign. No key or passphrase passes through here."""

import shutil
import subprocess
from pathlib import Path

from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import msg, verbatim

NAMESPACE = "materials-bag"  # what an SSH signature is for, so that it proves nothing else
_STDERR = 2
_MINISIGN = b"untrusted comment:"


def program_for(key: Path) -> str:
    """The program that signs with a key; raise bad_usage if the key cannot be read, or the program is missing."""
    unreadable = MaterialsError(Code.BAD_USAGE, msg("The key cannot be read."), where=str(key))
    try:
        if not key.is_file():  # a pipe would be waited for, and a device never ends
            raise unreadable
        with key.open("rb") as file:
            name = "minisign" if file.read(len(_MINISIGN)) == _MINISIGN else "ssh-keygen"
    except OSError as error:
        raise unreadable from error
    if shutil.which(name) is None:
        raise MaterialsError(Code.BAD_USAGE, msg("The program {name} is not installed.", name=name), where=str(key))
    return name


def sign(file: Path, key: Path) -> Path:
    """Sign a file, and return the signature beside it. The program may ask for the key's passphrase."""
    signature, name = file.with_name(f"{file.name}.sig"), program_for(key)
    words: dict[str, list[str | Path]] = {
        "minisign": ["-S", "-s", key, "-m", file, "-x", signature],
        "ssh-keygen": ["-Y", "sign", "-f", key, "-n", NAMESPACE, file],
    }
    # minisign asks for the passphrase on its standard output, which must not be mixed with ours.
    done = subprocess.run([name, *words[name]], stdout=_STDERR, stderr=subprocess.PIPE, check=False)
    if done.returncode or not signature.exists():
        told = done.stderr.decode("utf-8", "replace").strip().splitlines()
        why = verbatim(told[-1] if told else name)
        raise MaterialsError(Code.BAD_USAGE, msg("The bag could not be signed."), where=str(key), why=why)
    return signature
