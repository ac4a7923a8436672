"""A process that awards: `python -m tests.storage.awarding URL TENANT-AS-JSON COUNT`, three at a time."""

from __future__ import annotations

import json
import sys
from uuid import UUID

from app.storage import Database, credentials
from tests.storage.rows import Tenant, allocate, new_credential


def main(url, order, count):
    tenant = Tenant(**{name: UUID(value) for name, value in json.loads(order).items()})
    database = Database.open(url)
    for _ in range(int(count)):
        with database.transaction() as session:
            [entry] = allocate(session, tenant, fill=10 / 131_072)
            credentials.insert_credentials(session, [new_credential(tenant, entry)])
    database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
