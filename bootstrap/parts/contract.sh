# submarine-bootstrap.sh [--kernel NAME] [--] COMMAND [ARG...]
# submarine-bootstrap.sh [--kernel NAME] --execute [--] NOTEBOOK EXECUTED [NAME=VALUE...]
# submarine-bootstrap.sh --enter [--] [COMMAND [ARG...]]
# submarine-bootstrap.sh --contract
# contract 4
#
# The entry point of a container: activates a kernel (a conda environment) as conda would, and
# becomes the command. It is the only code of Submarine Environments inside a container; all
# that it shares with the command line tool is what stands here.
#
# A kernel is there when a command starts: the image holds it, or it was built before in a
# container of its own and is mounted, read-only.
#
# With --enter it becomes another command in a running container (`docker exec`), in the
# environment of the first: without a command, an interactive shell.
#
# With --execute it executes a Jupyter notebook, by nbclient, in the kernel that a server would choose
# for it, and writes it to EXECUTED with what came of it; NAME=VALUE sets a parameter, by papermill.
#
# With --contract it prints the version of what stands here.
#
# Variables that may be set; all but SUBMARINE_RUN are unset before the command starts:
#   SUBMARINE_RUN          letters and digits that no other launch has. With a kernel: its environment
#                          is kept for --enter in /tmp/submarine-<SUBMARINE_RUN>.env
#   SUBMARINE_KERNEL       the kernel's name, for --enter where nothing was kept
#   SUBMARINE_PREFIX       the kernel's folder. Absent: the image holds a conda environment of that name.
#   SUBMARINE_VARIABLES    the kernel's variables as lines of shell: export NAME='value'; where it is
#                          not set, those that a baked kernel has in conda-meta/submarine-variables
#   SUBMARINE_GIVEN        names, between spaces, whose values the user gave and that win over
#                          the kernel's. PATH stays as activation made it: it ends in what was given.
#   SUBMARINE_ALSO_GIVEN   the same for a command that enters, whose container has names of its own
#   SUBMARINE_SECRETS      a FIFO, or a file that is there within 30 s. It holds files first, if any: the
#                          line `files N`, and for each `file NAME`, lines of what `printf %b` makes its
#                          bytes of, each behind a =, and a line with a dot. They come to /run/secrets,
#                          mode 0400. Then variables as lines of shell: export NAME='value'. These count
#                          as given, and are not kept. All is read once, and not by a command that enters;
#                          a file is removed then.
#   SUBMARINE_TIMEOUT      seconds, after which the command is sent TERM, and KILL 10 s later. Its exit code
#                          is then that of `timeout`, which the image must have
#   SUBMARINE_USER_BASE    the folder for what the run installs for itself: pip (PYTHONUSERBASE, its bin
#                          behind the kernel's on the PATH), R (R_LIBS_USER) and Julia (JULIA_DEPOT_PATH).
#                          It is made where it is not there; one that cannot be written is replaced by one
#                          in /tmp. What was given and the kernel's variables win. With a kernel alone.
#   SUBMARINE_HOME         the folder of what persists for later runs: IPython's history.sqlite, to which its
#                          profile gets a link where it has none and is in no folder that was mounted. Where
#                          it cannot be written, XDG_CACHE_HOME, JUPYTERLAB_SETTINGS_DIR and
#                          JUPYTERLAB_WORKSPACES_DIR that lie in it are unset
#   SUBMARINE_USER_NAME    USER and LOGNAME for a user whom the image does not know, where they are not
#                          set; without it user<uid>
#   SUBMARINE_NOTEBOOK     the title of the kernel's Python in Jupyter. Not empty: the command is Jupyter,
#                          which is offered every kernelspec of the kernel; then all of these variables but
#                          SUBMARINE_SECRETS and SUBMARINE_TIMEOUT are kept, because each Jupyter kernel and
#                          terminal enters through this script again. Jupyter's token is in JUPYTER_TOKEN.
#   SUBMARINE_PROGRESS     1: stderr ends at a terminal, though the container has none
#   SUBMARINE_VERBOSE      1: say on stderr what is done
#
# Variables that the command gets: SUBMARINE_KERNEL (name), SUBMARINE_PREFIX (folder).
#
# The folder of a kernel that was built has a mark, conda-meta/submarine-complete, whose first line is
# `submarine-kernel 2`; it is /submarine/kernels/<platform>/<first 32 digits of the digest>, or where
# it was baked into an image /opt/submarine/kernels/<the same digits>, to which
# /opt/submarine/envs/NAME is a link.
#
# Exit codes: the command's own, but 2 bad arguments, 65 the kernel is not there or cannot be used, or
# there is no `timeout`, 66 no such kernel, notebook or Jupyter, 73 nothing can be written, 75 the secrets have not come, 126 and
# 127 a command that cannot be run or found.
#
# Strict POSIX sh: dash, busybox and bash run it. A kernel that is there costs no process: where
# a shell would fork for $(...), a function sets a variable instead. Variables begin with boot_,
# since the scripts of conda packages are read into this shell and have variables of their own;
# what follows is the part that alone uses them, or the name of what a comment says is set.

boot_contract=4
