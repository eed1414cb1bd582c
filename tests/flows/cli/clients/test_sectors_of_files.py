"""A client file and the documents of its sectors: a contradiction writes nothing, silence hinders nothing."""

import json

import pytest

from clients.errors import ClientFileError
from clients.model import ClientId
from idp.cli.clients.changes import apply_file
from idp.cli.session import opened
from idp.environment import Settings
from records.structs import replace
from tests.flows.cli.operator import Operator, entry
from tests.support.rigs.registering import Servers

SECTOR = "https://sector.example/list.json"


async def test_oidc_registration_5_a_file_is_applied_if_no_sector_says_otherwise(operator: Operator) -> None:
    settings = Settings(
        issuer="http://localhost:8000", database_url=operator.database_url, master_key_file=operator.master_key
    )
    written = entry(ClientId("da-nang"), sector_identifier_uri=SECTOR)
    file, servers = operator.client_file(written), Servers()
    async with opened(settings) as foundation:
        within = replace(foundation, caller=servers)
        servers.answers[SECTOR] = 200, b'["https://another.example/cb"]'
        with pytest.raises(ClientFileError) as refused:
            await apply_file(within, file)
        assert [problem.field for problem in refused.value.problems] == ["da-nang.sector_identifier_uri"]
        assert await foundation.database.clients.load_all() == []
        servers.answers[SECTOR] = 200, json.dumps(written["redirect_uris"]).encode()
        assert (await apply_file(within, file)).applied is not None
        assert servers.asked == [SECTOR] * 2
        # Nothing of the sector changes: nobody is asked.
        await apply_file(within, operator.client_file({**written, "default_max_age": 60}))
        assert servers.asked == [SECTOR] * 2
        del servers.answers[SECTOR]
        more = {**written, "redirect_uris": ["https://da-nang.example/another"]}
        assert (await apply_file(within, operator.client_file(more))).applied is not None
        assert servers.asked == [SECTOR] * 3
