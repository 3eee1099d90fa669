# submarine-bootstrap.sh [--kernel NAME] [--] COMMAND [ARG...]
# submarine-bootstrap.sh --enter [--] [COMMAND [ARG...]]
# submarine-bootstrap.sh --contract
# contract 2
#
# The entry point of a container: makes the kernel (a conda environment) exist,
# activates it as conda would, and becomes the command. It is the only code of
# Submarine Environments inside a container; all that it shares with the command
# line tool is what stands here.
#
# With --enter it becomes another command in a running container (`docker exec`), in the
# environment of the first: without a command, an interactive shell.
#
# With --contract it prints the version of what stands here.
#
# Variables that may be set; all but SUBMARINE_RUN are unset before the command starts:
#   SUBMARINE_RUN          letters and digits that no other launch has. With a kernel: its environment
#                          is kept for --enter in /tmp/submarine-<SUBMARINE_RUN>.env
#   SUBMARINE_KERNEL       the kernel's name, for --enter where nothing was kept
#   SUBMARINE_DIGEST       sha256 of the kernel's specification, 64 hex digits. Present: the
#                          kernel is built from that specification when it is not there yet.
#                          Absent: the image holds a conda environment of that name.
#   SUBMARINE_SPEC_1...n   the specification in pieces of at most 96 KiB: one line of JSON (so
#                          of YAML) with the keys of conda's environment.yml, or a lock (below)
#   SUBMARINE_VARIABLES    the kernel's variables as lines of shell: export NAME='value'; where it is
#                          not set, those that a baked kernel has in conda-meta/submarine-variables
#   SUBMARINE_GIVEN        names, between spaces, whose values the user gave and that win over
#                          the kernel's. PATH stays as activation made it: it ends in what was given.
#   SUBMARINE_ALSO_GIVEN   the same for a command that enters, whose container has names of its own
#   SUBMARINE_BUILD_<NAME> NAME for a build alone: the proxies, PIP_INDEX_URL, PIP_EXTRA_INDEX_URL, PIP_CERT,
#                          SSL_CERT_FILE, CONDARC, NETRC
#   SUBMARINE_KERNELSPEC   a Jupyter kernelspec (JSON). Not empty: the command is Jupyter, which
#                          is to find it; then all of these variables are kept, because each
#                          Jupyter kernel starts through this script again.
#   SUBMARINE_IMAGE        the image's id
#   SUBMARINE_CACHE        where /submarine lies for the user, for messages
#   SUBMARINE_PROGRESS     1: stderr ends at a terminal, though the container has none
#   SUBMARINE_VERBOSE      1: say on stderr what is done
#   SUBMARINE_OFFLINE      1: a build does not touch the network
#   SUBMARINE_BAKE         1: build the kernel into the image, under /opt/submarine
#
# A lock has a line for each package, in the order of installation:
#   submarine-lock 1
#   conda <sha256, or -> <url of the archive>[#<md5>]
#   pip-option <option>                      of pip's, for what it downloads or builds below
#   pip <name> @ <url> --hash=sha256:<hex>   an archive
#   pip <name> @ git+<url>@<commit>          what has no hash
#   pip-open <line>                          as pip reads it, with all that it depends on
#   unchecked <name>                         a package above whose checksum the lock lacks, for a warning
#
# Variables that the command gets: SUBMARINE_KERNEL (name), SUBMARINE_PREFIX (folder).
#
# Paths under /submarine, the cache that is mounted there:
#   kernels/<platform>-<libc><version>/<first 32 digits of the digest>   prefixes
#   used/<platform>-<libc><version>/<the same digits>                  its time is that of the last start
#   images/ (which platform an image is)   locks/   logs/   pkgs/   pip/
#   wheels/<sha256>/ (what pip downloaded for a lock)
#
# Paths in an image into which kernels were baked:
#   /opt/submarine/kernels/<first 32 digits of the digest>   prefixes, looked for before the cache's
#   /opt/submarine/envs/NAME                                 links to them
#
# Exit codes: the command's own, but 2 bad arguments, 65 the kernel cannot be built or used,
# 66 no such kernel or no Jupyter, 73 /submarine cannot be written, 126 and 127 a command that
# cannot be run or found.
#
# Strict POSIX sh: dash, busybox and bash run it. A kernel that is there costs no process: where
# a shell would fork for $(...), a function sets a variable instead. Variables begin with boot_,
# since the scripts of conda packages are read into this shell and have variables of their own.

boot_contract=2
