# --- waiting -------------------------------------------------------------------

# wait_for FILE TEXT LOG
# Holds the exclusive lock of FILE until this shell ends; TEXT, and what LOG says, is shown while
# another process has it. The system frees it when its holder dies, however that comes.
#
# The file is opened for reading, which a user who does not own it may do too.
wait_for() {
    [ -r "$1" ] || {
        find_ownership_hint
        die 73 "user $boot_user cannot read $(user_path "$1"), which keeps two builds apart" "$boot_hint"
    }
    exec 9<"$1"
    try_lock 9 || {
        is_watched || printf 'submarine: %s\n' "$2" >&2
        show_progress "$2" "$3"
        patiently wait_for_lock 9
        clear_progress
    }
}

wait_for_lock() {
    case $lock_program in
    */flock) "$lock_program" "$1" ;;
    */perl) "$lock_program" -e 'open(F, "<&=", shift) && flock(F, 2) or exit 1' "$1" ;;
    *) "$lock_program" -c 'import fcntl; fcntl.flock('"$1"', 2)' ;;
    esac
}

# patiently COMMAND [ARG...]
# Runs what takes long in the background and waits: a shell hears an INT only after the
# command that it runs in the foreground has ended.
patiently() {
    trap 'stop 130' INT
    trap 'stop 143' TERM
    "$@" &
    wait_child=$!
    wait_code=0
    # Of one that is killed the shell would say so in a word.
    wait "$wait_child" 2>/dev/null || wait_code=$?
    trap - INT TERM
    return "$wait_code"
}

# stop CODE
stop() {
    kill "$wait_child" 2>/dev/null || :
    clear_progress
    exit "$1"
}
