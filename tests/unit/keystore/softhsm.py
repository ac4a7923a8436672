"""SoftHSM: a real PKCS #11 library over files, with one token. Debian's package `softhsm2`."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import pytest

from app.keystore import Device

PIN = "1234"
_MODULES = [Path("/usr/lib/softhsm/libsofthsm2.so"), *Path("/usr/lib").glob("*/softhsm/libsofthsm2.so")]


@cache
def folder():
    """Where the token is. One for the process: the library reads its settings once."""
    place = Path(tempfile.mkdtemp(prefix="laurel-softhsm-"))
    (place / "tokens").mkdir()
    (place / "softhsm2.conf").write_text(f"directories.tokendir = {place / 'tokens'}\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(place / "softhsm2.conf")
    command = ["softhsm2-util", "--init-token", "--free", "--label", "laurel", "--pin", PIN, "--so-pin", "5678"]
    subprocess.run(command, check=True, capture_output=True)
    return place


def device(**changes):
    """The token, or a skipped test where SoftHSM is missing."""
    module = next((path for path in _MODULES if path.exists()), None)
    if module is None or shutil.which("softhsm2-util") is None:
        pytest.skip("SoftHSM is not installed (apt-get install softhsm2)")
    pytest.importorskip("pkcs11", reason="the extra pkcs11 is not installed")
    folder()
    return Device(**{"module": module, "token": "laurel", "pin": PIN, **changes})
