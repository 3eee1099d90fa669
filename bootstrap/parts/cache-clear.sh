# --- clearing ------------------------------------------------------------------

# cache_clear
cache_clear() {
    cache_before=$(cache_size .)
    cache_platforms=
    for cache_folder in "$cache_root"/pkgs/*; do
        if cache_is_platform "${cache_folder##*/}"; then cache_platforms="$cache_platforms ${cache_folder##*/}"; fi
    done
    # No blank is in a name.
    # shellcheck disable=SC2086
    cache_clear_locked $cache_platforms
}

# cache_is_platform NAME
# Whether a build can have named a folder of pkgs so, and has a lock for it.
cache_is_platform() {
    case $1 in
    *[!A-Za-z0-9._-]*) return 1 ;;
    linux-*) [ "${#1}" -le 64 ] ;;
    *) return 1 ;;
    esac
}

# cache_clear_locked PLATFORM...
# No build may be using what is cleared: each platform's are kept out to the end, as pip's folders
# belong to all of them. Each lock is held by a shell of its own, for dash has ten descriptors.
cache_clear_locked() {
    if [ "$#" = 0 ]; then
        cache_clear_all
        return 0
    fi
    cache_status=0
    cache_lock 9 "pkgs-$1" || cache_status=$?
    case $cache_status in
    0)
        shift
        (cache_clear_locked "$@") ;;
    2) printf 'failed\tpkgs/%s\ncleared\t0\n' "$1" ;;
    *) printf 'busy\tpkgs/%s\n' "$1" ;;
    esac
}

cache_clear_all() {
    cache_clear_strange
    # Lists of channels lay here before the command kept them for itself.
    for cache_folder in pip wheels channels; do cache_clear_folder "$cache_folder"; done
    for cache_name in $cache_platforms; do cache_clear_folder "pkgs/$cache_name"; done
    cache_go || return 0
    printf 'cleared\t%s\n' "$((cache_before - $(cache_size .)))"
}

# cache_clear_strange
# Removes from pkgs what no build has made. Such a name is not printed: it could forge another line.
cache_clear_strange() {
    cache_go pkgs || return 0
    cache_left=
    for cache_folder in ./* ./.[!.]* ./..?*; do
        if cache_is_platform "${cache_folder#./}"; then continue; fi
        cache_remove_folder "$cache_folder" || cache_left=1
    done
    [ -z "$cache_left" ] || printf 'failed\tpkgs\n'
}

# cache_clear_folder FOLDER
cache_clear_folder() {
    cache_go "$1" || return 0
    cache_empty && return 0
    cache_open_folders .
    cache_empty || printf 'failed\t%s\n' "$1"
}

# cache_empty
# Removes all that is in the working directory.
cache_empty() {
    find . -mindepth 1 -maxdepth 1 -exec rm -rf {} + 2>/dev/null || :
    [ -z "$(find . -mindepth 1 -maxdepth 1 2>/dev/null | head -n 1)" ]
}
