"""Asks roc-validator, in an environment of its own, about a crate: python crate_validator.py FOLDER. It prints the issues.

The network is not asked: the vocabulary comes from the package `rocrate`. It has that of version 1.3, which contains 1.2.
"""

import sys
from importlib import resources
from typing import Any

import requests
from rocrate_validator import services  # type: ignore[import-not-found]
from rocrate_validator.models import Severity  # type: ignore[import-not-found]
from rocrate_validator.utils.http import HttpRequester  # type: ignore[import-not-found]


def local(_: Any, url: str, **__: Any) -> requests.Response:
    """Answer any request with the vocabulary."""
    answer = requests.Response()
    answer.status_code, answer.url = 200, url
    answer.headers["Content-Type"] = "application/ld+json"
    answer._content = resources.files("rocrate").joinpath("data/ro-crate.jsonld").read_bytes()
    return answer


HttpRequester.get = local
asked = services.ValidationSettings(
    rocrate_uri=sys.argv[1], profile_identifier="ro-crate-1.2", requirement_severity=Severity.RECOMMENDED, offline=True
)
for issue in services.validate(asked).get_issues():
    print(issue.severity.name, issue.check.identifier, issue.message)  # noqa: T201 - this is a program
