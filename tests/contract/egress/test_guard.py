"""Whom the guarded client calls and whom it refuses (security reference SS-1, SS-3)."""

import asyncio

import pytest

from tests.contract.egress.callers import SHORT, get, guarded, reason_of_failure
from tests.contract.egress.local_server import local_server, ok, says
from tests.contract.egress.scripted_resolver import ScriptedResolver
from tests.contract.until import until


async def test_a_listed_endpoint_is_called() -> None:
    async with local_server(ok(b"hello")) as server, guarded(server.allow) as caller:
        response = await caller.call(get(server.url()))
    assert (response.status, response.body, response.content_type) == (200, b"hello", "text/plain")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST", "[::ffff:127.0.0.1]", "0.0.0.0"])
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_loopback_is_refused_under_every_name_unless_listed(host: str, scheme: str) -> None:
    async with local_server(ok()) as sink, guarded("register.internal") as caller:
        assert await reason_of_failure(caller, get(sink.url(host, scheme))) == "refused"
    assert sink.connections == 0


@pytest.mark.parametrize("host", ["127.1", "0x7f.0.0.1", "2130706433", "0177.0.0.1"])
async def test_loopback_in_the_spellings_of_old_is_refused(host: str) -> None:
    async with local_server(ok()) as sink, guarded() as caller:
        assert await reason_of_failure(caller, get(sink.url(host, "https"))) == "refused"
    assert sink.connections == 0


@pytest.mark.parametrize(
    "url",
    ["https://169.254.169.254/latest/meta-data", "https://[fd00:ec2::254]/", "https://10.0.0.1/", "https://[::1]/",
     "https://224.0.0.1/", "https://[64:ff9b::a9fe:a9fe]/", "file:///etc/passwd", "gopher://127.0.0.1:70/x",
     "ftp://portal.example/", "//portal.example/", "portal.example", "", "https://", "https:///path", "https://[::1",
     "https://portal.example:0/", "https://portal.example:99999/", "https://user:word@portal.example/"],
)  # fmt: skip
async def test_ss_1_addresses_that_are_not_ours_to_call_are_refused_before_any_look_up(url: str) -> None:
    resolver = ScriptedResolver()
    async with guarded(resolver=resolver) as caller:
        assert await reason_of_failure(caller, get(url)) == "refused"
    assert resolver.asked == 0


async def test_http_without_tls_is_for_listed_hosts_only() -> None:
    resolver = ScriptedResolver(["8.8.8.8"])
    async with guarded("register.internal, 10.0.0.0/8", resolver=resolver) as caller:
        assert await reason_of_failure(caller, get("http://portal.example/")) == "refused"
    assert resolver.asked == 0


async def test_a_listed_network_is_called_by_its_addresses() -> None:
    async with local_server(ok(b"hello")) as server, guarded("127.0.0.0/8") as caller:
        assert (await caller.call(get(server.url()))).body == b"hello"


async def test_a_name_that_resolves_to_a_private_address_is_refused() -> None:
    async with local_server(ok()) as sink, guarded(resolver=ScriptedResolver(["127.0.0.1"])) as caller:
        assert await reason_of_failure(caller, get(sink.url("portal.example", "https"))) == "refused"
    assert sink.connections == 0


async def test_a_name_with_a_public_and_a_private_address_never_leads_to_the_private_one() -> None:
    # 192.0.2.1 is not public either: it stands for the address that may be called because it is listed.
    resolver = ScriptedResolver(["127.0.0.1", "192.0.2.1"])
    async with local_server(ok()) as sink, guarded("192.0.2.0/24", resolver=resolver) as caller:
        reason = await reason_of_failure(caller, get(sink.url("portal.example", "https"), SHORT))
    assert reason in {"timeout", "connection"}
    assert sink.connections == 0


async def test_dns_rebinding_each_connection_goes_to_the_address_that_was_checked_for_it() -> None:
    resolver = ScriptedResolver(["127.0.0.1"], ["127.0.0.1"])
    async with local_server(ok(b"hello", b"Connection: close")) as server:
        other = f"name.internal:{server.port}"
        async with guarded(other, resolver=resolver) as caller:
            await caller.call(get(server.url("name.internal")))
            assert resolver.asked == 1
            await caller.call(get(server.url("name.internal")))
            assert resolver.asked == 2


async def test_dns_rebinding_a_name_that_changes_to_a_private_address_is_refused_at_the_next_connection() -> None:
    resolver = ScriptedResolver(["127.0.0.1"], ["169.254.169.254"])
    async with (
        local_server(ok(b"hello", b"Connection: close")) as server,
        guarded(f"name.internal:{server.port}", resolver=resolver) as caller,
    ):
        await caller.call(get(server.url("name.internal")))
        assert await reason_of_failure(caller, get(server.url("name.internal"))) == "refused"
    assert server.connections == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_ss_3_a_redirect_to_an_internal_address_is_returned_and_not_followed(status: int) -> None:
    async with local_server(ok(b"secret")) as sink:
        head = f"HTTP/1.1 {status} Moved\r\nLocation: {sink.url()}\r\nContent-Length: 0\r\n\r\n"
        allow = f"127.0.0.1:{sink.port}"
        async with local_server(says(head.encode())) as server, guarded(f"{allow},{server.allow}") as caller:
            response = await caller.call(get(server.url()))
    assert (response.status, response.body) == (status, b"")
    assert sink.connections == 0


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with local_server(ok(b"from the proxy")) as proxy, local_server(ok(b"from the host")) as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        async with guarded(server.allow) as caller:
            assert (await caller.call(get(server.url()))).body == b"from the host"
    assert proxy.connections == 0


async def test_calls_to_one_host_hold_a_bounded_number_of_connections() -> None:
    async def never(_: object) -> None:
        await asyncio.Event().wait()

    async with local_server(never) as server, guarded(server.allow) as caller:
        calls = [asyncio.create_task(caller.call(get(server.url()))) for _ in range(60)]
        await until(lambda: server.connections >= 32)
        # Time in which a thirty-third would come.
        await asyncio.wait(calls, timeout=0.1)
        assert server.connections == 32
        for call in calls:
            call.cancel()
        await asyncio.wait(calls)
