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
