"""Makes the channel that this image's kernels are built from.

    /opt/conda/bin/python image-channel.py CHANNEL PIP_WHEEL

writes two packages to CHANNEL: `python`, a copy of the image's own Python under a prefix of its own,
and `pip`. They are made while the image is built, of what it holds and what pip has fetched, and stay in it.
"""

import compileall
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from pathlib import Path

from channel import MTIME, PREFIX, PYTHON, SITE_PACKAGES, Link, add_package, write_index

# What no kernel needs, and what Debian has added for its own packages. A `.pyc` is compiled anew.
LEFT_OUT = [
    *("__pycache__", "test", "_test*", "_xxtest*", "xxlimited*", "config-*"),
    *("idlelib", "lib2to3", "pydoc_data", "tkinter", "turtle.py", "turtledemo"),
    *("EXTERNALLY-MANAGED", "_distutils_system_mod.py", "sitecustomize.py"),
]

# In a virtual environment Debian's Python is as it was written: so wherever it asks, it is in one.
ASKS_FOR_VENV = 'sys.base_prefix != sys.prefix or hasattr(sys, "real_prefix")'
DEBIAN_SCHEME = re.compile(r"^ {4}'(?:deb_system|posix_local)': \{\n.*?^ {8}\},\n", re.DOTALL | re.MULTILINE)


def add_python(channel):
    """The image's Python as conda's own package has it: the program, the standard library and its `.pyc`."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder, f"bin/python{PYTHON}")
        library = Path(folder, f"lib/python{PYTHON}")
        shutil.copytree(sysconfig.get_path("stdlib"), library, ignore=shutil.ignore_patterns(*LEFT_OUT))
        undo_debian(library)
        copy_program(program)
        check_paths(program)
        files = read_compiled(Path(folder))
    files |= {"bin/python3": Link(program.name), "bin/python": Link(program.name)}
    version = platform.python_version()
    add_package(channel, "python", version, files, build="0_image", noarch=False, form="conda")


def add_pip(channel, wheel):
    """PyPI's pip as a package."""
    script = f"#!{PREFIX}/bin/python\nimport sys\nfrom pip._internal.cli.main import main\nsys.exit(main())\n"
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(wheel) as archive:
        archive.extractall(Path(folder, SITE_PACKAGES))
        files = read_compiled(Path(folder))
    files |= {"bin/pip": script, "bin/pip3": script}
    version = Path(wheel).name.split("-")[1]
    add_package(channel, "pip", version, files, depends=[f"python {PYTHON}.*"], form="conda")


def undo_debian(library):
    """Debian's Python would look for modules in `dist-packages`, and pip would install them to `local/`."""
    for path in library.rglob("*.py"):
        text = path.read_bytes()
        if ASKS_FOR_VENV.encode() in text:
            path.write_bytes(text.replace(ASKS_FOR_VENV.encode(), b"True"))
    schemes = library / "sysconfig.py"
    text = DEBIAN_SCHEME.sub("", schemes.read_text()).replace(", 'posix_local', 'deb_system'", "")
    schemes.write_text(text)


def copy_program(program):
    """The program has `site` in it and reads no site.py; the two names are of one length, so nothing moves."""
    content = Path(sys.executable).resolve().read_bytes()
    program.parent.mkdir()
    program.write_bytes(content.replace(b"\0dist-packages\0", b"\0site-packages\0"))
    program.chmod(0o755)


def check_paths(program):
    """Ends the build where this Python has other patches than those that are undone here."""
    question = "import site, sysconfig; print(sysconfig.get_path('purelib') in site.getsitepackages())"
    answer = subprocess.run([program, "-IBc", question], capture_output=True, text=True, check=True)
    if answer.stdout != "True\n":
        sys.exit(f"the copy of {sys.executable} would not find what is installed to its site-packages")


def read_compiled(folder):
    """The files of a folder by path, with a `.pyc` for each module, as those of conda's packages are.

    A `.pyc` holds the time of its source and is valid for no other: so it is made when that has the archive's.
    """
    for path in folder.rglob("*.py"):
        os.utime(path, (MTIME, MTIME))
    if not compileall.compile_dir(folder, stripdir=folder, quiet=1, workers=0):
        sys.exit(f"the modules in {folder} cannot be compiled")
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


if __name__ == "__main__":
    _, channel, wheel = sys.argv
    add_python(channel)
    add_pip(channel, wheel)
    write_index(channel)
