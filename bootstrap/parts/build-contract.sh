# --- building --------------------------------------------------------------------
#
# submarine-bootstrap.sh --kernel NAME --solve
# submarine-bootstrap.sh --kernel NAME --install
#
# A kernel is built by two commands, each in a container that ends with it. Between them the
# packages are fetched, by whoever starts the containers: so that what has logins runs no code of
# packages, and what runs code of packages has no logins.
#
# --solve asks the image's conda, mamba or micromamba which packages it would install, with an
# empty package cache, and prints the JSON of its answer: `create --dry-run --json`.
#   SUBMARINE_SPEC_1...n   in pieces of at most 96 KiB:
#                            submarine-solve 1
#                            channel <name or url>    nodefaults: none but these
#                            spec <MatchSpec>
#   SUBMARINE_BUILD_<NAME> NAME for what is started: the proxies, PIP_INDEX_URL, PIP_EXTRA_INDEX_URL,
#                          PIP_CERT, SSL_CERT_FILE, CONDARC, NETRC
#   SUBMARINE_LOG          a file that the log is added to, without passwords, when it fails
#
# --install makes the kernel, or a part of it, from a list of packages.
#   SUBMARINE_SPEC_1...n   the list in pieces, a line for each package, in the order of installation:
#                            submarine-lock 1
#                            conda <sha256, or -> <url of the archive>[#<md5>]
#                            pip-option <option>                      of pip's, for what it downloads or builds
#                            pip <name> @ <url> --hash=sha256:<hex>   an archive
#                            pip <name> @ git+<url>@<commit>          what has no hash
#                            pip-open <line>                          as pip reads it, with all that it depends on
#                            pip-constraint <name><versions>          what holds for those, and installs nothing
#                            unchecked <name>                         a package above whose checksum the list
#                                                                     lacks, for a warning
#   SUBMARINE_INSTALL      which steps, in this order, some of:
#                            conda     empties the prefix, and installs the conda lines. No network
#                            wheels    installs the pip lines that have a hash and are wheels. No network
#                            sources   installs the other pip lines, which may need the network
#                            finish    compiles, and marks the kernel as complete
#   SUBMARINE_PREFIX       the kernel's folder, which may be a mount point
#   SUBMARINE_DIGEST       sha256 of the kernel's specification, 64 hex digits
#   SUBMARINE_BUILD        letters and digits that no other build has; the steps of one may be several commands
#   SUBMARINE_ARCHIVES     a folder with what was fetched: conda/<file> and pip/<file>, the file being the last
#                          part of the url's path, with %XX decoded. What has a file:// url is taken from the
#                          image's own file system
#   SUBMARINE_LOG          a file that the log is added to
#   SUBMARINE_LOCK         a file that is locked (flock) meanwhile. Not set: nobody else builds
#   SUBMARINE_BUILD_<NAME> as above, but no logins: for the step `sources`
#   SUBMARINE_BAKE         1: the kernel lies in the image, and is given its name in /opt/submarine/envs
#
# For both:
#   SUBMARINE_OFFLINE      1: nothing is asked of the network
#   SUBMARINE_IMAGE, SUBMARINE_CACHE, SUBMARINE_PROGRESS, SUBMARINE_VERBOSE   as for a start
#
# In the prefix:
#   conda-meta/submarine-complete   the mark, made last:
#                                     submarine-kernel 2
#                                     digest <SUBMARINE_DIGEST>
#                                     image <SUBMARINE_IMAGE>
#                                     builder <the conda that built it>
#                                     file <bytes> <mtime in seconds> <path in the prefix>
#                                   with a `file` for each entry of bin, etc/conda/activate.d and deactivate.d
#                                   that is no folder, and each .pth of site-packages, by path, links not
#                                   followed, and names with a line's end left out
#   conda-meta/submarine-building   until then: SUBMARINE_BUILD
#   conda-meta/frozen               for other tools, see https://conda.org/learn/ceps/cep-0022/
#   .submarine                      what only the command itself needs
#
# Exit codes: 2 variables that are missing or wrong, 65 the kernel cannot be solved or built, 73 a place
# cannot be written, 75 another build has taken the place of this one. Whatever fails leaves an empty prefix.
#
# Variables begin with the name of their part: into this shell no script of a package is read.
