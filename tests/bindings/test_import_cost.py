"""What a program pays that imports every resource of the OVH provider."""

from __future__ import annotations

import subprocess
import sys

MEASURE = """
import importlib, os, pkgutil, time
import andamio.cdktf
import cdktf
print(time.process_time(), flush=True)

def cost():
    begun = time.process_time()
    import cdktf_cdktf_provider_ovh as package
    names = [module.name for module in pkgutil.iter_modules(package.__path__)]
    for name in names:
        importlib.import_module(f"{package.__name__}.{name}")
    assert len(names) > 40
    return time.process_time() - begun

for _ in range(5):
    read, write = os.pipe()
    if os.fork() == 0:
        os.write(write, str(cost()).encode())
        os._exit(0)
    os.wait()
    print(os.read(read, 100).decode())
"""


def test_all_of_it_costs_at_most_fifty_milliseconds_beyond_cdktf() -> None:
    """Processor time, the best of five. On a machine so busy that Python and cdktf themselves take long, a share."""
    done = subprocess.run([sys.executable, "-c", MEASURE], capture_output=True, text=True, check=True, timeout=120)
    before, *costs = (float(line) for line in done.stdout.split())
    assert min(costs) <= max(0.05, 0.35 * before)
