"""What is public, and what spells an address. Second opinions: the C library, and `ipaddress` as far as it goes."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.remote.addresses import _SPECIAL_V4, _SPECIAL_V6, address_in_host, is_public
from app.remote.reasons import NoAnswerError

NAT64 = IPv6Address("64:ff9b::").packed[:12]
PUBLIC = ["1.1.1.1", "8.8.8.8", "93.184.216.34", "172.15.255.255", "172.32.0.0", "100.63.255.255", "100.128.0.0"]
PUBLIC += ["192.0.1.0", "198.17.255.255", "198.20.0.0", "223.255.255.255", "168.63.129.15", "168.63.129.17"]
PUBLIC += ["2606:4700:4700::1111", "2a00:1450:4001:81b::200e", "2001:200::", "2001:4860:4860::8888", "2400::1"]
PUBLIC += ["64:ff9b::808:808", "64:ff9b::8.8.8.8"]

NOT_PUBLIC = ["0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254"]
NOT_PUBLIC += ["168.63.129.16", "169.254.169.254", "169.254.170.2", "172.16.0.1", "172.31.255.255", "192.0.0.9"]
NOT_PUBLIC += ["192.0.0.192", "192.0.2.1", "192.31.196.1", "192.52.193.1", "192.88.99.1", "192.168.1.1", "192.175.48.1"]
NOT_PUBLIC += ["198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.255.255.250"]
NOT_PUBLIC += ["240.0.0.1", "255.255.255.255"]
NOT_PUBLIC += ["::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1"]
NOT_PUBLIC += ["64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b::a00:1", "64:ff9b:1::7f00:1", "64:ff9b:1::808:808"]
NOT_PUBLIC += ["2002:7f00:1::", "2002:808:808::1", "2001::1", "2001:0:53aa:64c::1", "2001:2::1", "2001:3::1"]
NOT_PUBLIC += [
    "2001:10::1",
    "2001:20::1",
    "2001:1ff:ffff::1",
    "2001:db8::1",
    "2620:4f:8000::1",
    "3fff::1",
    "3fff:fff::1",
]
NOT_PUBLIC += ["4000::1", "5f00::1", "100::1", "100:0:0:1::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%lo"]
NOT_PUBLIC += ["2606:4700::1%eth0", "fec0::1", "ff02::1", "ff0e::1", "e000::1", "1fff:ffff::1"]


@pytest.mark.parametrize("text", PUBLIC)
def test_a_strangers_server_may_have(text):
    assert is_public(ip_address(text))


@pytest.mark.parametrize("text", NOT_PUBLIC)
def test_no_strangers_server_has(text):
    assert not is_public(ip_address(text))


# Written out, since a block that is too small has a last address as well.
LAST = ["0.255.255.255", "10.255.255.255", "100.127.255.255", "127.255.255.255", "169.254.255.255", "172.31.255.255"]
LAST += ["192.0.0.255", "192.0.2.255", "192.31.196.255", "192.52.193.255", "192.88.99.255", "192.168.255.255"]
LAST += ["192.175.48.255", "198.19.255.255", "198.51.100.255", "203.0.113.255", "239.255.255.255", "255.255.255.255"]
LAST += [f"2001:1ff{':ffff' * 6}", f"2001:db8{':ffff' * 6}", f"2002{':ffff' * 7}", f"2620:4f:8000{':ffff' * 5}"]
LAST += [f"3fff:fff{':ffff' * 6}"]


def test_the_blocks_reach_as_far_as_the_registries_say():
    assert [text for text in LAST if is_public(ip_address(text))] == []


# The forms that were found to pass for global, on some version of Python or other.
GLOBAL = [
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "192.0.0.192",
    "224.0.0.1",
    "ff02::1",
    "ff0e::1",
    "fec0::1",
]
GLOBAL += ["3fff::1", "5f00::1", "64:ff9b:1::7f00:1", "192.0.0.9"]


@pytest.mark.parametrize("text", GLOBAL)
def test_what_is_global_lets_through_is_refused(text):
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("block", [*_SPECIAL_V4, *_SPECIAL_V6], ids=str)
def test_each_block_is_refused_from_its_first_address_to_its_last(block):
    assert not is_public(block[0])
    assert not is_public(block[-1])


@given(st.ip_addresses())
def test_nothing_passes_that_the_standard_library_knows_to_be_special(address):
    if is_public(address):
        assert address.is_global or address.packed[:12] == NAT64
        assert not any((address.is_multicast, address.is_loopback, address.is_link_local, address.is_unspecified))


@given(st.ip_addresses(v=4))
def test_wrapped_in_ipv6_no_address_gains_anything(address):
    value = int(address)
    assert is_public(IPv6Address((0x64_FF9B << 96) | value)) == is_public(address)
    for prefix in (0, 0xFFFF << 32, 0xFFFF << 48, (0x64_FF9B_0001 << 80)):
        assert not is_public(IPv6Address(prefix | value))
    assert not is_public(IPv6Address((0x2002 << 112) | (value << 80)))
    assert not is_public(IPv6Address((0x2001 << 112) | (value ^ 0xFFFF_FFFF)))


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("127.0.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("0X7F.1", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("017700000001", "127.0.0.1"),
        ("0x7f.0.0x0.01", "127.0.0.1"),
        ("0", "0.0.0.0"),
        ("0x", "0.0.0.0"),
        ("1.0x", "1.0.0.0"),
        ("[::1]", "::1"),
        ("[0:0:0:0:0:0:0:1]", "::1"),
        ("[::ffff:127.0.0.1]", "::ffff:7f00:1"),
    ],
)
def test_an_address_is_read_in_every_spelling(host, address):
    assert address_in_host(host) == ip_address(address)


NO_ADDRESSES = ["256.1.1.1", "1.2.3.4.5", "1.2.3.256", "4294967296", "0x100000000", "08.1.1.1", "127.0.0.09", "a.1"]
NO_ADDRESSES += ["1.256.1.1", "1.2.256.1", "1.2.3.4.0", "1.2.3.4.5.6", "1.2.65536", "1.16777216"]
NO_ADDRESSES += ["1..1", ".1", "1_0.1", "[::1", "[fe80::1%25lo]", "[fe80::1%lo]", "[127.0.0.1]", "[]", "[::g]"]
NO_ADDRESSES += ["[1:2:3:4:5:6:7:8:9]"]


@pytest.mark.parametrize("host", NO_ADDRESSES)
def test_what_would_be_a_number_and_is_no_address_is_refused(host):
    with pytest.raises(NoAnswerError):
        address_in_host(host)


@pytest.mark.parametrize("host", ["example.org", "127.0.0.1.example.org", "0x7f.com", "1e100.net", "xn--p1ai", "a"])
def test_a_name_is_no_address(host):
    assert address_in_host(host) is None


NUMBERS = st.one_of(
    st.integers(0, 300).map(str), st.integers(0, 2**33).map(str), st.integers(0, 2**33).map(hex),
    st.integers(0, 2**33).map(lambda number: f"0{number:o}"),
)  # fmt: skip


@given(st.lists(NUMBERS, min_size=1, max_size=5).map(".".join))
@example("1.2.3.4")
def test_numbers_are_read_as_the_c_library_reads_them(host):
    try:
        expected = IPv4Address(socket.inet_aton(host))
    except OSError:
        with pytest.raises(NoAnswerError):
            address_in_host(host)
    else:
        assert address_in_host(host) == expected
