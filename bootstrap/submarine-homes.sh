#!/bin/sh
# Assembled from the files in bootstrap/parts: change those, then run: npm run generate
#   homes-contract strict cache-folders homes-main

# submarine-homes.sh ROOT COMMAND HOME...
#
# Looks after what persists for environments, which containers have written. The command line tool gives
# it to a shell as one argument. ROOT is the folder of all of them; a HOME is FOLDER/NAME in it, neither of
# which a container can have made. What is printed are lines of fields between tabs, sizes in KiB.
#
#   sizes   HOME SIZE for each
#   remove  removes each, and prints HOME where not all of it can be removed

set -eu

# --- the folders of the cache --------------------------------------------------

# What lies in the cache, containers have written: a link may lead anywhere on this machine. So no
# link is followed. A folder of the cache is entered, and left again when it turns out to be another
# one than its name says; from there on names are relative to it, so that whatever a container puts
# in its place meanwhile has no effect.

# cache_keep_path
# Leaves programs out that the PATH would have taken from the working directory.
cache_keep_path() {
    cache_rest=$PATH:
    cache_path=
    while [ -n "$cache_rest" ]; do
        case $cache_rest in /*) cache_path=$cache_path${cache_path:+:}${cache_rest%%:*} ;; esac
        cache_rest=${cache_rest#*:}
    done
    PATH=$cache_path
}

# cache_go [FOLDER]
# Makes FOLDER of the cache the working directory; fails where a link leads elsewhere.
cache_go() {
    cd -P "$cache_root${1:+/$1}" 2>/dev/null && [ "$(pwd -P)" = "$cache_root${1:+/$1}" ]
}

# cache_size PATH...
# Prints how much of the disk PATH takes, a file with two names in it once.
cache_size() {
    cache_kib=$(du -sk "$@" 2>/dev/null) || :
    cache_kib=${cache_kib%%[!0-9]*}
    printf %s "${cache_kib:-0}"
}

# cache_remove_folder FOLDER
# Some packages bring folders that nobody may write, their owner neither.
cache_remove_folder() {
    rm -rf "$1" 2>/dev/null && return 0
    cache_open_folders "$1"
    rm -rf "$1" 2>/dev/null
}

# cache_open_folders FOLDER
# Opens what the user owns: each folder before it is entered, and nothing through a link.
cache_open_folders() {
    find "$1" -type d ! -perm -700 -exec chmod u+rwx {} \; 2>/dev/null || :
}

# cache_check_readable FOLDER
# What cannot be looked into would be taken for empty. What the user owns is opened; what lies
# behind a link is not looked at, and is named by cache_check_plain.
cache_check_readable() {
    for cache_folder in "$1" "$1"/kernels "$1"/kernels/*; do
        if [ "$cache_folder" != "$1" ] && { [ -L "$1/kernels" ] || [ -L "$cache_folder" ]; }; then continue; fi
        # No build makes another name, and it could be one that forges what is said here.
        case ${cache_folder#"$1"} in *[!A-Za-z0-9._/-]*) continue ;; esac
        [ -d "$cache_folder" ] || continue
        cache_is_open "$cache_folder" || chmod u+rwx "$cache_folder" 2>/dev/null || :
        if cache_is_open "$cache_folder"; then continue; fi
        # Both read and set by the bootstrap's function.
        # shellcheck disable=SC2034
        SUBMARINE_CACHE=$1 boot_user='' boot_hint=''
        find_ownership_hint
        die 73 "user $boot_user cannot look into $cache_folder" "$boot_hint"
    done
}

# cache_is_open FOLDER
cache_is_open() {
    [ -r "$1" ] && [ -x "$1" ]
}

# cache_check_plain
# Ends where something else than a file or a folder lies in the folders that builds share. No build
# makes that; inside of kernels and packages links are as usual.
cache_check_plain() {
    cache_odd=$(cache_find_odd)
    [ -n "$cache_odd" ] || return 0
    cache_names='' cache_words='' cache_hidden=''
    while IFS= read -r cache_line; do
        cache_file=$cache_root${cache_line#* .}
        case $cache_line in
        remove*)
            cache_names=$cache_names${cache_names:+, }${cache_file#"$cache_root/"}
            cache_words="$cache_words $(quote_word "$cache_file")" ;;
        *) cache_hidden="$cache_hidden $(quote_word "$cache_file")" ;;
        esac
    done <<END
$cache_odd
END
    cache_hint=${cache_words:+remove them: rm$cache_words}
    if [ -n "$cache_hidden" ]; then
        cache_names=$cache_names${cache_names:+, }'some whose names cannot be shown'
        cache_hint=$cache_hint${cache_hint:+; }"look yourself for names with odd characters in$cache_hidden"
    fi
    die 65 "refusing to touch $cache_root: it holds links or special files, which no build makes: $cache_names" "$cache_hint"
}

# cache_find_odd
# Prints `remove PATH` for each of them, and `look FOLDER` where a name has other characters than
# printable ones of ASCII: a line of it could be read, and typed, as a path of something else.
cache_find_odd() {
    # The program is another shell's.
    # shellcheck disable=SC2016
    LC_ALL=C find . -maxdepth 3 ! -type f ! -type d -exec sh -c '
        for path do
            shown=$path word=remove
            while :; do
                case $shown in *[!\ -~]*) shown=${shown%/*} word=look ;; *) break ;; esac
            done
            printf "%s %s\n" "$word" "$shown"
        done' sh {} + 2>/dev/null | awk '!seen[$0]++ && ++count <= 20'
}

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
