"""Makes an archive for pip in /wheels and prints its name and sha256.

    python3 make-archive.py wheel NAME VERSION [REQUIREMENT...]
    python3 make-archive.py sources NAME VERSION

Sources bring the whole of what builds them, so pip needs no index for it.
"""

import hashlib
import io
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


def make_sources(name, version):
    file = f"{name}-{version}.tar.gz"
    wheel = f"{name}-{version}-py3-none-any.whl"
    backend = BACKEND.replace("FILE", wheel).replace("ENTRIES", repr(wheel_entries(name, version, [])))
    files = {
        "PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        "backend.py": backend,
        "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
    }
    with tarfile.open(f"/wheels/{file}", "w:gz") as tar:
        for path, text in files.items():
            member = tarfile.TarInfo(f"{name}-{version}/{path}")
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text.encode()))
    return file


if __name__ == "__main__":
    _, kind, name, version, *requires = sys.argv
    file = make_wheel(name, version, requires) if kind == "wheel" else make_sources(name, version)
    with open(f"/wheels/{file}", "rb") as archive:
        print(file, hashlib.sha256(archive.read()).hexdigest())
