# --- conda's archives ----------------------------------------------------------

# provide_archives
# Sees to it that each archive lies in the package cache, with the bytes that the lock says:
# conda itself would compare no more than md5. That costs a second start of conda, a quarter
# of a second, where something was missing.
provide_archives() {
    compare_archives "$boot_work/sums" replaced || return
    [ -n "$boot_absent" ] || return 0
    if [ "${SUBMARINE_OFFLINE-}" != 1 ]; then
        make_prefix --download-only || return
        # micromamba makes the folder then, and later refuses one that is not an environment.
        rm -rf "$boot_prefix"
        printf '%s' "$boot_absent" >"$boot_work/sums" && compare_archives "$boot_work/sums" wrong || return
        [ -z "$boot_wrong" ] || return
        [ -n "$boot_absent" ] || return 0
    fi
    printf '%s' "$boot_absent" >"$boot_work/sums" || return
    while read -r _ boot_name _; do
        printf 'submarine: missing: %s\n' "$boot_name"
    done <"$boot_work/sums"
    return 1
}

# compare_archives LIST WORD
# LIST has lines of sha256, file name and URL. Sets boot_absent to those whose archive is not in
# the package cache, or was there with other bytes and is removed; boot_wrong to the name of one
# of the latter, of which the log tells with WORD.
compare_archives() {
    boot_list=$1 boot_word=$2 boot_absent='' boot_wrong='' boot_known=''
    if [ -f "$boot_archives/urls.txt" ]; then boot_known=$(cat "$boot_archives/urls.txt") || return; fi
    set --
    while read -r boot_sum boot_name boot_url; do
        if [ ! -f "$boot_archives/$boot_name" ]; then
            forget_archive
        elif [ "$boot_sum" != - ]; then
            set -- "$@" "$boot_archives/$boot_name"
        elif comes_from_elsewhere; then
            forget_archive
        fi
    done <"$boot_list"
    [ $# != 0 ] || return 0
    sha256sum "$@" >"$boot_work/found" || return
    while read -r boot_sum boot_name boot_url; do
        if [ "$boot_sum" = - ] || [ ! -f "$boot_archives/$boot_name" ]; then continue; fi
        read -r boot_value _ <&3 || return
        if [ "$boot_value" = "$boot_sum" ]; then
            adopt_archive || return
            continue
        fi
        boot_wrong=$boot_name
        printf "submarine: $boot_word: %s\n" "$boot_url" "  expected sha256 $boot_sum" "  found    sha256 $boot_value"
        forget_archive
    done <"$boot_list" 3<"$boot_work/found"
}

# comes_from_elsewhere
# For conda a package is another when it was fetched from another address, such as that of a
# mirror; of several the last one counts.
comes_from_elsewhere() {
    boot_value=$boot_newline$boot_known$boot_newline
    case $boot_value in *"/$boot_name$boot_newline"*) ;; *) return 1 ;; esac
    boot_value=${boot_value%"/$boot_name$boot_newline"*}
    [ "${boot_value##*"$boot_newline"}/$boot_name" != "$boot_url" ]
}

# adopt_archive
# The bytes are those of the lock, so it is unpacked anew as what was fetched from there.
adopt_archive() {
    comes_from_elsewhere || return 0
    boot_folder=${boot_name%.conda}
    rm -rf "${boot_archives:?}/${boot_folder%.tar.bz2}" &&
        printf '%s\n' "$boot_url" >>"$boot_archives/urls.txt"
}

# forget_archive
# What was unpacked from an archive goes with it: it cannot be compared with a lock any more.
forget_archive() {
    boot_absent=$boot_absent"$boot_sum $boot_name $boot_url$boot_newline"
    boot_folder=${boot_name%.conda}
    boot_folder=$boot_archives/${boot_folder%.tar.bz2}
    if [ -e "$boot_archives/$boot_name" ] || [ -e "$boot_folder" ]; then
        rm -rf "${boot_archives:?}/$boot_name" "$boot_folder"
    fi
}
