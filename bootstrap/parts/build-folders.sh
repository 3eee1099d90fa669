# --- the folders of a build ----------------------------------------------------

# make_folders
make_folders() {
    boot_packages=${boot_platform%-*}
    boot_archives=/submarine/pkgs/$boot_packages
    for boot_name in "${boot_prefix%/*}" /submarine/locks /submarine/logs /submarine/pip \
        /submarine/wheels "$boot_archives"; do
        boot_text=$(mkdir -p "$boot_name" 2>&1) || case $boot_text in *[Nn]'o space'*) die_full ;; esac
        if [ ! -d "$boot_name" ] || [ ! -w "$boot_name" ]; then die_unwritable "$boot_name" 'where kernels are built'; fi
    done
}

# die_unwritable PATH WHAT
die_unwritable() {
    boot_name=$1
    while [ ! -e "$boot_name" ]; do boot_name=${boot_name%/*}; done
    find_ownership_hint
    die 73 "user $boot_user cannot write into $(user_path "$boot_name"), $2" "$boot_hint"
}

die_full() {
    die 73 "no space is left in ${SUBMARINE_CACHE:-/submarine}" 'free some there: what is in pkgs, pip and wheels is only a cache'
}

# clear_away PATH...
clear_away() {
    rm -rf "$@" 2>/dev/null || :
    for boot_name in "$@"; do
        [ ! -e "$boot_name" ] || die_unwritable "$boot_name" 'which another user made'
    done
}

# clear_package_cache
# A build that was killed leaves packages half unpacked, which conda takes for whole: it
# looks for info/index.json, and writes info/repodata_record.json at the very end.
clear_package_cache() {
    set -- /submarine/wheels/.new-"$boot_packages"
    for boot_name in "$boot_archives"/* "$boot_archives"/cache/*.tmp; do
        case $boot_name in
        */cache) ;;
        *.partial | *.part | *.tmp | *.c~ | *.trash | *.conda_trash*) set -- "$@" "$boot_name" ;;
        *) if [ -d "$boot_name" ] && [ ! -s "$boot_name/info/repodata_record.json" ]; then set -- "$@" "$boot_name"; fi ;;
        esac
    done
    clear_away "$@"
}

# user_path PATH
# Prints where the user finds what is at PATH in here.
user_path() {
    case $1 in
    /submarine | /submarine/*) printf '%s' "${SUBMARINE_CACHE:-/submarine}${1#/submarine}" ;;
    *) printf '%s' "$1" ;;
    esac
}
