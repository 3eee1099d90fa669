# submarine-cache.sh ROOT COMMAND [KERNEL...]
#
# Looks after the cache that submarine-bootstrap.sh builds kernels in. It cannot be started by
# itself: the command line tool puts it behind the functions of that script, so that both lock
# in one and the same way, and runs the whole on this machine, ROOT being the user's folder, or
# in a container, ROOT being /submarine.
#
# A KERNEL is the end of its prefix's path: linux-64-glibc2.36/2f93ec1eb45b0d6c691fb333a240976a.
# What is printed are lines of fields between tabs, sizes in KiB, times in seconds since 1970.
#
#   list      KERNEL STATE SIZE OWN USED IMAGE for each prefix. STATE is complete, building or
#             unfinished; OWN is what only this prefix holds, so what its removal frees; USED is
#             when a start last found it; IMAGE is the one that built it.
#   sizes     NAME SIZE for each part of the cache; a file that a kernel shares with the
#             package cache counts as the kernel's.
#   records   conda's history and each record of the one KERNEL behind a line of \036 and its path
#   files     `link PATH`, `file PATH` and `HASH  PATH` (sha256) for all that lies in it
#   remove    asks for each KERNEL `ask KERNEL USED` and reads yes or no from stdin; prints
#             `removed KERNEL FREED`, `busy KERNEL` (it is being built), `kept KERNEL` or
#             `failed KERNEL` (its files cannot be removed)
#   clear     empties the caches that builds download into; prints `cleared FREED`, after
#             `failed PATH` for what cannot be removed, or `busy PATH` when a build is going on

# cache_check_readable
# What cannot be looked into would be taken for empty.
cache_check_readable() {
    for cache_folder in "$cache_root" "$cache_root"/kernels "$cache_root"/kernels/*; do
        [ -d "$cache_folder" ] || continue
        if [ -r "$cache_folder" ] && [ -x "$cache_folder" ]; then continue; fi
        # Both read and set by the bootstrap's function.
        # shellcheck disable=SC2034
        SUBMARINE_CACHE=$cache_root boot_user='' boot_hint=''
        find_ownership_hint
        die 73 "user $boot_user cannot look into $cache_folder" "$boot_hint"
    done
}

# cache_choose KERNEL
# Sets cache_platform, cache_id, cache_prefix and cache_mark.
cache_choose() {
    case $1 in
    *[!A-Za-z0-9._/-]* | *..* | */*/* | /* | */) die 2 'that is the path of no kernel' '' ;;
    */*) ;;
    *) die 2 'that is the path of no kernel' '' ;;
    esac
    cache_platform=${1%/*}
    cache_id=${1#*/}
    cache_prefix=$cache_root/kernels/$1
    cache_mark=$cache_prefix/conda-meta/submarine-complete
}

# cache_lock DESCRIPTOR NAME
# Takes a lock of the bootstrap's. Fails with 2 when this user may not, and otherwise when another
# process has it.
cache_lock() {
    cache_file=$cache_root/locks/$2
    if [ ! -e "$cache_file" ]; then
        mkdir -p "$cache_root/locks" 2>/dev/null || return 2
        { printf '' >>"$cache_file"; } 2>/dev/null || return 2
    fi
    # A shell would end of a file that it cannot open.
    [ -r "$cache_file" ] || return 2
    eval "exec $1<\"\$cache_file\""
    try_lock "$1"
}

# cache_state
# Prints in which state the prefix is.
cache_state() {
    if [ -f "$cache_prefix/conda-meta/submarine-complete" ]; then
        printf complete
        return 0
    fi
    cache_status=0
    if [ -e "$cache_root/locks/$cache_platform-$cache_id" ]; then
        (cache_lock 9 "$cache_platform-$cache_id") || cache_status=$?
    fi
    case $cache_status in 0 | 2) printf unfinished ;; *) printf building ;; esac
}

# cache_used
# Prints when a start last found the kernel, or when it was built if that is later: the start
# that builds it notes its use before.
cache_used() {
    cache_newest=0
    for cache_file in "$cache_root/used/$cache_platform/$cache_id" "$cache_prefix/conda-meta/submarine-complete"*; do
        cache_newer "$cache_file"
    done
    [ "$cache_newest" -gt 0 ] || cache_newer "$cache_prefix"
    printf %s "$cache_newest"
}

# cache_newer FILE
# Sets cache_newest to when FILE was changed, if that is later.
cache_newer() {
    [ -e "$1" ] || return 0
    cache_time=$(stat -c %Y "$1" 2>/dev/null) || cache_time=$(stat -f %m "$1")
    if [ "$cache_time" -gt "$cache_newest" ]; then cache_newest=$cache_time; fi
}

# cache_size PATH...
# Prints how much of the disk PATH takes, a file with two names in it once; behind a link when
# PATH ends in `/.`.
cache_size() {
    cache_kib=$(du -sk "$@" 2>/dev/null) || :
    cache_kib=${cache_kib%%[!0-9]*}
    printf %s "${cache_kib:-0}"
}

# cache_own_size PATH KIB
# Prints how much less it would be without PATH, which takes KIB: files that have a second name
# elsewhere, in the package cache, would stay.
cache_own_size() {
    cache_shared=$(find "$1" ! -type d -links +1 -exec du -k {} + 2>/dev/null |
        awk '{ sum += $1 } END { print sum + 0 }') || cache_shared=0
    printf %s "$(($2 - cache_shared))"
}

cache_list() {
    for cache_prefix in "$cache_root"/kernels/*/*; do
        [ -d "$cache_prefix" ] || continue
        cache_id=${cache_prefix##*/}
        cache_platform=${cache_prefix%/*}
        cache_platform=${cache_platform##*/}
        case $cache_platform/$cache_id in *[!A-Za-z0-9._/-]*) continue ;; esac
        cache_image=
        if [ -f "$cache_prefix/conda-meta/submarine-complete" ]; then
            cache_image=$(sed -n 's/^image=//p' "$cache_prefix/conda-meta/submarine-complete")
        fi
        cache_whole=$(cache_size "$cache_prefix")
        printf '%s\t' "$cache_platform/$cache_id" "$(cache_state)" "$cache_whole" \
            "$(cache_own_size "$cache_prefix" "$cache_whole")" "$(cache_used)"
        printf '%s\n' "$cache_image"
    done
}

# cache_sizes
# Each part is measured alone, since not every du counts a file once over several arguments.
cache_sizes() {
    cache_left=$(cache_size "$cache_root/.")
    for cache_name in kernels pip wheels logs; do
        cache_part=0
        # An empty folder is nothing that could be freed.
        if [ -n "$(ls -A "$cache_root/$cache_name" 2>/dev/null)" ]; then
            cache_part=$(cache_size "$cache_root/$cache_name/.")
        fi
        cache_left=$((cache_left - cache_part))
        printf '%s\t%s\n' "$cache_name" "$cache_part"
    done
    cache_part=0
    if [ -d "$cache_root/pkgs" ]; then
        # What the package cache has besides is what is left when all else is taken away.
        cache_part=$cache_left
        for cache_file in "$cache_root"/* "$cache_root"/.[!.]*; do
            case ${cache_file##*/} in kernels | pip | wheels | logs | pkgs) continue ;; esac
            [ ! -e "$cache_file" ] || cache_part=$((cache_part - $(cache_size "$cache_file")))
        done
    fi
    printf 'pkgs\t%s\nother\t%s\n' "$cache_part" "$((cache_left - cache_part))"
}

# cache_records
# One awk for all of them: a process for each would take a second.
cache_records() {
    cd "$cache_prefix" || die 66 "kernel $cache_id is not there any more" "see: submarine kernel list"
    set -- conda-meta/history conda-meta/*.json
    for cache_file in lib/python*/site-packages/*.dist-info/*; do
        case $cache_file in */RECORD | */INSTALLER | */METADATA) set -- "$@" "$cache_file" ;; esac
    done
    # A pattern without files stands for itself.
    [ -f "$2" ] || { shift 2 && set -- conda-meta/history "$@"; }
    [ -f "$1" ] || shift
    [ $# -gt 0 ] || return 0
    awk 'FNR == 1 { printf "\036%s\n", FILENAME; skip = 0 }
        FILENAME ~ /METADATA$/ && /^\r?$/ { skip = 1 }
        !skip { print }' "$@"
}

cache_files() {
    cd "$cache_prefix" || die 66 "kernel $cache_id is not there any more" "see: submarine kernel list"
    find . -type l | sed "s/^/link /"
    find . -type f | sed "s/^/file /"
    # What cannot be read is missed by whoever compares.
    if find_program sha256sum "$PATH"; then
        find . -type f -exec sha256sum {} + 2>/dev/null || :
    else
        find . -type f -exec shasum -a 256 {} + 2>/dev/null || :
    fi
}

# cache_remove KERNEL...
# A start notes its use of a kernel before it looks for the mark, and waits for the lock where
# there is none. So when the mark is taken away under the lock, whoever still uses the kernel
# is there to be seen, and whoever comes later waits.
cache_remove() {
    for cache_kernel in "$@"; do
        cache_choose "$cache_kernel"
        cache_status=0
        cache_lock 9 "$cache_platform-$cache_id" || cache_status=$?
        case $cache_status in
        0) [ ! -d "$cache_prefix" ] || cache_remove_locked ;;
        2) printf 'failed\t%s\n' "$cache_kernel" ;;
        *) printf 'busy\t%s\n' "$cache_kernel" ;;
        esac
        exec 9<&-
    done
}

cache_remove_locked() {
    cache_aside=$cache_mark.removing
    if [ -f "$cache_mark" ] && ! mv "$cache_mark" "$cache_aside" 2>/dev/null; then
        printf 'failed\t%s\n' "$cache_kernel"
        return 0
    fi
    # Whoever ends this while it waits has not said yes.
    trap 'cache_put_back; exit 143' HUP INT TERM
    printf 'ask\t%s\t%s\n' "$cache_kernel" "$(cache_used)"
    read -r cache_answer || cache_answer=no
    trap '' HUP INT TERM
    if [ "$cache_answer" != yes ]; then
        cache_put_back
        printf 'kept\t%s\n' "$cache_kernel"
    else
        cache_whole=$(cache_size "$cache_prefix")
        cache_own=$(cache_own_size "$cache_prefix" "$cache_whole")
        if rm -rf "$cache_prefix" 2>/dev/null; then
            rm -f "$cache_root/used/$cache_platform/$cache_id" \
                "$cache_root/logs/$cache_id-$cache_platform".* 2>/dev/null || :
            printf 'removed\t%s\t%s\n' "$cache_kernel" "$cache_own"
        else
            printf 'failed\t%s\n' "$cache_kernel"
        fi
    fi
    trap - HUP INT TERM
}

cache_put_back() {
    [ ! -f "$cache_aside" ] || mv "$cache_aside" "$cache_mark"
}

# cache_clear
# No build may be using what is cleared: each platform's are kept out to the end, as pip's
# folders belong to all of them.
cache_clear() {
    cache_before=$(cache_size "$cache_root/.")
    cache_descriptor=3
    for cache_folder in "$cache_root"/pkgs/*; do
        [ -d "$cache_folder" ] || continue
        cache_status=0
        cache_lock "$cache_descriptor" "pkgs-${cache_folder##*/}" || cache_status=$?
        case $cache_status in
        0) ;;
        2)
            printf 'failed\tpkgs/%s\ncleared\t0\n' "${cache_folder##*/}"
            return 0 ;;
        *)
            printf 'busy\tpkgs/%s\n' "${cache_folder##*/}"
            return 0 ;;
        esac
        cache_descriptor=$((cache_descriptor + 1))
    done
    for cache_folder in "$cache_root"/pkgs/* "$cache_root/pip" "$cache_root/wheels"; do
        [ ! -d "$cache_folder" ] || cache_clear_folder "$cache_folder"
    done
    printf 'cleared\t%s\n' "$((cache_before - $(cache_size "$cache_root/.")))"
}

# cache_clear_folder FOLDER
cache_clear_folder() {
    find "$1" -mindepth 1 -maxdepth 1 -exec rm -rf {} + 2>/dev/null || :
    if [ -n "$(find "$1" -mindepth 1 -maxdepth 1 2>/dev/null | head -n 1)" ]; then
        printf 'failed\t%s\n' "${1#"$cache_root"/}"
    fi
}

# Where the bootstrap looks for a Python that can lock.
# shellcheck disable=SC2034
boot_conda_root=
cache_root=$1
cache_command=$2
shift 2
cache_check_readable
case $cache_command in
list) cache_list ;;
sizes) cache_sizes ;;
records)
    cache_choose "$1"
    cache_records ;;
files)
    cache_choose "$1"
    cache_files ;;
remove) cache_remove "$@" ;;
clear) cache_clear ;;
esac
