"""Makes a conda channel of small packages.

    python3 channel.py CHANNEL PIP_WHEEL

writes the channel that this image's kernels are built from: `python`, which is the
image's own Python under a prefix of its own, and `pip`.

A package is an archive of its files and of `info/`, and a channel a folder of packages
with an index for each platform: https://docs.conda.io/projects/conda-build/en/stable/resources/package-spec.html
"""

import bz2
import hashlib
import io
import json
import platform
import sys
import tarfile
import zipfile
from pathlib import Path

# conda puts the prefix that a package is installed to where a text file has this one.
PREFIX = "/opt/anaconda1anaconda2anaconda3"

SUBDIR = {"x86_64": "linux-64", "aarch64": "linux-aarch64"}[platform.machine()]
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
SITE_PACKAGES = f"lib/python{PYTHON}/site-packages"


class Link(str):
    """The target of a symbolic link, as a file of a package."""


def add_package(channel, name, version, files=(), depends=(), build="0", noarch=True):
    """Adds a package. `files` maps paths to texts, bytes or Links; what lies in a `bin` is executable."""
    subdir = "noarch" if noarch else SUBDIR
    files = {path: _as_bytes(content) for path, content in dict(files).items()}
    index = {
        "name": name,
        "version": version,
        "build": build,
        "build_number": 0,
        "depends": list(depends),
        "subdir": subdir,
        **({"noarch": "generic"} if noarch else {}),
    }
    info = {
        "info/index.json": json.dumps(index, indent=2).encode(),
        "info/files": "".join(f"{path}\n" for path in files).encode(),
        "info/paths.json": json.dumps(
            {"paths_version": 1, "paths": [_path_entry(*item) for item in files.items()]}, indent=2
        ).encode(),
    }
    archive = Path(channel, subdir, f"{name}-{version}-{build}.tar.bz2")
    archive.parent.mkdir(parents=True, exist_ok=True)
    archive.write_bytes(bz2.compress(_tar(info | files)))


def write_index(channel):
    """Writes the `repodata.json` of each platform; conda wants one for `noarch` even if it is empty."""
    for subdir in ("noarch", SUBDIR):
        folder = Path(channel, subdir)
        folder.mkdir(parents=True, exist_ok=True)
        packages = {archive.name: _index_entry(archive) for archive in sorted(folder.glob("*.tar.bz2"))}
        repodata = {
            "info": {"subdir": subdir},
            "packages": packages,
            "packages.conda": {},
            "removed": [],
            "repodata_version": 1,
        }
        Path(folder, "repodata.json").write_text(json.dumps(repodata, indent=2))


def add_python(channel):
    """The image's Python as a package: with a `pyvenv.cfg`, `sys.prefix` is where it is installed."""
    executable = Path(sys.executable).resolve()
    files = {
        f"bin/python{PYTHON}": Link(str(executable)),
        "bin/python3": Link(f"python{PYTHON}"),
        "bin/python": Link(f"python{PYTHON}"),
        "pyvenv.cfg": f"home = {executable.parent}\ninclude-system-site-packages = false\n",
    }
    add_package(channel, "python", platform.python_version(), files, build="0_image", noarch=False)


def add_pip(channel, wheel):
    """PyPI's pip as a package."""
    script = f"#!{PREFIX}/bin/python\nimport sys\nfrom pip._internal.cli.main import main\nsys.exit(main())\n"
    with zipfile.ZipFile(wheel) as archive:
        files = {
            f"{SITE_PACKAGES}/{name}": archive.read(name)
            for name in archive.namelist()
            if not name.endswith("/")
        }
    version = Path(wheel).name.split("-")[1]
    files |= {"bin/pip": script, "bin/pip3": script}
    add_package(channel, "pip", version, files, depends=[f"python {PYTHON}.*"])


def _as_bytes(content):
    return content.encode() if isinstance(content, str) and not isinstance(content, Link) else content


def _path_entry(path, content):
    if isinstance(content, Link):
        return {"_path": path, "path_type": "softlink", "sha256": hashlib.sha256().hexdigest(), "size_in_bytes": 0}
    entry = {
        "_path": path,
        "path_type": "hardlink",
        "sha256": hashlib.sha256(content).hexdigest(),
        "size_in_bytes": len(content),
    }
    if PREFIX.encode() in content:
        entry |= {"prefix_placeholder": PREFIX, "file_mode": "text"}
    return entry


def _tar(files):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for path, content in files.items():
            member = tarfile.TarInfo(path)
            if isinstance(content, Link):
                member.type, member.linkname = tarfile.SYMTYPE, content
                tar.addfile(member)
                continue
            member.size = len(content)
            member.mode = 0o755 if Path(path).parent.name == "bin" else 0o644
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def _index_entry(archive):
    content = archive.read_bytes()
    with tarfile.open(archive) as tar:
        index = json.load(tar.extractfile("info/index.json"))
    return index | {
        "md5": hashlib.md5(content).hexdigest(),
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
    }


if __name__ == "__main__":
    _, channel, wheel = sys.argv
    add_python(channel)
    add_pip(channel, wheel)
    write_index(channel)
