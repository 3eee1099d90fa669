# --- a kernel made from its lock -----------------------------------------------

# install_lock
# For the background alone. Nothing is solved, and nothing is unpacked into the prefix
# whose hash is not the lock's.
install_lock() {
    split_lock || return
    # Not in the cache, which later containers see; mktemp lets nobody else into it.
    boot_logins=$(mktemp -d "${TMPDIR:-/tmp}/submarine-logins.XXXXXX") || return
    boot_code=0
    (give_logins && provide_archives) || boot_code=$?
    # The command is not to find them.
    rm -rf "$boot_logins"
    [ "$boot_code" = 0 ] || return "$boot_code"
    make_prefix --offline && provide_wheels && install_requirements
}

# split_lock
# Writes what the lock says in the forms that are read later: a list for conda, lines
# of sha256, file name and URL (sums), and lines for pip.
split_lock() {
    printf '@EXPLICIT\n' >"$boot_work/txt" || return
    while read -r boot_kind boot_line || [ -n "$boot_kind" ]; do
        case $boot_kind in
        conda)
            boot_url=${boot_line#* }
            printf '%s\n' "$boot_url" >&3
            boot_url=${boot_url%%#*}
            printf '%s %s %s\n' "${boot_line%% *}" "${boot_url##*/}" "$boot_url" >&4 ;;
        pip)
            case $boot_line in
            *' --hash=sha256:'*) printf '%s %s\n' "${boot_line##*' --hash=sha256:'}" "$boot_line" >&5 ;;
            *) printf '%s\n' "$boot_line" >&6 ;;
            esac ;;
        pip-open) printf '%s\n' "$boot_line" >&7 ;;
        pip-option) printf '%s\n' "$boot_line" >&8 ;;
        esac || return
    done <"$boot_file" 3>>"$boot_work/txt" 4>"$boot_work/sums" 5>"$boot_work/hashed" \
        6>"$boot_work/unhashed" 7>"$boot_work/open" 8>"$boot_work/options"
}

# make_prefix OPTION
make_prefix() {
    # conda would add its user's default packages.
    case ${boot_builder##*/} in conda) set -- "$1" --no-default-packages ;; esac
    "$boot_builder" create --yes --prefix "$boot_prefix" "$@" --file "$boot_work/txt"
}
