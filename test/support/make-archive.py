"""Makes an archive for pip or conda in /wheels and prints its name and sha256.

    python3 make-archive.py wheel NAME VERSION [REQUIREMENT...]
    python3 make-archive.py sources NAME VERSION [CODE]
    python3 make-archive.py conda NAME VERSION FILES

Sources bring the whole of what builds them, so pip needs no index for it; CODE is run when they are
built. FILES is JSON: the text of each file by its path, all of them programs.
"""

import hashlib
import io
import json
import sys
import tarfile
import zipfile

BACKEND = """\
import zipfile

def build_wheel(directory, config_settings=None, metadata_directory=None):
    with zipfile.ZipFile(f"{directory}/FILE", "w") as wheel:
        for path, text in ENTRIES.items():
            wheel.writestr(path, text)
    return "FILE"
"""


def wheel_entries(name, version, requires):
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    paths = [f"{name}.py", f"{info}/METADATA", f"{info}/WHEEL", f"{info}/RECORD"]
    return {
        paths[0]: f"version = {version!r}\n",
        paths[1]: metadata + "".join(f"Requires-Dist: {line}\n" for line in requires),
        paths[2]: "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        paths[3]: "".join(f"{path},,\n" for path in paths),
    }


def make_wheel(name, version, requires):
    file = f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(f"/wheels/{file}", "w") as wheel:
        for path, text in wheel_entries(name, version, requires).items():
            # The same archive has the same bytes whenever it is made.
            wheel.writestr(zipfile.ZipInfo(path), text)
    return file


def make_sources(name, version, code=""):
    file = f"{name}-{version}.tar.gz"
    wheel = f"{name}-{version}-py3-none-any.whl"
    backend = BACKEND.replace("FILE", wheel).replace("ENTRIES", repr(wheel_entries(name, version, [])))
    files = {
        "PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        "backend.py": f"{backend}\n{code}\n",
        "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
    }
    write_archive(file, "w:gz", {f"{name}-{version}/{path}": text for path, text in files.items()})
    return file


def make_conda(name, version, files):
    file = f"{name}-{version}-0.tar.bz2"
    files = json.loads(files)
    index = {"name": name, "version": version, "build": "0", "build_number": 0, "depends": []}
    paths = [{"_path": path, "path_type": "hardlink"} for path in files]
    info = {
        "info/index.json": json.dumps({**index, "noarch": "generic", "subdir": "noarch"}),
        "info/files": "".join(f"{path}\n" for path in files),
        "info/paths.json": json.dumps({"paths": paths, "paths_version": 1}),
    }
    write_archive(file, "w:bz2", {**files, **info})
    return file


def write_archive(file, mode, files):
    with tarfile.open(f"/wheels/{file}", mode) as tar:
        for path, text in files.items():
            member = tarfile.TarInfo(path)
            member.size = len(text.encode())
            member.mode = 0o755
            tar.addfile(member, io.BytesIO(text.encode()))


MAKERS = {
    "wheel": lambda name, version, *requires: make_wheel(name, version, requires),
    "sources": make_sources,
    "conda": make_conda,
}

if __name__ == "__main__":
    _, kind, *words = sys.argv
    file = MAKERS[kind](*words)
    with open(f"/wheels/{file}", "rb") as archive:
        print(file, hashlib.sha256(archive.read()).hexdigest())
