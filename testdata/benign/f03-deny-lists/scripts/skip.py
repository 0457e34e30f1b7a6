import re

SKIP = re.compile(r"(authorized_keys|id_rsa|\.aws/credentials|\.env)$")


def may_index(path: str) -> bool:
    return not SKIP.search(path)
