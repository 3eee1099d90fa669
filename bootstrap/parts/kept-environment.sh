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
