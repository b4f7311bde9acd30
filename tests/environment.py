"""Set before Django reads its settings: every test run has its own `var/`, and nobody else's services."""

import os
import tempfile

os.environ["COPYDESK_VAR"] = tempfile.mkdtemp(prefix="copydesk-test-")
for name in ("COPYDESK_BROKER_URL", "COPYDESK_FAILPOINT", "COPYDESK_LANGUAGE"):
    os.environ.pop(name, None)
if "COPYDESK_TEST_DATABASE_URL" in os.environ:
    os.environ["COPYDESK_DATABASE_URL"] = os.environ["COPYDESK_TEST_DATABASE_URL"]
else:
    os.environ.pop("COPYDESK_DATABASE_URL", None)
if "PYTEST_XDIST_WORKER" in os.environ:
    # Test processes share the cores already. Threads of one library that wait for each other in a
    # loop burn what the other process needs: the embedded model wrote for 121 s instead of 26.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
