# --- the start -----------------------------------------------------------------

# homes_size HOME
# Prints nothing where it is not there.
homes_size() {
    if cache_go "${1%/*}" && [ -d "./${1##*/}" ]; then cache_size "./${1##*/}"; fi
}

homes_list() {
    for cache_home in "$@"; do
        printf '%s\t%s\n' "$cache_home" "$(homes_size "$cache_home")"
    done
}

homes_remove() {
    for cache_home in "$@"; do
        if cache_go "${cache_home%/*}" && cache_remove_folder "./${cache_home##*/}"; then continue; fi
        printf '%s\n' "$cache_home"
    done
}

cache_command=$2
[ -d "$1" ] || exit 0
cache_keep_path
cache_root=$(cd -P "$1" && pwd -P)
shift 2
case $cache_command in
sizes) homes_list "$@" ;;
remove) homes_remove "$@" ;;
esac
