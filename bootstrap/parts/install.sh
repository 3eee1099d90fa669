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
