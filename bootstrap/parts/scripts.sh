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
