"""Configuration: what may start, what may not, and that no secret is told in saying so."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from app.errors import ConfigurationError
from app.keystore import KeyEncryptionKey
from app.settings import (
    check_private_file,
    load_key_encryption_key,
    load_settings,
    write_private_file,
)

SECRET = "5e" * 32
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def environ(monkeypatch):
    """A production environment in which everything is right; tests break one thing."""
    for name in [name for name in os.environ if name.startswith("LAUREL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LAUREL_PUBLIC_URL", "https://badges.example.org")
    monkeypatch.setenv("LAUREL_KEY_ENCRYPTION_KEY", SECRET)
    return monkeypatch


@pytest.fixture
def development(environ, tmp_path):
    environ.setenv("LAUREL_ENVIRONMENT", "development")
    environ.setenv("LAUREL_PUBLIC_URL", "http://localhost:8000")
    environ.setenv("LAUREL_DATA_DIR", str(tmp_path / "var"))
    environ.delenv("LAUREL_KEY_ENCRYPTION_KEY")
    return environ


@pytest.fixture
def key_file(environ, tmp_path):
    file = tmp_path / "kek"
    file.write_text(SECRET + "\n")
    file.chmod(0o600)
    environ.delenv("LAUREL_KEY_ENCRYPTION_KEY")
    environ.setenv("LAUREL_KEY_ENCRYPTION_KEY_FILE", str(file))
    return file


def refusal():
    """The words with which it does not start."""
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert caught.value.__cause__ is None
    return caught.value.message


def test_production_with_https_and_a_key_starts():
    settings = load_settings()
    assert not settings.development
    assert settings.base_url == "https://badges.example.org"
    assert load_key_encryption_key(settings) == SECRET


def test_production_is_what_you_get_without_saying_so(environ):
    environ.delenv("LAUREL_KEY_ENCRYPTION_KEY")
    assert "no key-encryption key" in refusal()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("LAUREL_PUBLIC_URL", "http://badges.example.org", "must begin with https://"),
        ("LAUREL_ENVIRONMENT", "staging", "LAUREL_ENVIRONMENT"),
        ("LAUREL_PORT", "70000", "LAUREL_PORT"),
        ("LAUREL_LOG_LEVEL", "loud", "LAUREL_LOG_LEVEL"),
        ("LAUREL_STOP_SECONDS", "0", "LAUREL_STOP_SECONDS"),
        ("LAUREL_LIMIT_BODY_BYTES", "0", "LAUREL_LIMIT_BODY_BYTES"),
        ("LAUREL_LIMIT_JSON_DEPTH", "129", "LAUREL_LIMIT_JSON_DEPTH"),
        ("LAUREL_TRUSTED_ISSUERS", "did:web:a.example", "trusted_issuers"),
        ("LAUREL_LIMIT_FETCH_SECONDS", "0", "LAUREL_LIMIT_FETCH_SECONDS"),
        ("LAUREL_LIMIT_FETCHES_AT_ONCE", "257", "LAUREL_LIMIT_FETCHES_AT_ONCE"),
        ("LAUREL_LIMIT_FETCH_CACHE_BYTES", "-1", "LAUREL_LIMIT_FETCH_CACHE_BYTES"),
        ("LAUREL_TEST_HOST_MAP", '{"school.example": "127.0.0.1:40123"}', "refused outside development"),
        ("LAUREL_TEST_CA_FILE", __file__, "refused outside development"),
    ],
    ids=lambda value: value if value.startswith("LAUREL") and value.isupper() else "",
)
def test_a_wrong_value_is_named_by_its_variable(environ, name, value, said):
    environ.setenv(name, value)
    assert said in refusal()


def test_in_development_hosts_may_have_stand_ins(development):
    development.setenv("LAUREL_TEST_HOST_MAP", '{"school.example": "127.0.0.1:40123"}')
    development.setenv("LAUREL_TEST_CA_FILE", __file__)
    settings = load_settings()
    assert settings.test_host_map == {"school.example": "127.0.0.1:40123"}
    assert settings.test_ca_file == Path(__file__)


@pytest.mark.parametrize(
    "stand_ins",
    [
        '{"school.example": "10.0.0.1:443"}',
        '{"school.example": "127.0.0.1"}',
        '{"school.example": "127.0.0.1:0"}',
        '{"school.example": "127.0.0.1:65536"}',
        '{"school.example": "127.0.0.1:80@10.0.0.1:80"}',
        '{"school.example": "localhost:40123"}',
        '{"School.example": "127.0.0.1:40123"}',
        '{"school.example.": "127.0.0.1:40123"}',
        '{"*": "127.0.0.1:40123"}',
        '{"": "127.0.0.1:40123"}',
        '{"school.example": 40123}',
        '["school.example"]',
    ],
)
def test_a_stand_in_is_at_loopback_for_one_name(development, stand_ins):
    development.setenv("LAUREL_TEST_HOST_MAP", stand_ins)
    assert "TEST_HOST_MAP" in refusal()


def test_the_certificates_of_stand_ins_are_a_file(development, tmp_path):
    development.setenv("LAUREL_TEST_CA_FILE", str(tmp_path))
    assert "LAUREL_TEST_CA_FILE: there is no file" in refusal()


def test_every_reason_is_given_at_once(environ):
    environ.setenv("LAUREL_PORT", "x")
    environ.setenv("LAUREL_LOG_FORMAT", "x")
    assert {"LAUREL_PORT", "LAUREL_LOG_FORMAT"} <= set(refusal().replace(":", "").split())


def test_every_unsafe_reason_is_given_at_once(environ, key_file):
    key_file.chmod(0o644)
    environ.setenv("LAUREL_KEY_ENCRYPTION_KEY", SECRET)
    environ.setenv("LAUREL_PUBLIC_URL", "http://badges.example.org")
    environ.setenv("LAUREL_PORT", "x")
    said = refusal()
    assert "LAUREL_PUBLIC_URL: must begin with https://" in said
    assert "not both" in said
    assert "open to others" in said
    assert "LAUREL_PORT" in said


def test_a_wrong_address_does_not_hide_that_there_is_no_key(environ):
    environ.delenv("LAUREL_KEY_ENCRYPTION_KEY")
    environ.setenv("LAUREL_PUBLIC_URL", "badges.example.org")
    said = refusal()
    assert "must be scheme, host" in said
    assert "no key-encryption key" in said


@pytest.mark.parametrize(
    "url",
    [
        "",
        "badges.example.org",
        "ftp://badges.example.org",
        "file:///etc/passwd",
        "https://",
        "https:///path",
        "https://[",
        "https://badges.example.org/laurel",
        "https://badges.example.org//",
        "https://badges.example.org?x=1",
        "https://badges.example.org?",
        "https://badges.example.org#x",
        "https://user@badges.example.org",
        "https://user:pass@badges.example.org",
        "https://@badges.example.org",
        "https://badges.example.org:0",
        "https://badges.example.org:65536",
        "https://badges.example.org:x",
        "https://badges.example.org:",
        "https://badges example.org",
        "https://badges.example.org ",
        "https://badges.example.org\\@elsewhere.example",
        "https://Badges.example.org",
        "HTTPS://badges.example.org",
        "https://bücher.example",
        "https://-badges.example.org",
        "https://badges.example.org\n",
    ],
)
def test_a_public_address_is_scheme_host_and_port_in_one_spelling(environ, url):
    environ.setenv("LAUREL_PUBLIC_URL", url)
    assert "LAUREL_PUBLIC_URL" in refusal()


@pytest.mark.parametrize(
    ("url", "base_url"),
    [
        ("https://badges.example.org/", "https://badges.example.org"),
        ("https://badges.example.org:8443", "https://badges.example.org:8443"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("https://192.0.2.7", "https://192.0.2.7"),
        ("https://[2001:db8::7]:8443", "https://[2001:db8::7]:8443"),
    ],
)
def test_public_addresses_that_do(environ, url, base_url):
    environ.setenv("LAUREL_PUBLIC_URL", url)
    assert load_settings().base_url == base_url


LOCAL = ["localhost", "laurel.localhost", "127.0.0.1", "[::1]", "192.168.1.5", "laurel", "my_app", "badges.example"]


@pytest.mark.parametrize("host", LOCAL)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_development_serves_local_addresses(development, scheme, host):
    development.setenv("LAUREL_PUBLIC_URL", f"{scheme}://{host}:8000")
    assert load_settings().development


@pytest.mark.parametrize("host", ["badges.riverside.org", "8.8.8.8", "[2606:4700::1111]", "localhost.riverside.org"])
def test_development_refuses_a_public_host(development, host):
    development.setenv("LAUREL_PUBLIC_URL", f"https://{host}")
    assert "names a public host" in refusal()


# The key-encryption key ---------------------------------------------------------------------------------------------


def test_a_file_of_ones_own_is_read(key_file):
    assert load_key_encryption_key(load_settings()) == SECRET


def test_both_forms_are_refused(environ, key_file):
    environ.setenv("LAUREL_KEY_ENCRYPTION_KEY", SECRET)
    assert "not both" in refusal()


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o644, 0o620, 0o610, 0o602, 0o777], ids=oct)
def test_a_file_that_others_can_open_is_refused(key_file, mode):
    key_file.chmod(mode)
    assert f"open to others (mode {mode:04o})" in refusal()


def test_a_file_opened_to_others_since_the_start_is_refused(key_file):
    settings = load_settings()
    key_file.chmod(0o644)
    with pytest.raises(ConfigurationError, match="open to others"):
        load_key_encryption_key(settings)


def test_a_file_that_is_not_there_is_refused(key_file):
    key_file.unlink()
    assert "cannot be read" in refusal()


def test_a_folder_or_a_device_is_refused(environ, key_file, tmp_path):
    for path in (tmp_path, "/dev/null"):
        environ.setenv("LAUREL_KEY_ENCRYPTION_KEY_FILE", str(path))
        assert "not a regular file" in refusal()


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_private_modes(key_file, mode):
    key_file.chmod(mode)
    check_private_file(key_file)


# Secrets are not told -----------------------------------------------------------------------------------------------


def test_neither_settings_nor_refusals_show_a_secret(environ, key_file):
    environ.setenv("LAUREL_DATABASE_URL", f"postgresql://laurel:{SECRET}@db.example/laurel")
    assert SECRET not in repr(load_settings())
    assert SECRET not in str(load_settings())
    environ.setenv("LAUREL_KEY_ENCRYPTION_KEY", SECRET)
    assert SECRET not in refusal()


def test_a_key_in_the_environment_is_not_shown(environ):
    settings = load_settings()
    assert SECRET not in repr(settings) + str(settings) + settings.model_dump_json()
    environ.setenv("LAUREL_PORT", "x")
    assert SECRET not in refusal()


@pytest.mark.parametrize("name", ["LAUREL_PORT", "LAUREL_PUBLIC_URL", "LAUREL_LIMIT_QUADS", "LAUREL_TRUSTED_ISSUERS"])
def test_a_secret_in_the_wrong_variable_is_not_repeated(environ, name):
    environ.setenv(name, SECRET)
    assert SECRET not in refusal()


# Development makes its own ------------------------------------------------------------------------------------------


def test_development_makes_a_key_file_for_its_owner_alone_and_keeps_it(development):
    settings = load_settings()
    first = load_key_encryption_key(settings)
    assert len(KeyEncryptionKey.from_text(first).raw()) == 32
    assert stat.S_IMODE(settings.development_key_file.stat().st_mode) == 0o600
    assert load_key_encryption_key(load_settings()) == first
    assert [path.name for path in settings.data_dir.iterdir()] == ["development.kek"]


def test_development_refuses_its_key_file_when_others_can_read_it(development):
    settings = load_settings()
    load_key_encryption_key(settings)
    settings.development_key_file.chmod(0o644)
    with pytest.raises(ConfigurationError, match="open to others"):
        load_key_encryption_key(settings)


def test_development_takes_a_key_that_is_given(development):
    development.setenv("LAUREL_KEY_ENCRYPTION_KEY", SECRET)
    settings = load_settings()
    assert load_key_encryption_key(settings) == SECRET
    assert not settings.development_key_file.exists()


def test_a_data_folder_that_cannot_be_made_is_said(development, tmp_path):
    (tmp_path / "file").write_text("")
    development.setenv("LAUREL_DATA_DIR", str(tmp_path / "file" / "var"))
    with pytest.raises(ConfigurationError, match="cannot be written"):
        load_key_encryption_key(load_settings())


RACE = """
import sys, time
from app.settings import load_key_encryption_key, load_settings
settings = load_settings()
print("ready", flush=True)
sys.stdin.readline()
print(load_key_encryption_key(settings))
"""


def test_processes_that_make_the_key_at_once_end_with_the_same_one(development):
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACE], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for _ in range(3)
    ]
    assert {racer.stdout.readline() for racer in racers} == {"ready\n"}
    for racer in racers:
        racer.stdin.write("go\n")
        racer.stdin.flush()
    keys = {racer.communicate(timeout=30)[0].strip() for racer in racers}
    assert {racer.returncode for racer in racers} == {0}
    assert len(keys) == 1
    assert len(KeyEncryptionKey.from_text(keys.pop()).raw()) == 32


def test_a_key_file_is_never_there_without_its_key(development, monkeypatch):
    """What another process reads at the very moment at which the file appears."""
    settings = load_settings()
    link, seen = os.link, []

    def linked(source, target):
        link(source, target)
        seen.append(load_key_encryption_key(settings))

    monkeypatch.setattr(os, "link", linked)
    assert [load_key_encryption_key(settings)] == seen


def test_a_key_is_never_overwritten(tmp_path):
    file = tmp_path / "kek"
    write_private_file(file, "first")
    with pytest.raises(ConfigurationError, match="exists already"):
        write_private_file(file, "second")
    assert file.read_text() == "first\n"
    assert [path.name for path in tmp_path.iterdir()] == ["kek"]
