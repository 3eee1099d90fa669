# --- waiting -------------------------------------------------------------------

# lock DESCRIPTOR NAME TEXT [LOG]
# Holds the exclusive lock of that name as long as DESCRIPTOR is open in this shell; TEXT,
# and what LOG says, is shown while another process has it. The kernel frees it when its
# holder dies, however that comes.
#
# The file is opened for reading, which a user who does not own it may do too.
lock() {
    boot_lock=/submarine/locks/$2
    if [ ! -r "$boot_lock" ] && ! { printf '' >>"$boot_lock"; } 2>/dev/null; then
        die_unwritable "$boot_lock" 'which keeps two builds apart'
    fi
    eval "exec $1<\"\$boot_lock\""
    try_lock "$1" || {
        is_watched || printf 'submarine: %s\n' "$3" >&2
        show_progress "$3" "${4-}"
        patiently wait_for_lock "$1"
        clear_progress
    }
}

wait_for_lock() {
    case $boot_locker in
    */flock) "$boot_locker" "$1" ;;
    */perl) "$boot_locker" -e 'open(F, "<&=", shift) && flock(F, 2) or exit 1' "$1" ;;
    *) "$boot_locker" -c 'import fcntl; fcntl.flock('"$1"', 2)' ;;
    esac
}

# patiently COMMAND [ARG...]
# Runs what takes long in the background and waits: a shell hears an INT only after the
# command that it runs in the foreground has ended.
patiently() {
    trap 'stop 130' INT
    trap 'stop 143' TERM
    "$@" &
    boot_child=$!
    boot_code=0
    # Of one that is killed the shell would say so in a word.
    wait "$boot_child" 2>/dev/null || boot_code=$?
    trap - INT TERM
    return "$boot_code"
}

# stop CODE
stop() {
    kill "$boot_child" 2>/dev/null || :
    clear_progress
    exit "$1"
}
