"""Makes the conda channel that the bench locks and builds kernels from.

    /opt/conda/bin/python many-packages.py CHANNEL SMALL_CHANNEL

writes 2,000 packages, 200 names in 10 versions, to CHANNEL, and what SMALL_CHANNEL holds (Python
and pip) besides. `part-N` depends on two parts of a lower number, each in the version of its own
or a newer one, so that four of them need some forty.
"""

import shutil
import sys
from pathlib import Path

from channel import add_package, write_index

NAMES = 200
VERSIONS = 10


def add_part(channel, number, minor):
    lower = {number // 2, number // 3} - {number}
    add_package(
        channel,
        f"part-{number}",
        f"1.{minor}",
        {f"share/part-{number}/{name}.txt": f"{number} 1.{minor} {name}\n" * 20 for name in "abcde"},
        depends=[f"part-{other} >=1.{minor},<2" for other in sorted(lower)],
        noarch=False,
    )


if __name__ == "__main__":
    _, channel, small_channel = sys.argv
    for number in range(NAMES):
        for minor in range(VERSIONS):
            add_part(channel, number, minor)
    for archive in Path(small_channel).glob("*/*.conda"):
        target = Path(channel, archive.parent.name)
        target.mkdir(exist_ok=True)
        shutil.copy(archive, target)
    write_index(channel)
