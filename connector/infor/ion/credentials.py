"""The ``.ionapi`` file: read, checked whole, and every field of it kept (facts/infor.md §1.1)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial

from connector.domain.connection import ErpCredentials
from connector.domain.faults import Misconfigured
from connector.http.hosts import check_url

REQUIRED = ("ti", "ci", "cs", "iu", "pu", "ot")
SERVICE_ACCOUNT = ("saak", "sask")
REMEDY = "download it anew in Infor: ION API > Authorized Apps > the backend service app > Download Credentials"


def parse(content: bytes | str, *, allow_insecure: bool = False) -> ErpCredentials:
    """Read an ``.ionapi`` file; keys nobody knows are kept, a byte order mark is forgiven.

    :raises Misconfigured: says everything that is missing or wrong at once, never a value.
    """
    document = _object(content)
    faults = _missing(document) + _half_account(document)
    if faults:
        raise Misconfigured(f"the .ionapi file {'; '.join(faults)}: {REMEDY}")
    credentials = ErpCredentials({key: _text(value) for key, value in document.items()})
    check_addresses(credentials, partial(check_url, allow_insecure=allow_insecure))
    return credentials


def check_addresses(credentials: ErpCredentials, check: Callable[[str], object]) -> None:
    """Check both addresses of the file; what is wrong with one is said with the key it stands in.

    :raises Misconfigured: as ``check`` does.
    """
    for key, url in (("iu", gateway_url(credentials)), ("pu", token_url(credentials))):
        try:
            check(url)
        except Misconfigured as wrong:
            raise Misconfigured(f"the .ionapi file's {key}: {wrong.what}") from wrong


def tenant(credentials: ErpCredentials) -> str:
    """The tenant's id, the first part of every path."""
    return credentials.document["ti"]


def gateway_url(credentials: ErpCredentials) -> str:
    """Where this tenant's suites are called, without a slash at the end."""
    return f"{credentials.document['iu'].rstrip('/')}/{tenant(credentials)}"


def token_url(credentials: ErpCredentials) -> str:
    """Where tokens are requested: ``pu`` and ``ot`` with exactly one slash between them."""
    return f"{credentials.document['pu'].rstrip('/')}/{credentials.document['ot'].lstrip('/')}"


def grant(credentials: ErpCredentials) -> dict[str, str]:
    """The token request's form: a service account's password grant where the file has one, else the client's own.

    Scopes (``sc``) are asked for where the file names some, as an app that enforces them wants (facts/infor.md §1.2).
    """
    document = credentials.document
    client = {"client_id": document["ci"], "client_secret": document["cs"]}
    client |= {"scope": document["sc"]} if document.get("sc") else {}
    if not document.get("saak"):
        return {"grant_type": "client_credentials", **client}
    return {"grant_type": "password", "username": document["saak"], "password": document["sask"], **client}


def _object(content: bytes | str) -> Mapping[str, object]:
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content.removeprefix("\ufeff")
        document = json.loads(text)
    except (ValueError, RecursionError):  # chained, the error would carry the file's text
        raise Misconfigured(f"the .ionapi file is not JSON: {REMEDY}") from None
    if not isinstance(document, dict):
        raise Misconfigured(f"the .ionapi file holds no JSON object: {REMEDY}")
    return document


def _missing(document: Mapping[str, object]) -> list[str]:
    missing = [key for key in REQUIRED if not _filled(document, key)]
    return [f"lacks {', '.join(missing)}"] if missing else []


def _half_account(document: Mapping[str, object]) -> list[str]:
    present = [key for key in SERVICE_ACCOUNT if _filled(document, key)]
    if len(present) != 1:
        return []
    absent = next(key for key in SERVICE_ACCOUNT if key not in present)
    return [f"has {present[0]} but lacks {absent} (tick Create Service Account when downloading)"]


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else json.dumps(value)


def _filled(document: Mapping[str, object], key: str) -> bool:
    value = document.get(key)
    return isinstance(value, str) and bool(value.strip())
