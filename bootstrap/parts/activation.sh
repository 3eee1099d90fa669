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
