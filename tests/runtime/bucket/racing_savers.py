"""A process of savers that all want to add their key to one env file at once; prints who got which version."""

import sys
from concurrent.futures import ThreadPoolExecutor

from runtime.bucket.env_files import EnvFileChanged
from runtime.gateways import Access, Gateways
from tests.provisioning import ENVIRONMENT


def add_key(gateways: Gateways, service: str, key: str) -> int:
    """Starts from nothing, as if the page was opened before anybody saved; the number of the version that holds it."""
    text, base = "", 0
    while True:
        text += f"{key}=1\n"
        try:
            return gateways.env_files.save(service, "app", text, base=base, author=key, message="").number
        except EnvFileChanged as beaten:
            text, base = beaten.theirs.text or "", beaten.theirs.number


def main(endpoint: str, service: str, first: str, count: str) -> None:
    gateways = Gateways.connect(ENVIRONMENT, Access(endpoint, {}, ENVIRONMENT.account_id, "local"))
    keys = [f"K{number}" for number in range(int(first), int(first) + int(count))]
    with ThreadPoolExecutor(len(keys)) as pool:
        numbers = pool.map(lambda key: add_key(gateways, service, key), keys)
        for key, number in zip(keys, numbers, strict=True):
            print(key, number)


if __name__ == "__main__":
    main(*sys.argv[1:])
