from __future__ import annotations

import base64
import copy
import pickle
import traceback

import pytest

from app.errors import ConfigurationError
from app.keystore import KeyEncryptionKey

RAW = bytes(range(1, 32)) + b"\xff"
URLSAFE_RAW = b"\xfb\xff" * 16


@pytest.mark.parametrize(
    "text",
    [
        RAW.hex(),
        RAW.hex().upper(),
        base64.b64encode(RAW).decode(),
        base64.b64encode(RAW).decode().rstrip("="),
        base64.urlsafe_b64encode(RAW).decode(),
        f"  {base64.b64encode(RAW).decode()}\n",
    ],
)
def test_the_spellings_of_one_key(text):
    assert KeyEncryptionKey.from_text(text).raw() == RAW


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_both_alphabets_are_read(encode):
    assert KeyEncryptionKey.from_text(encode(URLSAFE_RAW).decode()).raw() == URLSAFE_RAW


def test_generated_keys_are_new_and_survive_their_text():
    key = KeyEncryptionKey.generate()
    assert len(key.raw()) == 32
    assert KeyEncryptionKey.from_text(key.text()).raw() == key.raw()
    assert KeyEncryptionKey.generate().raw() != key.raw()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "secret",
        "x" * 32,
        RAW.hex()[:-2],
        RAW.hex() + "00",
        base64.b64encode(RAW[:-1]).decode(),
        base64.b64encode(RAW + b"\0").decode(),
        base64.b64encode(RAW).decode() + "=",
        base64.b64encode(RAW).decode()[:-2] + "é=",
        "+" + base64.urlsafe_b64encode(URLSAFE_RAW).decode()[1:],
        base64.b64encode(RAW).decode()[:20] + " " + base64.b64encode(RAW).decode()[21:],
    ],
)
def test_anything_else_is_a_configuration_error_that_does_not_repeat_it(text):
    with pytest.raises(ConfigurationError) as caught:
        KeyEncryptionKey.from_text(text)
    if text:
        assert text not in caught.value.message
    assert caught.value.__cause__ is None


def test_nothing_of_the_key_leaks():
    key = KeyEncryptionKey(RAW)
    for shown in (repr(key), str(key), f"{key}", repr({"kek": key})):
        assert RAW.hex() not in shown
        assert key.text() not in shown
        assert "KeyEncryptionKey" in shown
    for leak in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            leak(key)
    with pytest.raises(ConfigurationError) as caught:
        KeyEncryptionKey(RAW[1:])
    assert repr(RAW)[10:30] not in "".join(traceback.format_exception(caught.value))
