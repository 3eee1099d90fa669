"""Makes packages for conda, and channels of them.

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

# Each file of a package was last changed in 2000, whenever it is made and wherever it is installed.
MTIME = 946684800

# Of zstd: a higher one takes seconds more for a tenth less, and is unpacked no faster.
LEVEL = 9


class Link(str):
    """The target of a symbolic link, as a file of a package."""


def add_package(channel, name, version, files=(), depends=(), build="0", noarch=True, form="tar.bz2"):
    """Adds a package. `files` maps paths to texts, bytes or Links; what lies in a `bin` is executable.

    `form` is `tar.bz2`, or `conda`, which is unpacked in less than half the time and made with zstandard.
    """
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
    stem = f"{name}-{version}-{build}"
    archive = Path(channel, subdir, f"{stem}.{form}")
    archive.parent.mkdir(parents=True, exist_ok=True)
    if form == "conda":
        archive.write_bytes(_conda(stem, info, files))
    else:
        archive.write_bytes(bz2.compress(_tar(info | files)))


def write_index(channel):
    """Writes the `repodata.json` of each platform; conda wants one for `noarch` even if it is empty."""
    for subdir in ("noarch", SUBDIR):
        folder = Path(channel, subdir)
        folder.mkdir(parents=True, exist_ok=True)
        repodata = {
            "info": {"subdir": subdir},
            "packages": _index_entries(folder.glob("*.tar.bz2")),
            "packages.conda": _index_entries(folder.glob("*.conda")),
            "removed": [],
            "repodata_version": 1,
        }
        Path(folder, "repodata.json").write_text(json.dumps(repodata, indent=2))


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
            member.mtime = MTIME
            if isinstance(content, Link):
                member.type, member.linkname = tarfile.SYMTYPE, content
                tar.addfile(member)
                continue
            member.size = len(content)
            member.mode = 0o755 if Path(path).parent.name == "bin" else 0o644
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def _conda(stem, info, files):
    import zstandard  # which conda has, and not every Python

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("metadata.json", json.dumps({"conda_pkg_format_version": 2}))
        for part, content in (("pkg", files), ("info", info)):
            archive.writestr(f"{part}-{stem}.tar.zst", zstandard.compress(_tar(content), LEVEL))
    return buffer.getvalue()


def _index_entries(archives):
    return {archive.name: _index_entry(archive) for archive in sorted(archives)}


def _index_entry(archive):
    content = archive.read_bytes()
    with _open_info(archive) as tar:
        index = json.load(tar.extractfile("info/index.json"))
    return index | {
        "md5": hashlib.md5(content).hexdigest(),
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
    }


def _open_info(archive):
    if archive.suffix != ".conda":
        return tarfile.open(archive)
    import zstandard

    with zipfile.ZipFile(archive) as parts:
        info = zstandard.decompress(parts.read(f"info-{archive.stem}.tar.zst"))
    return tarfile.open(fileobj=io.BytesIO(info))
