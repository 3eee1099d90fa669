#!/bin/sh
# Assembled from the files in bootstrap/parts: change those, then run: npm run generate
#   contract build-contract strict common given user secrets image kernel progress activation
#   conda-variables json scripts user-base home kept-environment entering script-python
#   notebook execute command main build builder build-folders ownership locks waiting solve
#   install archives conda pip finish failures build-main

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

set -eu

boot_newline='
'

# die CODE MESSAGE HINT
die() {
    clear_progress
    printf 'submarine: %s\n' "$2" >&2
    [ -z "$3" ] || printf '  %s\n' "$3" >&2
    exit "$1"
}

# say MESSAGE
say() {
    [ "${SUBMARINE_VERBOSE-}" != 1 ] || printf 'submarine: %s\n' "$1" >&2
}

# find_program NAME PATHS
# Sets boot_found to the file that PATHS has for NAME. `command -v` would need a
# subshell to give its answer, and answers with builtins too.
find_program() {
    boot_common_rest=$2:
    while [ -n "$boot_common_rest" ]; do
        boot_found=${boot_common_rest%%:*}
        boot_found=${boot_found:-.}/$1
        boot_common_rest=${boot_common_rest#*:}
        if [ -f "$boot_found" ] && [ -x "$boot_found" ]; then return 0; fi
    done
    boot_found=
    return 1
}

# read_file FILE
# Sets boot_text to what FILE holds, without its last newline.
read_file() {
    boot_text=
    read_lines <"$1"
}

# read_lines
# Adds what stdin still holds to boot_text, without its last newline.
read_lines() {
    while IFS= read -r boot_common_line || [ -n "$boot_common_line" ]; do
        boot_text=$boot_text${boot_text:+$boot_newline}$boot_common_line
    done
}

# --- arguments and variables ---------------------------------------------------

# Where it comes from outside it is no sign of bash, which alone expands braces.
case $- in *B*) ;; *) unset BASH_VERSION ;; esac

# check_kernel_name NAME
check_kernel_name() {
    case $1 in
    '' | . | .. | -* | *[/:#\ ]* | *[[:cntrl:]]*)
        die 2 'the name behind --kernel is none that conda accepts' \
            'write it without "/", ":", "#", spaces and a leading "-"' ;;
    esac
}

# keep_given
# Remembers what the user gave, before a kernel's variables and scripts change it.
keep_given() {
    boot_given=
    for boot_giving_name in ${SUBMARINE_GIVEN-} ${SUBMARINE_ALSO_GIVEN-}; do
        case $boot_giving_name in [0-9]* | *[!A-Za-z0-9_]* | PATH | boot_*) ;; *) remember "$boot_giving_name" ;; esac
    done
}

# remember NAME
# Has restore_given give the variable of that name the value that it has now, or had
# when it was remembered first.
remember() {
    case " $boot_given " in *" $1 "*) return 0 ;; esac
    eval "[ \"\${$1+set}\" ]" || return 0
    eval "boot_given_$1=\$$1"
    boot_given="$boot_given $1"
}

# restore_given
# Names that the running shell keeps for itself (UID in bash) cannot be set, which ends nothing.
restore_given() {
    for boot_giving_name in $boot_given; do
        eval "export $boot_giving_name=\"\$boot_given_$boot_giving_name\"" 2>/dev/null || :
    done
}

# forget_contract
# Unsets all that the command line tool set, and what this shell itself made that
# the container did not have.
forget_contract() {
    forget_specification
    unset SUBMARINE_DIGEST SUBMARINE_VARIABLES SUBMARINE_GIVEN SUBMARINE_ALSO_GIVEN SUBMARINE_NOTEBOOK \
        SUBMARINE_USER_BASE SUBMARINE_HOME SUBMARINE_USER_NAME SUBMARINE_SECRETS SUBMARINE_TIMEOUT \
        SUBMARINE_IMAGE SUBMARINE_CACHE SUBMARINE_PROGRESS SUBMARINE_VERBOSE SUBMARINE_BAKE SUBMARINE_OFFLINE \
        SUBMARINE_BUILD
    for boot_giving_name in $boot_build_names; do unset "SUBMARINE_BUILD_$boot_giving_name"; done
}

boot_build_names='HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY http_proxy https_proxy no_proxy all_proxy
    PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_CERT SSL_CERT_FILE CONDARC NETRC'

forget_specification() {
    boot_giving_piece=1
    while eval "[ \"\${SUBMARINE_SPEC_$boot_giving_piece+set}\" ]"; do
        unset "SUBMARINE_SPEC_$boot_giving_piece"
        boot_giving_piece=$((boot_giving_piece + 1))
    done
}

# --- the user ------------------------------------------------------------------

# provide_home
# An engine gives HOME=/ to a user whom the image does not know, and a root file
# system may be read-only; conda, pip and Jupyter all fail where they cannot write.
provide_home() {
    if [ -n "${HOME-}" ] && [ -d "$HOME" ] && [ -w "$HOME" ]; then return 0; fi
    if [ -w "${TMPDIR:-/tmp}" ]; then export HOME="${TMPDIR:-/tmp}"; fi
}

# provide_user NAME
# Names the user whom the image does not know, where nobody did: getpass.getuser() and much else
# fail without a name.
provide_user() {
    if [ -n "${USER-}" ] && [ -n "${LOGNAME-}" ]; then return 0; fi
    find_user_id
    if [ -z "$boot_uid" ] || is_known_user; then return 0; fi
    boot_user_name=${USER:-${LOGNAME:-${1:-user$boot_uid}}}
    export USER="$boot_user_name" LOGNAME="$boot_user_name"
}

# find_user_id
# Sets boot_uid; to nothing where it cannot be learnt.
find_user_id() {
    read_status Uid
    boot_uid=${boot_status_text%%[!0-9]*}
    [ -n "$boot_uid" ] || boot_uid=$(id -u 2>/dev/null) || boot_uid=
}

# is_known_user
# Whether /etc/passwd has boot_uid. Directories such as LDAP are asked by no shell.
is_known_user() {
    [ -r /etc/passwd ] || return 1
    while IFS=: read -r _ _ boot_user_line _; do
        if [ "$boot_user_line" = "$boot_uid" ]; then return 0; fi
    done </etc/passwd
    return 1
}

# read_status FIELD
# Sets boot_status_text to what the kernel says of this process; to nothing where it says nothing. Each
# program that could be asked would be a process.
read_status() {
    boot_status_text=
    while IFS=":	 " read -r boot_user_field boot_user_value; do
        if [ "$boot_user_field" = "$1" ]; then
            boot_status_text=$boot_user_value
            break
        fi
    done 2>/dev/null </proc/self/status || :
}

# --- secrets -------------------------------------------------------------------

# read_secrets
# Puts the files of SUBMARINE_SECRETS in their place, and takes its variables for what was given. A
# FIFO is read once, as its writer writes once; a file is removed, so that no later process finds it.
read_secrets() {
    [ -n "${SUBMARINE_SECRETS-}" ] || return 0
    await_secrets
    [ -r "$SUBMARINE_SECRETS" ] || die 65 "the secrets in $SUBMARINE_SECRETS cannot be read" 'start as the user that they were given to'
    watch_writer
    receive_secrets <"$SUBMARINE_SECRETS"
    [ -z "$boot_secret_watch" ] || kill "$boot_secret_watch" 2>/dev/null || :
    [ -n "$boot_text$boot_secret_files" ] || die_of_absence
    [ ! -f "$SUBMARINE_SECRETS" ] || rm -f "$SUBMARINE_SECRETS" || die 65 "the secrets in $SUBMARINE_SECRETS cannot be removed" ''
    unset SUBMARINE_SECRETS
    give_secrets "$boot_text"
    boot_text=
}

# await_secrets
# Waits for a file that is written when the container runs.
await_secrets() {
    boot_secret_turns=600
    while [ ! -e "$SUBMARINE_SECRETS" ]; do
        [ "$boot_secret_turns" -gt 0 ] || die_of_absence
        if sleep 0.05 2>/dev/null; then
            boot_secret_turns=$((boot_secret_turns - 1))
        elif sleep 1 2>/dev/null; then
            boot_secret_turns=$((boot_secret_turns - 20))
        else
            boot_secret_turns=0
        fi
    done
}

# watch_writer
# Whoever was to write into a FIFO may have been killed: then it is opened and closed in his place,
# which gives the reader an end.
watch_writer() {
    boot_secret_watch=
    [ -p "$SUBMARINE_SECRETS" ] || return 0
    {
        sleep 30 &
        trap 'kill "$!"; exit' TERM
        wait "$!" && : 3<>"$SUBMARINE_SECRETS"
    } </dev/null >/dev/null 2>&1 &
    boot_secret_watch=$!
}

# receive_secrets
# Reads stdin, and sets boot_text to the variables, boot_secret_files to how many files there were.
receive_secrets() {
    boot_text='' boot_secret_files=''
    IFS= read -r boot_secret_line || [ -n "$boot_secret_line" ] || return 0
    case $boot_secret_line in
    'files '*) receive_files "${boot_secret_line#files }" ;;
    *) boot_text=$boot_secret_line ;;
    esac
    read_lines
}

# receive_files COUNT
receive_files() {
    case $1 in '' | *[!0-9]*) die_of_secrets ;; esac
    boot_secret_files=$1
    find_umask
    umask 0377
    boot_secret_count=0
    while [ "$boot_secret_count" -lt "$1" ]; do
        IFS= read -r boot_secret_line || die_of_absence
        boot_secret_name=${boot_secret_line#file }
        case $boot_secret_line in "file $boot_secret_name") ;; *) die_of_secrets ;; esac
        case $boot_secret_name in '' | .* | *[!A-Za-z0-9_.-]*) die_of_secrets ;; esac
        { receive_file >"/run/secrets/$boot_secret_name"; } 2>/dev/null || die 65 "the secret $boot_secret_name cannot be kept in /run/secrets" ''
        [ "$boot_secret_line" = . ] || die_of_absence
        boot_secret_count=$((boot_secret_count + 1))
    done
    umask "$boot_umask"
}

# receive_file
# Writes the bytes of one file to stdout, and leaves the line behind them in boot_secret_line.
receive_file() {
    while IFS= read -r boot_secret_line; do
        case $boot_secret_line in =*) ;; *) return 0 ;; esac
        printf %b "${boot_secret_line#=}" || return
    done
}

die_of_absence() {
    die 75 'the secrets of this start have not come within 30 s' 'start it again'
}

# give_secrets TEXT
# TEXT is read and not run, so it can set nothing but variables.
give_secrets() {
    boot_secret_rest=$1
    # Whoever writes it into a file ends it so, to see that all of it is there.
    boot_secret_rest=${boot_secret_rest%"# end"}
    while [ -n "$boot_secret_rest" ]; do
        case $boot_secret_rest in "export "[A-Za-z_]*"='"*) ;; *) die_of_secrets ;; esac
        boot_secret_name=${boot_secret_rest%%=*}
        boot_secret_name=${boot_secret_name#export }
        case $boot_secret_name in *[!A-Za-z0-9_]* | boot_* | SUBMARINE_* | IFS | PATH) die_of_secrets ;; esac
        boot_secret_rest=${boot_secret_rest#*=}
        read_quoted
        # What a shell keeps for itself cannot be set, as in restore_given.
        eval 'export "$boot_secret_name=$boot_secret_value"' 2>/dev/null || :
        SUBMARINE_GIVEN="${SUBMARINE_GIVEN-} $boot_secret_name"
        boot_secret_rest=${boot_secret_rest#"$boot_newline"}
    done
    export SUBMARINE_GIVEN
    boot_secret_value=
}

# read_quoted
# Takes a word off the front of boot_secret_rest, in which \'\'\' stands for a quote, and sets
# boot_secret_value to what it says.
read_quoted() {
    boot_secret_value=
    while :; do
        boot_secret_rest=${boot_secret_rest#\'}
        boot_secret_value=$boot_secret_value${boot_secret_rest%%\'*}
        boot_secret_rest=${boot_secret_rest#*\'}
        case $boot_secret_rest in "\\''"*) ;; *) return 0 ;; esac
        boot_secret_rest=${boot_secret_rest#??}
        boot_secret_value=$boot_secret_value\'
    done
}

die_of_secrets() {
    die 65 'the secrets of this start are not lines of shell that set variables' "write each as: export NAME='value'"
}

# --- what the image holds ------------------------------------------------------

# find_roots
# Sets boot_roots to the folders, between colons, that conda, mamba or micromamba keep
# environments in; boot_base to the first that is an environment itself, and
# boot_conda_root to the first with a conda.
find_roots() {
    boot_roots='' boot_base='' boot_conda_root=''
    add_root "${MAMBA_ROOT_PREFIX-}"
    case ${MAMBA_EXE-} in */bin/*) add_root "${MAMBA_EXE%/bin/*}" ;; esac
    case ${CONDA_EXE-} in */bin/*) add_root "${CONDA_EXE%/bin/*}" ;; esac
    if find_program conda "${PATH-}"; then add_root "${boot_found%/*/conda}"; fi
    for boot_image_root in /opt/conda /opt/miniforge3 /opt/miniconda3 /opt/mambaforge; do
        add_root "$boot_image_root"
    done
}

# add_root FOLDER
add_root() {
    case :$boot_roots: in *":$1:"*) return 0 ;; esac
    if [ ! -d "$1/conda-meta" ] && [ ! -d "$1/envs" ]; then return 0; fi
    boot_roots=$boot_roots${boot_roots:+:}$1
    if [ -z "$boot_base" ] && [ -d "$1/conda-meta" ]; then boot_base=$1; fi
    if [ -z "$boot_conda_root" ] && [ -x "$1/bin/conda" ]; then boot_conda_root=$1; fi
}

# environment_folders
# Sets boot_image_folders to where environments are found by name, between colons: first those
# that were baked into the image, then in conda's order.
environment_folders() {
    boot_image_folders=/opt/submarine/envs:${CONDA_ENVS_DIRS-}:${CONDA_ENVS_PATH-}
    boot_image_rest=$boot_roots:
    while [ "$boot_image_rest" != : ] && [ -n "$boot_image_rest" ]; do
        boot_image_folders=$boot_image_folders:${boot_image_rest%%:*}/envs
        boot_image_rest=${boot_image_rest#*:}
    done
    boot_image_folders=$boot_image_folders:${HOME-}/.conda/envs
}

# find_kernel_in_image NAME
# Sets boot_prefix to the environment of that name; fails where the image holds none.
find_kernel_in_image() {
    if [ "$1" = base ] && [ -n "$boot_base" ]; then
        boot_prefix=$boot_base
        return 0
    fi
    environment_folders
    boot_image_rest=$boot_image_folders:
    while [ -n "$boot_image_rest" ]; do
        boot_prefix=${boot_image_rest%%:*}/$1
        boot_image_rest=${boot_image_rest#*:}
        if [ "$boot_prefix" != "/$1" ] && [ -d "$boot_prefix/conda-meta" ]; then return 0; fi
    done
    return 1
}

# die_without_kernel NAME
die_without_kernel() {
    list_kernels_in_image
    die 66 "the image holds no kernel \"$1\"" "$boot_image_list"
}

# list_kernels_in_image
# Sets boot_image_list to a line on the environments that were found.
list_kernels_in_image() {
    boot_image_list=${boot_base:+base}
    boot_image_rest=$boot_image_folders:
    while [ -n "$boot_image_rest" ]; do
        boot_image_folder=${boot_image_rest%%:*}
        boot_image_rest=${boot_image_rest#*:}
        [ -n "$boot_image_folder" ] || continue
        for boot_image_kernel in "$boot_image_folder"/*/conda-meta; do
            [ -d "$boot_image_kernel" ] || continue
            boot_image_kernel=${boot_image_kernel%/conda-meta}
            boot_image_list=$boot_image_list${boot_image_list:+, }${boot_image_kernel##*/}
        done
    done
    if [ -n "$boot_image_list" ]; then
        boot_image_list="it holds: $boot_image_list; or list dependencies, from which it can be built"
    else
        boot_image_list='it holds no conda environment at all: list dependencies, or take another image'
    fi
}

# --- the kernel ----------------------------------------------------------------

# find_kernel
# Sets boot_prefix to the folder of the kernel boot_kernel, and boot_is_built where it is one that
# was built and not one that the image holds under its name.
find_kernel() {
    find_roots
    boot_is_built=
    # Within a kernel another one may be asked for.
    if [ -n "${SUBMARINE_PREFIX-}" ] && [ "${SUBMARINE_KERNEL:-$boot_kernel}" = "$boot_kernel" ]; then
        find_kernel_at "$SUBMARINE_PREFIX"
    else
        find_kernel_in_image "$boot_kernel" || die_without_kernel "$boot_kernel"
    fi
    say "kernel \"$boot_kernel\" is $boot_prefix"
    export SUBMARINE_KERNEL="$boot_kernel" SUBMARINE_PREFIX="$boot_prefix"
}

# find_kernel_at FOLDER
# Commands get the folder of one that the image holds, too, and hand it to the bootstrap as a Jupyter
# server does.
find_kernel_at() {
    if is_finished "$1"; then
        boot_prefix=$1 boot_is_built=1
    elif ! find_kernel_in_image "$boot_kernel" || [ "$boot_prefix" != "$1" ]; then
        die 65 "the kernel \"$boot_kernel\" is not there" "$1 holds no finished kernel; build it: submarine kernel build"
    fi
}

# is_finished FOLDER
# The mark is made last and removed first, so a prefix with it is whole.
is_finished() {
    # pip is asked in a kernel that is being built.
    [ -z "${SUBMARINE_BUILD-}" ] || return 0
    boot_kernel_mark=$1/conda-meta/submarine-complete boot_kernel_line=
    [ ! -f "$boot_kernel_mark" ] || { read -r boot_kernel_line <"$boot_kernel_mark"; } 2>/dev/null || :
    case $boot_kernel_line in
    'submarine-kernel 2') ;;
    # Earlier versions baked kernels with another mark; nothing that ran has changed them.
    ?*) case $1 in /opt/submarine/kernels/*) ;; *) return 1 ;; esac ;;
    *) return 1 ;;
    esac
}

# --- progress ------------------------------------------------------------------

boot_ticker=

# is_watched
# Whether a person looks on: what is shown to one only disturbs a log.
is_watched() {
    [ "${SUBMARINE_PROGRESS-}" = 1 ] || [ -t 2 ]
}

# show_progress TEXT [LOG]
# On a terminal: TEXT, the seconds since, and the last words of LOG, on one line, until clear_progress.
show_progress() {
    is_watched || return 0
    (
        exec 9<&- </dev/null >/dev/null
        prog_seconds=0 prog_words=
        find_width
        while kill -0 $$ 2>/dev/null; do
            printf '\r%.*s\033[K' "$prog_width" "submarine: $1 ($prog_seconds s)${prog_words:+: $prog_words}" >&2
            sleep 1
            prog_seconds=$((prog_seconds + 1))
            [ -z "${2-}" ] || find_last_words "$2"
        done
    ) &
    boot_ticker=$!
}

# find_width
# Sets prog_width to the columns of the terminal but one, where the cursor stands.
find_width() {
    prog_width=$(stty size <&2 2>/dev/null) || prog_width=
    prog_width=${prog_width#* }
    case $prog_width in '' | *[!0-9]*) prog_width=80 ;; esac
    [ "$prog_width" -ge 40 ] || prog_width=80
    prog_width=$((prog_width - 1))
}

# find_last_words LOG
find_last_words() {
    prog_words=$(tail -c 400 "$1" 2>/dev/null | tr '\r' '\n' | LC_ALL=C sed -n 's/[^ -~]//g; /[^ ]/h; ${ g; p; }') || prog_words=
}

clear_progress() {
    [ -n "$boot_ticker" ] || return 0
    kill "$boot_ticker" 2>/dev/null || :
    wait "$boot_ticker" 2>/dev/null || :
    boot_ticker=
    printf '\r\033[K' >&2
}

# --- activation ----------------------------------------------------------------

# hop_to_bash NAME COMMAND [ARG...]
# Scripts in activate.d are often written for bash, so bash runs this script from
# here on where the image has it and there are any: one process, no fork, and
# what they export needs no reading back. -p keeps $BASH_ENV out of it.
hop_to_bash() {
    [ -z "${BASH_VERSION-}" ] || return 0
    has_scripts || return 0
    find_program bash "${PATH-}:/bin:/usr/bin" || return 0
    boot_act_name=$1
    shift
    exec "$boot_found" -p "$0" --kernel "$boot_act_name" ${boot_is_executing:+--execute} -- "$@"
}

has_scripts() {
    for boot_act_script in "$boot_prefix"/etc/conda/activate.d/*.sh ${CONDA_PREFIX:+"$CONDA_PREFIX"/etc/conda/deactivate.d/*.sh}; do
        if [ -e "$boot_act_script" ]; then return 0; fi
    done
    return 1
}

# activate COMMAND [ARG...]
activate() {
    plan_activation
    if [ -n "${BASH_VERSION-}" ]; then
        boot_in_shell=1
        # In bash's POSIX mode, which `sh` means, an error in a sourced file is fatal.
        # No other shell comes here, so bash's own options may be used.
        # shellcheck disable=SC3040,SC3041
        set +o posix +p
        eval "printf -v boot_argv '%q ' \"\$@\""
        list_names
    fi
    run_steps
}

# list_names
# In bash, where the environment will be kept: sets boot_names to the variables that there are
# before the steps. In one piece, which takes a fifth of the time of one letter after the other.
list_names() {
    boot_names=${SUBMARINE_NAMES-}
    if [ -n "$boot_names" ] || [ -z "${SUBMARINE_RUN-}" ]; then return 0; fi
    # For bash alone to read.
    # shellcheck disable=SC2016
    eval 'boot_names="'\
'${!A@} ${!B@} ${!C@} ${!D@} ${!E@} ${!F@} ${!G@} ${!H@} ${!I@} ${!J@} ${!K@} ${!L@} ${!M@} '\
'${!N@} ${!O@} ${!P@} ${!Q@} ${!R@} ${!S@} ${!T@} ${!U@} ${!V@} ${!W@} ${!X@} ${!Y@} ${!Z@} ${!_@} '\
'${!a@} ${!b@} ${!c@} ${!d@} ${!e@} ${!f@} ${!g@} ${!h@} ${!i@} ${!j@} ${!k@} ${!l@} ${!m@} '\
'${!n@} ${!o@} ${!p@} ${!q@} ${!r@} ${!s@} ${!t@} ${!u@} ${!v@} ${!w@} ${!x@} ${!y@} ${!z@} '\
'"'
}

# plan_activation
# Sets boot_steps to what conda's activation does, one step a line: the scripts that
# leave the environment that is active (last first), "variables", and the kernel's scripts.
plan_activation() {
    boot_level=${CONDA_SHLVL:-0}
    case $boot_level in *[!0-9]*) boot_level=0 ;; esac
    plan_path
    if [ "${SUBMARINE_STEPS+set}" ]; then
        boot_steps=$SUBMARINE_STEPS
        return 0
    fi
    boot_steps=
    boot_act_locale=${LC_ALL-}
    # conda sorts scripts by bytes, bash by the locale.
    [ -z "$boot_act_locale" ] || { LC_ALL=C; } 2>/dev/null
    if [ "$boot_level" -gt 0 ] && [ -n "${CONDA_PREFIX-}" ]; then
        for boot_act_script in "$CONDA_PREFIX"/etc/conda/deactivate.d/*.sh; do
            [ ! -e "$boot_act_script" ] || boot_steps=$boot_act_script$boot_newline$boot_steps
        done
    fi
    boot_steps=${boot_steps}variables$boot_newline
    for boot_act_script in "$boot_prefix"/etc/conda/activate.d/*.sh; do
        [ ! -e "$boot_act_script" ] || boot_steps=$boot_steps$boot_act_script$boot_newline
    done
    [ -z "$boot_act_locale" ] || { LC_ALL=$boot_act_locale; } 2>/dev/null
}

# plan_path
# Sets boot_path to the PATH of the activated kernel. conda puts the new prefix where the
# old one stood; and its condabin in front once, in an environment where nothing was active.
plan_path() {
    boot_path=${PATH-}
    if [ "$boot_level" -gt 0 ]; then
        case :$boot_path: in
        *":${CONDA_PREFIX-}/bin:"*)
            boot_path=:$boot_path:
            boot_path=${boot_path%%":$CONDA_PREFIX/bin:"*}:$boot_prefix/bin:${boot_path#*":$CONDA_PREFIX/bin:"}
            boot_path=${boot_path#:}
            boot_path=${boot_path%:}
            return 0 ;;
        esac
    else
        case :$boot_path: in
        *condabin:*) ;;
        *) if [ -n "$boot_conda_root" ]; then boot_path=$boot_conda_root/condabin:$boot_path; fi ;;
        esac
    fi
    boot_path=$boot_prefix/bin:$boot_path
}

# --- the variables of a kernel -------------------------------------------------

# set_variables
# What `conda shell.posix activate` exports, in its order.
set_variables() {
    export PATH="$boot_path"
    boot_vars_modifier=${CONDA_PROMPT_MODIFIER-}
    boot_again=
    if [ "$boot_level" -gt 0 ] && [ "${CONDA_PREFIX-}" = "$boot_prefix" ]; then
        boot_again=1
        # The image's own environment is the kernel: conda calls it a reactivation.
        export CONDA_SHLVL="$boot_level"
        export CONDA_PROMPT_MODIFIER="(${CONDA_DEFAULT_ENV-}) "
    else
        set_conda_variables
    fi
    set_prompt
    for boot_vars_file in "$boot_prefix"/etc/conda/env_vars.d/* "$boot_prefix/conda-meta/state"; do
        [ ! -f "$boot_vars_file" ] || set_file_variables "$boot_vars_file"
    done
    find_baked_variables
    save_replaced "${SUBMARINE_VARIABLES-}"
    eval "${SUBMARINE_VARIABLES-}"
}

# find_baked_variables
# A kernel that was baked into an image brings the variables of its profile, for whoever starts
# the image without one.
find_baked_variables() {
    boot_vars_file=$boot_prefix/conda-meta/submarine-variables
    if [ -n "${SUBMARINE_VARIABLES+set}" ] || [ ! -f "$boot_vars_file" ]; then return 0; fi
    read_file "$boot_vars_file"
    SUBMARINE_VARIABLES=$boot_text
}

set_conda_variables() {
    if [ "$boot_level" -gt 0 ]; then export "CONDA_PREFIX_$boot_level=${CONDA_PREFIX-}"; fi
    export CONDA_PREFIX="$boot_prefix"
    export CONDA_SHLVL=$((boot_level + 1))
    case :$boot_roots: in
    *":$boot_prefix:"*) CONDA_DEFAULT_ENV=base ;;
    *) case $boot_prefix in */envs/*/*) CONDA_DEFAULT_ENV=$boot_prefix ;;
        */envs/*) CONDA_DEFAULT_ENV=${boot_prefix##*/} ;;
        *) CONDA_DEFAULT_ENV=$boot_prefix ;; esac ;;
    esac
    export CONDA_DEFAULT_ENV
    export CONDA_PROMPT_MODIFIER="($CONDA_DEFAULT_ENV) "
    if [ -n "$boot_conda_root" ]; then
        export CONDA_EXE="$boot_conda_root/bin/conda" CONDA_PYTHON_EXE="$boot_conda_root/bin/python"
        export _CE_M='' _CE_CONDA=''
    fi
}

# set_prompt
# PS1 is in the environment of few containers; a shell's own is not exported and does no harm.
set_prompt() {
    [ -n "${PS1+set}" ] || return 0
    if [ -n "$boot_vars_modifier" ]; then
        case $PS1 in *"$boot_vars_modifier"*)
            PS1=${PS1%%"$boot_vars_modifier"*}${PS1#*"$boot_vars_modifier"} ;;
        esac
    fi
    PS1=$CONDA_PROMPT_MODIFIER$PS1
}

# set_variable NAME VALUE
# conda writes the names of such variables in capitals. Those that no profile may set would give
# this script another task, or another idea of the shell that it runs in; boot_ is in no capitals.
set_variable() {
    case $1 in
    '' | [0-9]* | *[!A-Za-z0-9_]*) return 0 ;;
    *[a-z]*) boot_vars_name=$(printf %s "$1" | tr abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ) ;;
    *) boot_vars_name=$1 ;;
    esac
    case $boot_vars_name in SUBMARINE_* | IFS | BASH_VERSION)
        printf 'submarine: warning: the variable %s in %s is not set: its name is reserved\n' "$boot_vars_name" "$boot_vars_file" >&2
        return 0 ;;
    esac
    # How conda writes "was unset on purpose".
    [ "$2" != '***unset***' ] || return 0
    save_replaced "export $boot_vars_name="
    export "$boot_vars_name=$2"
}

# save_replaced TEXT
# Keeps the values that the `export` lines of TEXT replace, for conda's own deactivation.
save_replaced() {
    boot_vars_rest=$1$boot_newline
    [ -z "$boot_again" ] || return 0
    while [ -n "$boot_vars_rest" ]; do
        boot_vars_line=${boot_vars_rest%%"$boot_newline"*}
        boot_vars_rest=${boot_vars_rest#*"$boot_newline"}
        case $boot_vars_line in export\ *=*) boot_vars_replaced=${boot_vars_line#export } ;; *) continue ;; esac
        boot_vars_replaced=${boot_vars_replaced%%=*}
        case $boot_vars_replaced in '' | [0-9]* | *[!A-Za-z0-9_]*) continue ;; esac
        eval "[ \"\${$boot_vars_replaced+set}\" ]" || continue
        eval "export __CONDA_SHLVL_${boot_level}_$boot_vars_replaced=\"\$$boot_vars_replaced\""
    done
}

# --- the JSON that conda writes ------------------------------------------------

# set_file_variables FILE
# FILE is JSON that conda wrote: an object of variables, or one that has it as "env_vars".
set_file_variables() {
    read_file "$1"
    boot_json=$boot_text
    case $boot_json in *'"env_vars"'*) boot_json=${boot_json#*'"env_vars"'} ;; esac
    boot_json=${boot_json#*'{'}
    while :; do
        trim_json
        case $boot_json in '"'*) ;; *) return 0 ;; esac
        read_json_string
        boot_json_name=$boot_json_value
        trim_json
        case $boot_json in
        '"'*) read_json_string ;;
        *)
            boot_json_value=${boot_json%%[,\}]*}
            boot_json=${boot_json#"$boot_json_value"} ;;
        esac
        set_variable "$boot_json_name" "$boot_json_value"
    done
}

# trim_json
# Drops what stands between two strings of an object.
trim_json() {
    while :; do
        case $boot_json in [,:\ ]* | "$boot_newline"*) boot_json=${boot_json#?} ;; *) return 0 ;; esac
    done
}

# read_json_string
# Takes a string off the front of boot_json and sets boot_json_value to what it says.
read_json_string() {
    boot_json=${boot_json#?}
    boot_json_value=
    while :; do
        boot_json_part=${boot_json%%[\"\\]*}
        boot_json_value=$boot_json_value$boot_json_part
        boot_json=${boot_json#"$boot_json_part"}
        case $boot_json in '' | '"'*) break ;; esac
        read_json_escape
    done
    boot_json=${boot_json#?}
}

# conda escapes nothing beyond ASCII, so \u stands for a control character.
read_json_escape() {
    boot_json_after=${boot_json#??}
    case $boot_json in
    \\u*)
        boot_json_after=${boot_json#??????}
        boot_json_part=${boot_json%"$boot_json_after"}
        boot_json_part=$(printf '%03o' "0x${boot_json_part#??}")
        # The format is made of three octal digits.
        # shellcheck disable=SC2059
        boot_json_value=$boot_json_value$(printf "\\$boot_json_part") ;;
    \\n*) boot_json_value=$boot_json_value$boot_newline ;;
    \\t*) boot_json_value="$boot_json_value	" ;;
    *) boot_json_part=${boot_json%"$boot_json_after"} boot_json_value=$boot_json_value${boot_json_part#?} ;;
    esac
    boot_json=$boot_json_after
}

# --- the scripts of a kernel ---------------------------------------------------

# run_steps
# Scripts read nothing of the command's input and write nothing into its output.
run_steps() {
    boot_script_before=
    exec 8<&0 9>&1 </dev/null >&2
    continue_steps
    end_steps
}

end_steps() {
    exec <&8 >&9 8<&- 9>&-
}

continue_steps() {
    while [ -n "$boot_steps" ]; do
        boot_script_step=${boot_steps%%"$boot_newline"*}
        boot_steps=${boot_steps#*"$boot_newline"}
        case $boot_script_step in
        variables)
            set_variables
            boot_script_before= ;;
        *) if [ -n "$boot_in_shell" ]; then source_script "$boot_script_step"; else source_apart "$boot_script_step"; fi ;;
        esac
    done
}

# source_script FILE
# In bash an `exit` in the script runs the trap, from which the start goes on.
source_script() {
    trap survive_exit EXIT
    set +eu
    # Which script it is, the kernel says.
    # shellcheck disable=SC1090
    . "$1"
    boot_script_status=$?
    set +afx
    set -eu
    IFS=" 	$boot_newline"
    trap - EXIT
    warn_of_script "$boot_script_status" "$1"
}

# survive_exit
# Starts this script once more for the steps that are left: a trap that is running
# would not be called for a second `exit`, in subshells neither.
survive_exit() {
    boot_script_status=$?
    trap - EXIT
    set +afx
    warn_of_script "exit $boot_script_status" "$boot_script_step"
    end_steps
    restore_given
    export SUBMARINE_STEPS="$boot_steps" SUBMARINE_NAMES="$boot_names"
    eval "exec \"\$BASH\" -p \"\$0\" --kernel \"\$boot_kernel\" -- $boot_argv"
}

# source_apart FILE
# In a subshell, whose exports are read back: an `exit`, and what only bash would
# understand, ends no more than that.
source_apart() {
    # What the last script left is what this one finds.
    [ -n "$boot_script_before" ] || boot_script_before=$(export -p)
    boot_script_status=0
    boot_script_after=$(
        exec 7>&1 >&2
        trap 'boot_script_status=$?; trap - EXIT; export -p >&7; exit "$boot_script_status"' EXIT
        set +eu
        # Which script it is, the kernel says.
        # shellcheck disable=SC1090
        . "$1"
    ) || boot_script_status=$?
    unset_missing
    eval "$boot_script_after"
    boot_script_before=$boot_script_after
    # dash takes `[[` for a command that is not there and goes on, so that no status tells.
    if { [ "$boot_script_status" != 0 ] || ! { eval '[[ x = x ]]'; } 2>/dev/null; } && is_for_bash "$1"; then
        boot_script_status='for bash'
    fi
    warn_of_script "$boot_script_status" "$1"
}

# is_for_bash FILE
# Whether FILE has words that other shells do not read as bash does.
is_for_bash() {
    while IFS= read -r boot_script_line || [ -n "$boot_script_line" ]; do
        boot_script_line=${boot_script_line#"${boot_script_line%%[! 	]*}"}
        case $boot_script_line in
        '#'*) ;;
        'function '* | 'source '* | 'declare '* | 'typeset '* | 'shopt '* | \
            *'[[ '* | *BASH_SOURCE* | *'=('* | *'<('* | *'<<<'* | *'&>'* | *\$\{!* | *'^^}'* | *',,}'*) return 0 ;;
        esac
    done <"$1"
    return 1
}

# unset_missing
# Unsets what was exported before a script and is no more.
unset_missing() {
    boot_script_rest=$boot_script_before$boot_newline
    while [ -n "$boot_script_rest" ]; do
        boot_script_line=${boot_script_rest%%"$boot_newline"*}
        boot_script_rest=${boot_script_rest#*"$boot_newline"}
        boot_script_name=${boot_script_line#export }
        boot_script_name=${boot_script_name%%=*}
        case $boot_script_line in "export $boot_script_name"*) ;; *) continue ;; esac
        case $boot_script_name in '' | [0-9]* | *[!A-Za-z0-9_]*) continue ;; esac
        case $boot_newline$boot_script_after$boot_newline in
        *"${boot_newline}export $boot_script_name="* | *"${boot_newline}export $boot_script_name$boot_newline"*) ;;
        *)
            unset "$boot_script_name"
            boot_names="$boot_names $boot_script_name" ;;
        esac
    done
}

# warn_of_script STATUS FILE
warn_of_script() {
    case $1 in
    0) ;;
    for*) printf 'submarine: warning: the script %s is written for bash, which the image does not have; what it sets may be missing\n' "$2" >&2 ;;
    exit*) printf 'submarine: warning: the script %s ended with "%s"; the start went on\n' "$2" "$1" >&2 ;;
    *) printf 'submarine: warning: the script %s failed with status %s; the start went on\n' "$2" "$1" >&2 ;;
    esac
}

# --- what a run installs for itself --------------------------------------------

# leave_user_site
# Without it Python would not look where a run installs; the image alone is overruled, before the
# kernel sets its own. A start that goes on after an `exit` has the kernel's.
leave_user_site() {
    if [ -z "${SUBMARINE_USER_BASE-}" ] || [ -n "${SUBMARINE_STEPS+set}" ]; then return 0; fi
    unset PYTHONNOUSERSITE
}

# use_user_base
# A kernel is never changed: what pip, R and Julia install goes into a folder of the run's, and is
# found there before the kernel's. After activation, since scripts of packages set some of this.
use_user_base() {
    [ -n "${SUBMARINE_USER_BASE-}" ] || return 0
    find_user_base || return 0
    put_behind_kernel "$boot_user_base/bin"
    set_user_variable PYTHONUSERBASE "$boot_user_base"
    set_user_variable R_LIBS_USER "$boot_user_base/R"
    case ${JULIA_DEPOT_PATH-} in
    "$boot_user_base/julia:"*) ;;
    # What is empty at the end stands for Julia's own folders.
    *) set_user_variable JULIA_DEPOT_PATH "$boot_user_base/julia:${JULIA_DEPOT_PATH-}" ;;
    esac
    # R passes over a library that is not there.
    if [ -d "$boot_prefix/lib/R" ]; then provide_folder "$boot_user_base/R" || :; fi
    # A command that enters has it from the image again.
    boot_names="$boot_names PYTHONNOUSERSITE"
}

# find_user_base
# Sets boot_user_base to the folder, or to another one where it cannot be written.
find_user_base() {
    boot_user_base=$SUBMARINE_USER_BASE
    if provide_folder "$boot_user_base"; then return 0; fi
    find_user_id
    boot_user_base=${TMPDIR:-/tmp}/submarine-user-$boot_uid
    provide_folder "$boot_user_base"
}

# provide_folder FOLDER
provide_folder() {
    # What is above it is none of ours.
    # shellcheck disable=SC2174
    [ -e "$1" ] || mkdir -p -m 700 "$1" 2>/dev/null || return 1
    [ -d "$1" ] && [ -w "$1" ]
}

# set_user_variable NAME VALUE
# The profile's own variables win.
set_user_variable() {
    case $boot_newline${SUBMARINE_VARIABLES-} in
    *"${boot_newline}export $1="*) ;;
    *) export "$1=$2" ;;
    esac
}

# put_behind_kernel FOLDER
put_behind_kernel() {
    case :$PATH: in
    *":$boot_prefix/bin:$1:"*) ;;
    *":$boot_prefix/bin:"*)
        boot_user_base_path=:$PATH:
        boot_user_base_path=${boot_user_base_path%%":$boot_prefix/bin:"*}:$boot_prefix/bin:$1:${boot_user_base_path#*":$boot_prefix/bin:"}
        boot_user_base_path=${boot_user_base_path#:}
        export PATH="${boot_user_base_path%:}" ;;
    *) export PATH="$PATH:$1" ;;
    esac
}

# note_virtual_environment COMMAND [ARG...]
# pip refuses in words that name neither the kernel nor the way out.
note_virtual_environment() {
    case ${1##*/}:${2-}:${3-}:${4-} in
    pip:install:* | pip[0-9]*:install:* | python:-m:pip:install | python[0-9]*:-m:pip:install) ;;
    *) return 0 ;;
    esac
    if [ ! -f "${SUBMARINE_PREFIX-}/pyvenv.cfg" ] || ! is_finished "$SUBMARINE_PREFIX"; then return 0; fi
    printf "submarine: this kernel's Python is a virtual environment, which cannot install beside itself: add the package to the environment\n" >&2
}

# --- what persists -------------------------------------------------------------

# use_home
# What was set to lie there is as the image has it where nothing can be written.
use_home() {
    boot_home=${SUBMARINE_HOME-}
    unset SUBMARINE_HOME
    [ -n "$boot_home" ] || return 0
    if [ -w "$boot_home" ]; then
        link_history
        return 0
    fi
    for boot_home_name in XDG_CACHE_HOME JUPYTERLAB_SETTINGS_DIR JUPYTERLAB_WORKSPACES_DIR; do
        eval "boot_home_value=\${$boot_home_name-}"
        # It is set by eval.
        # shellcheck disable=SC2154
        case $boot_home_value in "$boot_home"/*) unset "$boot_home_name" ;; esac
    done
}

# link_history
# IPython keeps what was typed in its profile, which lies in a home that is new each time. The file alone
# is where it stays: the rest of a profile is code that IPython would run.
link_history() {
    [ -n "${HOME-}" ] || return 0
    if [ -z "${SUBMARINE_NOTEBOOK-}" ] && ! has_ipython; then return 0; fi
    boot_home_profile=${IPYTHONDIR:-$HOME/.ipython}/profile_default
    boot_home_file=$boot_home_profile/history.sqlite
    if [ -e "$boot_home_file" ] || [ -L "$boot_home_file" ] || is_mounted "$boot_home_profile"; then return 0; fi
    # What is above the profile is none of ours.
    # shellcheck disable=SC2174
    mkdir -p -m 700 "$boot_home_profile" "$boot_home/ipython" 2>/dev/null || return 0
    ln -s "$boot_home/ipython/history.sqlite" "$boot_home_file" 2>/dev/null || :
}

has_ipython() {
    find_program ipython "${PATH-}${boot_prefix:+:$boot_prefix/bin}"
}

# is_mounted FOLDER
# Whether it is in a folder that somebody has mounted: a link in there would stay, and lead nowhere.
is_mounted() {
    while read -r _ _ _ _ boot_home_point _; do
        # Spaces and the like are written as \040.
        case $boot_home_point in *\\*) boot_home_point=$(printf %b "$boot_home_point") ;; esac
        case $boot_home_point in / | '') continue ;; esac
        case $1/ in "$boot_home_point"/*) return 0 ;; esac
    done 2>/dev/null </proc/self/mountinfo
    return 1
}

# --- the environment that is kept ----------------------------------------------

# environment_file
# Sets boot_kept_file to where the environment of this container's command is kept; to nothing
# where it is not.
environment_file() {
    case ${SUBMARINE_RUN-} in
    '' | *[!A-Za-z0-9_-]*) boot_kept_file= ;;
    *) boot_kept_file=/tmp/submarine-$SUBMARINE_RUN.env ;;
    esac
}

# keep_environment
# Writes down what the kernel has made of the environment, for --enter: `docker exec` passes
# every entrypoint by. What the user gave, which may be secret, is left out.
#
# No process, so no renaming either: the first line, which names the kind of shell that wrote
# the others, is put right when they are all there. A failure is none of the start's.
keep_environment() {
    environment_file
    if [ -z "$boot_kept_file" ] || [ -e "$boot_kept_file" ]; then return 0; fi
    list_gone
    remember JUPYTER_TOKEN
    for boot_kept_name in $boot_given; do unset "$boot_kept_name" 2>/dev/null || :; done
    boot_kept_kind=dash
    [ -z "${BASH_VERSION-}" ] || boot_kept_kind=bash
    find_umask
    umask 077
    # Nothing that another user laid there is followed or overwritten.
    set -C
    { print_environment >"$boot_kept_file" && printf '# %s\n' "$boot_kept_kind" 1<>"$boot_kept_file"; } 2>/dev/null || :
    set +C
    umask "$boot_umask"
}

# print_environment
print_environment() {
    printf '# part\n' || return
    [ -z "$boot_kept_gone" ] || printf 'unset%s 2>/dev/null || :\n' "$boot_kept_gone" || return
    # Other shells have neither the option nor exported functions.
    # shellcheck disable=SC3040,SC3045
    if [ "$boot_kept_kind" = bash ]; then
        # Otherwise it says `declare -x`, which in a function means a local variable.
        set -o posix
        boot_kept_code=0
        export -p || boot_kept_code=$?
        set +o posix
        export -pf || return
        return "$boot_kept_code"
    else
        export -p
    fi
}

# list_gone
# Sets boot_kept_gone to those of boot_names that are variables no more, bash's own and ours left out.
list_gone() {
    boot_kept_gone=
    for boot_kept_name in $boot_names; do
        case $boot_kept_name in BASH_A* | BASH_CMDS | boot_* | SUBMARINE_* | PWD | SHLVL) continue ;; esac
        eval "[ \"\${$boot_kept_name+set}\" ]" || boot_kept_gone="$boot_kept_gone $boot_kept_name"
    done
}

# find_umask
# Sets boot_umask. `umask` itself could only print it.
find_umask() {
    read_status Umask
    boot_umask=$boot_status_text
    [ -n "$boot_umask" ] || boot_umask=$(umask)
}

# --- entering again ------------------------------------------------------------

# enter COMMAND [ARG...]
# Becomes the command where an environment was kept. Where none was (it is not made yet, the
# file system of /tmp is read-only, another user made it, a notebook's kernels are activated
# one by one) it returns, and the kernel is activated for this command alone.
#
# Secrets and the time limit were for the container's command.
enter() {
    unset SUBMARINE_SECRETS SUBMARINE_TIMEOUT
    environment_file
    boot_kernel=${SUBMARINE_KERNEL-}
    [ -z "$boot_kernel" ] || check_kernel_name "$boot_kernel"
    boot_enter_line=
    if [ -n "$boot_kept_file" ] && [ -e "$boot_kept_file" ]; then
        if [ -r "$boot_kept_file" ]; then
            read -r boot_enter_line <"$boot_kept_file" || :
        elif [ -z "$boot_kernel" ]; then
            die 65 "user $(id -u) may not read the environment of this container" 'enter as the user that it was started as, or as root'
        fi
    fi
    case $boot_enter_line in
    '# bash') enter_by_bash "$@" ;;
    '# dash') enter_kept "$@" ;;
    *) export SUBMARINE_NOTEBOOK='' ;;
    esac
}

# enter_by_bash COMMAND [ARG...]
# Only bash reads all that bash writes.
enter_by_bash() {
    if [ -z "${BASH_VERSION-}" ]; then
        find_program bash "${PATH-}:/bin:/usr/bin" || die 65 'the bash that this container was started with is gone' ''
        exec "$boot_found" -p "$0" --enter -- "$@"
    fi
    # Bash alone gets here, so its own options may be used.
    # shellcheck disable=SC3040,SC3041
    set +o posix +p
    enter_kept "$@"
}

# enter_kept COMMAND [ARG...]
enter_kept() {
    boot_enter_user=${SUBMARINE_USER_NAME-}
    keep_given
    # Whoever enters may be another user.
    provide_home
    remember HOME
    # It was written by keep_environment.
    # shellcheck disable=SC1090
    . "$boot_kept_file"
    restore_given
    forget_contract
    provide_user "$boot_enter_user"
    unset PWD OLDPWD SHLVL _
    become "$@"
}

# become_shell
# Becomes an interactive shell: bash where there is one, with its user's settings, which are
# given no say in what the kernel has set; else sh, which reads none.
become_shell() {
    if find_program bash "${PATH-}:/bin:/usr/bin"; then
        exec "$boot_found" --rcfile /dev/fd/3 -i 3<<'END'
exec 3<&-
submarine_saved=$(unset PWD OLDPWD SHLVL; export -p)
if [ -f ~/.bashrc ]; then . ~/.bashrc; fi
submarine_path=$PATH: submarine_modifier=${CONDA_PROMPT_MODIFIER-}
eval "$submarine_saved"
while [ -n "$submarine_path" ]; do
    case :$PATH: in *":${submarine_path%%:*}:"*) ;; *) PATH=$PATH:${submarine_path%%:*} ;; esac
    submarine_path=${submarine_path#*:}
done
PS1=${PS1#"$submarine_modifier"}
[ -z "${SUBMARINE_KERNEL-}" ] || PS1='($SUBMARINE_KERNEL) '$PS1
unset submarine_saved submarine_path submarine_modifier
END
    fi
    [ -z "${SUBMARINE_KERNEL-}" ] || export PS1="(\$SUBMARINE_KERNEL) ${PS1:-\$ }"
    exec sh -i
}

# --- the Python of a script ----------------------------------------------------

# find_script_python
# Sets boot_python to the Python that the script boot_found runs in.
find_script_python() {
    read -r boot_python <"$boot_found" || :
    boot_python=${boot_python#'#!'}
    boot_python=${boot_python%% *}
    # A path that is too long for the system stands in another line.
    case ${boot_python##*/} in python*) ;; *) boot_python=${boot_found%/*}/python3 ;; esac
    [ -x "$boot_python" ]
}

# find_module NAME
# Sets boot_module to the folder of a package of the Python boot_python.
find_module() {
    for boot_module in "${boot_python%/bin/*}"/lib/python3*/*-packages/"$1" \
        "${boot_python%/bin/*}"/local/lib/python3*/dist-packages/"$1"; do
        if [ -d "$boot_module" ]; then return 0; fi
    done
    return 1
}

# --- notebooks -----------------------------------------------------------------

# plan_notebook PROGRAM
# Sets boot_server to where the program of Jupyter was found: `image` (as it stands), a path in the
# image's conda, or `kernel`. Jupyter belongs to the image; only its kernels are activated.
plan_notebook() {
    require_kernelspec
    case $1 in
    */*) boot_server=image ;;
    *)
        if find_program "$1" "${PATH-}"; then
            boot_server=image
        elif [ -n "$boot_roots" ] && find_program "$1" "${boot_base:+$boot_base/bin:}$boot_conda_root/bin"; then
            boot_server=$boot_found
        elif find_program "$1" "$boot_prefix/bin"; then
            boot_server=kernel
        else
            die 66 "neither the image nor kernel \"$boot_kernel\" has $1" \
                'add "- jupyterlab" to the dependencies, or take an image with JupyterLab'
        fi ;;
    esac
}

# require_kernelspec
# Without one, notebooks would run in the image and not in the kernel.
require_kernelspec() {
    if has_kernelspec || has_ipykernel; then return 0; fi
    boot_notebook_package=ipykernel
    if [ ! -x "$boot_prefix/bin/python" ] && [ -x "$boot_prefix/bin/R" ]; then boot_notebook_package=r-irkernel; fi
    boot_notebook_hint="add \"- $boot_notebook_package\" to its dependencies"
    [ -n "$boot_is_built" ] || boot_notebook_hint="install it there in the image, or list dependencies with \"- $boot_notebook_package\""
    die 65 "kernel \"$boot_kernel\" has no $boot_notebook_package, so no notebook can run in it" "$boot_notebook_hint"
}

has_kernelspec() {
    for boot_notebook_file in "$boot_prefix"/share/jupyter/kernels/*/kernel.json; do
        if [ -f "$boot_notebook_file" ]; then return 0; fi
    done
    return 1
}

has_ipykernel() {
    for boot_notebook_file in "$boot_prefix"/lib/python*/site-packages/ipykernel; do
        if [ -d "$boot_notebook_file" ]; then return 0; fi
    done
    return 1
}

# prepare_server
# Has the server find the kernel's kernelspecs and, before those of the image, our settings.
prepare_server() {
    make_notebook_folder
    boot_notebook_default=
    if [ -n "${SUBMARINE_KERNEL-}" ]; then offer_kernelspecs "$SUBMARINE_NOTEBOOK"; fi
    boot_notebook_settings=
    [ -z "$boot_notebook_default" ] || add_setting MultiKernelManager default_kernel_name "$boot_notebook_default"
    # What an image's settings say of the token would win over the variable. It is made of letters and digits.
    [ -z "${JUPYTER_TOKEN-}" ] || add_setting IdentityProvider token "$JUPYTER_TOKEN"
    ! can_encrypt || add_setting KernelManager transport_encryption auto
    printf '{%s}\n' "$boot_notebook_settings" >"$boot_notebook_folder/jupyter_server_config.json"
    # It asks at each start whether news may be fetched.
    mkdir "$boot_notebook_folder/labconfig"
    printf '{"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": true}}\n' \
        >"$boot_notebook_folder/labconfig/page_config.json"
    export JUPYTER_CONFIG_PATH="$boot_notebook_folder${JUPYTER_CONFIG_PATH:+:$JUPYTER_CONFIG_PATH}"
}

# add_setting CLASS NAME VALUE
add_setting() {
    boot_notebook_settings="$boot_notebook_settings${boot_notebook_settings:+, }\"$1\": {\"$2\": \"$3\"}"
}

# can_encrypt
# Whether what goes between the server and its kernels can be encrypted; ipykernel warns where it could be
# and is not. Versions that cannot would warn of the setting.
can_encrypt() {
    case $boot_server in
    /*) boot_found=$boot_server ;;
    kernel) boot_found=$boot_prefix/bin/jupyter ;;
    *) find_program jupyter "${PATH-}" || return 1 ;;
    esac
    [ -f "$boot_found" ] && find_script_python && find_module jupyter_client &&
        grep -q '^    transport_encryption:' "$boot_module/manager.py" 2>/dev/null
}

# make_notebook_folder
# Sets boot_notebook_folder to one that stays as long as the container: a server reads it whenever it
# looks for kernels.
make_notebook_folder() {
    boot_notebook_folder=$(mktemp -d "${TMPDIR:-/tmp}/submarine-jupyter.XXXXXX") || die 73 'no temporary folder can be made' \
        'mount one at /tmp: --engine-arg=--tmpfs=/tmp'
}

# offer_kernelspecs TITLE
# Jupyter finds kernels in the folders of JUPYTER_PATH before its own. The one that it calls python3 is
# its default, and the one that most notebooks ask for. Sets boot_notebook_default to that or the first.
offer_kernelspecs() {
    mkdir "$boot_notebook_folder/kernels"
    for boot_notebook_file in "$SUBMARINE_PREFIX"/share/jupyter/kernels/*/kernel.json; do
        [ ! -f "$boot_notebook_file" ] || offer_kernelspec "$boot_notebook_file" "$1"
    done
    boot_notebook_spec=$boot_notebook_folder/kernels/python3
    if [ ! -d "$boot_notebook_spec" ] && [ -x "$SUBMARINE_PREFIX/bin/python" ]; then
        mkdir "$boot_notebook_spec"
        printf '{"argv": [%s, "python", "-m", %s, "-f", "{connection_file}"],\n "display_name": "%s", "language": "python"}\n' \
            "$boot_notebook_entry" "$boot_notebook_ipykernel" "$1" >"$boot_notebook_spec/kernel.json"
    fi
    [ ! -d "$boot_notebook_spec" ] || boot_notebook_default=python3
    export JUPYTER_PATH="$boot_notebook_folder${JUPYTER_PATH:+:$JUPYTER_PATH}"
}

# How a kernelspec begins its command, so that the kernel is activated.
boot_notebook_entry='"/submarine-bootstrap.sh", "--enter", "--"'

# A server that cannot encrypt what goes between it and ipykernel, in the same container, is warned of at
# each start of a kernel.
boot_notebook_ipykernel='"ipykernel_launcher", "--log-level=ERROR"'

# offer_kernelspec FILE TITLE
offer_kernelspec() {
    boot_notebook_dir=${1%/*}
    boot_notebook_name=${boot_notebook_dir##*/}
    read_file "$1"
    case $boot_notebook_name in *[!A-Za-z0-9._-]*) return 0 ;; esac
    case $boot_text in *'"argv"'*'['*) ;; *) return 0 ;; esac
    [ "$boot_notebook_name" != python3 ] || name_kernelspec "$2"
    case $boot_text in
    *'"ipykernel_launcher"'*)
        boot_notebook_rest=${boot_text#*'"ipykernel_launcher"'}
        boot_text=${boot_text%%'"ipykernel_launcher"'*}$boot_notebook_ipykernel$boot_notebook_rest ;;
    esac
    boot_notebook_rest=${boot_text#*'"argv"'}
    boot_notebook_spec=$boot_notebook_folder/kernels/$boot_notebook_name
    mkdir "$boot_notebook_spec"
    ln -s "$boot_notebook_dir"/* "$boot_notebook_spec"
    rm "$boot_notebook_spec/kernel.json"
    printf '%s"argv": [%s, %s\n' "${boot_text%%'"argv"'*}" "$boot_notebook_entry" "${boot_notebook_rest#*[}" \
        >"$boot_notebook_spec/kernel.json"
    : "${boot_notebook_default:=$boot_notebook_name}"
}

# name_kernelspec TITLE
# Replaces the title in boot_text.
name_kernelspec() {
    case $boot_text in *'"display_name"'*) ;; *) return 0 ;; esac
    boot_notebook_before=${boot_text%%'"display_name"'*}
    boot_json=${boot_text#*'"display_name"'}
    trim_json
    case $boot_json in '"'*) ;; *) return 0 ;; esac
    read_json_string
    boot_text="$boot_notebook_before\"display_name\": \"$1\"$boot_json"
}

# offer_to_jupyter PROGRAM
# The image's Jupyter in an activated kernel would start the image's Python, and call it the same; that of
# a kernel runs what of Jupyter is missing there, such as nbconvert, from the image.
offer_to_jupyter() {
    case ${1##*/} in jupyter | jupyter-* | papermill) ;; *) return 0 ;; esac
    if [ -z "${SUBMARINE_PREFIX-}" ] || [ -z "${SUBMARINE_KERNEL-}" ]; then return 0; fi
    make_notebook_folder
    offer_kernelspecs "$SUBMARINE_KERNEL"
}

# --- notebooks that are executed -----------------------------------------------

# plan_execution FILE EXECUTED [NAME=VALUE...]
# Sets boot_python to one that has nbclient, and for parameters papermill, which brings it; and
# boot_server as plan_notebook does: the image's Jupyter comes first, and is not activated.
plan_execution() {
    boot_executing_package=nbclient
    [ $# -lt 3 ] || boot_executing_package=papermill
    [ -z "$boot_kernel" ] || require_kernelspec
    boot_server=image
    for boot_executing_name in jupyter-execute jupyter; do
        if find_program "$boot_executing_name" "${PATH-}" && find_executing_python; then return 0; fi
        [ -n "$boot_kernel" ] || continue
        if [ -n "$boot_roots" ] && find_program "$boot_executing_name" "${boot_base:+$boot_base/bin:}$boot_conda_root/bin" &&
            find_executing_python; then return 0; fi
    done
    [ -n "$boot_kernel" ] || die 66 "the image has no $boot_executing_package" "take an image that has it, or list dependencies with \"- $boot_executing_package\""
    boot_server=kernel
    for boot_executing_name in jupyter-execute jupyter; do
        if find_program "$boot_executing_name" "$boot_prefix/bin" && find_executing_python; then return 0; fi
    done
    die 66 "neither the image nor kernel \"$boot_kernel\" has $boot_executing_package" \
        "add \"- $boot_executing_package\" to the dependencies, or take an image that has it"
}

# find_executing_python
# Sets boot_python to that of the script boot_found; fails where it has not the package.
find_executing_python() {
    find_script_python && find_module "$boot_executing_package"
}

# The quotes of a shell stand round it, so there are none of the same kind in it.
boot_executing_script='
import json, os, re, sys
import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from traitlets.config import Config


class Client(NotebookClient):
    """Shows what cells print, as soon as they do."""

    def output(self, outs, msg, display_id, cell_index):
        if msg["msg_type"] == "stream":
            stream = sys.stderr if msg["content"].get("name") == "stderr" else sys.stdout
            stream.write(msg["content"].get("text", ""))
            stream.flush()
        return super().output(outs, msg, display_id, cell_index)


def fail(code, message, hint):
    sys.stderr.write("submarine: %s\n  %s\n" % (message, hint))
    sys.exit(code)


def read(source):
    try:
        return nbformat.read(source, as_version=4)
    except FileNotFoundError:
        fail(66, "there is no notebook %s" % json.dumps(source), "check the path")
    except Exception as error:
        reason = str(error).split("\n")[0]
        fail(65, "%s is not a notebook: %s" % (json.dumps(source), reason), "save it as .ipynb in Jupyter")


def parsed(text):
    """A number, true, false, null or a list where it is one in JSON or Python, else the text."""
    words = {"True": True, "False": False, "None": None}
    if text in words:
        return words[text]
    try:
        return json.loads(text)
    except ValueError:
        return text


def with_parameters(notebook, values, kernel, language):
    if not values:
        return notebook
    from papermill.parameterize import parameterize_notebook

    for cell in notebook.cells:
        cell.metadata.setdefault("tags", [])
    notebook.metadata.setdefault("papermill", {})
    parameters = {name: parsed(value) for name, _, value in (text.partition("=") for text in values)}
    return parameterize_notebook(notebook, parameters, kernel_name=kernel, language=language)


def choose_kernel(notebook):
    """The one that the notebook names, else one of its language, else the default; its name and language."""
    specs = KernelSpecManager().get_all_specs()
    spec = notebook.metadata.get("kernelspec", {})
    wanted = spec.get("name", "")
    language = spec.get("language") or notebook.metadata.get("language_info", {}).get("name", "python")
    languages = {name: one["spec"].get("language", "").lower() for name, one in specs.items()}
    if wanted not in specs:
        same = sorted(name for name in specs if languages[name] == language.lower())
        if not same:
            fail(66, "no kernel runs %s, which the notebook is in" % json.dumps(language), "add one to the dependencies: for Python, ipykernel")
        wanted = "python3" if "python3" in same else same[0]
    return wanted, languages[wanted]


def told(error):
    text = "\n".join(error.get("traceback", [])) or "%s: %s" % (error.get("ename"), error.get("evalue"))
    return text if sys.stderr.isatty() else re.sub(r"\x1b\[[0-9;]*m", "", text)


def show_failure(notebook):
    for number, cell in enumerate(notebook.cells, 1):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                sys.stderr.write("%s\nsubmarine: cell %d failed: %s\n" % (told(output), number, output.get("ename")))
                return


source, target, *values = sys.argv[1:]
notebook = read(source)
kernel, language = choose_kernel(notebook)
notebook = with_parameters(notebook, values, kernel, language)
config = Config()
if KernelManager.class_traits().get("transport_encryption"):
    config.KernelManager.transport_encryption = "auto"
folder = os.path.dirname(os.path.abspath(source))
client = Client(notebook, timeout=None, kernel_name=kernel, config=config, resources={"metadata": {"path": folder}})
code = 0
try:
    client.execute()
except CellExecutionError:
    code = 1
except DeadKernelError:
    sys.stderr.write("submarine: the kernel died\n  its output is above\n")
    code = 1
except KeyboardInterrupt:
    code = 130
try:
    nbformat.write(notebook, target)
except OSError as error:
    fail(73, "cannot write %s: %s" % (json.dumps(target), error.strerror), "name another file: --executed FILE")
if code == 1:
    show_failure(notebook)
sys.exit(code)
'

# --- the command ---------------------------------------------------------------

# start_command COMMAND [ARG...]
start_command() {
    boot_command_user=${SUBMARINE_USER_NAME-}
    boot_limit=${SUBMARINE_TIMEOUT-}
    use_home
    unset SUBMARINE_STEPS SUBMARINE_NAMES PWD OLDPWD SHLVL _
    if [ -n "$boot_server" ]; then
        # The limit is the server's, and not that of each of its kernels.
        unset SUBMARINE_TIMEOUT
        restore_given
        provide_user "$boot_command_user"
        prepare_server
    else
        # A kernel that Jupyter starts is not the container's command.
        boot_command_is_first=${SUBMARINE_NOTEBOOK-yes}
        forget_contract
        if [ -n "$boot_kernel" ] && [ "$boot_command_is_first" = yes ]; then keep_environment; fi
        restore_given
        provide_user "$boot_command_user"
    fi
    if [ -n "$boot_is_executing" ]; then
        set -- "$boot_python" -c "$boot_executing_script" "$@"
    else
        case $boot_server in
        /*)
            shift
            set -- "$boot_server" "$@" ;;
        esac
    fi
    become "$@"
}

# become COMMAND [ARG...]
# The checks are here because each shell words its own errors in its own way.
become() {
    case $1 in
    */*) boot_found=$1 ;;
    jupyter) find_program "$1" "${PATH-}" || die 127 'the image has no Jupyter' \
        'take an image with JupyterLab, or a kernel with jupyterlab among its dependencies' ;;
    *) find_program "$1" "${PATH-}" || die 127 "there is no command \"$1\" in the container" \
        'check its spelling, or add the package that has it to the kernel' ;;
    esac
    [ -e "$boot_found" ] || die 127 "there is no file \"$1\" in the container" 'check the path'
    if [ ! -f "$boot_found" ] || [ ! -x "$boot_found" ]; then
        die 126 "\"$1\" cannot be run: it is no executable file" "try: chmod +x $1"
    fi
    note_virtual_environment "$@"
    [ -n "${boot_server-}" ] || offer_to_jupyter "$1"
    [ -z "${boot_limit-}" ] || run_limited "$@"
    exec "$@"
}

# run_limited COMMAND [ARG...]
# Becomes `timeout`, which runs the command and ends it after boot_limit seconds.
run_limited() {
    find_program timeout "${PATH-}" || die 65 'the image has no program "timeout", which would end the command in time' \
        'take an image with coreutils or busybox'
    set -- -k 10 "$boot_limit" "$@"
    # At a terminal the command must stay in the foreground; that of busybox lets it without being told.
    if [ -t 0 ] && "$boot_found" --foreground -k 10 9 /bin/sh -c : 2>/dev/null; then
        set -- --foreground "$@"
    elif ! "$boot_found" -k 10 9 /bin/sh -c : 2>/dev/null; then
        die 65 'the program "timeout" of the image is too old: it knows no -k' 'take an image with a newer coreutils or busybox'
    fi
    exec "$boot_found" "$@"
}

# --- the start -----------------------------------------------------------------

# read_arguments [ARG...]
# Sets boot_kernel, boot_is_entering, boot_is_executing, boot_task to what a build is to do, and
# boot_main_words to how many arguments stand before the command.
read_arguments() {
    boot_kernel='' boot_is_entering='' boot_is_executing='' boot_task=''
    boot_main_words=0
    while [ $# -gt 0 ]; do
        case $1 in
        --kernel)
            [ $# -gt 1 ] || die 2 '--kernel needs a name' 'write: --kernel NAME -- COMMAND'
            boot_kernel=$2
            check_kernel_name "$boot_kernel"
            boot_main_words=$((boot_main_words + 2))
            shift 2 ;;
        --enter)
            boot_is_entering=1
            boot_main_words=$((boot_main_words + 1))
            shift ;;
        --execute)
            boot_is_executing=1
            boot_main_words=$((boot_main_words + 1))
            shift ;;
        --shell) become_shell ;;
        --contract)
            printf '%s\n' "$boot_contract"
            exit 0 ;;
        --solve | --install)
            boot_task=${1#--}
            return 0 ;;
        --)
            boot_main_words=$((boot_main_words + 1))
            shift
            break ;;
        -*) die 2 "there is no option $1" 'write: --kernel NAME -- COMMAND' ;;
        *) break ;;
        esac
    done
    if [ $# = 0 ] && [ -n "$boot_is_entering" ]; then return 0; fi
    if [ $# = 0 ] || [ -z "$1" ]; then die 2 'there is no command to run' 'write: --kernel NAME -- COMMAND'; fi
}

# main [ARG...]
# Becomes the command; returns for a build alone.
main() {
    boot_argv='' boot_in_shell='' boot_server='' boot_names='' boot_limit=''
    read_arguments "$@"
    [ -z "$boot_task" ] || return 0
    shift "$boot_main_words"
    if [ -n "$boot_is_entering" ]; then
        [ $# != 0 ] || set -- "$0" --shell
        enter "$@"
    fi
    read_secrets
    keep_given
    provide_home
    if [ -n "$boot_kernel" ]; then
        find_kernel
        if [ -n "$boot_is_executing" ]; then
            plan_execution "$@"
        elif [ -n "${SUBMARINE_NOTEBOOK-}" ]; then
            plan_notebook "$1"
        fi
        case $boot_server in
        '' | kernel)
            leave_user_site
            hop_to_bash "$boot_kernel" "$@"
            activate "$@"
            use_user_base ;;
        esac
    else
        unset SUBMARINE_KERNEL SUBMARINE_PREFIX
        [ -z "${SUBMARINE_NOTEBOOK-}" ] || boot_server=image
        [ -z "$boot_is_executing" ] || plan_execution "$@"
    fi
    start_command "$@"
}

# The shell of a command reads no further.
main "$@"

# --- a kernel that is built ------------------------------------------------------

# build_kernel TASK NAME
build_kernel() {
    [ -n "$2" ] || die 2 "--$1 needs a kernel" "write: --kernel NAME --$1"
    provide_home
    find_roots
    case $1 in
    solve) solve_kernel "$2" ;;
    install) install_kernel "$2" ;;
    esac
}

# --- what builds ---------------------------------------------------------------

# find_builder
# Sets builder_program to the first of conda, mamba and micromamba that the image holds.
find_builder() {
    for builder_program in "${MAMBA_EXE-}" "${CONDA_EXE-}"; do
        if [ -n "$builder_program" ] && [ -f "$builder_program" ] && [ -x "$builder_program" ]; then return 0; fi
    done
    builder_paths=${PATH-}
    builder_rest=$boot_roots:
    while [ -n "$builder_rest" ]; do
        builder_paths=$builder_paths:${builder_rest%%:*}/bin
        builder_rest=${builder_rest#*:}
    done
    # micromamba is first because it starts in milliseconds and solves as mamba does.
    for builder_name in micromamba mamba conda; do
        if find_program "$builder_name" "$builder_paths"; then
            builder_program=$boot_found
            return 0
        fi
    done
    return 1
}

# require_builder NAME
require_builder() {
    find_builder || die 65 "kernel \"$1\" is not built yet, and the image holds no conda, mamba or micromamba to build it" \
        'take an image with one of them, or build the kernel once in such an image with the same libc'
}

# prepare_environment
# For the background alone, where what it exports is none of this shell's.
prepare_environment() {
    for builder_name in $boot_build_names; do
        eval "builder_value=\${SUBMARINE_BUILD_$builder_name-}"
        [ -z "$builder_value" ] || export "$builder_name=$builder_value"
    done
    # pip must install into the kernel and see nothing but the kernel.
    unset PYTHONPATH PYTHONHOME PYTHONPYCACHEPREFIX
    unset PIP_USER PIP_TARGET PIP_PREFIX PIP_ROOT PIP_REQUIRE_VIRTUALENV
    export PYTHONNOUSERSITE=1 PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
    export CONDA_ALWAYS_YES=true MAMBA_ALWAYS_YES=true CONDA_REPORT_ERRORS=false
    if [ "${SUBMARINE_OFFLINE-}" = 1 ]; then
        export CONDA_OFFLINE=true MAMBA_OFFLINE=true PIP_NO_INDEX=1 PIP_RETRIES=0
    fi
    # Scripts of packages have no use for them.
    forget_contract
    unset SUBMARINE_INSTALL SUBMARINE_PREFIX SUBMARINE_BUILD SUBMARINE_ARCHIVES SUBMARINE_LOG SUBMARINE_LOCK SUBMARINE_RUN SUBMARINE_KERNEL
}

# write_pieces FILE
# Writes what stands in SUBMARINE_SPEC_1...n.
write_pieces() {
    [ "${SUBMARINE_SPEC_1+set}" ] || die 65 'the specification of the kernel is missing' 'start it with: submarine run'
    builder_piece=1
    while eval "[ \"\${SUBMARINE_SPEC_$builder_piece+set}\" ]"; do
        { eval "printf %s \"\$SUBMARINE_SPEC_$builder_piece\"" >>"$1"; } 2>/dev/null || return 1
        builder_piece=$((builder_piece + 1))
    done
}

# --- the folders of a build ----------------------------------------------------

# empty_prefix
# The mark goes first: what is half removed is not to be taken for whole. The folder itself stays, since
# it may be a mount point.
empty_prefix() {
    rm -f "$inst_mark" 2>/dev/null || :
    remove_all || {
        # Packages have folders that nobody may write.
        chmod -R u+rwx "$inst_prefix" 2>/dev/null || :
        remove_all || :
    }
}

remove_all() {
    rm -rf "${inst_prefix:?}"/* "$inst_prefix"/.[!.]* "$inst_prefix"/..?* 2>/dev/null
}

# is_empty
# Whether the prefix is; sets inst_left to something that is left in it.
is_empty() {
    for inst_left in "$inst_prefix"/* "$inst_prefix"/.[!.]* "$inst_prefix"/..?*; do
        if [ -e "$inst_left" ] || [ -L "$inst_left" ]; then return 1; fi
    done
}

# die_of_prefix
# Ends the command because something could not be written into the prefix.
die_of_prefix() {
    if [ -w "$inst_prefix" ] && ! has_room "$inst_prefix"; then die_full; fi
    die_unwritable "$inst_prefix" 'where the kernel is built'
}

# has_room FOLDER
has_room() {
    { printf '%8192s' '' >"$1/.submarine-room"; } 2>/dev/null || return 1
    rm -f "$1/.submarine-room"
}

# die_unwritable PATH WHAT
die_unwritable() {
    inst_value=$1
    while [ ! -e "$inst_value" ]; do inst_value=${inst_value%/*}; done
    find_ownership_hint
    die 73 "user $boot_user cannot write into $(user_path "$inst_value"), $2" "$boot_hint"
}

# find_full_hint
# Sets fail_remedy to where room can be made.
find_full_hint() {
    case ${inst_prefix-} in
    /submarine/*) fail_remedy="free some in ${SUBMARINE_CACHE:-/submarine}: what is in archives is only a cache" ;;
    *) fail_remedy='free some where the engine keeps its containers' ;;
    esac
}

die_full() {
    find_full_hint
    die 73 'no space is left' "$fail_remedy"
}

# user_path PATH
# Prints where the user finds what is at PATH in here.
user_path() {
    case $1 in
    /submarine | /submarine/*) printf '%s' "${SUBMARINE_CACHE:-/submarine}${1#/submarine}" ;;
    *) printf '%s' "$1" ;;
    esac
}

# hide_passwords FILE...
# conda and pip print addresses as they were given them, and they may have a password in them. The file
# is written where it is, since it may be a mount point.
hide_passwords() {
    for hide_file in "$@"; do
        grep -Eqs '://[^[:space:]]*/t/|//[^/@[:space:]]+@' "$hide_file" || continue
        hide_text=$(sed -e 's,//[^/@[:space:]]*@,//***@,g' -e 's,\(://[^[:space:]]*/t/\)[^/[:space:]]*,\1***,g' "$hide_file") || continue
        { printf '%s\n' "$hide_text" >"$hide_file"; } 2>/dev/null || :
    done
}

# --- whose the cache is --------------------------------------------------------

# find_ownership_hint
# Sets boot_hint to what can be typed where the engine is. It is for the whole of the cache:
# what one user was made to build there lies in all of its folders.
find_ownership_hint() {
    boot_user=$(id -u)
    boot_hint="take another folder for kernels, or make this one that user's: "
    case ${SUBMARINE_CACHE:-/submarine} in
    /*) boot_hint="${boot_hint}sudo chown -R $boot_user $(quote_word "${SUBMARINE_CACHE:-/submarine}")" ;;
    *) boot_hint="${boot_hint}docker run --rm --user 0 --entrypoint chown --volume $SUBMARINE_CACHE:/submarine ${SUBMARINE_IMAGE:-IMAGE} -R $boot_user /submarine" ;;
    esac
}

# quote_word TEXT
# Prints TEXT as a shell reads it as one word.
quote_word() {
    case $1 in
    *[!A-Za-z0-9_./:@%+,=-]*) printf %s "$1" | sed "s/'/'\\\\''/g; 1s/^/'/; \$s/\$/'/" ;;
    *) printf %s "$1" ;;
    esac
}

# --- locks ---------------------------------------------------------------------

try_lock() {
    find_locker
    case $lock_program in
    */flock) "$lock_program" -n "$1" ;;
    */perl) "$lock_program" -e 'open(F, "<&=", shift) && flock(F, 6) or exit 1' "$1" ;;
    *) "$lock_program" -c 'import fcntl; fcntl.flock('"$1"', 6)' 2>/dev/null ;;
    esac
}

# find_locker
# flock(2) locks belong to an open file, so any program that inherits the descriptor can
# take the lock for this shell. conda brings a Python; without one of the three nothing
# is built, because no other lock is freed by a death.
find_locker() {
    for lock_name in flock python3 perl; do
        if find_program "$lock_name" "${PATH-}:$boot_conda_root/bin"; then
            lock_program=$boot_found
            return 0
        fi
    done
    die 65 'the image has neither flock, python3 nor perl to keep two builds apart' \
        "add Debian's util-linux, or another package with flock, to the image"
}

# --- waiting -------------------------------------------------------------------

# wait_for FILE TEXT LOG
# Holds the exclusive lock of FILE until this shell ends; TEXT, and what LOG says, is shown while
# another process has it. The system frees it when its holder dies, however that comes.
#
# The file is opened for reading, which a user who does not own it may do too.
wait_for() {
    [ -r "$1" ] || {
        find_ownership_hint
        die 73 "user $boot_user cannot read $(user_path "$1"), which keeps two builds apart" "$boot_hint"
    }
    exec 9<"$1"
    try_lock 9 || {
        is_watched || printf 'submarine: %s\n' "$2" >&2
        show_progress "$2" "$3"
        patiently wait_for_lock 9
        clear_progress
    }
}

wait_for_lock() {
    case $lock_program in
    */flock) "$lock_program" "$1" ;;
    */perl) "$lock_program" -e 'open(F, "<&=", shift) && flock(F, 2) or exit 1' "$1" ;;
    *) "$lock_program" -c 'import fcntl; fcntl.flock('"$1"', 2)' ;;
    esac
}

# patiently COMMAND [ARG...]
# Runs what takes long in the background and waits: a shell hears an INT only after the
# command that it runs in the foreground has ended.
patiently() {
    trap 'stop 130' INT
    trap 'stop 143' TERM
    "$@" &
    wait_child=$!
    wait_code=0
    # Of one that is killed the shell would say so in a word.
    wait "$wait_child" 2>/dev/null || wait_code=$?
    trap - INT TERM
    return "$wait_code"
}

# stop CODE
stop() {
    kill "$wait_child" 2>/dev/null || :
    clear_progress
    exit "$1"
}

# --- which packages a kernel consists of -----------------------------------------

# solve_kernel NAME
solve_kernel() {
    require_builder "$1"
    solve_work=$(mktemp -d "${TMPDIR:-/tmp}/submarine-solve.XXXXXX" 2>&1) || die_of_folder "$solve_work"
    write_pieces "$solve_work/request" || die_full
    printf '' >"$solve_work/log"
    say "solving kernel \"$1\" with $builder_program"
    show_progress "solving kernel \"$1\"" "$solve_work/log"
    fail_status=0
    patiently ask_builder || fail_status=$?
    clear_progress
    if [ "$fail_status" = 0 ]; then
        cat "$solve_work/answer"
        rm -rf "$solve_work"
        return 0
    fi
    explain_unsolved "$1"
}

# ask_builder
# For the background alone.
ask_builder() {
    exec </dev/null >"$solve_work/answer" 2>"$solve_work/log"
    prepare_environment
    # What is there already would be in no list of what is to be fetched.
    export CONDA_PKGS_DIRS="$solve_work/pkgs"
    solve_words=$(write_words) || return
    eval "set -- $solve_words"
    # conda would add its user's default packages.
    case ${builder_program##*/} in conda) set -- --no-default-packages "$@" ;; esac
    exec "$builder_program" create --yes --dry-run --json --prefix "$solve_work/prefix" "$@"
}

# write_words
# Prints the arguments that the request comes to, as a shell reads them: one sed for all, since
# there may be thousands.
#
# conda takes the address of a package for a list of its own, beside which there are no others,
# unless it stands in brackets.
write_words() {
    case ${builder_program##*/} in
    conda) sed -n -E 's,^spec ([^#]*/([^/#]+)-[^-/#]+-[^-/#]+\.(conda|tar\.bz2))(#.*)?$,spec \2[url=\1],; p' "$solve_work/request" ;;
    *) cat "$solve_work/request" ;;
    esac | sed -n -E -e 's/^channel nodefaults$/--override-channels/p' -e t -e "s/'/'\\\\''/g" \
        -e "s/^channel (.*)/--channel '\1'/p" -e "s/^spec (.*)/'\1'/p" | tr '\n' ' '
}

# explain_unsolved NAME
# With --json what conda has to say stands in its answer, and what it warned of in the log. The disk
# may be full, so that neither can be written here.
explain_unsolved() {
    print_answer >>"$solve_work/log" 2>/dev/null || :
    hide_passwords "$solve_work/log" "$solve_work/request"
    fail_file=$solve_work/log fail_from=1 fail_room=$solve_work fail_program=${builder_program##*/} fail_log=
    if [ -n "${SUBMARINE_LOG-}" ] && { print_for_log >>"$SUBMARINE_LOG"; } 2>/dev/null; then fail_log=$SUBMARINE_LOG; fi
    find_cause
    tell_failure "$1"
    rm -rf "$solve_work"
    exit "$fail_code"
}

# print_answer
# Prints what the answer says of a failure, in lines as conda prints them without --json.
print_answer() {
    grep -Eqs '^ *"error": "' "$solve_work/answer" || {
        cat "$solve_work/answer"
        return
    }
    sed -n -E 's/^ *"caused_by": "(.*)",?$/\1/p; s/^ *"error": "(.*)",?$/\1/p' "$solve_work/answer" |
        sed -e 's/\\n/\
/g' -e 's/\\"/"/g'
}

# print_for_log
print_for_log() {
    cat "$solve_work/log" && printf '\nsubmarine: what was to be solved:\n' && cat "$solve_work/request"
}

# die_of_folder MESSAGE
# Ends the command because no temporary folder can be made, which MESSAGE says why.
die_of_folder() {
    case $1 in *[Nn]'o space'*) die_full ;; esac
    die 73 'no temporary folder can be made' 'mount one at /tmp: --engine-arg=--tmpfs=/tmp'
}

# --- a kernel made from a list ---------------------------------------------------

# install_kernel NAME
install_kernel() {
    read_install_variables
    # What is there needs no lock, and nothing to build with.
    if ! is_complete; then
        lock_prefix "$1"
        # Whoever held the lock has built it.
        if ! is_complete; then
            begin_install "$1"
            run_install "$1"
        fi
    fi
    if [ "${SUBMARINE_BAKE-}" = 1 ]; then name_baked_kernel "$1"; fi
}

# read_install_variables
read_install_variables() {
    for inst_name in INSTALL PREFIX DIGEST BUILD ARCHIVES LOG; do
        eval "inst_value=\${SUBMARINE_$inst_name-}"
        [ -n "$inst_value" ] || die 2 "SUBMARINE_$inst_name is not set, which --install needs" ''
    done
    inst_steps=$SUBMARINE_INSTALL inst_prefix=$SUBMARINE_PREFIX inst_digest=$SUBMARINE_DIGEST
    inst_build=$SUBMARINE_BUILD inst_archives=$SUBMARINE_ARCHIVES inst_log=$SUBMARINE_LOG
    case $inst_prefix in /*[!/]) ;; *) die 2 'SUBMARINE_PREFIX is no folder' 'write its whole path' ;; esac
    case $inst_digest in *[!0-9a-f]*) inst_value= ;; *) inst_value=$inst_digest ;; esac
    [ "${#inst_value}" = 64 ] || die 2 'SUBMARINE_DIGEST is no sha256' 'it has 64 digits of 0-9 and a-f'
    for inst_step in $inst_steps; do
        case $inst_step in
        conda | wheels | sources | finish) ;;
        *) die 2 "there is no step $inst_step in SUBMARINE_INSTALL" 'write some of: conda wheels sources finish' ;;
        esac
    done
    inst_mark=$inst_prefix/conda-meta/submarine-complete
    inst_work=$inst_prefix/.submarine
}

# has_step STEP
has_step() {
    case " $inst_steps " in *" $1 "*) return 0 ;; esac
    return 1
}

# is_complete
# The mark is made last and removed first, so a prefix with it is whole.
is_complete() {
    [ -f "$inst_mark" ] || return 1
    { IFS= read -r inst_first && IFS= read -r inst_second; } <"$inst_mark" || return 1
    [ "$inst_first" = 'submarine-kernel 2' ] && [ "$inst_second" = "digest $inst_digest" ]
}

# lock_prefix NAME
lock_prefix() {
    [ -n "${SUBMARINE_LOCK-}" ] || return 0
    wait_for "$SUBMARINE_LOCK" "waiting for kernel \"$1\", which another container builds" "$inst_log"
}

# begin_install NAME
# Makes the prefix this build's, or sees that it is.
begin_install() {
    if has_step conda; then require_builder "$1"; else find_builder || builder_program=; fi
    { printf '' >>"$inst_log"; } 2>/dev/null || die_unwritable "$inst_log" 'which the log is written to'
    # The log of a build is one file, and its causes are looked for in what this command adds.
    inst_from=$(($(wc -c <"$inst_log") + 1))
    if has_step conda; then
        make_prefix
    elif ! is_ours; then
        die 75 "kernel \"$1\" is being built by another, which has begun after this one" 'start it again'
    fi
    rm -rf "$inst_work"
    { mkdir "$inst_work" "$inst_work/home" 2>/dev/null && write_pieces "$inst_work/list"; } || die_of_prefix
}

# is_ours
is_ours() {
    [ -f "$inst_prefix/conda-meta/submarine-building" ] || return 1
    IFS= read -r inst_first <"$inst_prefix/conda-meta/submarine-building" || return 1
    [ "$inst_first" = "$inst_build" ]
}

# make_prefix
# Empties it, and makes it one that conda takes for an environment.
make_prefix() {
    inst_value=$(mkdir -p "$inst_prefix" 2>&1) || case $inst_value in *[Nn]'o space'*) die_full ;; esac
    [ -d "$inst_prefix" ] || die_unwritable "$inst_prefix" 'where the kernel is built'
    empty_prefix
    if ! is_empty; then die_unwritable "$inst_left" 'which another user made'; fi
    { mkdir "$inst_prefix/conda-meta" && printf '' >"$inst_prefix/conda-meta/history" &&
        printf '%s\n' "$inst_build" >"$inst_prefix/conda-meta/submarine-building"; } 2>/dev/null || die_of_prefix
}

# run_install NAME
run_install() {
    if has_step conda; then
        warn_of_unchecked "$1"
        say "building kernel \"$1\" in $inst_prefix with $builder_program; log: $(user_path "$inst_log")"
        if is_watched; then
            printf 'submarine: kernel "%s" is built now, once; log: %s\n' "$1" "$(user_path "$inst_log")" >&2
        fi
    fi
    # A build of several commands has begun with the first.
    inst_started=$(stat -c %Y "$inst_prefix/conda-meta/submarine-building")
    show_progress "building kernel \"$1\"" "$inst_log"
    fail_status=0
    patiently install_steps || fail_status=$?
    clear_progress
    [ "$fail_status" = 0 ] || explain_unbuilt "$1"
    hide_passwords "$inst_log"
    if has_step finish && ! is_watched; then
        printf 'submarine: kernel "%s" was built in %d s; log: %s\n' "$1" \
            "$(($(date +%s) - inst_started))" "$(user_path "$inst_log")" >&2
    fi
}

# install_steps
# For the background alone, where what it exports and closes is none of this shell's.
install_steps() {
    exec 9<&- </dev/null >>"$inst_log" 2>&1
    inst_image=${SUBMARINE_IMAGE-}
    prepare_environment
    export HOME="$inst_work/home"
    # As root, busybox takes a folder on a read-only file system for writable.
    { printf '' >"${TMPDIR:-/tmp}/submarine-$inst_build" && rm "${TMPDIR:-/tmp}/submarine-$inst_build"; } 2>/dev/null ||
        export TMPDIR="$inst_work/home"
    for inst_step in $inst_steps; do
        case $inst_step in
        conda) install_conda ;;
        wheels) install_wheels ;;
        sources) install_sources ;;
        finish) install_finish ;;
        esac || return
    done
    rm -rf "$inst_work"
}

# warn_of_unchecked NAME
# Names the packages whose checksums the list lacks, though it does not say that there were none.
warn_of_unchecked() {
    inst_value=$(sed -n 's/^unchecked //p' "$inst_work/list" | tr '\n' ',')
    inst_value=${inst_value%,}
    [ -z "$inst_value" ] || printf \
        'submarine: warning: the lock of kernel "%s" lacks checksums for %s, so whatever bytes come are installed; lock it again: submarine env lock\n' \
        "$1" "$(printf %s "$inst_value" | sed 's/,/, /g')" >&2
}

# explain_unbuilt NAME
explain_unbuilt() {
    hide_passwords "$inst_log" "$inst_work/list"
    fail_file=$inst_log fail_from=$inst_from fail_room=$inst_prefix fail_log=$inst_log fail_program=pip
    if has_step conda; then fail_program=${builder_program##*/}; fi
    find_cause
    tell_failure "$1"
    { printf '\nsubmarine: what was to be installed:\n' && cat "$inst_work/list"; } >>"$inst_log" 2>/dev/null || :
    # Half a kernel is worth nothing and may be what filled the disk.
    empty_prefix
    exit "$fail_code"
}

# --- archives --------------------------------------------------------------------

# find_archive KIND URL
# Sets arc_file to where the archive of that address lies.
find_archive() {
    arc_url=${2%%#*}
    case $arc_url in
    file://*)
        # There may be the name of a host, which is this one's.
        arc_file=${arc_url#file://}
        decode_percent "/${arc_file#*/}" ;;
    *) decode_percent "$inst_archives/$1/${arc_url##*/}" ;;
    esac
}

# decode_percent TEXT
# Sets arc_file to TEXT with each %XX replaced.
decode_percent() {
    arc_file='' arc_rest=$1%
    while [ -n "$arc_rest" ]; do
        arc_file=$arc_file${arc_rest%%"%"*}
        arc_rest=${arc_rest#*"%"}
        case $arc_rest in
        '') ;;
        [0-9A-Fa-f][0-9A-Fa-f]*)
            # The format is made of three octal digits.
            # shellcheck disable=SC2059
            arc_file=$arc_file$(printf "\\$(printf %03o "0x${arc_rest%"${arc_rest#??}"}")")
            arc_rest=${arc_rest#??} ;;
        *) arc_file=$arc_file% ;;
        esac
    done
}

# check_archives LIST
# Fails unless what LIST names is there, with the bytes that it says: lines of sha256, md5 or none,
# the sum, the address and the file. The log tells of all that is not.
check_archives() {
    arc_wrong=
    while read -r _ _ arc_url arc_file; do
        [ -f "$arc_file" ] || tell_wrong "submarine: missing: ${arc_file##*/}"
    done <"$1"
    [ -z "$arc_wrong" ] || return
    compare_sums "$1" sha256 && compare_sums "$1" md5 && [ -z "$arc_wrong" ]
}

# compare_sums LIST ALGORITHM
# One process for all, in whose answer a line begins with the sum.
compare_sums() {
    set -- "$1" "$2"
    arc_list=$1 arc_algorithm=$2
    shift 2
    while read -r arc_kind _ _ arc_file; do
        [ "$arc_kind" != "$arc_algorithm" ] || set -- "$@" "$arc_file"
    done <"$arc_list"
    [ $# != 0 ] || return 0
    "${arc_algorithm}sum" "$@" >"$inst_work/sums" || return
    while read -r arc_kind arc_sum arc_url _; do
        [ "$arc_kind" = "$arc_algorithm" ] || continue
        read -r arc_found _ <&3 || return
        [ "$arc_found" = "$arc_sum" ] || tell_wrong "submarine: wrong: $arc_url" \
            "submarine: wrong:   expected $arc_algorithm $arc_sum" "submarine: wrong:   found    $arc_algorithm $arc_found"
    done <"$arc_list" 3<"$inst_work/sums"
}

# tell_wrong LINE...
tell_wrong() {
    printf '%s\n' "$@"
    arc_wrong=1
}

# --- what conda installs ---------------------------------------------------------

# install_conda
# Nothing is solved and nothing is fetched, and nothing is unpacked whose bytes are not the list's.
install_conda() {
    inst_packages=$inst_work/pkgs
    mkdir "$inst_packages" && list_conda && check_archives "$inst_work/archives" || return
    [ -s "$inst_work/archives" ] || return 0
    fill_packages || return
    # The packages are unpacked there and hard-linked from there: the prefix may be a mount of
    # its own, and links lead over none.
    CONDA_PKGS_DIRS="$inst_packages" "$builder_program" install --yes --offline \
        --prefix "$inst_prefix" --file "$inst_work/explicit" || return
    rm -rf "$inst_packages"
}

# list_conda
# Writes conda's own form of the list (explicit), and what is to be compared (archives). What has no
# sha256 may have an md5 behind its address, as in conda's form.
list_conda() {
    printf '@EXPLICIT\n' >"$inst_work/explicit" || return
    while read -r conda_kind conda_sum conda_url || [ -n "$conda_kind" ]; do
        [ "$conda_kind" = conda ] || continue
        printf '%s\n' "$conda_url" >&3 || return
        find_archive conda "$conda_url"
        case $conda_sum:$conda_url in
        -:*'#'?*) conda_sum="md5 ${conda_url##*#}" ;;
        -:*) conda_sum='none -' ;;
        *) conda_sum="sha256 $conda_sum" ;;
        esac
        printf '%s %s %s\n' "$conda_sum" "$arc_url" "$arc_file" >&4 || return
    done <"$inst_work/list" 3>>"$inst_work/explicit" 4>"$inst_work/archives"
}

# fill_packages
# Makes a package cache of the archives, in which conda takes them for fetched from the addresses of
# the list. They are copies, because conda passes links by.
fill_packages() {
    set --
    while read -r _ _ conda_url arc_file; do
        printf '%s\n' "$conda_url" >&3 || return
        set -- "$@" "$arc_file"
    done <"$inst_work/archives" 3>"$inst_packages/urls.txt"
    cp "$@" "$inst_packages"
}

# --- what pip installs -----------------------------------------------------------

# install_wheels
# A wheel is asked for by its version, so that `pip freeze` names that and no folder of ours.
install_wheels() {
    pip_folder=
    while read_hashed; do
        case $arc_file in *.whl) ;; *) continue ;; esac
        printf 'sha256 %s %s %s\n' "$pip_sum" "$arc_url" "$arc_file" >&3 || return
        [ "$pip_folder" = "${arc_file%/*}" ] || printf -- '--find-links %s\n' "${arc_file%/*}" >&4 || return
        pip_folder=${arc_file%/*}
        pip_version=${arc_file##*/}
        pip_version=${pip_version#*-}
        printf '%s==%s --hash=sha256:%s\n' "$pip_name" "${pip_version%%-*}" "$pip_sum" >&4 || return
    done <"$inst_work/list" 3>"$inst_work/compared" 4>"$inst_work/wheels"
    check_archives "$inst_work/compared" && pip_install "$inst_work/wheels" --no-deps --require-hashes --no-index
}

# install_sources
# What has a hash comes first, since a build of what has none may need it.
install_sources() {
    while read_hashed; do
        case $arc_file in *.whl) continue ;; esac
        printf 'sha256 %s %s %s\n' "$pip_sum" "$arc_url" "$arc_file" >&3 || return
        pip_source=$arc_file
        # Where in the archive it lies is said by an address alone.
        case $pip_url in *'#'*subdirectory=*) pip_source="$pip_name @ file://$arc_file#${pip_url#*#}" ;; esac
        printf '%s --hash=sha256:%s\n' "$pip_source" "$pip_sum" >&4 || return
    done <"$inst_work/list" 3>"$inst_work/compared" 4>"$inst_work/sources"
    sed -n '/ --hash=sha256:/d; s/^pip //p' "$inst_work/list" >"$inst_work/unhashed" || return
    sed -n 's/^pip-open //p' "$inst_work/list" >"$inst_work/open" || return
    sed -n 's/^pip-constraint //p' "$inst_work/list" >"$inst_work/constraints" || return
    sed -n 's/^pip-option //p' "$inst_work/list" >"$inst_work/options" || return
    check_archives "$inst_work/compared" &&
        pip_install "$inst_work/sources" --no-deps --require-hashes --requirement "$inst_work/options" &&
        pip_install "$inst_work/unhashed" --no-deps --requirement "$inst_work/options" &&
        pip_install "$inst_work/open" --constraint "$inst_work/constraints"
}

# read_hashed
# Reads the list on to the next pip line with a hash, which it sets pip_name, pip_url and pip_sum
# to; and arc_url and arc_file.
read_hashed() {
    while read -r pip_kind pip_line || [ -n "$pip_kind" ]; do
        case $pip_kind:$pip_line in pip:*' --hash=sha256:'*) ;; *) continue ;; esac
        pip_sum=${pip_line##*' --hash=sha256:'}
        pip_name=${pip_line%% @ *}
        pip_url=${pip_line#* @ }
        pip_url=${pip_url%% *}
        find_archive pip "$pip_url"
        return 0
    done
    return 1
}

# pip_install FILE [OPTION...]
pip_install() {
    pip_list=$1
    shift
    [ ! -s "$pip_list" ] || run_pip install "$@" --requirement "$pip_list"
}

# run_pip ARG...
# The kernel's own pip, in the activated kernel: what it compiles may need what scripts set.
run_pip() (
    if [ ! -x "$inst_prefix/bin/python" ]; then
        echo 'No module named pip'
        return 1
    fi
    export CONDA_ENVS_DIRS="${inst_prefix%/*}"
    exec /bin/sh "$0" --kernel "${inst_prefix##*/}" -- "$inst_prefix/bin/python" -m pip "$@"
)

# --- the end of a build ------------------------------------------------------------

# install_finish
# The mark comes last and in one piece, since starts look at it without a lock.
install_finish() {
    compile_packages
    fin_meta=$inst_prefix/conda-meta
    printf '%s\n' '{"message": "Submarine Environments built this kernel, which others may share, and never changes it. Add packages to the profile of the environment instead, under dependencies"}' \
        >"$fin_meta/frozen" && rm -rf "$inst_work" && rm -f "$fin_meta/submarine-building" || return
    fin_files=$(cd "$inst_prefix" && list_files) || return
    {
        printf 'submarine-kernel 2\ndigest %s\nimage %s\n' "$inst_digest" "$inst_image"
        printf 'builder %s\n' "$builder_program"
        [ -z "$fin_files" ] || printf '%s\n' "$fin_files" | LC_ALL=C sort -k 3 | sed 's/^/file /'
    } >"$inst_mark.new" && mv "$inst_mark.new" "$inst_mark"
}

# compile_packages
# In a prefix that cannot be written each start would compile what is not compiled. conda and pip
# have compiled nearly all, and one process finds that out sooner than several. Files that cannot be
# compiled, such as templates for another Python, are none of the build's failures.
compile_packages() {
    [ -x "$inst_prefix/bin/python" ] || return 0
    for fin_folder in "$inst_prefix"/lib/python*/site-packages; do
        if [ ! -d "$fin_folder" ] || [ -L "${fin_folder%/*}" ]; then continue; fi
        "$inst_prefix/bin/python" -E -s -S -m compileall -q "$fin_folder" || :
    done
}

# list_files
# Prints size, time and path of what changes the start of a command: programs, scripts that are run at
# activation, and files that Python reads at its start. A folder that is a link shows what another one holds.
list_files() {
    set --
    for fin_folder in bin etc/conda/activate.d etc/conda/deactivate.d; do
        if is_plain_folder "$fin_folder"; then set -- "$@" "$fin_folder"; fi
    done
    [ $# = 0 ] || list_folders '*' "$@" || return
    for fin_folder in lib/python*/site-packages; do
        if is_plain_folder "$fin_folder"; then list_folders '*.pth' "$fin_folder" || return; fi
    done
}

# is_plain_folder PATH
# Whether it is a folder, and neither it nor one above it is a link.
is_plain_folder() {
    [ -d "$1" ] || return 1
    fin_above=$1
    while [ ! -L "$fin_above" ]; do
        case $fin_above in */*) fin_above=${fin_above%/*} ;; *) return 0 ;; esac
    done
    return 1
}

# list_folders PATTERN FOLDER...
# stat is started once for many, since there may be thousands.
list_folders() {
    fin_pattern=$1
    shift
    LC_ALL=C find "$@" -mindepth 1 -maxdepth 1 ! -type d -name "$fin_pattern" ! -name "*$boot_newline*" \
        -exec stat -c '%s %Y %n' {} +
}

# name_baked_kernel NAME
# Makes the kernel one that the image holds under its name.
name_baked_kernel() {
    if mkdir -p /opt/submarine/envs && ln -sfn "$inst_prefix" "/opt/submarine/envs/$1"; then return 0; fi
    die 73 "the kernel cannot be named in /opt/submarine/envs" 'bake as root'
}

# --- a build that failed -------------------------------------------------------

# Whoever explains a failure sets fail_file and fail_from, the log and the byte where what failed begins
# in it; fail_status and fail_program, what ended and how; fail_room, a folder that it wrote into; and
# fail_log, which file the user is told of.

# tell_failure NAME
# Prints the cause, the lines of the log that matter, and the remedy.
tell_failure() {
    printf 'submarine: kernel "%s" could not be built: %s\n' "$1" "$fail_cause" >&2
    print_log_lines | tr '\r\t' '\n ' | tr -d '\000-\010\013-\037\177' | cut -c 1-200 | sed 's/^/  | /' >&2
    printf '  %s\n' "$fail_remedy" >&2
    [ -z "$fail_log" ] || printf '  log: %s\n' "$(user_path "$fail_log")" >&2
}

# find_cause
# Sets fail_cause, fail_remedy and fail_code from what the log says. The order matters:
# pip reports a failed connection and then, too, that no version was found.
find_cause() {
    fail_code=65
    fail_untrusted='CERTIFICATE_VERIFY_FAILED|SSLError|SSL certificate problem|certificate verify failed'
    fail_unreachable='CONNECTION FAILED|NewConnectionError|NameResolutionError|ConnectionError|Could not resolve host|Temporary failure in name resolution|Connection refused|Connection timed out|ProxyError'
    fail_cut_off='not match Content-Length|IncompleteRead|ChunkedEncodingError|Connection broken|Connection reset|Connection aborted|RemoteDisconnected|ReadTimeout|Read timed out|transfer closed|EOF occurred'
    # What was not fetched by conda is not to be fetched by it.
    fail_unread='EnforceUnusedAdapter called with url'
    if log_has 'No space left on device|NoSpaceLeft|Disk quota exceeded' || ! has_room "$fail_room" || is_too_full; then
        fail_code=73
        fail_cause='no space is left'
        find_full_hint
    elif log_has '^submarine: wrong: |DO NOT MATCH THE HASHES'; then
        set_cause 'a download has other bytes than it should' \
            'a proxy, a mirror or the channel changed it; what the channel has now is locked by: submarine env lock'
    elif [ "${SUBMARINE_OFFLINE-}" = 1 ]; then
        find_cause_offline
    else
        find_cause_of_network || find_cause_of_packages || find_cause_of_process
    fi
}

# is_too_full
# conda does not say that it had no room to unpack an archive: it removes it, which makes some, and wants
# to fetch it again. Unpacked they take a few times the room.
is_too_full() {
    [ -n "${inst_prefix-}" ] && log_has "$fail_unread" || return 1
    fail_packed=$(du -sk "$inst_archives/conda") && fail_free=$(df -kP "$inst_prefix" | tail -n 1) || return 1
    read -r _ _ _ fail_free _ <<END
$fail_free
END
    [ "$fail_free" -lt $((${fail_packed%%[!0-9]*} * 10)) ] 2>/dev/null
}

# find_cause_offline
find_cause_offline() {
    if log_has '^submarine: missing: |NotFound:|PackagesNotFoundError:|No matching distribution|nothing provides|does not exist \(perhaps|offline|Could not resolve host'; then
        set_cause 'packages are missing that no build has downloaded yet, and it is offline' \
            'build it once with the network, here or by: submarine kernel build'
    else
        find_cause_of_network || find_cause_of_packages || find_cause_of_process
    fi
}

find_cause_of_network() {
    if log_has "$fail_untrusted"; then
        set_cause 'a server has a certificate that the image does not trust' \
            'set SSL_CERT_FILE and PIP_CERT to a file that holds your certificate authority'
    elif log_has 'HTTP 40[137] |40[137] Client Error|HTTP error 40[137]|returned error: 40[137]'; then
        set_cause 'a channel, index or proxy asks for a user and password, or refuses these' \
            'give them in .condarc, PIP_INDEX_URL or HTTPS_PROXY; they are kept in no lock and no log'
    elif log_has "$fail_cut_off"; then
        set_cause 'a download was cut off' 'start it again: what was downloaded whole is kept'
    elif log_has "$fail_unreachable"; then
        set_cause 'a channel or index cannot be reached' 'check the network, HTTPS_PROXY and the addresses of the channels'
    elif log_has 'UnavailableInvalidChannel.*<file:|PathNotFoundError: '; then
        set_cause 'a file:// channel is not in the container' \
            'put it into the image, or serve it over HTTP'
    elif log_has 'UnavailableInvalidChannel'; then
        set_cause 'there is no such channel' 'check the names under channels'
    elif log_has 'HTTP 404|404 Client Error|HTTP error 404'; then
        set_cause 'a file is not where a channel, an index or the lock says' \
            'check the names under channels; what a channel has removed is locked anew by: submarine env lock'
    else
        return 1
    fi
}

find_cause_of_packages() {
    if log_has '^ +- __[a-z]+|nothing provides (requested )?__[a-z]+'; then
        set_cause 'a package needs more of the machine than is there' \
            'for __cuda start with --gpus, for __glibc take a newer image'
    elif log_has 'ResolvePackageNotFound|PackagesNotFoundError|nothing provides|does not exist \(perhaps|No matching distribution found'; then
        set_cause 'no channel or index has such a package' 'check the spelling, the version, and the channels'
    elif log_has 'UnsatisfiableError|ResolutionImpossible|conflicting dependencies|Could not solve for environment'; then
        set_cause 'the dependencies contradict each other' 'loosen the versions that are named above'
    elif log_has 'No module named pip'; then
        set_cause 'the kernel has no pip for its pip lines' 'add "- pip" to the dependencies'
    else
        return 1
    fi
}

find_cause_of_process() {
    if [ -n "${inst_prefix-}" ] && log_has 'Permission denied|NotWritableError|NoWritablePkgsDir'; then
        fail_code=73
        find_ownership_hint
        set_cause "user $boot_user cannot write what another user made in ${SUBMARINE_CACHE:-/submarine}" "$boot_hint"
    elif log_has 'Read-only file system'; then
        set_cause 'the file system is read-only where a build must write' 'mount another at /tmp: --engine-arg=--tmpfs=/tmp'
    elif [ "$fail_status" = 137 ]; then
        set_cause 'the build was killed, most likely for memory' 'give the container more with --memory'
    elif log_has "$fail_unread"; then
        set_cause 'an archive cannot be read, though its bytes are those of the lock' \
            'take another build of the package, and lock anew: submarine env lock'
    elif log_has '^submarine: missing: '; then
        set_cause 'an archive of the lock is not among what was downloaded' 'check its address, and lock anew: submarine env lock'
    else
        set_cause "$fail_program ended with status $fail_status" 'the log tells more'
    fi
}

# print_log
# Prints what the failed command has written.
print_log() {
    tail -c "+$fail_from" "$fail_file" 2>/dev/null
}

log_has() {
    print_log | grep -Eqs "$1"
}

set_cause() {
    fail_cause=$1
    fail_remedy=$2
}

# print_log_lines
# We and pip mark our errors; conda, mamba and micromamba end with theirs.
print_log_lines() {
    fail_pattern='^[A-Za-z]*(Error|Exception|NotFound|Channel):|^(error|critical) '
    if log_has '^submarine: (wrong|missing): '; then
        print_log | sed -n -E 's/^submarine: (wrong|missing): //p'
    elif log_has "$fail_unread"; then
        print_log | sed -n "s/.*$fail_unread \([^\\ ]*\).*/\1/p" | sort -u
    elif log_has 'DO NOT MATCH THE HASHES'; then
        print_log | sed '1,/DO NOT MATCH THE HASHES/d; /^[[:space:]]*$/d' | head -n 3
    elif log_has '^ERROR: '; then
        # pip has tried in vain before, and its error tells no more than that it found nothing.
        print_log | grep -E "$fail_untrusted|$fail_unreachable" | tail -n 1
        print_log | grep '^ERROR: ' | tail -n 4
    elif log_has '^error: [a-z-]+$'; then
        print_log | sed -n -E '/^error: [a-z-]+$/,/^(hint|note): /p' | sed '/^[[:space:]]*$/d' | head -n 4
    elif log_has "^[^A-Za-z]*($fail_cut_off)"; then
        print_log | grep -E "^[^A-Za-z]*($fail_cut_off)" | sort -u | head -n 3
    elif log_has "$fail_pattern"; then
        fail_line=$(print_log | grep -En "$fail_pattern" | tail -n 1)
        print_log | tail -n "+${fail_line%%:*}" | sed '/^[[:space:]]*$/d' | head -n 6
    else
        print_log | sed '/^[[:space:]]*$/d' | tail -n 6
    fi
}

build_kernel "$boot_task" "$boot_kernel"
