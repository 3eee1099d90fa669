# --- a kernel made from its specification --------------------------------------

# build_kernel NAME
build_kernel() {
    boot_log=/submarine/logs/$boot_id-$boot_platform.log
    if is_put_back "$1"; then return 0; fi
    find_builder || die 65 "kernel \"$1\" is not built yet, and the image holds no conda, mamba or micromamba to build it" \
        'take an image with one of them, or build the kernel once in such an image with the same libc'
    make_folders
    lock_kernel "$1"
    # Whoever held the lock has built it.
    if [ ! -f "$boot_mark" ]; then
        # conda is not safe when two builds share one package cache.
        lock 8 "pkgs-$boot_packages" 'waiting for another build to leave the package cache'
        build_under_locks "$1"
        exec 8<&-
    fi
    exec 9<&-
}

# lock_kernel NAME
lock_kernel() {
    lock 9 "$boot_platform-$boot_id" "waiting for kernel \"$1\", which another container builds" "$boot_log"
}

# is_put_back NAME
# Whether the kernel was to be removed and is there all the same: then an image that can build
# nothing, or a user who may not, is enough to start it.
is_put_back() {
    if [ ! -f "$boot_mark.removing" ] && [ ! -f "$boot_mark" ]; then return 1; fi
    lock_kernel "$1"
    exec 9<&-
    [ -f "$boot_mark" ]
}

# build_under_locks NAME
build_under_locks() {
    boot_stem=${boot_log%.log}
    boot_started=$(date +%s)
    clear_away "$boot_mark" "$boot_prefix" "$boot_stem".*
    clear_package_cache
    # Its own folder, since conda leaves files where the specification is.
    boot_work=$boot_stem.tmp
    case ${SUBMARINE_SPEC_1-} in submarine-lock*) boot_file=$boot_work/kernel.lock ;; *) boot_file=$boot_work/kernel.yml ;; esac
    { mkdir "$boot_work" 2>/dev/null && write_specification "$boot_file"; } || die_full
    warn_of_unchecked "$1"
    say "building kernel \"$1\" in $boot_prefix with $boot_builder; log: $(user_path "$boot_log")"
    if is_watched; then
        printf 'submarine: kernel "%s" is built now, once; log: %s\n' "$1" "$(user_path "$boot_log")" >&2
    fi
    show_progress "building kernel \"$1\"" "$boot_log"
    boot_status=0
    patiently run_builder || boot_status=$?
    clear_progress
    if [ "$boot_status" = 0 ] && mark_complete; then
        hide_passwords "$boot_log" "$boot_log"
        rm -rf "$boot_work"
        is_watched || printf 'submarine: kernel "%s" was built in %d s; log: %s\n' "$1" \
            "$(($(date +%s) - boot_started))" "$(user_path "$boot_log")" >&2
    else
        find_cause
        # Half a kernel is worth nothing and may be what filled the disk.
        rm -rf "$boot_prefix"
        hide_passwords "$boot_log" "$boot_log"
        hide_passwords "$boot_file" "$boot_stem.${boot_file##*.}"
        rm -rf "$boot_work"
        explain_failure "$1"
    fi
}

# warn_of_unchecked NAME
# Names the packages whose checksums the lock lacks, though it does not say that there were none.
warn_of_unchecked() {
    boot_list=
    while read -r boot_kind boot_line; do
        [ "$boot_kind" != unchecked ] || boot_list=$boot_list${boot_list:+, }$boot_line
    done <"$boot_file"
    [ -z "$boot_list" ] || printf \
        'submarine: warning: the lock of kernel "%s" lacks checksums for %s, so whatever bytes come are installed; lock it again: submarine env lock\n' \
        "$1" "$boot_list" >&2
}

# hide_passwords FILE COPY
# conda prints addresses as it was given them, and they may have a password in them.
hide_passwords() {
    if [ "$1" = "$2" ] && ! grep -Eqs '//[^/@[:space:]]+@' "$1"; then return 0; fi
    { sed 's,//[^/@[:space:]]*@,//***@,g' "$1" >"$boot_work/hidden" && mv "$boot_work/hidden" "$2"; } 2>/dev/null || :
}

# mark_complete
# The mark comes in one piece, since starts look at it without a lock.
mark_complete() {
    [ -d "$boot_prefix/conda-meta" ] || return 1
    { printf 'image=%s\nbuilder=%s\n' "${SUBMARINE_IMAGE-}" "$boot_builder" >"$boot_mark.new" &&
        mv "$boot_mark.new" "$boot_mark"; } 2>/dev/null
}

# write_specification FILE
write_specification() {
    [ "${SUBMARINE_SPEC_1+set}" ] || die 65 'the specification of the kernel is missing' 'start it with: submarine run'
    boot_piece=1
    while eval "[ \"\${SUBMARINE_SPEC_$boot_piece+set}\" ]"; do
        { eval "printf %s \"\$SUBMARINE_SPEC_$boot_piece\"" >>"$1"; } 2>/dev/null || return 1
        boot_piece=$((boot_piece + 1))
    done
}
