"""Places where a test may stop or kill a worker; nothing at all unless the environment names one."""

import os
import signal
from pathlib import Path

_AT = os.environ.get("COPYDESK_FAILPOINT", "")


def failpoint(name: str) -> None:
    """Kill this process with SIGKILL at `name`, once, if COPYDESK_FAILPOINT is "name:path".

    `path` is made by the first process that gets here, so the one that comes after goes on.
    """
    if not _AT:
        return
    wanted, _, marker = _AT.partition(":")
    if name != wanted:
        return
    try:
        Path(marker).touch(exist_ok=False)
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
