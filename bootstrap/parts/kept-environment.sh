# --- the environment that is kept ----------------------------------------------

# environment_file
# Sets boot_file to where the environment of this container's command is kept; to nothing
# where it is not.
environment_file() {
    case ${SUBMARINE_RUN-} in
    '' | *[!A-Za-z0-9_-]*) boot_file= ;;
    *) boot_file=/tmp/submarine-$SUBMARINE_RUN.env ;;
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
    if [ -z "$boot_file" ] || [ -e "$boot_file" ]; then return 0; fi
    list_gone
    remember JUPYTER_TOKEN
    for boot_name in $boot_given; do unset "$boot_name" 2>/dev/null || :; done
    boot_kind=dash
    [ -z "${BASH_VERSION-}" ] || boot_kind=bash
    find_umask
    umask 077
    # Nothing that another user laid there is followed or overwritten.
    set -C
    { print_environment >"$boot_file" && printf '# %s\n' "$boot_kind" 1<>"$boot_file"; } 2>/dev/null || :
    set +C
    umask "$boot_umask"
}

# print_environment
print_environment() {
    printf '# part\n' || return
    [ -z "$boot_gone" ] || printf 'unset%s 2>/dev/null || :\n' "$boot_gone" || return
    # Other shells have neither the option nor exported functions.
    # shellcheck disable=SC3040,SC3045
    if [ "$boot_kind" = bash ]; then
        # Otherwise it says `declare -x`, which in a function means a local variable.
        set -o posix
        boot_code=0
        export -p || boot_code=$?
        set +o posix
        export -pf || return
        return "$boot_code"
    else
        export -p
    fi
}

# list_gone
# Sets boot_gone to those of boot_names that are variables no more, bash's own and ours left out.
list_gone() {
    boot_gone=
    for boot_name in $boot_names; do
        case $boot_name in BASH_A* | BASH_CMDS | boot_* | SUBMARINE_* | PWD | SHLVL) continue ;; esac
        eval "[ \"\${$boot_name+set}\" ]" || boot_gone="$boot_gone $boot_name"
    done
}

# find_umask
# Sets boot_umask. `umask` itself could only print it.
find_umask() {
    boot_umask=
    while IFS=":	 " read -r boot_name boot_value; do
        if [ "$boot_name" = Umask ]; then
            boot_umask=$boot_value
            break
        fi
    done 2>/dev/null </proc/self/status || :
    [ -n "$boot_umask" ] || boot_umask=$(umask)
}
