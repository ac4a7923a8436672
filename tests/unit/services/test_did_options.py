from __future__ import annotations

import pytest

from app.services.did_options import Options, Refused, read_options

TIME = "2025-10-07T14:30:00Z"


@pytest.mark.parametrize(
    ("given", "options"),
    [
        ({}, Options()),
        ({"service": "shop", "serviceType": "Shop", "relativeRef": "/a%20b", "hl": "zQm", "accept": "x"}, Options()),
        ({"versionId": "1"}, Options(version=True)),
        ({"versionTime": TIME}, Options(version=True)),
        ({"expandRelativeUrls": "true"}, Options(expanded=True)),
        ({"expandRelativeUrls": "false", "noCache": "false"}, Options()),
        ({"noCache": "true"}, Options(fresh=True)),
        ({"publicKeyFormat": "Multikey"}, Options(key_format="Multikey")),
        ({"enableEncryptionKeyDerivation": "false", "enableExperimentalPublicKeyTypes": "true"}, Options()),
    ],
)
def test_what_is_asked_for(given, options):
    assert read_options(given.items()) == options


@pytest.mark.parametrize(
    ("pairs", "failure", "says"),
    [
        ([("versionTime", TIME), ("versionTime", TIME)], "INVALID_OPTIONS", "twice"),
        ([("unheard", "1"), ("unheard", "1")], "INVALID_OPTIONS", "twice"),
        ([("versionId", "1"), ("versionTime", TIME)], "INVALID_OPTIONS", "exclude each other"),
        ([("expandRelativeUrls", "yes")], "INVALID_OPTIONS", "true or false"),
        ([("noCache", "")], "INVALID_OPTIONS", "true or false"),
        ([("noCache", "True")], "INVALID_OPTIONS", "true or false"),
        ([("publicKeyFormat", "\u041c")], "INVALID_OPTIONS", "ASCII"),
        ([("unheard", "1")], "FEATURE_NOT_SUPPORTED", "versionTime"),
        ([("VersionId", "1")], "FEATURE_NOT_SUPPORTED", "versionId"),
        ([("enableEncryptionKeyDerivation", "true")], "FEATURE_NOT_SUPPORTED", "derived"),
    ],
)
def test_what_is_refused(pairs, failure, says):
    refused = read_options(pairs)
    assert isinstance(refused, Refused)
    assert refused.failure == failure
    assert says in refused.reason
    assert "unheard" not in refused.reason
