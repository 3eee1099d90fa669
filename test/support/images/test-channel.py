"""Makes the channel of the tests: packages whose activation or build is awkward.

    /opt/conda/bin/python test-channel.py CHANNEL BASE_CHANNEL

BASE_CHANNEL is the image's own, whose `python` and `pip` are taken over.
"""

import shutil
import sys

from channel import PREFIX, SITE_PACKAGES, add_package, write_index

ACTIVATE = {
    "activate-plain": """\
export PLAIN_HOME="$CONDA_PREFIX/share/plain"
export PLAIN_SENTENCE="it's \\"quoted\\", with \\$HOME"
export PLAIN_LINES='one
two'
plain_local=not-exported
""",
    # dash reads neither line; only bash knows where it reads from.
    "activate-bash": """\
function bash_activate() {
    local parts=(one two)
    export BASH_ACTIVATED="${parts[*]}"
    export BASH_SCRIPT="${BASH_SOURCE[0]}"
}
bash_activate
""",
    "activate-fails": """\
export FAILS_BEFORE=1
export FAILS_UNSET="$NO_SUCH_VARIABLE"
false
return 3
""",
    "activate-exits": """\
export EXITS_BEFORE=1
exit 7
""",
    "activate-broken": """\
export BROKEN_BEFORE=1
if then fi
""",
    "activate-path": """\
export PATH="$CONDA_PREFIX/special/bin:$PATH"
""",
    # What it prints must not be taken for data, nor may it eat what the command is to read.
    "activate-talks": """\
echo "activate-talks says this on stdout"
echo "activate-talks says this on stderr" >&2
IFS= read -r line || true
export TALKS_READ="${line:-nothing}"
""",
}


def main(channel, base_channel):
    shutil.copytree(base_channel, channel)
    add_activating(channel)
    add_solvable(channel)
    add_slow_and_failing(channel)
    add_made_by_pip(channel)
    write_index(channel)


def add_activating(channel):
    for name, script in ACTIVATE.items():
        files = {f"etc/conda/activate.d/{name}.sh": script}
        if name == "activate-path":
            files["special/bin/special"] = "#!/bin/sh\necho special\n"
        add_package(channel, name, "1.0", files)


def add_solvable(channel):
    """What a solver has to think about."""
    for version in ("1.0", "1.1", "2.0"):
        add_package(channel, "many", version, {"share/many/version": version})
    add_package(channel, "left", "1.0", {"share/left": "left"}, depends=["right >=1"])
    add_package(channel, "right", "1.0", {"share/right": "right"}, depends=["left >=1"])
    add_package(channel, "wants-old-many", "1.0", {"share/wants": "old"}, depends=["many <2"])
    add_package(channel, "needs-glibc", "1.0", {"share/glibc": ""}, depends=["__glibc >=2.17"])
    add_package(channel, "needs-cuda", "1.0", {"share/cuda": ""}, depends=["__cuda >=11"])
    # The prefix is written into the file, so that it works in one place only.
    add_package(channel, "hello", "1.0", {"bin/hello": f"#!/bin/sh\necho hello from {PREFIX}\n"})


def add_slow_and_failing(channel):
    slow = '#!/bin/sh\nsleep "${SLOW_SECONDS:-5}"\n'
    add_package(channel, "slow", "1.0", {"bin/.slow-post-link.sh": slow, "share/slow": "slow"})
    failing = '#!/bin/sh\necho "this package cannot be linked" >> "$PREFIX/.messages.txt"\nexit 1\n'
    add_package(channel, "fails-to-link", "1.0", {"bin/.fails-to-link-post-link.sh": failing})


def add_made_by_pip(channel):
    """Whoever built it ran pip and took the folder of metadata over as it was, but not all that it lists."""
    info = f"{SITE_PACKAGES}/made_by_pip-1.0.dist-info"
    record = "../../../bin/made-by-pip,,\nmade_by_pip.py,,\nmade_by_pip-1.0.dist-info/REQUESTED,,\n"
    files = {
        f"{SITE_PACKAGES}/made_by_pip.py": "made = True\n",
        f"{info}/INSTALLER": "pip\n",
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: made-by-pip\nVersion: 1.0\n",
        f"{info}/RECORD": record,
    }
    add_package(channel, "made-by-pip", "1.0", files)


if __name__ == "__main__":
    main(*sys.argv[1:])
