"""The trusted certificates: certifi's, the machine's own, and those that a user adds."""

import os
import ssl
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import certifi

from copilot_seat_report.errors import InputError

FILE_VARIABLES = ("SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS")
DIRECTORY_VARIABLE = "SSL_CERT_DIR"
SUFFIXES = (".pem", ".crt", ".cer")


def ssl_context(
    environment: Mapping[str, str], ca_file: Path | None, *, quotes_paths: bool = True
) -> ssl.SSLContext:
    """Return the context that verifies every connection.

    Each source adds to the others: certifi's list, the directory and file that OpenSSL was built
    for, those in variables (https://docs.openssl.org/master/man3/SSL_CTX_load_verify_locations and
    https://nodejs.org/api/cli.html#node_extra_ca_certsfile) and `ca_file`. Raises InputError if one
    of the last two cannot be read; `quotes_paths` says whether the error may show its path.
    """
    # Not `ssl.create_default_context`: since Python 3.13 it refuses an authority whose certificate
    # omits what RFC 5280 requires. Many proxies have one, and git, curl and Node accept it.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.load_verify_locations(certifi.where())
    _add_machines_own(context)
    for variable in FILE_VARIABLES:
        if environment.get(variable):
            _add(context, variable, Path(environment[variable]), quotes_path=quotes_paths)
    for directory in environment.get(DIRECTORY_VARIABLE, "").split(os.pathsep):
        if directory:
            _add_directory(context, Path(directory), quotes_path=quotes_paths)
    if ca_file:
        _add(context, "ca-file", ca_file, quotes_path=quotes_paths)
    return context


def _add_machines_own(context: ssl.SSLContext) -> None:
    built_in = ssl.get_default_verify_paths()
    directory, file = Path(built_in.openssl_capath), Path(built_in.openssl_cafile)
    if directory.is_dir():
        context.load_verify_locations(capath=directory)  # read as needed
    # If the file is in that directory, as in Debian, it has the same content.
    if file.is_file() and file.resolve().parent != directory.resolve():
        context.load_verify_locations(file)


def _add(context: ssl.SSLContext, name: str, path: Path, *, quotes_path: bool) -> None:
    try:
        context.load_verify_locations(path)
    except ssl.SSLError as error:
        shown = path.name if quotes_path else "the file"
        raise InputError(
            f"{name}: {shown} has no certificate in PEM format (-----BEGIN CERTIFICATE-----)."
        ) from error
    except OSError as error:
        raise _missing(name, path if quotes_path else "the file", error) from error


def _add_directory(context: ssl.SSLContext, path: Path, *, quotes_path: bool) -> None:
    """Trust a directory: OpenSSL finds files named by their hash; others are added one by one."""
    try:
        files = sorted(path.iterdir())
    except OSError as error:
        shown = path if quotes_path else "the directory"
        raise _missing(DIRECTORY_VARIABLE, shown, error) from error
    context.load_verify_locations(capath=path)
    for file in files:
        if file.suffix in SUFFIXES:
            with suppress(OSError):  # the directory may also have other files
                context.load_verify_locations(file)


def _missing(name: str, shown: Path | str, error: OSError) -> InputError:
    return InputError(
        f"{name}: {shown} cannot be read ({error.strerror}). In a workflow, a path on the runner's "
        "machine does not exist in the action's container, which has only the workspace: put the "
        "file there and set `ca-file`. To unset a variable, set it to empty in the step's `env`."
    )
